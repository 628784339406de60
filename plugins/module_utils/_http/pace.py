# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many requests a second a client sends to a busy service: found by what the service takes.

Loaded when a request is refused for the first time. Until then nothing is held back.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock, Deadline

# Seconds over which is counted what the service takes.
_COUNTED = 1.0
# What is left of the rate after a refusal.
_KEPT = 0.85
# Seconds until the rate that was refused is reached again, and how often the pause after a refusal fits into them: the more
# a refusal costs, the longer nobody tries for more.
_REGAINED = 15.0
_LONGEST_REGAINED = 60.0
_PAUSES = 10.0
# No rate is below one request a second: a service that takes less says so in Retry-After.
_LEAST = 1.0
# More than anybody sends.
_MOST = 10_000.0


def first_rate(taken: int, seconds: float, connections: int) -> float:
    """Requests a second after the first refusal; `taken` is how many the service took in the `seconds` before.

    One a second for each connection where that is more: a client that has waited for most of the time was not held up by the service.
    """
    return max(_KEPT * taken / max(seconds, _COUNTED), float(connections))


class Turn(NamedTuple):
    """When one request may be sent. A refusal that comes before that ends the turns of its round."""

    at: float
    round: int


class Pace:
    """Turns for the requests of one client, one after the other. Safe to share between threads.

    `rate` is a first guess in requests a second. It doubles each second until the service refuses again: before the first refusal
    the service may have taken what it had saved up, or what others left. From then on the rate is what the service took in
    the second before a refusal, less a part, and grows as CUBIC does: soon back to nearly that much, hardly at all where it was
    refused, and faster and faster beyond, in case the service takes more by now.
    """

    def __init__(self, clock: Clock, rate: float) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._first = rate
        # What the service took in a second, when it refused more; None after one refusal.
        self._limit: float | None = None
        self._regained = _REGAINED
        self._accepted: deque[float] = deque()
        self._accepted_in_round = False
        self._round = 0
        self._resumes_at = self._next = clock.monotonic()

    def refused(self, seconds: float) -> None:
        """The service is busy: for so long nobody sends."""
        with self._lock:
            now = self._clock.monotonic()
            # Of requests that were sent side by side, one refusal counts. And where nothing was taken after the pause, it
            # says that the service is still busy, and not how much it takes.
            if self._accepted_in_round:
                self._limit = max(_LEAST, min(self._rate(now), self._counted(now)))
                self._regained = min(max(_REGAINED, _PAUSES * seconds), _LONGEST_REGAINED)
                self._accepted_in_round = False
            self._resumes_at = self._next = max(self._resumes_at, now + seconds)
            self._round += 1

    def accepted(self) -> None:
        """The service took a request."""
        with self._lock:
            now = self._clock.monotonic()
            self._accepted.append(now)
            self._counted(now)
            # Before that it is an answer to what was sent before the refusal.
            self._accepted_in_round |= now >= self._resumes_at

    def wait_for_turn(self, deadline: Deadline, sleep: Callable[[float], None]) -> None:
        """Returns when a request may be sent, or at the deadline."""
        while True:
            turn = self.next_turn(deadline)
            while (seconds := deadline.clip(turn.at - self._clock.monotonic())) > 0:
                sleep(seconds)
            if self.holds(turn):
                return

    def next_turn(self, deadline: Deadline) -> Turn:
        """The next turn that nobody has. One after the deadline is nobody's: who reads after that would wait for it."""
        with self._lock:
            now = self._clock.monotonic()
            at = max(self._next, now)
            if deadline.allows(at - now):
                self._next = at + 1 / self._rate(at)
            return Turn(at, self._round)

    def holds(self, turn: Turn) -> bool:
        """Whether the service has refused nothing since the turn was given."""
        return turn.round == self._round

    def _counted(self, now: float) -> int:
        """How many requests the service took in the last second."""
        while self._accepted and self._accepted[0] <= now - _COUNTED:
            self._accepted.popleft()
        return len(self._accepted)

    def _rate(self, now: float) -> float:
        seconds = max(0.0, now - self._resumes_at)
        if self._limit is None:
            return float(min(_MOST, self._first * 2.0 ** min(seconds, 16.0)))
        past = seconds / self._regained - 1
        return float(min(_MOST, self._limit * (1 + (1 - _KEPT) * past**3)))
