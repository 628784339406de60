# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait that ends because nothing changes: at which time, what is no standstill, and what is said of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Union

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._after.standstill import (
    Standstill,
    dated,
    describe,
    length,
)
from ansible_collections.batchops.azure.plugins.module_utils._after.wait import Waiter, WaitResult
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import WaitOptions
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, TransportError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Lasting, Reason
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock

RESET = TransportError("reset")
NOON = datetime(2026, 1, 31, 12, 0, 0)
Look = Union[int, BatchError, Judgement]


class Clock(DrivenClock):
    """Time passes in pauses, and in looks, only."""

    def __init__(self) -> None:
        super().__init__(glance=0)

    def utc(self) -> datetime:
        return NOON + timedelta(seconds=self.monotonic() - 1_000)


class Looks:
    """Looks by a script: the digest of a pending judgement, a judgement, or an error; the last one again and again."""

    def __init__(self, *script: Look, seconds: float = 0) -> None:
        self.clock = Clock()
        self.begun: list[float] = []
        self._script = list(script)
        self._seconds = seconds

    def __call__(self) -> Snapshot:
        self.begun.append(self.clock.monotonic() - 1_000)
        self.clock.sleep(self._seconds)
        step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(step, BatchError):
            raise step
        if isinstance(step, int):
            step = Judgement(missing=[Reason("job-1: is active")], digest=step)
        return Snapshot(judgement=step)

    def wait(
        self, stall: float | None = 40, sleep: float = 15, timeout: float = 1_000, fail_fast: bool = True
    ) -> WaitResult:
        client = connect("http://127.0.0.1:9", clock=self.clock)
        return Waiter(client, self, WaitOptions(timeout, sleep, fail_fast, stall)).run()


def ended(waited: WaitResult) -> tuple[bool, bool, int]:
    return waited.stalled, waited.timed_out, round(waited.elapsed)


def test_it_ends_at_the_time_and_not_at_the_look_behind_it() -> None:
    looks = Looks(1)
    assert ended(looks.wait()) == (True, False, 40)
    assert [round(begun) for begun in looks.begun] == [0, 15, 30, 40]
    # Late by less than anybody notices, never early.
    assert 40 <= looks.begun[-1] < 40.1


def test_it_is_over_when_the_time_is_and_not_before() -> None:
    clock = Clock()
    standstill = Standstill(clock, 40)
    over = []
    for pause in (0, 39, 1):
        clock.sleep(pause)
        standstill.looked(1, clock.monotonic())
        over.append(standstill.over)
    assert over == [False, False, True]


def test_without_the_option_it_goes_on() -> None:
    assert ended(Looks(1).wait(stall=None)) == (False, True, 1_000)


def test_every_change_gives_it_the_whole_time_again() -> None:
    assert ended(Looks(1, 1, 2, 2, 1).wait()) == (True, False, 60 + 40)


def test_what_changes_at_each_look_is_no_standstill() -> None:
    assert ended(Looks(*range(1_000)).wait(timeout=300)) == (False, True, 300)


@pytest.mark.parametrize("stall", [100, 1_000])
def test_a_time_out_that_comes_first_is_one(stall: float) -> None:
    assert ended(Looks(1).wait(stall=stall, timeout=100)) == (False, True, 100)


@pytest.mark.parametrize("last", [Judgement(digest=1), Judgement([Reason("task-1: failed")], digest=1)])
def test_what_is_decided_at_the_last_look_is_no_standstill(last: Judgement) -> None:
    assert ended(Looks(1, 1, 1, last).wait()) == (False, False, 40)


def test_a_look_must_begin_late_enough() -> None:
    """What a long look saw may have been so only at its beginning."""
    looks = Looks(1, seconds=30)
    assert looks.wait().stalled
    # The first look ends at 30; one that begins at 45 ends beyond 70, and began too early.
    assert [round(begun) for begun in looks.begun] == [0, 45, 75]


def test_time_in_which_looks_fail_is_not_counted() -> None:
    """Looks at 0 and 15 see it, those at 30, 45, ... 90 nothing; at 105 it is seen again, and 30 s are left of the 40."""
    looks = Looks(1, 1, *[RESET] * 5, 1)
    assert ended(looks.wait()) == (True, False, 115)
    assert [round(begun) for begun in looks.begun[-3:]] == [90, 105, 115]


def test_a_service_that_is_away_is_no_standstill() -> None:
    assert ended(Looks(1, RESET).wait(timeout=300)) == (False, True, 300)


def test_a_change_seen_after_errors_is_one() -> None:
    assert ended(Looks(1, RESET, RESET, 2).wait()) == (True, False, 45 + 40)


def test_a_failure_that_others_are_waited_for_stalls_too() -> None:
    failed = Judgement([Reason("task-1: failed")], [Reason("task-2: is running")], digest=1)
    waited = Looks(failed).wait(fail_fast=False)
    assert ended(waited) == (True, False, 40)
    assert waited.ending("condition succeeded")["msg"] == (
        "Nothing has changed for 40 s: task-2: is running; condition succeeded can no longer be satisfied: task-1: failed"
    )


def test_the_result_says_it() -> None:
    waited = Looks(1, RESET, 1).wait()
    assert (waited.as_result()["stalled"], waited.as_result()["timed_out"]) == (True, False)
    ending = waited.ending("condition completed")
    assert ending["msg"] == "Nothing has changed for 55 s: job-1: is active; the last transient error: reset"
    assert (ending["failed"], ending["failure"]["code"]) == (True, "Stalled")
    assert ending["reasons"] == ["job-1: is active"]
    assert ending["failure"]["message"] == ending["msg"]


def lasting(name: str = "tvm-4", state: str = "preparing", since: object = "2026-01-31T10:02:00.1234567Z") -> Lasting:
    return Lasting(name, state, since)


def said(*reasons: Reason, unchanged: float = 900, now: datetime = datetime(2026, 1, 31, 10, 49, 30)) -> str:
    return describe(Judgement(missing=list(reasons)), unchanged, now, "condition prepared")


def test_since_when_and_on_what() -> None:
    reason = Reason("job-7: preparation is running on tvm-4", lasting=[lasting()])
    assert said(reason) == "Nothing has changed for 15 min: tvm-4 has been preparing since 10:02 (47 min)"


def test_to_the_second_where_it_is_short() -> None:
    reason = Reason("x", lasting=[lasting(since="2026-01-31T10:48:45Z")])
    assert said(reason).endswith("since 10:48 (45 s)")


def test_where_nothing_is_missing_only_the_time_is_said() -> None:
    assert said() == "Nothing has changed for 15 min"


def test_a_time_of_another_day_has_its_date() -> None:
    words = said(Reason("x", lasting=[lasting(since="2026-01-30T22:00:00Z")]))
    assert words.endswith("tvm-4 has been preparing since 2026-01-30 22:00 (12 h 49 min)")


def test_what_is_known_beside_the_time_follows_it() -> None:
    many = Reason("x", lasting=[lasting("tvm-1"), lasting("tvm-2")], total=4, tail=" [nodes of pool-7]")
    assert said(many).endswith("since 10:02 (47 min), and 2 more [nodes of pool-7]")
    pool = Reason("x", lasting=[lasting("pool p", "steady")], tail=": no cores left")
    assert said(pool).endswith(": pool p has been steady since 10:02 (47 min): no cores left")


def test_the_reasons_say_since_when_as_the_message_does() -> None:
    missing = [Reason("job-7: too few"), Reason("x", lasting=[lasting()])]
    judgement = Judgement([Reason("tvm-1: failed")], missing)
    assert dated(judgement, datetime(2026, 1, 31, 10, 49, 30)) == [
        "tvm-1: failed",
        "tvm-4 has been preparing since 10:02 (47 min)",
        "job-7: too few",
    ]
    assert dated(Judgement(missing=[Reason(f"r{number}") for number in range(25)]), NOON)[-2:] == ["r19", "and 5 more"]


@pytest.mark.parametrize("since", ["yesterday", 5, None, "", "2026-01-31"])
def test_without_a_time_that_is_understood_the_reason_is_said(since: object) -> None:
    assert said(Reason("tvm-4: x", lasting=[lasting(since=since)])) == "Nothing has changed for 15 min: tvm-4: x"


def test_a_service_whose_clock_is_ahead_is_not_in_the_future() -> None:
    assert said(Reason("x", lasting=[lasting(since="2026-01-31T10:50:00Z")])).endswith("since 10:50 (0 s)")


def test_what_has_a_time_is_said_first() -> None:
    words = said(Reason("job-7: too few"), Reason("x", lasting=[lasting()]))
    assert words.endswith(": tvm-4 has been preparing since 10:02 (47 min); job-7: too few")


def test_of_many_some_are_named() -> None:
    many = Reason("x", lasting=[lasting(f"tvm-{number}") for number in range(1, 6)], total=40)
    assert said(many).count("has been preparing") == 3
    assert said(many).endswith(", and 37 more")
    reasons = [Reason(f"r{number}") for number in range(4)]
    assert said(*reasons).endswith(": r0; r1; r2; and 1 more")
    assert said(*reasons[:3]).endswith(": r0; r1; r2")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (119, "119 s"),
        (120, "2 min"),
        (7_199, "119 min"),
        (7_200, "2 h"),
        (9_000, "2 h 30 min"),
        (172_799, "47 h 59 min"),
        (172_860, "48 h"),
        (900_000, "250 h"),
    ],
)
def test_lengths(seconds: float, words: str) -> None:
    assert length(seconds) == words
