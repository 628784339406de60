# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proves that no name stands twice in an object by counting commas. To be given the pairs of each object takes half as long again."""

from __future__ import annotations

import json
from typing import Any


class _Commas:
    """Where texts of a body hold commas, as commands do, nothing is proved; and the next page most likely has them too."""

    in_texts = False


def counted(text: str, **of_numbers: Any) -> tuple[Any, bool]:
    """What is written there, and whether it is proved. If not, it may be proved all the same by asking each object."""
    # Most large answers are one list of objects without lists, and tell by themselves how many items it has.
    one_list = text.find("[", text.find("[") + 1) < 0
    if _Commas.in_texts and not one_list:
        return None, False
    sizes: list[int] = []

    def measured(found: dict[str, Any]) -> dict[str, Any]:
        sizes.append(len(found))
        return found

    value = json.loads(text, object_hook=measured, **of_numbers)
    # Each name but the first of its object, and each item but the first, is behind a comma. Those in texts could be others.
    names = text.count(",") - (_between_items(value) if one_list else text.count("},{"))
    # Of two in one object only one was made.
    proved = sum(sizes) - len(sizes) + sizes.count(0) == names
    _Commas.in_texts = _Commas.in_texts or not (one_list or proved)
    return value, proved


def _between_items(value: Any) -> int:
    """The commas of the only list. Of several, those between objects count: inside of an object only a name follows one."""
    items = value.get("value") if isinstance(value, dict) else None
    return len(items) - 1 if items and isinstance(items, list) else 0
