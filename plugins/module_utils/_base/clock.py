# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a wait may take: one monotonic deadline for all of it, and the clock it is read from."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

# The longest duration that the service knows, in whole seconds. It says so of what has no limit.
NO_LIMIT = 922_337_203_685


class WaitOptions(NamedTuple):
    """Seconds in all, seconds between two reads, and whether to stop once the condition can no longer be satisfied.

    `stall` are seconds in which nothing changes, after which it stops too; None where it does not.
    """

    timeout: float = 600
    sleep: float = 15
    fail_fast: bool = True
    stall: float | None = None


class Clock:
    """Seconds that never jump, and the time of day for sentences. Tests hand in a scripted one."""

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def utc(self) -> datetime:
        # Only for those who need it: what a module pulls in is compiled at every task.
        from datetime import datetime, timezone

        return datetime.now(timezone.utc).replace(tzinfo=None)


class Deadline:
    """A point in time that requests, retries and pauses are clipped to.

    `seconds` is counted from now; None never passes.
    """

    def __init__(self, clock: Clock, seconds: float | None = None) -> None:
        self.clock = clock
        self.started = clock.monotonic()
        self._at = None if seconds is None else self.started + seconds

    @property
    def elapsed(self) -> float:
        return self.clock.monotonic() - self.started

    @property
    def bounded(self) -> bool:
        return self._at is not None

    def clip(self, seconds: float, reserve: float = 0.0) -> float:
        """`seconds`, or what is left but for `reserve` where that is less; never negative."""
        if self._at is None:
            return seconds
        return max(0.0, min(seconds, self._at - reserve - self.clock.monotonic()))

    def allows(self, seconds: float) -> bool:
        """Whether a pause of that length ends before the deadline."""
        return self._at is None or self.clock.monotonic() + seconds < self._at
