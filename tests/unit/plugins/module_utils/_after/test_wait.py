# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting: one deadline for all of it, partial results at its end, and errors that are survived or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._after.wait import Waiter, WaitResult
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline, WaitOptions
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    AnswerError,
    BatchError,
    ForeignLinkError,
    LoginError,
    ServiceError,
    TransportError,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Reason
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

Scripts = Callable[..., ScriptedClock]
SATISFIED = Judgement()
PENDING = Judgement([], [Reason("job-1: is active")])
FAILED = Judgement([Reason("task-1: failed")])
FAILED_AND_PENDING = Judgement([Reason("task-1: failed")], [Reason("task-2: is running")])


def service_error(status: int, code: str = "SomeCode") -> ServiceError:
    return ServiceError({"status": status, "code": code, "message": "", "values": [], "request_id": "", "url": ""})


class Looks:
    """Looks by a script: judgements and errors, the last one again and again; each takes `seconds`."""

    def __init__(self, clock: ScriptedClock, *script: Judgement | BatchError, seconds: float = 0) -> None:
        self.client: Client = connect("http://127.0.0.1:9", clock=clock)
        self.begun: list[float] = []
        self._clock = clock
        self._script = list(script)
        self._seconds = seconds
        self._start = clock.monotonic()

    def __call__(self) -> Snapshot:
        self.begun.append(self._clock.monotonic() - self._start)
        self._clock.work(self._seconds)
        step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(step, BatchError):
            raise step
        return Snapshot([{"look": len(self.begun)}], {"total": len(self.begun)}, judgement=step)

    def wait(self, timeout: float = 100, sleep: float = 10, fail_fast: bool = True) -> WaitResult:
        return Waiter(self.client, self, WaitOptions(timeout, sleep, fail_fast)).run()


def test_what_is_satisfied_at_once_is_looked_at_once(scripted: Scripts) -> None:
    waited = Looks(scripted(), SATISFIED).wait()
    assert waited.as_result() == {
        "elapsed": 0,
        "polls": 1,
        "timed_out": False,
        "stalled": False,
        "transient_errors": 0,
        "last_transient_error": None,
    }


def test_a_wait_is_measured_in_thousandths_of_a_second() -> None:
    assert WaitResult(Snapshot(), polls=1, elapsed=1.23456).as_result()["elapsed"] == 1.235


def test_it_looks_again_until_it_is_satisfied(scripted: Scripts) -> None:
    waited = Looks(scripted(10, 10), PENDING, PENDING, SATISFIED).wait()
    assert (waited.polls, waited.elapsed, waited.timed_out) == (3, 20, False)
    assert waited.snapshot.summary == {"total": 3}


def test_at_the_deadline_the_last_whole_look_is_the_result(scripted: Scripts) -> None:
    waited = Looks(scripted(10, 10, (4.9, 5)), PENDING).wait(timeout=25)
    assert (waited.polls, waited.timed_out) == (4, True)
    assert 24.9 < waited.elapsed <= 25
    assert waited.snapshot.facts == [{"look": 4}]
    assert waited.snapshot.judgement == PENDING


def test_what_comes_true_at_the_last_look_is_no_time_out(scripted: Scripts) -> None:
    waited = Looks(scripted(10, (4.9, 5)), PENDING, PENDING, SATISFIED).wait(timeout=15)
    assert waited.timed_out is False


@pytest.mark.parametrize("sleep", [0.5, 3, 7, 100])
@pytest.mark.parametrize("seconds", [0, 0.3, 4])
def test_it_never_sleeps_past_the_deadline(sleep: float, seconds: float) -> None:
    clock = ScriptedClock(*[(0, 100)] * 100)
    looks = Looks(clock, PENDING, seconds=seconds)
    waited = looks.wait(timeout=20, sleep=sleep)
    assert waited.timed_out
    assert max(looks.begun) < 20
    assert waited.elapsed <= 20


def test_what_has_no_limit_is_waited_for_as_long_as_it_takes(scripted: Scripts) -> None:
    waited = Looks(scripted(10, 10), PENDING, PENDING, SATISFIED).wait(timeout=922_337_203_685.48)
    assert (waited.polls, waited.timed_out) == (3, False)


def test_short_pauses_are_pauses_too(scripted: Scripts) -> None:
    waited = Looks(scripted(0.25, 0.25, 0.25, (0.2, 0.25)), PENDING).wait(timeout=1, sleep=0.25)
    assert (waited.polls, waited.timed_out) == (5, True)


def test_a_last_look_has_the_time_that_the_one_before_it_took(scripted: Scripts) -> None:
    looks = Looks(scripted(10, (3.9, 4)), PENDING, seconds=2)
    waited = looks.wait(timeout=21)
    assert looks.begun[-1] <= 21 - 3
    assert waited.elapsed <= 21


def test_a_time_out_before_the_first_pause_still_has_a_look(scripted: Scripts) -> None:
    waited = Looks(scripted(), PENDING, seconds=30).wait(timeout=20)
    assert (waited.polls, waited.timed_out) == (1, True)
    assert waited.snapshot.summary == {"total": 1}


def test_it_stops_early_when_it_cannot_come_true(scripted: Scripts) -> None:
    waited = Looks(scripted(10), PENDING, FAILED_AND_PENDING).wait()
    assert (waited.polls, waited.timed_out, waited.elapsed) == (2, False, 10)


def test_without_fail_fast_it_goes_on_until_nothing_is_left_to_wait_for(scripted: Scripts) -> None:
    script = PENDING, FAILED_AND_PENDING, FAILED_AND_PENDING, FAILED
    waited = Looks(scripted(10, 10, 10), *script).wait(fail_fast=False)
    assert (waited.polls, waited.timed_out) == (4, False)
    assert waited.snapshot.judgement == FAILED


def test_what_is_satisfied_is_whatever_still_goes_on(scripted: Scripts) -> None:
    waited = Looks(scripted(), Judgement(going_on=True)).wait(fail_fast=False)
    assert (waited.polls, waited.timed_out, waited.ending("condition active")) == (1, False, {})


def test_without_fail_fast_a_failure_that_never_settles_times_out(scripted: Scripts) -> None:
    waited = Looks(scripted(10, (9, 10)), FAILED_AND_PENDING).wait(timeout=20, fail_fast=False)
    assert waited.timed_out
    assert waited.snapshot.judgement == FAILED_AND_PENDING


@pytest.mark.parametrize(
    "error", [TransportError("reset"), AnswerError("HTML"), service_error(503), service_error(404), LoginError("no")]
)
def test_an_error_of_the_first_look_is_raised(scripted: Scripts, error: BatchError) -> None:
    with pytest.raises(type(error)):
        Looks(scripted(), error).wait()


@pytest.mark.parametrize(
    "error", [TransportError("reset"), AnswerError("HTML"), *(service_error(status) for status in (408, 429, 500, 503))]
)
def test_a_later_error_that_may_pass_is_survived_and_counted(scripted: Scripts, error: BatchError) -> None:
    waited = Looks(scripted(10, 10, 10), PENDING, error, error, SATISFIED).wait()
    assert (waited.polls, waited.transient_errors, waited.last_transient_error) == (4, 2, str(error))
    assert waited.snapshot.summary == {"total": 4}


@pytest.mark.parametrize(
    "error",
    [
        service_error(404, "JobNotFound"),
        service_error(403),
        service_error(401),
        LoginError("no"),
        ForeignLinkError("x"),
    ],
)
def test_a_later_error_that_will_not_pass_is_raised(scripted: Scripts, error: BatchError) -> None:
    with pytest.raises(type(error)):
        Looks(scripted(10), PENDING, error, SATISFIED).wait()


def test_a_time_out_after_errors_has_the_last_look_that_was_whole(scripted: Scripts) -> None:
    waited = Looks(scripted(10, (9, 10)), PENDING, TransportError("reset")).wait(timeout=20)
    assert waited.snapshot.facts == [{"look": 1}]
    assert (waited.timed_out, waited.polls, waited.transient_errors) == (True, 3, 2)


def cut_off(before: BatchError | None = None) -> TransportError:
    error = TransportError("http://127.0.0.1:9 did not answer within 0.02 s, the time that wait_timeout left")
    error.cut_off, error.before = True, before
    return error


def test_a_last_look_that_is_cut_off_is_no_error(scripted: Scripts) -> None:
    waited = Looks(scripted(10, (9, 10)), PENDING, PENDING, cut_off()).wait(timeout=20)
    assert (waited.timed_out, waited.polls, waited.transient_errors) == (True, 3, 0)
    assert waited.last_transient_error is None
    assert waited.snapshot.summary == {"total": 2}
    message = waited.ending("condition completed")["msg"]
    assert "wait_timeout cut off the last poll, and this is what the one before it saw" in message
    assert "survived" not in message
    assert "did not answer" not in message


def test_a_whole_look_behind_one_that_was_cut_off_is_what_was_seen_last(scripted: Scripts) -> None:
    waited = Looks(scripted(10, 10, (9, 10)), PENDING, cut_off(), PENDING).wait(timeout=30)
    assert (waited.timed_out, waited.snapshot.summary) == (True, {"total": 4})
    assert "cut off" not in waited.ending("condition completed")["msg"]


@pytest.mark.parametrize("look", [cut_off(), cut_off(before=service_error(500))])
def test_the_last_error_before_a_look_was_cut_off_is_kept(scripted: Scripts, look: BatchError) -> None:
    waited = Looks(scripted(10, (9, 10)), PENDING, service_error(503, "ServerBusy"), look).wait(timeout=20)
    assert waited.transient_errors == 1
    assert waited.last_transient_error is not None
    assert waited.last_transient_error.startswith("SomeCode (500)" if look.before else "ServerBusy (503)")


def test_a_first_look_that_is_cut_off_is_raised(scripted: Scripts) -> None:
    with pytest.raises(TransportError, match="the time that wait_timeout left"):
        Looks(scripted(), cut_off()).wait()


def test_an_error_of_a_wait_leaves_the_client_without_its_deadline(scripted: Scripts) -> None:
    looks = Looks(scripted(), TransportError("reset"))
    with pytest.raises(TransportError):
        looks.wait()
    assert not looks.client.deadline.bounded
    assert looks.client.on_attempt is None


def test_retries_within_a_look_are_counted_too(scripted: Scripts) -> None:
    looks = Looks(scripted(10), PENDING, SATISFIED)
    looks.client.retried = 3
    assert looks.wait().transient_errors == 3


def test_requests_share_the_deadline_of_the_wait_and_lose_it_afterwards(scripted: Scripts) -> None:
    looks = Looks(scripted(10), PENDING, SATISFIED)
    seen: list[Deadline] = []

    def look() -> Snapshot:
        seen.append(looks.client.deadline)
        return looks()

    Waiter(looks.client, look, WaitOptions(100, 10)).run()
    assert seen[0] is seen[1]
    assert seen[0].bounded
    assert seen[0].clip(1_000) == 90
    assert not looks.client.deadline.bounded
