# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.bars import (
    GAP,
    LANE,
    bars_of,
    counted,
    text_of,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import Execution, found_in
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import moment
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.window import Window
from ansible_collections.batchops.azure.tests.support.drawn_facts import at, node, prepared, ran, task

EIGHT = moment(at(0))
assert EIGHT is not None
HUNDRED = Window(EIGHT, EIGHT + 100, True)


def executions(*tasks: dict[str, Any], nodes: tuple[dict[str, Any], ...] = ()) -> list[Execution]:
    return found_in([{"tasks": list(tasks)}, {"nodes": list(nodes)}]).executions


def words(info: dict[str, Any], state: str = "completed", **more: Any) -> str:
    [execution] = executions(task(1, "tvm-1", info, state, **more))
    return text_of(execution, HUNDRED)


def test_a_bar_tells_id_times_duration_exit_code_and_wait() -> None:
    assert words(ran(10, 30)) == (
        "task task-000001 of job-7, succeeded, 08:00:10 to 08:00:30, 20 s, exit code 0, waited 10 s for it"
    )


def test_a_failure_tells_its_code_and_that_runs_before_are_lost() -> None:
    said = words(ran(10, 30, "failure", exit_code=None, failure_info={"code": "Broken"}, retry_count=2))
    assert said.endswith("no exit code, waited 10 s for it, Broken, run 3 times, only the last is shown")


def test_what_goes_on_tells_since_when() -> None:
    assert "running, since 08:00:10, 1 min 30 s so far" in words(ran(10, None), "running")
    assert words({}, "active", state_transition_time=at(20)) == "task task-000001 of job-7, waiting, since 08:00:20"


def test_bars_lie_where_they_ran() -> None:
    [one], height = bars_of(executions(task(1, "tvm-1", ran(10, 30))), HUNDRED, 9)
    assert (one.x, one.width, one.y, height) == ("10", "20", 0, LANE + GAP)
    assert one.css == "b t ok"


def test_what_runs_is_open_to_the_right_and_what_took_no_time_is_seen() -> None:
    [runs], _height = bars_of(executions(task(1, "tvm-1", ran(10, None), "running")), HUNDRED, 9)
    assert float(runs.x) + float(runs.width) == 100
    [short], _height = bars_of(executions(task(1, "tvm-1", ran(10, 10))), HUNDRED, 9)
    assert float(short.width) > 0
    [last], _height = bars_of(executions(task(1, "tvm-1", ran(100, 100))), HUNDRED, 9)
    assert float(last.x) + float(last.width) == pytest.approx(100)


def test_tasks_side_by_side_have_lanes_beneath_start_task_and_preparation() -> None:
    listed = executions(
        task(1, "tvm-1", ran(10, 30)),
        task(2, "tvm-1", ran(20, 40)),
        task(3, "tvm-1", ran(30, 50)),
        nodes=(node("tvm-1"), prepared("tvm-1", ran(1, 2), ran(60, 70))),
    )
    bars, height = bars_of(listed, HUNDRED, 9)
    lanes = {one.text.split(" of ")[0].split(",")[0]: one.y // (LANE + GAP) for one in bars}
    tasks = {"task task-000001": 2, "task task-000002": 3, "task task-000003": 2}
    assert lanes == {"start task": 0, "preparation": 1, "release": 1, **tasks}
    assert height == 4 * (LANE + GAP)


def test_of_very_many_the_worst_and_the_longest_keep_bars_and_none_is_lost() -> None:
    many = [task(number, "tvm-1", ran(number, number + 1)) for number in range(50)]
    many += [task(50, "tvm-1", ran(1, 2, "failure")), task(51, "tvm-1", ran(1, 90))]
    bars, _height = bars_of(executions(*many), HUNDRED, 4)
    assert len(bars) == 5
    assert [one.css for one in bars].count("b t bad") == 1
    assert any("1 min 29 s" in one.text for one in bars)
    assert bars[-1].text.startswith("48 tasks, succeeded, ")


def test_numbers_are_readable() -> None:
    assert counted(1, "task") == "1 task"
    assert counted(1200, "preparation") == "1,200 preparation tasks"
