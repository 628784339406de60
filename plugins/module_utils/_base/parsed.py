# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parses JSON in which each object says each thing once, and numbers are numbers."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any


def parsed(content: bytes) -> Any:
    """What is written there. Raises ValueError also where an object says two things under one name, or a number is none."""
    text = content.decode(json.detect_encoding(content), "surrogatepass")
    # To be given the pairs of each object takes half as long again. Most large answers are one list of objects without lists.
    if text.find("[", text.find("[") + 1) < 0:
        found, proved = _counted(text)
        if proved:
            return found
    return json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number, parse_float=_finite)


def _counted(text: str) -> tuple[Any, bool]:
    """What is written there, and whether as many names were made as can be written: of two in one object only one is."""
    sizes: list[int] = []

    def measured(found: dict[str, Any]) -> dict[str, Any]:
        sizes.append(len(found))
        return found

    value = json.loads(text, object_hook=measured, parse_constant=_no_number, parse_float=_finite)
    # Each name but the first of its object, and each item but the first, is behind a comma. Those in texts could be others.
    items = value.get("value") if isinstance(value, dict) else None
    between_items = len(items) - 1 if items and isinstance(items, list) else 0
    return value, sum(sizes) == text.count(",") - between_items + len(sizes) - sizes.count(0)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Python would take the last one, and a failure said before it would be lost.
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _finite(written: str) -> float:
    number_written = float(written)
    # 1e999 is infinite to Python, and nothing that reads the result as JSON takes that.
    if not isfinite(number_written):
        raise ValueError("a number is too large")
    return number_written
