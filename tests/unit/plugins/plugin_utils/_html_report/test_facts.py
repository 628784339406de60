# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import (
    PREPARATION,
    RELEASE,
    START_TASK,
    TASK,
    Execution,
    found_in,
)
from ansible_collections.batchops.azure.tests.support.drawn_facts import at, node, prepared, ran, task


def only(*results: dict[str, Any]) -> Execution:
    [execution] = found_in(results).executions
    return execution


@pytest.mark.parametrize(
    ("info", "state", "outcome"),
    [
        (ran(1, 2), "completed", "succeeded"),
        (ran(1, 2, "failure"), "completed", "failed"),
        # Exit code 0 is no success, and a success that tells of a failure is neither.
        (ran(1, 2, "failure", exit_code=0), "completed", "failed"),
        (ran(1, 2, failure_info={"code": "X"}), "completed", "unknown"),
        (ran(1, 2, "triumph"), "completed", "unknown"),
        ({}, "completed", "failed"),
        (ran(1, None), "running", "running"),
        ({}, "active", "waiting"),
        (ran(1, 2), "preparing", "waiting"),
        ({}, "dreaming", "unknown"),
    ],
)
def test_how_a_task_ended_is_what_the_modules_say(info: dict[str, Any], state: str, outcome: str) -> None:
    assert only({"tasks": [task(1, "tvm-1", info, state)]}).outcome == outcome


def test_a_task_tells_what_its_bar_says() -> None:
    info = ran(5, 9, "failure", exit_code=3, retry_count=2, requeue_count=1, failure_info={"code": "Broken"})
    execution = only({"tasks": [task(1, "tvm-1", info)]})
    assert execution[:6] == (TASK, "task-000001", "job-7", "pool-7", "tvm-1", "failed")
    assert execution.end is not None
    assert execution.start is not None
    assert execution.end - execution.start == pytest.approx(4)
    assert (execution.exit_code, execution.failure, execution.again) == (3, "Broken", 3)


def test_a_task_that_waits_again_shows_no_run_of_before() -> None:
    waits = only({"tasks": [task(1, None, ran(5, 9), "active", state_transition_time=at(20))]})
    assert (waits.start, waits.end) == (None, None)
    assert waits.created == only({"tasks": [task(2, None, ran(20, 21))]}).start


def test_what_never_started_is_seen_at_its_end() -> None:
    execution = only({"tasks": [task(1, None, {"end_time": at(7), "result": "failure"})]})
    assert execution.start is not None
    assert execution.start == execution.end


def test_subtasks_are_runs_of_their_own() -> None:
    subtask = {"id": 1, "node_info": {"pool_id": "pool-7", "node_id": "tvm-2"}, **ran(1, 2)}
    found = found_in([{"tasks": [task(1, "tvm-1", ran(1, 3), subtasks=[subtask])]}])
    assert [(one.id, one.node) for one in found.executions] == [("task-000001", "tvm-1"), ("task-000001/1", "tvm-2")]


def test_nodes_have_start_tasks_and_jobs_run_on_them_before_and_after() -> None:
    found = found_in([{"nodes": [node("tvm-1")]}, {"nodes": [prepared("tvm-1", ran(1, 2), ran(3, None))]}])
    assert [(one.kind, one.job, one.outcome) for one in found.executions] == [
        (START_TASK, "", "succeeded"),
        (PREPARATION, "job-7", "succeeded"),
        (RELEASE, "job-7", "running"),
    ]
    assert list(found.nodes) == [("pool-7", "tvm-1")]


def test_a_node_without_times_or_start_task_is_a_node() -> None:
    bare = {"pool_id": "pool-7", "id": "tvm-1", "state": "creating"}
    found = found_in([{"nodes": [bare]}])
    assert found.executions == []
    assert found.nodes["pool-7", "tvm-1"].allocated is None
    assert not found.nodes["pool-7", "tvm-1"].start_task_failed


def test_of_two_that_are_the_same_the_later_one_counts() -> None:
    twice = found_in([{"nodes": [node("tvm-1"), node("tvm-1", "offline")]}, {"tasks": [task(1, "a"), task(1, "b")]}])
    assert [one.state for one in twice.nodes.values()] == ["offline"]
    assert [one.node for one in twice.executions if one.kind == TASK] == ["b"]


def test_results_of_a_loop_are_read_one_by_one_and_what_was_skipped_is_not() -> None:
    loop = {"results": [{"nodes": [node("tvm-1")]}, {"nodes": [node("tvm-2")], "skipped": True}]}
    assert [name for _pool, name in found_in([loop]).nodes] == ["tvm-1"]


def test_a_read_that_failed_is_remembered() -> None:
    found = found_in([{"failed": False, "failure": {"code": "PoolNotFound"}, "msg": "no such pool"}, {"tasks": []}])
    assert found.unread == ["no such pool"]
    assert found.read == {"tasks"}


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"unreachable": True, "msg": "Failed to connect"}, "Failed to connect"),
        ({"results": [{"tasks": []}, {"unreachable": True, "msg": "gone"}]}, "gone"),
        ({"unreachable": True, "tasks": []}, "a read failed without a message"),
        ({"censored": "the output has been hidden", "changed": False}, "the output has been hidden"),
        ({"ansible_job_id": "1.2", "started": 1, "finished": 0}, "a result has nothing that was read"),
        ({"tasks": None, "changed": False}, "a result has nothing that was read"),
    ],
    ids=str,
)
def test_a_result_that_has_nothing_is_remembered_too(result: dict[str, Any], message: str) -> None:
    assert found_in([result]).unread == [message]


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"skipped": True, "changed": False},
        {"results": [], "skipped": True},
        {"verdict": "pending", "msg": "x"},
        {"pools": []},
        {"summary": {"total": 0}},
        {"by_pool": {}},
    ],
    ids=str,
)
def test_what_was_skipped_or_read_nothing_to_be_found_is_no_read_that_failed(result: dict[str, Any]) -> None:
    assert found_in([result]).unread == []


def test_a_verdict_that_failed_is_no_read_that_failed() -> None:
    assert found_in([{"failed": True, "verdict": "failed", "msg": "x"}]).unread == []


def test_what_is_no_fact_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="'tasks' holds what is no fact"):
        found_in([{"tasks": ["task-1"]}])


def test_pools_come_from_their_facts_or_beside_the_nodes() -> None:
    beside = {"by_pool": {"pool-7": {"pool_state": "active"}, "pool-8": {"total": 3}}}
    found = found_in([beside, {"pools": [{"id": "pool-9", "state": "deleting"}]}])
    assert list(found.pools) == ["pool-7", "pool-9"]


def test_lists_of_a_play_are_not_looked_at_for_templates_item_by_item() -> None:
    """tests/plays/test_html_report.py plays them; here it is only that the slow way is not taken."""

    class Lazy(list[Any]):
        def __iter__(self) -> NoReturn:
            raise AssertionError("each item is rendered")

        def _non_lazy_copy(self) -> list[Any]:
            return [self[number] for number in range(len(self))]

    assert only({"tasks": Lazy([task(1, "tvm-1", ran(1, 2))])}).node == "tvm-1"


def test_the_one_pool_that_was_read_is_told_of_beside_its_nodes() -> None:
    summary = {"pool_state": "active", "current_nodes": 1, "target_nodes": 3, "resize_errors": ["Quota"]}
    read = {"nodes": [node("tvm-1")], "summary": summary}
    assert found_in([read]).pools["pool-7"]["resize_errors"] == ["Quota"]
    # Whose summary it is must be known.
    other = {**node("tvm-2"), "pool_id": "pool-8"}
    assert found_in([{"nodes": [node("tvm-1"), other], "summary": summary}]).pools == {}
    named = {"nodes": [], "summary": summary, "invocation": {"module_args": {"pool_id": "pool-9"}}}
    assert list(found_in([named]).pools) == ["pool-9"]


def test_errors_of_resizing_stay_whichever_read_told_of_them() -> None:
    told = {"pools": [{"id": "pool-7", "state": "active", "resize_errors": [{"code": "Quota"}]}]}
    silent = {"by_pool": {"pool-7": {"pool_state": "active", "current_nodes": 1, "resize_errors": []}}}
    for results in ([told, silent], [silent, told]):
        pool = found_in(results).pools["pool-7"]
        assert (pool["resize_errors"], pool["current_nodes"]) == ([{"code": "Quota"}], 1)


def test_pools_that_were_only_counted_are_told_of_too() -> None:
    counted = {
        "total": 1,
        "by_state": {"active": 1},
        "by_allocation_state": {"steady": 1},
        "resize_errors": ["q: Quota"],
    }
    assert list(found_in([{"pools": [], "by_pool": {"q": counted}}]).pools) == ["q"]
