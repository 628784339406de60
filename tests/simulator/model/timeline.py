# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A value that changes at known times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from .errors import ScenarioError
from .reader import Reader

NEVER = float("inf")


class Timeline:
    """Values with the times from which they hold. Before the first time the first value holds already."""

    __slots__ = ("times", "values")

    def __init__(self, steps: Sequence[tuple[float, Any]]) -> None:
        self.times = [at for at, _value in steps]
        self.values = [value for _at, value in steps]

    def _index(self, now: float) -> int:
        return max(bisect_right(self.times, now) - 1, 0)

    def at(self, now: float) -> Any:
        """Return the value that holds."""
        return self.values[self._index(now)]

    def since(self, now: float) -> float:
        """Return the time from which the present value holds."""
        return self.times[self._index(now)]

    def before(self, now: float) -> tuple[Any, float] | None:
        """Return the previous value and the time from which it held, if there was one."""
        index = self._index(now)
        return (self.values[index - 1], self.times[index - 1]) if index else None

    def first_time_in(self, values: Iterable[Any]) -> float | None:
        """Return when the first of these values begins, or None."""
        wanted = set(values)
        return next((at for at, value in zip(self.times, self.values) if value in wanted), None)

    def next_time_of(self, value: Any, after: float) -> float:
        """Return when this value begins the next time after a moment, or NEVER."""
        return next((at for at, held in zip(self.times, self.values) if at > after and held == value), NEVER)


def read_timeline(reader: Reader, key: str, value_key: str, allowed: Iterable[str] | None) -> Timeline | None:
    """Read a list of ``{at, value_key}``, or one value that holds for ever; None when the key is absent."""
    value = reader.raw(key)
    if value is None:
        return None
    if not isinstance(value, list):
        single = reader.choice(key, None, allowed) if allowed else reader.number(key)
        return Timeline([(reader.origin, single)])
    steps = [_read_step(item, value_key, allowed) for item in reader.sections(key)]
    times = [at for at, _value in steps]
    if not steps or times != sorted(times):
        raise ScenarioError(f"{reader.place(key)} must be a list in order of time")
    return Timeline(steps)


def _read_step(reader: Reader, value_key: str, allowed: Iterable[str] | None) -> tuple[float, Any]:
    at = reader.time("at", reader.origin)
    value = reader.choice(value_key, None, allowed) if allowed else reader.number(value_key)
    if value is None:
        raise ScenarioError(f"{reader.place(value_key)} is missing")
    reader.finish()
    return at, value
