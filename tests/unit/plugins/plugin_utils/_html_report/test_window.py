# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import found_in
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import moment
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.window import Window, window_of
from ansible_collections.batchops.azure.tests.support.drawn_facts import at, node, ran, task

Facts = dict[str, object]


def seconds(after: float) -> float:
    found = moment(at(after))
    assert found is not None
    return found


def window(tasks: list[Facts], nodes: list[Facts], now: float = 100) -> Window:
    found = found_in([{"tasks": tasks}, {"nodes": nodes}])
    seen = window_of(found.executions, seconds(now))
    assert seen is not None
    return seen


def test_what_goes_on_reaches_until_now_and_is_open() -> None:
    seen = window([task(1, "tvm-1", ran(10, None), "running")], [])
    assert seen.open
    assert seen.end == pytest.approx(seconds(100))
    assert seen.at(seen.end) == 100


def test_the_clock_of_the_service_may_be_ahead() -> None:
    seen = window([task(1, "tvm-1", ran(10, None), "running"), task(2, "tvm-1", ran(10, 200))], [])
    assert seconds(200) < seen.end < seconds(210)


def test_what_has_ended_does_not_touch_the_edge() -> None:
    seen = window([task(1, "tvm-1", ran(10, 50))], [])
    assert not seen.open
    assert 95 < seen.at(seconds(50)) < 99


def test_a_node_of_last_month_does_not_make_the_job_a_dot() -> None:
    old = node("tvm-1", allocation_time=at(-2_600_000), start_task_info=ran(-2_500_000, -2_400_000))
    seen = window([task(1, "tvm-1", ran(10, 50))], [old])
    assert seen.end - seen.start < 100
    assert seen.at(seconds(-2_500_000)) == 0


def test_what_was_just_before_is_seen_too_but_no_empty_stretch() -> None:
    tasks = [task(1, "tvm-1", ran(30, 50), creation_time=at(25))]
    assert window(tasks, [node("tvm-1", start_task_info=ran(15, 20))]).start == pytest.approx(seconds(15), abs=1)
    assert window(tasks, [node("tvm-1", start_task_info=ran(-90, -80))]).start == pytest.approx(seconds(25), abs=1)
    # It waited for longer than it ran.
    waited = [task(1, "tvm-1", ran(30, 50), creation_time=at(-900))]
    assert window(waited, []).start == pytest.approx(seconds(10), abs=1)


def test_without_jobs_the_nodes_decide() -> None:
    assert window([], [node("tvm-1")]).start <= seconds(-40)


def test_nothing_with_a_time_has_no_window() -> None:
    assert window_of([], seconds(0)) is None


def test_something_that_took_no_time_has_one() -> None:
    assert window([task(1, "tvm-1", ran(10, 10), creation_time=None)], []).end > seconds(10)


def test_marks_tell_utc_and_since_the_start() -> None:
    seen = window([task(1, "tvm-1", ran(0, 3_000))], [])
    first, second = seen.marks[:2]
    assert (first.at, first.since_start, first.utc) == ("0.00", "+0 s", "08:00:00")
    assert (second.since_start, second.utc) == ("+10:00 min", "08:10:00")
    assert len(seen.marks) <= 7


def test_times_of_another_day_have_their_date() -> None:
    seen = window([task(1, "tvm-1", ran(0, 3_000))], [])
    assert seen.time(seconds(60)) == "08:01:00"
    assert seen.time(seconds(-90_000)) == "2026-01-30 07:00:00"
    assert window([task(1, "tvm-1", ran(0, 80_000))], []).time(seconds(60)) == "2026-01-31 08:01:00"
