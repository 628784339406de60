# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads again and again until the condition is satisfied, has failed, or the one deadline has passed; or until nothing changes any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock, Deadline, WaitOptions
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, failure_with
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    FAILED,
    PENDING,
    SATISFIED,
    Judgement,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from ansible_collections.batchops.azure.plugins.module_utils._after.standstill import Standstill


@dataclass
class WaitResult:
    """How a wait ended. `snapshot` is the last one that was read as a whole."""

    snapshot: Snapshot
    polls: int
    elapsed: float = 0
    timed_out: bool = False
    # Whether nothing changed for as long as the user allows; for how long that was, and when it was seen.
    stalled: bool = False
    unchanged: float = 0
    seen_at: datetime | None = None
    transient_errors: int = 0
    last_transient_error: str | None = None
    # Whether the deadline came in the middle of the last read. What that would have seen is not known, and it is no error.
    cut_off: bool = False

    @property
    def judgement(self) -> Judgement:
        """There is one: nobody may wait for what is not judged."""
        return cast(Judgement, self.snapshot.judgement)

    def as_result(self) -> dict[str, Any]:
        return {
            "elapsed": round(self.elapsed, 3),
            "polls": self.polls,
            "timed_out": self.timed_out,
            "stalled": self.stalled,
            "transient_errors": self.transient_errors,
            "last_transient_error": self.last_transient_error,
        }

    def ending(self, condition_text: str) -> dict[str, Any]:
        """What the result of a wait has that did not end well; nothing where it did. `condition_text` is what was waited for."""
        judgement = self.judgement
        if judgement.verdict == SATISFIED:
            return {}
        reasons = judgement.as_result()["reasons"]
        if self.seen_at:
            from ansible_collections.batchops.azure.plugins.module_utils._after.standstill import dated, describe

            code, message = "Stalled", describe(judgement, self.unchanged, self.seen_at, condition_text)
            reasons = dated(judgement, self.seen_at)
        elif self.timed_out:
            code, start = "TimedOut", f"Timed out after {self.elapsed:.0f} s"
            message = f"{start}, {condition_text} is not satisfied yet: {'; '.join(reasons)}"
        else:
            code, start = "ConditionFailed", f"Stopped waiting after {self.elapsed:.0f} s"
            message = f"{start}, {condition_text} can no longer be satisfied: {'; '.join(reasons)}"
        if self.cut_off:
            message += "; wait_timeout cut off the last poll, and this is what the one before it saw"
        if self.last_transient_error:
            message += f"; the last transient error: {self.last_transient_error}"
        return {"failed": True, "msg": message, "failure": failure_with(code, message), "reasons": reasons}


class Observer(Protocol):
    """Somebody who is told how a wait goes on. `elapsed` are seconds since it began."""

    def looked(self, look: Snapshot, elapsed: float, over: bool) -> None:
        """After each read that was whole. `over` says that there is no further one."""

    def survived(self, error: BatchError, elapsed: float) -> None:
        """After each read that failed with an error that may pass."""

    def paused(self, elapsed: float) -> None:
        """Whenever `next_word` seconds are over, in a pause or in a read that takes long; by one thread at a time."""

    def next_word(self, elapsed: float) -> float:
        """Seconds from now in which nothing has to be said."""


class Waiter:
    """One wait, whose time begins here: `read` is called until its judgement is no longer pending."""

    def __init__(
        self, client: Client, read: Callable[[], Snapshot], options: WaitOptions, observer: Observer | None = None
    ) -> None:
        self._client = client
        self._read = read
        self._options = options
        self._observer = observer
        self.deadline = Deadline(client.clock, options.timeout)
        # When the last read began, and how many seconds it took.
        self._began = 0.0
        self._took = 0.0
        self._standstill = _standstill(client.clock, options.stall)

    def run(self) -> WaitResult:
        """Errors of the first read are raised; later ones are survived, because the wait has proved that it can read."""
        signs = SignsOfLife(self.deadline, self._observer)
        with self._client.limited_to(self.deadline, signs.sleep, signs.tell_if_due):
            result = WaitResult(self._timed_read(), polls=1)
            self._take(result)
            while not self._is_over(result) and (pause := self._next_pause()):
                signs.sleep(pause)
                self._read_again(result)
        result.elapsed = self.deadline.elapsed
        if self._standstill and self._standstill.over and self._state(result) == PENDING:
            result.stalled, result.unchanged = True, self._standstill.unchanged
            result.seen_at = self._client.clock.utc()
        result.timed_out = self._state(result) == PENDING and not result.stalled
        result.transient_errors += self._client.retried
        return result

    def _take(self, result: WaitResult) -> None:
        """After a look that was whole."""
        if self._standstill:
            self._standstill.looked(result.judgement.digest, self._began)
        if self._observer:
            self._observer.looked(result.snapshot, self.deadline.elapsed, self._is_over(result))

    def _is_over(self, result: WaitResult) -> bool:
        return self._state(result) != PENDING or bool(self._standstill and self._standstill.over)

    def _state(self, result: WaitResult) -> str:
        """Where the wait stands: SATISFIED and FAILED end it. After a failure it goes on where all of them are to be named."""
        judgement = result.judgement
        if judgement.verdict == FAILED and not (self._options.fail_fast or judgement.settled):
            return PENDING
        return judgement.verdict

    def _next_pause(self) -> float:
        """Seconds until the next read; 0 where there is no time for one.

        Leaves time for a last read before the deadline, as long as the one before it took and half again.
        """
        pause = self.deadline.clip(self._options.sleep, 1.5 * self._took + 0.01)
        return self._standstill.clip(pause) if self._standstill else pause

    def _read_again(self, result: WaitResult) -> None:
        result.polls += 1
        try:
            result.snapshot = self._timed_read()
        except BatchError as error:
            if not error.transient:
                raise
            self._survive(error, result)
        else:
            result.cut_off = False
            self._take(result)

    def _timed_read(self) -> Snapshot:
        self._began = self.deadline.clock.monotonic()
        try:
            return self._read()
        finally:
            self._took = self.deadline.clock.monotonic() - self._began

    def _survive(self, error: BatchError, result: WaitResult) -> None:
        result.cut_off = error.cut_off
        if error.cut_off:
            if error.before:
                result.last_transient_error = str(error.before)
            return
        if self._standstill:
            self._standstill.failed(self._began)
        result.transient_errors += 1
        result.last_transient_error = str(error)
        if self._observer:
            self._observer.survived(error, self.deadline.elapsed)


def _standstill(clock: Clock, seconds: float | None) -> Standstill | None:
    if seconds is None:
        return None
    # Only for those who use it: what a module pulls in is compiled at every task.
    from ansible_collections.batchops.azure.plugins.module_utils._after.standstill import Standstill

    return Standstill(clock, seconds)


class SignsOfLife:
    """Lets an observer speak in long pauses and long reads. Without one, a pause is a pause."""

    def __init__(self, deadline: Deadline, observer: Observer | None) -> None:
        self._deadline = deadline
        self._observer = observer
        self._one_at_a_time = threading.Lock()

    def sleep(self, seconds: float) -> None:
        """Cut into pieces only for an observer who would be silent for too long otherwise."""
        clock = self._deadline.clock
        while self._observer:
            piece = max(1.0, self._observer.next_word(self._deadline.elapsed))
            if piece >= seconds:
                break
            clock.sleep(piece)
            seconds -= piece
            with self._one_at_a_time:
                self._observer.paused(self._deadline.elapsed)
        clock.sleep(seconds)

    def tell_if_due(self) -> None:
        """After each attempt of a request: a read may read many things, side by side, and each may take long."""
        with self._one_at_a_time:
            if self._observer and self._observer.next_word(self._deadline.elapsed) <= 0:
                self._observer.paused(self._deadline.elapsed)
