# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who watches a wait is told of every look, of every error that was survived, and in pauses that are long for him."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._after.wait import SignsOfLife, Waiter, WaitResult
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline, WaitOptions
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, TransportError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Reason
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, refusal
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

Scripts = Callable[..., ScriptedClock]
PENDING, SATISFIED = Judgement([], [Reason("job-1: is active")]), Judgement()
FAILED_AND_PENDING = Judgement([Reason("task-1: failed")], [Reason("task-2: is running")])


class Notes:
    """Writes down what it is told. `quiet` is for how long it needs no word, from whenever it is asked."""

    def __init__(self, quiet: float = 1_000) -> None:
        self.told: list[tuple[Any, ...]] = []
        self._quiet = quiet

    def looked(self, look: Snapshot, elapsed: float, over: bool) -> None:
        self.told.append(("looked", look.summary["look"], elapsed, over))

    def survived(self, error: BatchError, elapsed: float) -> None:
        self.told.append(("survived", str(error), elapsed))

    def paused(self, elapsed: float) -> None:
        self.told.append(("paused", elapsed))

    def next_word(self, elapsed: float) -> float:
        return self._quiet


def wait(
    clock: ScriptedClock,
    observer: Notes | None,
    *script: Judgement | BatchError,
    sleep: float = 10,
    fail_fast: bool = True,
) -> WaitResult:
    steps = list(script)
    looks = 0

    def look() -> Snapshot:
        nonlocal looks
        looks += 1
        step = steps.pop(0)
        if isinstance(step, BatchError):
            raise step
        return Snapshot(summary={"look": looks}, judgement=step)

    client = connect("http://127.0.0.1:9", clock=clock)
    return Waiter(client, look, WaitOptions(1_000, sleep, fail_fast), observer).run()


def test_every_look_is_told_and_the_last_one_as_such(scripted: Scripts) -> None:
    notes = Notes()
    wait(scripted(10, 10), notes, PENDING, PENDING, SATISFIED)
    assert notes.told == [("looked", 1, 0, False), ("looked", 2, 10, False), ("looked", 3, 20, True)]


@pytest.mark.parametrize(("quiet", "told"), [(0, [("paused", 0)]), (0.5, [])])
def test_within_a_look_it_speaks_when_it_is_time_and_not_before(quiet: float, told: list[Any]) -> None:
    notes = Notes(quiet)
    SignsOfLife(Deadline(ScriptedClock(), 100), notes).tell_if_due()
    assert notes.told == told


def test_a_look_that_ends_the_wait_by_a_failure_is_the_last_one(scripted: Scripts) -> None:
    notes = Notes()
    wait(scripted(), notes, FAILED_AND_PENDING)
    assert notes.told == [("looked", 1, 0, True)]


def test_without_fail_fast_a_failure_is_not_the_last_one(scripted: Scripts) -> None:
    notes = Notes()
    wait(scripted(10), notes, FAILED_AND_PENDING, SATISFIED, fail_fast=False)
    assert notes.told == [("looked", 1, 0, False), ("looked", 2, 10, True)]


def test_an_error_that_is_survived_is_told(scripted: Scripts) -> None:
    notes = Notes()
    wait(scripted(10, 10), notes, PENDING, TransportError("reset"), SATISFIED)
    assert notes.told[1:] == [("survived", "reset", 10), ("looked", 3, 20, True)]


def test_an_error_of_the_first_look_is_not_told_because_it_ends_the_task(scripted: Scripts) -> None:
    notes = Notes()
    with pytest.raises(TransportError):
        wait(scripted(), notes, TransportError("reset"))
    assert notes.told == []


def test_a_long_pause_is_cut_and_as_long_as_before(scripted: Scripts) -> None:
    notes = Notes(quiet=60)
    waited = wait(scripted(60, 60, 30), notes, PENDING, SATISFIED, sleep=150)
    assert notes.told[1:-1] == [("paused", 60), ("paused", 120)]
    assert (waited.elapsed, waited.polls) == (150, 2)


@pytest.mark.parametrize("sleep", [59, 60])
def test_a_pause_that_is_not_longer_is_not_cut(scripted: Scripts, sleep: float) -> None:
    notes = Notes(quiet=60)
    wait(scripted(sleep), notes, PENDING, SATISFIED, sleep=sleep)
    assert [told[0] for told in notes.told] == ["looked", "looked"]


def test_an_observer_who_is_always_impatient_does_not_keep_it_from_pausing(scripted: Scripts) -> None:
    notes = Notes(quiet=0)
    wait(scripted(1, 1, 0.5), notes, PENDING, SATISFIED, sleep=2.5)
    assert notes.told[1:-1] == [("paused", 1), ("paused", 2)]


def test_without_an_observer_a_long_pause_is_one(scripted: Scripts) -> None:
    assert wait(scripted(600), None, PENDING, SATISFIED, sleep=600).elapsed == 600


class Patient(Notes):
    """Needs a word a minute, as a progress line does."""

    def __init__(self) -> None:
        super().__init__()
        self._heard_at = 0.0

    def looked(self, look: Snapshot, elapsed: float, over: bool) -> None:
        super().looked(look, elapsed, over)
        self._heard_at = elapsed

    def paused(self, elapsed: float) -> None:
        super().paused(elapsed)
        self._heard_at = elapsed

    def next_word(self, elapsed: float) -> float:
        return max(0.0, self._heard_at + 60 - elapsed)


def read_in_a_wait(service: Loopback, clock: ScriptedClock, notes: Notes) -> WaitResult:
    """Each look reads one job, and the second one ends the wait."""
    client = connect(service.url, clock=clock, retries=5)
    judgements = [SATISFIED, PENDING]

    def look() -> Snapshot:
        client.get(("jobs", "a"))
        return Snapshot(summary={"look": 3 - len(judgements)}, judgement=judgements.pop())

    return Waiter(client, look, WaitOptions(1_000, 10), notes).run()


def test_a_look_that_a_busy_service_holds_up_is_told_every_minute(service: Loopback, scripted: Scripts) -> None:
    busy = refusal(503, "ServerBusy", retry_after="150")
    service.say("/jobs/a", {"id": "a"}, busy, {"id": "a"})
    notes = Patient()
    # Ten seconds of the wait's own, then the pause that the service asked for, in pieces.
    waited = read_in_a_wait(service, scripted(10, 50, 60, (40, 41)), notes)
    assert [told[:2] for told in notes.told if told[0] == "paused"] == [("paused", 60), ("paused", 120)]
    assert waited.transient_errors == 1


def test_a_look_whose_answers_take_long_is_told_after_each_minute(service: Loopback, scripted: Scripts) -> None:
    clock = scripted(10)

    def slow(request: Request) -> Answer:
        clock.work(70)
        return Answer({"id": "a"})

    service.say("/jobs/a", slow)
    notes = Patient()
    read_in_a_wait(service, clock, notes)
    assert [told[0] for told in notes.told] == ["paused", "looked", "paused", "looked"]


def test_after_the_wait_nobody_is_told(service: Loopback, scripted: Scripts) -> None:
    clock, notes = scripted(10), Patient()
    service.say("/jobs/a", {"id": "a"})
    client = connect(service.url, clock=clock)
    script = [PENDING, SATISFIED]
    Waiter(client, lambda: Snapshot(summary={"look": 0}, judgement=script.pop(0)), WaitOptions(1_000, 10), notes).run()
    told = len(notes.told)
    clock.work(100)
    client.get(("jobs", "a"))
    assert len(notes.told) == told
