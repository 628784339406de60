# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Most tasks of a job have the same constraints, settings and user as the task before them, so facts made from these are made once and reused."""

from __future__ import annotations

import marshal
from collections.abc import Callable
from typing import Any

# What marshal writes of a tuple before its items: its type and, in four bytes, how many there are.
_BEFORE_ITEMS = 5


class Alike:
    """Calls `make` for a JSON value unless it is exactly the same as the previous one. Callers must not modify what it returns."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make
        # One tuple, so that threads never see it half written: the value, its exact form, and what was made of it.
        self._last: tuple[Any, bytes, Any] = (None, b"", None)

    def __call__(self, value: Any) -> Any:
        last, exactly, made = self._last
        # Most values that differ already differ here.
        if value == last:
            exactly = exactly or _exactly(last)
            if _exactly(value) == exactly:
                self._last = last, exactly, made
                return made
        made = self._make(value)
        self._last = value, b"", made
        return made


def all_alike(values: tuple[Any, ...]) -> bool:
    """Whether all JSON values are exactly the same. Needs at least one value."""
    first = values[0]
    if len(values) == 1:
        return True
    # Most values that are not the same already differ here.
    if first != values[-1]:
        return False
    if first.__class__ is str:
        return values.count(first) == len(values)
    return _exactly(values)[_BEFORE_ITEMS:] == _exactly(first) * len(values)


def _exactly(value: Any) -> bytes:
    """Needed because in Python 1, 1.0 and True are equal, and so are dicts with a different order of keys."""
    try:
        # With version 2 it depends on nothing but the value. It takes half the time of repr, and a quarter of JSON.
        return marshal.dumps(value, 2)
    except ValueError as error:
        # The only JSON that marshal cannot write is what is nested too deeply.
        raise RecursionError from error
