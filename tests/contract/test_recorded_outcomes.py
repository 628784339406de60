# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every execution that was recorded is judged as the service judged it, wherever it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.contract.play import JOB, NODE, PREP_STATUS, TASK, play, run
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    Exchange,
    each,
    needs_shared,
    recorded_exchanges,
)

pytestmark = needs_shared

Execution = dict[str, Any]

_JOB = {"id": "j", "state": "active", "jobPreparationTask": {"id": "p"}, "jobReleaseTask": {"id": "r"}}
_STEADY = {"id": "p", "state": "active", "allocationState": "steady"}


def _executions(body: Any) -> Iterator[Execution]:
    """Whatever has a `result`: of tasks, recent tasks of nodes, start, preparation and release tasks."""
    if isinstance(body, dict):
        if "result" in body:
            yield body
        for inner in body.values():
            yield from _executions(inner)
    elif isinstance(body, list):
        for inner in body:
            yield from _executions(inner)


def _recorded() -> list[Execution]:
    return [execution for exchange in recorded_exchanges() for execution in _executions(exchange.body)]


def _ids(result: str) -> list[str]:
    return [f"n-{place}" for place, recorded in _numbered() if recorded["result"].lower() == result]


def _numbered() -> list[tuple[int, Execution]]:
    return list(enumerate(_recorded()))


def test_all_ways_to_fail_were_recorded() -> None:
    """With an exit code, without one, and with the exit code of a success; in both spellings of two rollouts."""
    failures = Counter(
        execution.get("exitCode", "none") for execution in _recorded() if execution["result"].lower() == "failure"
    )
    assert failures == {0: 1, 2: 9, 127: 1, "none": 8}
    assert {execution["result"] for execution in _recorded()} == {"success", "Success", "failure", "Failure"}
    assert len(_ids("success")) == 86


def test_as_executions_of_tasks(server: ReplayServer) -> None:
    tasks = [{"id": f"n-{place}", "state": "completed", "executionInfo": info} for place, info in _numbered()]
    server.put("/jobs/j", _JOB)
    server.put("/jobs/j/tasks", {"value": tasks})
    result = run(server, TASK, {"job_id": "j", "condition": "succeeded"})
    _check(result, "failed_tasks")
    assert result["verdict"] == "failed"


def test_without_a_result_the_failure_tells(server: ReplayServer) -> None:
    """Versions before 2017 sent the same without `result`; exit code 0 is no success where a failure stands beside it."""
    infos = [{name: value for name, value in info.items() if name != "result"} for _place, info in _numbered()]
    tasks = [{"id": f"n-{place}", "state": "completed", "executionInfo": info} for place, info in enumerate(infos)]
    server.put("/jobs/j/tasks", {"value": tasks})
    _check(run(server, TASK, {"job_id": "j"}), "failed_tasks")


@pytest.mark.parametrize("state", ["active", "preparing", "running"])
def test_what_runs_again_has_not_ended(server: ReplayServer, state: str) -> None:
    """A task that is retried or reactivated may still show how it ended before."""
    tasks = [{"id": f"n-{place}", "state": state, "executionInfo": info} for place, info in _numbered()]
    server.put("/jobs/j", _JOB)
    server.put("/jobs/j/tasks", {"value": tasks})
    result = run(server, TASK, {"job_id": "j", "condition": "succeeded"})
    assert (result["summary"]["succeeded"], result["summary"]["failed"]) == (0, 0)
    assert result["verdict"] == "pending"


def test_as_executions_of_subtasks(server: ReplayServer) -> None:
    """A subtask carries what a task has in executionInfo, beside its own id, which is a number."""
    subtasks = [{**info, "id": place, "state": "completed"} for place, info in _numbered()]
    server.put("/jobs/j/tasks/t", {"id": "t", "state": "running", "multiInstanceSettings": {"numberOfInstances": 9}})
    server.put("/jobs/j/tasks/t/subtasksinfo", {"value": subtasks})
    result = run(server, TASK, {"job_id": "j", "task_id": "t", "subtasks": True})
    failed = [name.replace("n-", "t/") for name in _ids("failure")]
    assert result["summary"]["failed_subtasks"] == failed


@pytest.mark.parametrize("state", ["idle", "running", "starttaskfailed", "unusable"])
def test_as_executions_of_start_tasks(server: ReplayServer, state: str) -> None:
    nodes: list[dict[str, Any]] = [
        {
            "id": f"n-{place}",
            "state": state,
            "schedulingState": "enabled",
            "startTaskInfo": {**info, "state": "completed"},
        }
        for place, info in _numbered()
    ]
    server.put("/pools/p", {**_STEADY, "currentDedicatedNodes": len(nodes), "targetDedicatedNodes": len(nodes)})
    server.put("/pools/p/nodes", {"value": nodes})
    result = run(server, NODE, {"pool_id": "p", "condition": "ready"})
    broken = state in ("starttaskfailed", "unusable")
    assert result["summary"]["failed_nodes"] == [
        node["id"] for node in nodes if broken or node["startTaskInfo"]["result"].lower() == "failure"
    ]
    assert result["summary"]["succeeded"] == (0 if broken else len(_ids("success")))
    assert result["verdict"] == "failed"


@pytest.mark.parametrize(
    ("name", "condition"),
    [("jobPreparationTaskExecutionInfo", "prepared"), ("jobReleaseTaskExecutionInfo", "released")],
)
def test_as_executions_of_preparation_and_release_tasks(server: ReplayServer, name: str, condition: str) -> None:
    items = [
        {"poolId": "p", "nodeId": f"n-{place}", name: {**info, "state": "completed"}} for place, info in _numbered()
    ]
    server.put("/jobs/j", _JOB)
    server.put("/jobs/j/jobpreparationandreleasetaskstatus", {"value": items})
    result = run(server, PREP_STATUS, {"job_id": "j", "condition": condition})
    summary = result["summary"] if condition == "prepared" else result["summary"]["release"]
    _check({"summary": summary}, "failed_nodes")
    assert result["verdict"] == "failed"


def _check(result: dict[str, Any], names: str) -> None:
    assert result["summary"][names] == _ids("failure")
    assert result["summary"]["failed"] == len(_ids("failure"))
    assert result["summary"]["succeeded"] == len(_ids("success"))


def _with_scheduling_error() -> list[Exchange]:
    return [
        exchange for exchange in recorded_exchanges() if any("schedulingError" in str(job) for job in exchange.items)
    ]


@each(_with_scheduling_error())
def test_scheduling_errors_of_jobs(server: ReplayServer, exchange: Exchange) -> None:
    """Only a job that waits for its release tasks carries one that is not an error."""
    # Counts without a failed task: what fails here fails by its scheduling error.
    result = play(server, exchange, task_counts=False)
    errors = {
        job["id"]: job["executionInfo"]["schedulingError"]["code"]
        for job in exchange.items
        if "schedulingError" in job["executionInfo"]
    }
    assert set(errors.values()) <= {"JobTerminationAwaitingNodeProcessing", "InvalidCertificatesInAutoPool"}
    assert result["summary"]["failed_jobs"] == [
        job_id for job_id, code in errors.items() if code == "InvalidCertificatesInAutoPool"
    ]


def test_both_scheduling_errors_were_recorded() -> None:
    found = Counter(
        job["executionInfo"]["schedulingError"]["code"]
        for exchange in _with_scheduling_error()
        for job in exchange.items
        if "schedulingError" in job["executionInfo"]
    )
    assert found == {"JobTerminationAwaitingNodeProcessing": 1, "InvalidCertificatesInAutoPool": 12}


@pytest.mark.parametrize("condition", ["completed", "succeeded"])
def test_a_terminating_job_is_pending_and_not_failed(server: ReplayServer, condition: str) -> None:
    (exchange,) = (
        exchange
        for exchange in _with_scheduling_error()
        if "JobTerminationAwaitingNodeProcessing" in str(exchange.body)
    )
    server.put(f"{exchange.path}/tasks", {"value": []})
    server.replay(exchange)
    server.put(f"{exchange.path}/taskcounts", {"active": 0, "running": 0, "completed": 1, "succeeded": 1, "failed": 0})
    options = {"job_id": exchange.segments[1], "api_version": exchange.api_version, "condition": condition}
    assert run(server, JOB, options)["verdict"] == "pending"
