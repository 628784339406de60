# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A number for every member of a generated group."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """``first``, then ``step`` more for each member; or ``values``, member by member, the last one repeated."""

    first: float
    step: float = 0.0
    values: tuple[float, ...] = ()

    def at(self, index: int) -> float:
        """Return the number of the member with this index, counted from 0."""
        if self.values:
            return self.values[min(index, len(self.values) - 1)]
        return self.first + self.step * index

    def after(self, origin: float) -> Spread:
        """Return the same numbers counted from another origin."""
        return Spread(self.first + origin, self.step, tuple(value + origin for value in self.values))

    @classmethod
    def between(cls, first: float, last: float, count: int) -> Spread:
        """Return numbers evenly from ``first`` to ``last`` over ``count`` members."""
        return cls(first, (last - first) / (count - 1) if count > 1 else 0.0)
