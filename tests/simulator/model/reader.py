# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads one mapping of a scenario and refuses what it does not know.

A misspelt key that is silently ignored makes a rehearsal lie, so every key is asked for by name and the rest is an
error that says where it stands and what was probably meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import ScenarioError
from .spread import Spread

_REQUIRED = object()


class Reader:
    """One mapping, the place where it stands, and the keys that were asked for so far."""

    def __init__(self, data: Any, where: str, origin: float = 0.0) -> None:
        if not isinstance(data, Mapping):
            raise ScenarioError(f"{where} must be a mapping, not {_kind(data)}")
        self.data = data
        self.where = where
        # Times in it are seconds after this one.
        self.origin = origin
        self._asked: dict[str, None] = {}

    def place(self, key: str) -> str:
        """Return the full name of a key, for messages."""
        return f"{self.where}.{key}" if self.where else key

    def has(self, key: str) -> bool:
        """Tell whether the key is written, even when its value is null."""
        self._asked[key] = None
        return key in self.data

    def raw(self, key: str, default: Any = None) -> Any:
        """Return the value as YAML gave it."""
        self._asked[key] = None
        value = self.data.get(key, default)
        if value is _REQUIRED:
            raise ScenarioError(f"{self.place(key)} is missing")
        return value

    def _typed(self, key: str, default: Any, kinds: tuple[type, ...], name: str) -> Any:
        value = self.raw(key, default)
        if value is default:
            return value
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise ScenarioError(f"{self.place(key)} must be {name}, not {_kind(value)}")
        return value

    def text(self, key: str, default: str | None = None) -> Any:
        """Return a string, or the default."""
        return self._typed(key, default, (str,), "a text")

    def required_text(self, key: str) -> str:
        """Return a string that must be there."""
        value: str = self._typed(key, _REQUIRED, (str,), "a text")
        return value

    def number(self, key: str, default: float | None = None) -> Any:
        """Return a number, or the default."""
        return self._typed(key, default, (int, float), "a number")

    def integer(self, key: str, default: int | None = None) -> Any:
        """Return a whole number, or the default."""
        return self._typed(key, default, (int,), "a whole number")

    def boolean(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value: bool = self._typed(key, default, (bool,), "true or false")
        return value

    def mapping(self, key: str) -> dict[str, Any]:
        """Return a mapping that is passed on as it is."""
        return dict(self._typed(key, None, (Mapping,), "a mapping") or {})

    def items(self, key: str) -> list[Any]:
        """Return a list that is passed on as it is."""
        return list(self._typed(key, None, (list,), "a list") or [])

    def choice(self, key: str, default: str | None, allowed: Iterable[str]) -> Any:
        """Return one of the allowed words. Case is kept as written, because the service has used several."""
        value = self.text(key, default)
        words = list(allowed)
        if value is not None and value.lower() not in words:
            raise ScenarioError(f"{self.place(key)} must be one of {', '.join(words)}, not {value!r}")
        return value

    def spread(self, key: str, count: int, default: Spread | None = None) -> Spread | None:
        """Return a number for each of ``count`` members: a number, a list, or ``from`` with ``to`` or ``step``."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, Mapping):
            return _spread_of(Reader(value, self.place(key)), count)
        if isinstance(value, list) and value and all(_is_number(item) for item in value):
            return Spread(value[0], values=tuple(value))
        if _is_number(value):
            return Spread(value)
        raise ScenarioError(f"{self.place(key)} must be a number, a list of numbers, or from with to or step")

    def time(self, key: str, default: float) -> float:
        """Return a time, or the default as it stands."""
        value = self.number(key)
        return default if value is None else float(value + self.origin)

    def times(self, key: str, count: int) -> Spread | None:
        """Return a time for each of ``count`` members, or None."""
        spread = self.spread(key, count)
        return spread and spread.after(self.origin)

    def section(self, key: str) -> Reader | None:
        """Return the reader of a nested mapping, or None."""
        value = self.raw(key)
        return None if value is None else Reader(value, self.place(key), self.origin)

    def sections(self, key: str) -> list[Reader]:
        """Return the readers of a list of mappings; one mapping alone counts as a list of one."""
        value = self.raw(key)
        if value is None:
            return []
        if isinstance(value, Mapping):
            return [Reader(value, self.place(key), self.origin)]
        if not isinstance(value, list):
            raise ScenarioError(f"{self.place(key)} must be a mapping or a list of mappings, not {_kind(value)}")
        return [Reader(item, f"{self.place(key)}[{index}]", self.origin) for index, item in enumerate(value)]

    def finish(self) -> None:
        """Raise for the first key that nobody asked for."""
        for key in self.data:
            if key not in self._asked:
                close = difflib.get_close_matches(str(key), self._asked, n=1)
                hint = f"did you mean {close[0]}?" if close else f"known keys: {', '.join(sorted(self._asked))}"
                raise ScenarioError(f"{self.place(str(key))} is not a known key; {hint}")


def _spread_of(reader: Reader, count: int) -> Spread:
    first = reader.number("from", 0)
    last, step = reader.number("to"), reader.number("step")
    reader.finish()
    if (last is None) == (step is None):
        raise ScenarioError(f"{reader.where} needs exactly one of to and step beside from")
    return Spread.between(first, last, count) if step is None else Spread(first, step)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    return f"{type(value).__name__} {value!r}" if not isinstance(value, (dict, list)) else type(value).__name__
