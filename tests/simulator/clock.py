# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenario time: seconds since the start of a scenario.

Every state that the simulator shows is computed from the scenario and one of these clocks, so a test that moves
the clock sees jobs, tasks and nodes move without anybody sleeping.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from typing import Callable


class Clock(ABC):
    """What all clocks can do. A clock is read and moved from several threads."""

    @abstractmethod
    def now(self) -> float:
        """Return the seconds since the start of the scenario."""

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds``."""
        self.set(self.now() + seconds)

    @abstractmethod
    def set(self, seconds: float) -> None:
        """Move to ``seconds`` after the start of the scenario."""

    def tick(self) -> float:
        """Return the time that one request sees. Clocks that live on requests move afterwards."""
        return self.now()


class ManualClock(Clock):
    """Stands still until it is moved."""

    def __init__(self, start: float = 0.0) -> None:
        self._lock = threading.Lock()
        self._now = float(start)

    def now(self) -> float:
        with self._lock:
            return self._now

    def set(self, seconds: float) -> None:
        with self._lock:
            self._now = float(seconds)

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds


class StepClock(ManualClock):
    """Moves by ``step`` seconds after each request: a polling client sees time pass without sleeping."""

    def __init__(self, step: float, start: float = 0.0) -> None:
        super().__init__(start)
        self.step = step

    def tick(self) -> float:
        with self._lock:
            seen = self._now
            self._now += self.step
            return seen


class RealClock(Clock):
    """Runs by itself, ``speed`` times as fast as the wall clock."""

    def __init__(self, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._speed = speed
        self._origin = monotonic()
        self._offset = 0.0

    def now(self) -> float:
        with self._lock:
            return self._offset + (self._monotonic() - self._origin) * self._speed

    def set(self, seconds: float) -> None:
        with self._lock:
            self._origin = self._monotonic()
            self._offset = float(seconds)
