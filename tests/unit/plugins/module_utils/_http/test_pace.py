# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pace finds what a busy service takes and stays near it, whatever its limit is like; and it neither overruns a deadline nor comes back in a crowd."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline
from ansible_collections.batchops.azure.plugins.module_utils._http.pace import Pace, first_rate
from ansible_collections.batchops.azure.tests.simulator.limit import Limit
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

PACE_CONNECTIONS = 16


def turns(pace: Pace, clock: ScriptedClock, number: int, seconds: float | None = None) -> list[float]:
    """How long from now so many turns are."""
    deadline = Deadline(clock, seconds)
    return [round(pace.next_turn(deadline).at - clock.now, 3) for _number in range(number)]


def refused_twice(clock: ScriptedClock, taken: int, pause: float = 1.0, rate: float = 1000) -> Pace:
    """A pace that knows that the service takes so many requests a second."""
    pace = Pace(clock, rate)
    pace.refused(pause)
    clock.work(pause)
    for _number in range(taken):
        clock.work(0.9 / taken)
        pace.accepted()
    pace.refused(pause)
    return pace


@pytest.mark.parametrize(
    ("taken", "seconds", "rate"),
    [
        (0, 0.0, 16),
        (100, 2.0, 42.5),
        # What the service takes at once may be all that it takes in a second.
        (50, 0.1, 42.5),
        # Most of an hour was spent waiting.
        (240, 3600.0, 16),
    ],
)
def test_the_first_rate_is_what_the_service_took_or_one_a_second_for_each_connection(
    taken: int, seconds: float, rate: float
) -> None:
    assert first_rate(taken, seconds, PACE_CONNECTIONS) == rate


def test_after_a_refusal_nobody_sends_until_the_pause_is_over_and_then_one_after_the_other() -> None:
    clock = ScriptedClock()
    pace = Pace(clock, 4)
    pace.refused(7)
    assert turns(pace, clock, 3) == [7.0, 7.25, pytest.approx(7.46, abs=0.01)]


def test_a_later_refusal_prolongs_the_pause_and_an_earlier_one_does_not_shorten_it() -> None:
    clock = ScriptedClock()
    pace = Pace(clock, 4)
    pace.refused(7)
    clock.work(1)
    pace.refused(2)
    assert turns(pace, clock, 1) == [6.0]
    pace.refused(9)
    assert turns(pace, clock, 1) == [9.0]


def test_after_one_refusal_the_rate_doubles_each_second() -> None:
    clock = ScriptedClock()
    pace = Pace(clock, 4)
    pace.refused(0)
    assert [count for _second, count in sorted(Counter(int(at) for at in turns(pace, clock, 90)).items())][:4] == [
        pytest.approx(4 * 2**second / 0.69, abs=2) for second in range(4)
    ]


def test_after_the_second_refusal_the_rate_is_less_than_what_was_taken_and_stays_near_it() -> None:
    clock = ScriptedClock()
    pace = refused_twice(clock, taken=50)
    seconds = Counter(int(at) for at in turns(pace, clock, 1500))
    assert 42 <= seconds[1] <= 45
    assert 46 <= seconds[6] <= 50
    assert all(49 <= seconds[second] <= 52 for second in range(12, 22))
    assert sum(seconds[second] for second in range(1, 16)) <= 15 * 50


def test_when_nothing_is_refused_any_more_the_rate_leaves_the_limit_behind() -> None:
    clock = ScriptedClock()
    pace = refused_twice(clock, taken=50)
    clock.work(90)
    assert turns(pace, clock, 200)[-1] < 1


def test_the_longer_a_pause_the_later_more_is_tried() -> None:
    def sent_in_the_first_minute(pause: float) -> int:
        clock = ScriptedClock()
        pace = refused_twice(clock, taken=50, pause=pause)
        return sum(at - pause < 60 for at in turns(pace, clock, 20_000))

    assert sent_in_the_first_minute(5) < 60 * 50 < sent_in_the_first_minute(1)
    # Not for ever: the service may take more by then.
    clock = ScriptedClock()
    refused = refused_twice(clock, taken=50, pause=120)
    clock.work(120 + 300)
    assert turns(refused, clock, 200)[-1] < 1


def test_refusals_of_requests_that_were_sent_side_by_side_count_once() -> None:
    clock = ScriptedClock()
    alone, crowd = refused_twice(clock, taken=50), refused_twice(clock, taken=50)
    alone.refused(1)
    for _number in range(15):
        crowd.accepted()
        crowd.refused(1)
    assert turns(crowd, clock, 100) == turns(alone, clock, 100)


def test_a_refusal_before_anything_was_taken_says_only_that_the_service_is_still_busy() -> None:
    clock = ScriptedClock()
    pace = refused_twice(clock, taken=50)
    for _number in range(20):
        clock.work(2)
        pace.refused(1)
    assert 42 <= sum(1 <= at < 2 for at in turns(pace, clock, 100)) <= 45


def test_no_rate_is_below_one_request_a_second() -> None:
    clock = ScriptedClock()
    pace = refused_twice(clock, taken=1)
    clock.work(3)
    pace.accepted()
    clock.work(3)
    pace.refused(1)
    assert turns(pace, clock, 2)[1] < 1 + 1 / 0.85 + 0.01


def test_a_turn_is_lost_with_a_refusal_and_another_one_is_given() -> None:
    clock = ScriptedClock(0.25, 5)
    pace = Pace(clock, 4)
    first = pace.next_turn(Deadline(clock))
    assert pace.holds(first)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.now < 1_001:
            pace.refused(5)

    pace.wait_for_turn(Deadline(clock), sleep)
    assert clock.now == 1_005.25
    assert not pace.holds(first)
    clock.assert_used_up()


def test_who_has_no_time_for_a_turn_waits_until_the_deadline_and_takes_nobody_s() -> None:
    clock = ScriptedClock(3)
    pace = Pace(clock, 4)
    pace.refused(7)
    pace.wait_for_turn(Deadline(clock, 3), clock.sleep)
    assert clock.now == 1_003
    assert turns(pace, clock, 1) == [4.0]


class Sliding:
    """So many requests in any second."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._taken: list[float] = []

    def takes(self, now: float) -> bool:
        self._taken = [at for at in self._taken if at > now - 1]
        if len(self._taken) >= self._rate:
            return False
        self._taken.append(now)
        return True


class EachSecond:
    """So many requests in each second of the clock on the wall. Who is refused counts, too."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._asked: Counter[int] = Counter()

    def takes(self, now: float) -> bool:
        self._asked[int(now + 0.6)] += 1
        return self._asked[int(now + 0.6)] <= self._rate


class Read:
    """A read of `number` objects, played: it sends 300 requests a second unless its pace is slower, and counts."""

    def __init__(self, takes: Callable[[float], bool], number: int, retry_after: float = 1.0) -> None:
        self.clock = ScriptedClock()
        self.refused = 0
        self.started = self.clock.now
        self._takes, self._left, self._retry_after = takes, number, retry_after
        self._taken = 0
        self._pace: Pace | None = None
        self._free = self.clock.now
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self._jitter = random.Random(1)

    def run(self) -> float:
        """The seconds that all of it takes."""
        for _connection in range(PACE_CONNECTIONS):
            self._then(0, self._next)
        while self._events:
            self.clock.now, _number, happens = heapq.heappop(self._events)
            happens()
        return self.clock.now - self.started

    def _then(self, seconds: float, happens: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._events, (self.clock.now + seconds, self._number, happens))

    def _next(self) -> None:
        if self._left:
            self._left -= 1
            self._ask()

    def _ask(self) -> None:
        if self._pace is None:
            self._send()
            return
        pace, turn = self._pace, self._pace.next_turn(Deadline(self.clock))
        self._then(turn.at - self.clock.now, lambda: self._send() if pace.holds(turn) else self._ask())

    def _send(self) -> None:
        self._free = max(self._free, self.clock.now) + 1 / 300
        self._then(self._free - self.clock.now, lambda: self._arrive(self._takes(self.clock.now)))

    def _arrive(self, taken: bool) -> None:
        self._then(0.02, self._accepted if taken else self._refused)

    def _accepted(self) -> None:
        self._taken += 1
        if self._pace:
            self._pace.accepted()
        self._next()

    def _refused(self) -> None:
        self.refused += 1
        if self._pace is None:
            rate = first_rate(self._taken, self.clock.now - self.started, PACE_CONNECTIONS)
            self._pace = Pace(self.clock, rate)
        self._pace.refused(self._retry_after)
        self._then(self._retry_after + self._jitter.random(), self._ask)


@pytest.mark.parametrize(("limit", "most"), [(Limit, 1.1), (Sliding, 1.2), (EachSecond, 1.25)])
@pytest.mark.parametrize("rate", [10, 50, 200])
def test_a_read_finds_what_the_service_takes(limit: type, most: float, rate: int) -> None:
    number = 20 * rate
    read = Read(limit(rate).takes, number)
    assert read.run() < most * number / rate
    assert read.refused < 0.05 * number + PACE_CONNECTIONS


@pytest.mark.parametrize("limit", [Limit, Sliding, EachSecond])
def test_the_longer_a_read_the_less_it_cost_to_find_it(limit: type) -> None:
    read = Read(limit(50).takes, 6000)
    assert read.run() < 1.12 * 6000 / 50
    assert read.refused < 0.01 * 6000


def test_a_service_that_takes_more_by_now_gets_more() -> None:
    scarce, plenty = Limit(10), Limit(200)
    read = Read(lambda now: (scarce if now < read.started + 5 else plenty).takes(now), 6000)
    # At 10 a second it would take ten minutes.
    assert read.run() < 120
