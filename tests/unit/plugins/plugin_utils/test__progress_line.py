# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in a line of progress, in which order, and that it never wraps."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.progress import Counts
from ansible_collections.batchops.azure.plugins.plugin_utils._progress_line import WIDTH, Line, clock, shortened
from hypothesis import example, given
from hypothesis import strategies as some

PREP = Counts(1, 12, "ready", 0, ((5, "running"),))
TASKS = Counts(4, 24, "succeeded", 0, ((7, "running"), (13, "active")))
NODES = Counts(6, 12, "ready", 0, ((2, "waitingforstarttask"), (4, "rebooting")))


def line(counts: Counts, before: Counts | None = None, subject: str = "prep job-7", trouble: str = "") -> str:
    return Line(subject, counts, before, trouble, 8, None, str).text(WIDTH)


def gate(*checks: tuple[str, Counts], done: int = 0, total: int = 3, failed: int = 0) -> Counts:
    return Counts(done, total, "satisfied", failed, alike=False, checks=checks)


def test_what_has_changed_comes_first() -> None:
    before = Counts(3, 12, "ready", 0, ((6, "running"), (3, "active")))
    after = Counts(3, 12, "ready", 0, ((6, "running"), (2, "active")))
    assert line(before) == "prep job-7: 3/12 ready, 6 running, 3 active [##--------] 00:08"
    assert line(after, before) == "prep job-7: 2 active, 3/12 ready, 6 running [##--------] 00:08"
    assert line(after, after) == "prep job-7: 3/12 ready, 6 running, 2 active [##--------] 00:08"


def test_the_first_failure_comes_first() -> None:
    failed = Counts(1, 12, "ready", 1, ((5, "running"),))
    assert line(failed, PREP) == "prep job-7: 1 failed, 1/12 ready, 5 running [----------] 00:08"


def test_of_a_gate_the_check_that_has_changed_comes_first_and_has_the_room() -> None:
    before = gate(("prep job-7", PREP), ("tasks job-7", TASKS), ("nodes pool-7", NODES))
    moved = Counts(9, 24, "succeeded", 0, ((7, "running"), (8, "active")))
    after = gate(("prep job-7", PREP), ("tasks job-7", moved), ("nodes pool-7", NODES))
    told = "gate: tasks job-7 9/24 succeeded; 0/3 satisfied; prep job-7 1/12 ready; nodes pool-7 6/12  00:08"
    assert line(after, before, "gate") == told
    assert len(told) <= WIDTH


def test_a_check_that_is_satisfied_leaves_the_line() -> None:
    before = gate(("prep job-7", PREP), ("nodes pool-7", NODES))
    after = gate(("prep job-7", PREP), done=1)
    assert line(after, before, "gate") == "gate: 1/3 satisfied; prep job-7 1/12 ready, 5 running  00:08"


def test_of_many_checks_those_without_room_are_left_out() -> None:
    many = gate(*((f"tasks nightly-{number}", TASKS) for number in range(40)), total=40)
    told = line(many, None, "gate")
    assert told.startswith("gate: 0/40 satisfied; tasks nightly-0 4/24; tasks nightly-1 4/24; ")
    assert told.endswith("; ...  00:08")
    assert 80 < len(told) <= WIDTH


def test_states_without_room_are_left_out_from_the_end() -> None:
    states = tuple((number, f"{'w' * 16}{number}") for number in range(1, 7))
    told = line(Counts(3, 12, "ready", 0, states), None, "nodes pool-7")
    assert told.startswith("nodes pool-7: 3/12 ready, 1 wwwwwwwwwwwwwwww1, ")
    assert ", ... [##--------] 00:08" in told
    assert len(told) <= WIDTH


def test_a_trouble_comes_first_and_is_cut_rather_than_what_is_known() -> None:
    told = line(PREP, PREP, trouble="https://x.westeurope.batch.azure.com: the connection broke " + "and broke " * 20)
    assert told.startswith("prep job-7: the last poll failed: https://x.west")
    assert told.endswith("..., 1/12 ready, ...  00:08")
    assert len(told) <= WIDTH


@pytest.mark.parametrize(
    ("done", "total", "drawn"),
    [(0, 50, "[----------]"), (4, 50, "[----------]"), (5, 50, "[#---------]"), (49, 50, "[#########-]")],
)
def test_the_bar_is_full_only_when_all_is_done(done: int, total: int, drawn: str) -> None:
    assert drawn in line(Counts(done, total, "ready"))


_NUMBERS = some.integers(0, 100_000)
_COUNTS = some.builds(
    Counts,
    _NUMBERS,
    _NUMBERS,
    some.sampled_from(("tasks succeeded", "nodes with the image", "ready")),
    _NUMBERS,
    some.lists(some.tuples(_NUMBERS, some.text("abc", min_size=1, max_size=30)), max_size=8).map(tuple),
)
_GATES = some.builds(
    lambda counts, checks: Counts(counts.done, counts.total, "satisfied", counts.failed, alike=False, checks=checks),
    _COUNTS,
    some.lists(some.tuples(some.text("xyz", max_size=150), _COUNTS), max_size=12).map(tuple),
)


@example(Counts(100, 100, "tasks succeeded", 100, ((1, "a"),)), Counts(100, 100, "x"), "b" * 24, "e", None)
@given(
    some.one_of(_COUNTS, _GATES),
    some.one_of(_COUNTS, _GATES),
    some.text("job", min_size=1, max_size=150),
    some.text("err", max_size=300),
    some.one_of(some.none(), some.floats(1, 350_000)),
)
def test_no_line_is_wider_and_what_is_done_and_has_failed_is_in_each(
    counts: Counts, before: Counts, subject: str, trouble: str, left: float | None
) -> None:
    told = Line(subject, counts, before, trouble, 350_000, left, str).text(WIDTH)
    assert len(told) <= WIDTH
    if left is None:
        assert counts.parts[0] in told
        assert not counts.failed or f"{counts.failed} failed" in told


@pytest.mark.parametrize(
    ("words", "most", "cut"),
    [("job-7", 5, "job-7"), ("nightly-render-07", 12, "night...r-07"), ("abcdefgh", 7, "ab...gh")],
)
def test_of_what_is_too_long_the_beginning_and_the_end_stay(words: str, most: int, cut: str) -> None:
    assert shortened(words, most) == cut
    assert len(cut) <= most


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "00:00"), (59.9, "00:59"), (60, "01:00"), (3_599, "59:59"), (3_600, "1:00:00"), (36_061, "10:01:01")],
)
def test_times_are_short(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
