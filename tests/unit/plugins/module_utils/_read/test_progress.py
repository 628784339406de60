# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The numbers of progress lines, from snapshots of the real readers at scripted objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.progress import Counts, progress_format
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS, NODES, PREP, TASKS

_EXECUTION = {"result": "success", "startTime": "2026-01-01T00:00:00Z"}


def sentence(service: Loopback, module: Resource, **options: Any) -> str:
    """What a line says of one snapshot."""
    result = ask(service, module, **options)
    params = params_of(module.arguments, account_endpoint=service.url, **options)
    form = progress_format(module)
    return f"{form.subject(params)}: {', '.join(form.counts(Snapshot(summary=result['summary']), params).parts)}"


def tasks(**states: int) -> Iterable[dict[str, Any]]:
    for name, number in states.items():
        for index in range(number):
            task: dict[str, Any] = {"id": f"{name}-{index}", "state": name}
            if name in ("completed", "failed"):
                result = {"result": "failure", "exitCode": 1} if name == "failed" else {}
                task = {**task, "state": "completed", "executionInfo": {**_EXECUTION, **result}}
            yield task


def entry(node: str, state: str, **info: Any) -> dict[str, Any]:
    return {"poolId": "pool-7", "nodeId": node, "jobPreparationTaskExecutionInfo": {"state": state, **info}}


@pytest.fixture
def account(service: Loopback) -> Loopback:
    """Three jobs, and one of them with tasks, a pool with nodes, and a preparation task."""
    job = {"state": "active", "poolInfo": {"poolId": "pool-7"}, "jobPreparationTask": {"id": "p"}}
    for number, counts in ((7, (3, 2, 4, 1)), (8, (0, 0, 0, 0)), (9, (0, 0, 2, 0))):
        body = {"id": f"job-{number}", **job, **({"state": "completed"} if number == 9 else {})}
        active, running, succeeded, failed = counts
        told = {"active": active, "running": running, "completed": succeeded + failed}
        service.say(f"/jobs/job-{number}", body)
        service.say(
            f"/jobs/job-{number}/taskcounts", {"taskCounts": {**told, "succeeded": succeeded, "failed": failed}}
        )
    service.say("/jobs/job-7/tasks", page(*tasks(active=3, preparing=1, running=2, completed=4, failed=1)))
    service.say("/pools/pool-7", {"id": "pool-7", "state": "active", "allocationState": "steady"})
    states = ("idle", "idle", "running", "starting", "starting", "rebooting")
    nodes = [
        {"id": f"tvm-{number}", "state": state, "schedulingState": "enabled", "runningTasksCount": state == "running"}
        for number, state in enumerate(states)
    ]
    for node in nodes:
        node["runningTasksCount"] = int(bool(node["runningTasksCount"]))
    service.say("/pools/pool-7/nodes", page(*nodes))
    ended = {"result": "success", "startTime": "2026-01-01T00:00:00Z", "exitCode": 0}
    status = [
        entry("tvm-0", "completed", **ended),
        entry("tvm-1", "completed", **ended),
        entry("tvm-2", "running"),
        entry("tvm-3", "completed", **{**ended, "result": "failure", "exitCode": 1}),
    ]
    service.say("/jobs/job-7/jobpreparationandreleasetaskstatus", page(*status))
    return service


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"condition": "completed"}, "tasks job-7: 5/11 completed, 1 failed, 2 running, 1 preparing, 3 active"),
        ({"condition": "succeeded"}, "tasks job-7: 4/11 succeeded, 1 failed, 2 running, 1 preparing, 3 active"),
        ({"condition": "started"}, "tasks job-7: 7/11 started, 1 failed, 2 running, 1 preparing, 3 active"),
    ],
)
def test_tasks(account: Loopback, options: dict[str, Any], words: str) -> None:
    assert sentence(account, TASKS, job_id="job-7", **options) == words


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"job_id": "job-7", "condition": "completed"},
            "job job-7: 5/10 tasks completed, 1 failed, 2 running, 3 active",
        ),
        ({"job_id": "job-7", "condition": "disabled"}, "job job-7: 0/1 disabled, 1 failed, 1 active"),
        ({"job_id": "job-8", "condition": "completed"}, "job job-8: 0/1 completed, 1 active"),
        (
            {"job_ids": ["job-7", "job-8", "job-9"], "condition": "completed"},
            "jobs job-7, job-8 and 1 more: 1/3 completed, 1 failed, 2 active",
        ),
    ],
)
def test_jobs(account: Loopback, options: dict[str, Any], words: str) -> None:
    assert sentence(account, JOBS, **options) == words


def test_all_jobs_of_an_account(service: Loopback) -> None:
    service.say("/jobs", page({"id": "job-1", "state": "active"}))
    service.say("/jobs/job-1/taskcounts", {"taskCounts": {}})
    assert sentence(service, JOBS, condition="disabled") == "jobs: 0/1 disabled, 1 active"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"condition": "ready"}, "nodes pool-7: 3/6 ready, 2 starting, 1 rebooting"),
        ({"condition": "ready", "min_nodes": 5}, "nodes pool-7: 3/5 ready, 2 starting, 1 rebooting"),
        (
            {"condition": "ready", "expected_nodes": ["tvm-0", "tvm-9"]},
            "nodes pool-7: 3 ready, 2 starting, 1 rebooting",
        ),
        ({"condition": "idle"}, "nodes pool-7: 2/6 idle, 1 running, 2 starting, 1 rebooting"),
        ({"condition": "drained"}, "nodes pool-7: 1 task running on 6 nodes"),
        (
            {"pool_ids": ["pool-7"], "condition": "ready", "min_nodes": 5},
            "nodes pool-7: 3/6 ready, 2 starting, 1 rebooting",
        ),
    ],
)
def test_nodes(account: Loopback, options: dict[str, Any], words: str) -> None:
    where = {} if "pool_ids" in options else {"pool_id": "pool-7"}
    assert sentence(account, NODES, **where, **options) == words


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"condition": "prepared", "min_nodes": 12}, "prep job-7: 2/12 ready, 1 failed, 1 running"),
        (
            {"condition": "prepared", "expected_nodes": ["tvm-0", "tvm-1", "tvm-2"]},
            "prep job-7: 2/3 ready, 1 failed, 1 running",
        ),
    ],
)
def test_preparation(account: Loopback, options: dict[str, Any], words: str) -> None:
    assert sentence(account, PREP, job_id="job-7", **options) == words


def test_release_is_told_by_its_own_numbers() -> None:
    summary = {"total": 5, "succeeded": 4, "release": {"succeeded": 1, "failed": 1, "running": 2}}
    params = {"condition": "released", "job_id": "job-7"}
    assert progress_format(PREP).subject(params) == "release job-7"
    assert progress_format(PREP).counts(Snapshot(summary=summary), params) == Counts(
        1, 5, "released", 1, ((2, "running"),)
    )


def test_one_object_is_named_with_its_parent() -> None:
    assert progress_format(TASKS).subject({"job_id": "job-7", "task_id": "t"}) == "task job-7/t"
    assert progress_format(NODES).subject({"pool_id": "pool-7", "node_id": "tvm-1"}) == "node pool-7/tvm-1"


def test_a_gate_tells_of_the_checks_that_are_pending() -> None:
    tasks = {"total": 24, "missing": [], "succeeded": 18, "failed": 0, "by_state": {"running": 6}}
    prep = {"total": 40, "expected": 50, "succeeded": 37, "failed": 1, "running": 2}
    facts = [
        {"check": "tasks", "condition": "succeeded", "verdict": "pending", "summary": tasks},
        {"check": "preparation", "condition": "prepared", "verdict": "pending", "summary": prep},
        {"check": "tasks", "condition": "succeeded", "verdict": "satisfied", "summary": tasks},
        {"check": "tasks", "condition": "succeeded", "verdict": "failed", "summary": {}},
    ]
    given = [{"job_id": f"job-{number}", "job_ids": None, "task_id": None} for number in range(1, 5)]
    snapshot = Snapshot(facts, {"total": 4, "succeeded": 1, "pending": 2, "failed": 1})
    counts = progress_format(GATE).counts(snapshot, {"checks": given})
    assert counts.parts == ["1/4 satisfied", "1 failed"]
    assert [(subject, check.parts) for subject, check in counts.checks] == [
        ("tasks job-1", ["18/24 succeeded", "6 running"]),
        ("prep job-2", ["37/50 ready", "1 failed", "2 running"]),
    ]
    # One check is not like another: their rate says nothing.
    assert not counts.alike


@pytest.mark.parametrize(
    ("module", "done", "others"),
    [
        (TASKS, "5 completed", ((2, "running"), (1, "preparing"), (3, "active"))),
        (PREP, "2 ready", ((1, "running"),)),
        (JOBS, "5 tasks completed", ((2, "running"), (3, "active"))),
    ],
    ids=["tasks", "preparation", "jobs"],
)
def test_what_is_counted_is_not_what_an_expression_waits_for(
    account: Loopback, module: Resource, done: str, others: tuple[tuple[int, str], ...]
) -> None:
    """Jobs may have moved without being completed: there is no share, no bar and no time that is left."""
    options: dict[str, Any] = {"job_id": "job-7", "expression": "summary.failed == `99`"}
    result = ask(account, module, **options)
    params = params_of(module.arguments, account_endpoint=account.url, **options)
    counts = progress_format(module).counts(Snapshot(summary=result["summary"]), params)
    assert (f"{counts.done} {counts.word}", counts.failed) == (done, 1)
    assert tuple(other for other in counts.others if other[0]) == others
    assert not counts.measurable
    assert counts.details == "until the expression is true"
    judged = {**params, "condition": module.arguments.spec["condition"]["choices"][0]}
    assert progress_format(module).counts(Snapshot(summary=result["summary"]), judged).measurable
