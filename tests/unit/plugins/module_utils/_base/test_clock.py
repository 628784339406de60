# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One deadline: what it leaves, and when it has passed."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock, Deadline
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock


def test_a_deadline_passes_at_its_second() -> None:
    clock = ScriptedClock()
    deadline = Deadline(clock, 10)
    clock.work(9.5)
    assert deadline.clip(5) == 0.5
    clock.work(0.5)
    assert deadline.clip(5) == 0
    assert deadline.elapsed == 10


def test_without_seconds_it_never_passes() -> None:
    clock = ScriptedClock()
    deadline = Deadline(clock)
    clock.work(1_000_000)
    assert not deadline.bounded
    assert deadline.clip(5) == 5
    assert deadline.clip(5, reserve=100) == 5
    assert deadline.allows(1_000_000)
    assert deadline.elapsed == 1_000_000


@pytest.mark.parametrize(
    ("worked", "seconds", "reserve", "left"),
    [(0, 5, 0, 5), (0, 15, 0, 10), (7, 5, 0, 3), (10, 5, 0, 0), (20, 5, 0, 0), (4, 5, 2, 4), (4, 15, 10, 0)],
)
def test_a_pause_is_clipped_to_what_is_left_and_never_negative(
    worked: float, seconds: float, reserve: float, left: float
) -> None:
    clock = ScriptedClock()
    deadline = Deadline(clock, 10)
    clock.work(worked)
    assert deadline.clip(seconds, reserve) == left


@pytest.mark.parametrize(("seconds", "allowed"), [(0, True), (9.9, True), (10, False), (11, False)])
def test_a_pause_is_allowed_when_it_ends_before_the_deadline(seconds: float, allowed: bool) -> None:
    deadline = Deadline(ScriptedClock(), 10)
    assert deadline.bounded
    assert deadline.allows(seconds) is allowed


def test_the_clock_of_this_machine_goes_on() -> None:
    clock = Clock()
    before = clock.monotonic()
    clock.sleep(0.001)
    assert clock.monotonic() > before
