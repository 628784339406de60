# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each condition asks of one node: its state, its scheduling, its start task and its tasks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._nodes.condition import NodeCondition
from ansible_collections.batchops.azure.plugins.module_utils._nodes.rules import CONDITIONS
from ansible_collections.batchops.azure.tests.support.asking import ask, question
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import NODES
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, MYSTERY, STARTED, SUCCESS, Wire, node, pool

FAILED_START = {"state": "completed", **FAILURE}


def judged(service: Loopback, condition: str, *nodes: Wire, of: Wire | None = None, **options: Any) -> dict[str, Any]:
    service.say("/pools/pool-1", of or pool(len(nodes)))
    service.say("/pools/pool-1/nodes", page(*nodes))
    return ask(service, NODES, pool_id="pool-1", condition=condition, **options)


def with_recent(*states: Any, **more: Any) -> Wire:
    """A node that lists tasks in these states as its recent ones."""
    recent = [
        {"jobId": "job-1", "taskId": f"task-{number}", "taskState": state} for number, state in enumerate(states, 1)
    ]
    return node("tvm-2", **{"recentTasks": recent, **more})


def with_run(info: Wire) -> Wire:
    """A node whose recent task runs somewhere, and this is known of its run here."""
    recent = {"jobId": "job-1", "taskId": "task-1", "taskState": "running", "executionInfo": info}
    return node("tvm-2", recentTasks=[recent])


def busy(**more: Any) -> Wire:
    return node("tvm-2", "running", **{"runningTasksCount": 2, **more})


DRAINED = ("pending", "pending", "satisfied", "pending")
NOTHING = ("pending", "pending", "pending", "pending")
# ready, idle, drained, offline
JUDGED = [
    (node("tvm-2"), ("satisfied", "satisfied", "satisfied", "pending")),
    (node("tvm-2", "Idle", schedulingState="Enabled"), ("satisfied", "satisfied", "satisfied", "pending")),
    (node("tvm-2", schedulingState="disabled"), ("pending", "satisfied", "satisfied", "pending")),
    ({"id": "tvm-2", "state": "idle"}, ("pending", "satisfied", "satisfied", "pending")),
    (busy(), ("satisfied", "pending", "pending", "pending")),
    (busy(schedulingState="disabled"), NOTHING),
    (busy(runningTasksCount=0), ("satisfied", "pending", "pending", "pending")),
    ({"id": "tvm-2", "state": "running"}, NOTHING),
    (node("tvm-2", "offline", schedulingState="disabled"), ("pending", "pending", "satisfied", "satisfied")),
    (node("tvm-2", "offline", runningTasksCount=1), ("pending", "pending", "pending", "satisfied")),
    (node("tvm-2", "starting"), DRAINED),
    ({"id": "tvm-2", "state": "creating"}, DRAINED),
    ({"id": "tvm-2", "state": "waitingforstarttask"}, DRAINED),
    ({"id": "tvm-2", "state": "offline"}, ("pending", "pending", "pending", "satisfied")),
    (node("tvm-2", "preempted"), DRAINED),
    (node("tvm-2", "deallocated"), DRAINED),
    (node("tvm-2", "unknown"), NOTHING),
    (node("tvm-2", "starttaskfailed"), ("failed", "failed", "satisfied", "pending")),
    (node("tvm-2", "unusable"), ("failed", "failed", "satisfied", "pending")),
    (node("tvm-2", startTaskInfo=FAILED_START), ("failed", "failed", "satisfied", "pending")),
    (busy(startTaskInfo=FAILED_START), ("failed", "failed", "pending", "pending")),
    (
        node("tvm-2", startTaskInfo={"state": "completed", **SUCCESS}),
        ("satisfied", "satisfied", "satisfied", "pending"),
    ),
    (node("tvm-2", "waitingforstarttask", startTaskInfo={"state": "running", **STARTED}), DRAINED),
    (node("tvm-2", "rebooting", startTaskInfo=FAILED_START), DRAINED),
    # Words that are not known.
    (node("tvm-2", startTaskInfo={"state": "completed", "result": "Cancelled"}), DRAINED),
    (node("tvm-2", startTaskInfo={"state": "hibernating"}), DRAINED),
    (node("tvm-2", startTaskInfo={"state": "hibernating", **FAILURE}), DRAINED),
    (node("tvm-2", startTaskInfo={}), DRAINED),
    (busy(startTaskInfo={"state": "completed", **MYSTERY}), NOTHING),
    (node("tvm-2", schedulingState="paused"), ("pending", "satisfied", "satisfied", "pending")),
    # Recent tasks: what is not over contradicts a count of none.
    (with_recent("completed", "active"), ("satisfied", "satisfied", "satisfied", "pending")),
    (with_recent(), ("satisfied", "satisfied", "satisfied", "pending")),
    (with_recent("completed", "running"), ("satisfied", "pending", "pending", "pending")),
    (with_recent("Preparing"), ("satisfied", "pending", "pending", "pending")),
    (with_recent("zombie) (completed"), ("satisfied", "pending", "pending", "pending")),
    # Its job has moved to another pool: the task runs there, and its run on this node is over.
    (with_run({"endTime": "2026-01-31T08:00:00Z"}), ("satisfied", "satisfied", "satisfied", "pending")),
    (with_run({"startTime": "2026-01-31T08:00:00Z"}), ("satisfied", "pending", "pending", "pending")),
    (with_recent(None), ("satisfied", "pending", "pending", "pending")),
    (with_recent("running", runningTasksCount=None), ("satisfied", "pending", "pending", "pending")),
    (with_recent("running", state="offline"), ("pending", "pending", "pending", "satisfied")),
    (node("tvm-2", runningTasksCount=1), ("satisfied", "pending", "pending", "pending")),
    # A start task that the pool does not wait for.
    (node("tvm-2", startTaskInfo={"state": "running", **STARTED}), ("satisfied", "satisfied", "satisfied", "pending")),
]


@pytest.mark.parametrize(
    ("wire", "verdicts"), JUDGED, ids=lambda value: str(value.get("state")) if isinstance(value, dict) else ""
)
def test_a_node_is_judged_by_its_state_its_scheduling_and_its_start_task(
    service: Loopback, wire: Wire, verdicts: tuple[str, ...]
) -> None:
    found = [judged(service, condition, wire)["verdict"] for condition in ("ready", "idle", "drained", "offline")]
    assert tuple(found) == verdicts


@pytest.mark.parametrize("condition", ["ready", "idle", "drained", "offline"])
@pytest.mark.parametrize(
    "wire",
    [node("tvm-2", "hibernating"), {"id": "tvm-2", "state": "hibernating"}, {"id": "tvm-2"}],
    ids=["resting", "new", "bare"],
)
def test_an_unknown_state_is_pending(service: Loopback, condition: str, wire: Wire) -> None:
    good = node("tvm-1", "offline" if condition == "offline" else "idle")
    assert judged(service, condition, good, wire)["verdict"] == "pending"


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (
            node("tvm-2", "starttaskfailed", startTaskInfo=FAILED_START),
            "tvm-2: start task failed, exit code 1 (FailureExitCode)",
        ),
        (node("tvm-2", "starttaskfailed"), "tvm-2: is starttaskfailed"),
        (
            node("tvm-2", "unusable", errors=[{"code": "DiskFull", "message": "No space"}]),
            "tvm-2: is unusable (DiskFull: No space)",
        ),
        (node("tvm-2", "creating"), "tvm-2: is creating"),
        (node("tvm-2", schedulingState="disabled"), "tvm-2: is idle with scheduling disabled"),
        ({"id": "tvm-2", "state": "idle"}, "tvm-2: is idle with scheduling unknown"),
        (
            node("tvm-2", startTaskInfo={"state": "completed", "result": "Cancelled"}),
            "tvm-2: its start task ended with a result that is not known",
        ),
        (node("tvm-2", startTaskInfo={"state": "x"}), "tvm-2: its start task is in a state that is not known"),
    ],
)
def test_a_reason_names_the_node_and_what_is_wrong(service: Loopback, wire: Wire, reason: str) -> None:
    result = judged(service, "ready", node(), wire)
    assert result["reasons"][0] == reason
    assert (result["summary"]["failed_nodes"] == ["tvm-2"]) is (result["verdict"] == "failed")


@pytest.mark.parametrize(("running", "words"), [(1, "runs 1 task"), (2, "runs 2 tasks")])
def test_a_node_that_is_not_drained_says_how_many_tasks_it_runs(service: Loopback, running: int, words: str) -> None:
    assert judged(service, "drained", busy(runningTasksCount=running))["reasons"] == [f"tvm-2: {words}"]


@pytest.mark.parametrize("condition", ["idle", "drained"])
@pytest.mark.parametrize("way", [{"details": "summary"}, {"select": ["vmSize"]}, {"node_ids": ["tvm-2"]}, {}], ids=str)
def test_a_recent_task_that_runs_is_named(service: Loopback, condition: str, way: dict[str, Any]) -> None:
    wire = with_recent("completed", "running")
    service.say("/pools/pool-1/nodes/tvm-2", wire)
    result = judged(service, condition, wire, **way)
    assert result["reasons"] == ["tvm-2: lists task task-2 as running, and counts no task that runs"]
    chosen = service.requests[-1].query.get("$select")
    assert chosen is None or "recentTasks" in chosen.split(",")


@pytest.mark.parametrize(("state", "word"), [("Preparing", "preparing"), ("zombie", "zombie"), (None, "unknown")])
def test_a_recent_task_is_named_with_its_state(service: Loopback, state: str | None, word: str) -> None:
    reasons = judged(service, "idle", with_recent(state))["reasons"]
    assert reasons == [f"tvm-2: lists task task-1 as {word}, and counts no task that runs"]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_of_a_node_is_kept_what_it_is_judged_by(service: Loopback, condition: str) -> None:
    found = NodeCondition(connect(service.url), question(NODES.arguments, pool_id="pool-1", condition=condition))
    kept = found.keep({**with_recent("completed", "running", "active"), "vmSize": "standard_d2_v3"})
    assert set(kept) <= set(found.reads)
    assert [item["taskId"] for item in kept.get("recentTasks", ())] in ([], ["task-2"])
    assert ("recentTasks" in kept) is (condition in ("idle", "drained"))


def test_recent_tasks_that_are_none_are_no_answer(service: Loopback) -> None:
    with pytest.raises(AnswerError, match="recentTasks"):
        judged(service, "drained", node(recentTasks="none"))


def test_a_start_task_whose_failure_is_not_waited_for_still_breaks_the_node(service: Loopback) -> None:
    result = judged(service, "ready", node(), node("tvm-2", startTaskInfo=FAILED_START))
    assert result["verdict"] == "failed"
    assert result["summary"]["succeeded"] == 1


@pytest.mark.parametrize("info", [{"state": "running", **STARTED}, {"state": "completed", **MYSTERY}, {}, None])
def test_a_start_task_that_is_not_known_to_have_failed_does_not_break_the_node(service: Loopback, info: Any) -> None:
    assert judged(service, "ready", node(startTaskInfo=info))["verdict"] != "failed"


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_state_that_has_the_name_of_a_condition_satisfies_no_other(service: Loopback, condition: str) -> None:
    """Also `ready` and `drained`, which are no states of the service."""
    for state in ("ready", "drained"):
        assert judged(service, condition, node("tvm-2", state))["verdict"] == "pending"


def test_every_condition_of_the_module_is_defined() -> None:
    assert list(CONDITIONS) == NODES.arguments.spec["condition"]["choices"]


def test_a_node_of_which_two_things_are_said_may_be_one_that_is_wanted(service: Loopback) -> None:
    wires = node("a"), node("b"), node("b", "unusable")
    result = judged(service, "ready", *wires, of=pool(2), min_nodes=2)
    reasons = ["b: is listed twice, in different states", "pool-1: 1 of at least 2 nodes are ready"]
    assert (result["verdict"], result["reasons"]) == ("pending", reasons)
