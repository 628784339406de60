# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks once, or again and again until the verdict is no longer `pending` or the one deadline has passed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline, WaitOptions
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, failure_with
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import FAILED, SATISFIED, Judgement
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot


@dataclass
class WaitResult:
    """How a wait ended. `look` is the last complete look."""

    look: Snapshot
    polls: int = 0
    elapsed: float = 0
    timed_out: bool = False
    transient_errors: int = 0
    last_transient_error: str | None = None
    # Whether the deadline came in the middle of the last look. What that would have seen is not known, and it is no error.
    cut_off: bool = False

    def as_result(self) -> dict[str, Any]:
        return {
            "elapsed": round(self.elapsed, 3),
            "polls": self.polls,
            "timed_out": self.timed_out,
            "transient_errors": self.transient_errors,
            "last_transient_error": self.last_transient_error,
        }

    def ending(self, condition_text: str) -> dict[str, Any]:
        """The message of a wait that did not end well; nothing where it did. `aim` is what was waited for."""
        judgement = self.look.judgement or Judgement()
        if judgement.verdict == SATISFIED:
            return {}
        reasons = "; ".join(judgement.as_result()["reasons"])
        if self.timed_out:
            code, start = "TimedOut", f"Timed out after {self.elapsed:.0f} s, {condition_text} is not satisfied yet"
        else:
            code = "ConditionFailed"
            start = f"Stopped waiting after {self.elapsed:.0f} s, {condition_text} can no longer be satisfied"
        if self.cut_off:
            reasons += "; wait_timeout cut off the last look, and this is what the one before it saw"
        if self.last_transient_error:
            reasons += f"; the last transient error: {self.last_transient_error}"
        message = f"{start}: {reasons}"
        return {"failed": True, "msg": message, "failure": failure_with(code, message)}


class Observer(Protocol):
    """Somebody who is told how a wait goes on. `elapsed` are seconds since it began."""

    def looked(self, look: Snapshot, elapsed: float, over: bool) -> None:
        """After each look that was whole. `over` says that there is no further one."""

    def survived(self, error: BatchError, elapsed: float) -> None:
        """After each look that failed with an error that may pass."""

    def paused(self, elapsed: float) -> None:
        """Whenever `next_word` seconds are over, in a pause or in a look that takes long; by one thread at a time."""

    def next_word(self, elapsed: float) -> float:
        """Seconds from now in which nothing has to be said."""


@dataclass
class Waiter:
    """One wait: `look` is called until its judgement is over."""

    client: Client
    look: Callable[[], Snapshot]
    patience: WaitOptions
    observer: Observer | None = None
    _deadline: Deadline = field(init=False)
    _waited: WaitResult = field(init=False)
    # Seconds that the last look took.
    _took: float = field(default=0.0, init=False)
    _telling: threading.Lock = field(default_factory=threading.Lock, init=False)

    def run(self) -> WaitResult:
        """Errors of the first look are raised; later ones are survived, because the wait has proved that it can read."""
        self._deadline = Deadline(self.client.clock, self.patience.timeout)
        with self.client.limited_to(self._deadline, self._rest, self._tell_if_due):
            self._waited = WaitResult(self._timed(self.look), polls=1)
            self._tell_look()
            while not self._is_over() and self._pause():
                self._look_again()
        return self._ended()

    def _pause(self) -> bool:
        """Whether there was time to pause before one more look."""
        # Leaves time for a last look before the deadline, as long as the one before it took and half again.
        pause = self._deadline.clip(self.patience.sleep, 1.5 * self._took + 0.01)
        if pause <= 0:
            return False
        self._rest(pause)
        return True

    def _look_again(self) -> None:
        waited = self._waited
        waited.polls += 1
        try:
            waited.look = self._timed(self.look)
        except BatchError as error:
            if not error.transient:
                raise
            self._survive(error)
        else:
            self._tell_look()

    def _survive(self, error: BatchError) -> None:
        waited = self._waited
        waited.cut_off = error.cut_off
        if error.cut_off:
            if error.before:
                waited.last_transient_error = str(error.before)
            return
        waited.transient_errors += 1
        waited.last_transient_error = str(error)
        if self.observer:
            self.observer.survived(error, self._deadline.elapsed)

    def _timed(self, look: Callable[[], Snapshot]) -> Snapshot:
        started = self._deadline.elapsed
        try:
            return look()
        finally:
            self._took = self._deadline.elapsed - started

    def _ended(self) -> WaitResult:
        waited = self._waited
        waited.elapsed = self._deadline.elapsed
        waited.timed_out = not self._is_over()
        waited.transient_errors += self.client.retried
        return waited

    def _is_over(self) -> bool:
        return self._over(self._waited.look.judgement or Judgement())

    def _tell_look(self) -> None:
        self._waited.cut_off = False
        if self.observer:
            self.observer.looked(self._waited.look, self._deadline.elapsed, self._is_over())

    def _rest(self, seconds: float) -> None:
        """Cut into pieces only for an observer who would be silent for too long otherwise."""
        while self.observer:
            piece = max(1.0, self.observer.next_word(self._deadline.elapsed))
            if piece >= seconds:
                break
            self.client.clock.sleep(piece)
            seconds -= piece
            with self._telling:
                self.observer.paused(self._deadline.elapsed)
        self.client.clock.sleep(seconds)

    def _tell_if_due(self) -> None:
        """After each attempt of a request: a look may read many things, side by side, and each may take long."""
        with self._telling:
            if self.observer and self.observer.next_word(self._deadline.elapsed) <= 0:
                self.observer.paused(self._deadline.elapsed)

    def _over(self, judgement: Judgement) -> bool:
        if judgement.verdict == SATISFIED:
            return True
        return judgement.verdict == FAILED and (self.patience.fail_fast or judgement.settled)
