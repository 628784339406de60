# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock for work that is done by several threads: its time passes only while all of them pause."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock


class ClockOfThreads(Clock):
    """Each of so many threads does its work within `working()`. Whatever they do but pause takes no time."""

    def __init__(self, threads: int) -> None:
        self.now = 1_000.0
        self._awake = threads
        self._wake_at: list[float] = []
        self._changed = threading.Condition()

    @contextmanager
    def working(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._rest()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._changed:
            until = self.now + seconds
            self._wake_at.append(until)
            self._rest()
            assert self._changed.wait_for(lambda: self.now >= until, timeout=60), (
                "the other threads neither pause nor end"
            )

    def work_alone(self) -> None:
        """When all have ended: one thread more works."""
        self._awake += 1

    def _rest(self) -> None:
        """One thread less is awake. The last of them moves the time to where somebody wakes up."""
        self._awake -= 1
        if self._awake or not self._wake_at:
            return
        self.now = min(self._wake_at)
        woken = [until for until in self._wake_at if until <= self.now]
        self._wake_at = [until for until in self._wake_at if until > self.now]
        self._awake = len(woken)
        self._changed.notify_all()
