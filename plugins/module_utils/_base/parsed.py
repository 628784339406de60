# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parses JSON in which each object says each thing once, and numbers are numbers."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

# From so many characters on it is worth while to prove of all objects at once that each says each thing once.
_LARGE = 50_000


def parsed(content: bytes) -> Any:
    """What is written there. Raises ValueError also where an object says two things under one name, or a number is none."""
    text = content.decode(json.detect_encoding(content), "surrogatepass")
    if len(text) >= _LARGE:
        # Only for those who need it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._base.counted import counted

        found, proved = counted(text, parse_constant=_no_number, parse_float=_finite)
        if proved:
            return found
    return json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number, parse_float=_finite)


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
