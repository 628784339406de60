# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks once, or again and again until the verdict is no longer `pending` or the one deadline has passed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._deadline import Deadline, Patience
from ansible_collections.batchops.azure.plugins.module_utils._errors import BatchError, failure_with
from ansible_collections.batchops.azure.plugins.module_utils._look import Look
from ansible_collections.batchops.azure.plugins.module_utils._verdict import FAILED, SATISFIED, Judgement


@dataclass
class Waited:
    """How a wait ended. `look` is the last complete look."""

    look: Look
    polls: int = 0
    elapsed: float = 0
    timed_out: bool = False
    transient_errors: int = 0
    last_transient_error: str | None = None

    def as_result(self) -> dict[str, Any]:
        return {
            "elapsed": round(self.elapsed, 3),
            "polls": self.polls,
            "timed_out": self.timed_out,
            "transient_errors": self.transient_errors,
            "last_transient_error": self.last_transient_error,
        }

    def ending(self, aim: str) -> dict[str, Any]:
        """The message of a wait that did not end well; nothing where it did. `aim` is what was waited for."""
        judgement = self.look.judgement or Judgement()
        if judgement.verdict == SATISFIED:
            return {}
        reasons = "; ".join(judgement.as_result()["reasons"])
        if self.timed_out:
            code, start = "TimedOut", f"Timed out after {self.elapsed:.0f} s, {aim} has not come true"
        else:
            code = "ConditionFailed"
            start = f"Stopped waiting after {self.elapsed:.0f} s, {aim} cannot come true any more"
        if self.last_transient_error:
            reasons += f"; the last error that was survived: {self.last_transient_error}"
        message = f"{start}: {reasons}"
        return {"failed": True, "msg": message, "failure": failure_with(code, message)}


class Observer(Protocol):
    """Somebody who is told how a wait goes on. `elapsed` are seconds since it began."""

    def looked(self, look: Look, elapsed: float, over: bool) -> None:
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
    look: Callable[[], Look]
    patience: Patience
    observer: Observer | None = None
    errors: int = field(default=0, init=False)
    last_error: str | None = field(default=None, init=False)
    _telling: threading.Lock = field(default_factory=threading.Lock, init=False)

    def run(self) -> Waited:
        """Errors of the first look are raised; later ones are survived, because the wait has proved that it can read."""
        deadline = Deadline(self.client.clock, self.patience.timeout)
        self.client.deadline = deadline
        if self.observer:
            self.client.rest = lambda seconds: self._pause(seconds, deadline)
            self.client.attempted = lambda: self._tell_if_due(deadline)
        look, polls, started = self.look(), 1, deadline.started
        self._tell(look, deadline)
        while not self._over(look.judgement or Judgement()):
            # Leaves time for a last look before the deadline, as long as the one before it took and half again.
            reserve = 1.5 * (self.client.clock.monotonic() - started) + 0.01
            pause = deadline.clip(self.patience.sleep, reserve)
            if pause <= 0:
                break
            self._pause(pause, deadline)
            started = self.client.clock.monotonic()
            look = self._again(deadline) or look
            polls += 1
        verdict = (look.judgement or Judgement()).verdict
        timed_out = not self._over(look.judgement or Judgement())
        self.client.deadline = Deadline(self.client.clock)
        self.client.rest, self.client.attempted = self.client.clock.sleep, None
        return Waited(
            look,
            polls,
            deadline.elapsed,
            timed_out and verdict != SATISFIED,
            self.errors + self.client.retried,
            self.last_error,
        )

    def _again(self, deadline: Deadline) -> Look | None:
        try:
            look = self.look()
        except BatchError as error:
            if not error.transient:
                raise
            self.errors += 1
            self.last_error = str(error)
            if self.observer:
                self.observer.survived(error, deadline.elapsed)
            return None
        self._tell(look, deadline)
        return look

    def _tell(self, look: Look, deadline: Deadline) -> None:
        if self.observer:
            self.observer.looked(look, deadline.elapsed, self._over(look.judgement or Judgement()))

    def _pause(self, seconds: float, deadline: Deadline) -> None:
        """Cut into pieces only for an observer who would be silent for too long otherwise."""
        while self.observer:
            piece = max(1.0, self.observer.next_word(deadline.elapsed))
            if piece >= seconds:
                break
            self.client.clock.sleep(piece)
            seconds -= piece
            with self._telling:
                self.observer.paused(deadline.elapsed)
        self.client.clock.sleep(seconds)

    def _tell_if_due(self, deadline: Deadline) -> None:
        """After each attempt of a request: a look may read many things, side by side, and each may take long."""
        with self._telling:
            if self.observer and self.observer.next_word(deadline.elapsed) <= 0:
                self.observer.paused(deadline.elapsed)

    def _over(self, judgement: Judgement) -> bool:
        if judgement.verdict == SATISFIED:
            return True
        return judgement.verdict == FAILED and (self.patience.fail_fast or judgement.settled)
