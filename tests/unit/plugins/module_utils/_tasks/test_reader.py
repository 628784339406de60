# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks: every condition, the job that ends meanwhile, and subtasks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import TASKS
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    UPLOAD_FAILED,
    Wire,
    job,
    task,
    troubled,
)

DONE = task("done", info=SUCCESS)


def judged(service: Loopback, condition: str, *tasks: Wire, of: Wire | None = None, **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", of or job())
    service.say("/jobs/job-1/tasks", page(*tasks))
    return ask(service, TASKS, job_id="job-1", condition=condition, **options)


@pytest.mark.parametrize(
    ("wire", "started", "completed", "succeeded"),
    [
        (task("t", "active"), "pending", "pending", "pending"),
        (task("t", "preparing"), "pending", "pending", "pending"),
        (task("t", "running", STARTED), "satisfied", "pending", "pending"),
        (task("t", "Running", STARTED), "satisfied", "pending", "pending"),
        (task("t", info=SUCCESS), "satisfied", "satisfied", "satisfied"),
        (task("t", "Completed", {**SUCCESS, "result": "Success"}), "satisfied", "satisfied", "satisfied"),
        (task("t", info=FAILURE), "satisfied", "satisfied", "failed"),
        (task("t", info=UPLOAD_FAILED), "satisfied", "satisfied", "failed"),
        (task("t", info=NEVER_STARTED), "failed", "satisfied", "failed"),
        (task("t", info={**STARTED, "exitCode": 0}), "satisfied", "satisfied", "satisfied"),
        (task("t", info={**STARTED, "exitCode": 3}), "satisfied", "satisfied", "failed"),
        (task("t", info=STARTED), "satisfied", "satisfied", "failed"),
        (task("t"), "failed", "satisfied", "failed"),
        (task("t", info=MYSTERY), "satisfied", "satisfied", "pending"),
        (task("t", "hibernating", SUCCESS), "pending", "pending", "pending"),
        ({"id": "t"}, "pending", "pending", "pending"),
        ({"id": "t", "state": "active", "executionInfo": None}, "pending", "pending", "pending"),
        ({"id": "t", "state": "completed", "executionInfo": None}, "failed", "satisfied", "failed"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.get("state")),
)
def test_a_task_is_judged_by_its_state_and_its_result(
    service: Loopback, wire: Wire, started: str, completed: str, succeeded: str
) -> None:
    verdicts = {name: judged(service, name, DONE, wire)["verdict"] for name in ("started", "completed", "succeeded")}
    assert verdicts == {"started": started, "completed": completed, "succeeded": succeeded}


def test_reasons_name_the_task_and_what_is_wrong(service: Loopback) -> None:
    tasks = [task("t-1", info=FAILURE), task("t-2", "active"), task("t-3", info=MYSTERY)]
    assert judged(service, "succeeded", *tasks)["reasons"] == [
        "t-1: failed, exit code 1 (FailureExitCode)",
        "t-3 (result mystery) is not known to be a success",
        "job job-1: 1 task not succeeded: t-2 (active)",
    ]


def test_a_task_that_ended_before_it_started_is_named(service: Loopback) -> None:
    result = judged(service, "started", task("t-1", info=NEVER_STARTED))
    assert result["reasons"] == ["t-1: completed without having started"]


ENDED = [
    job(state="completed"),
    job(state="terminating"),
    job(state="deleting"),
    job(state="disabled"),
    troubled("PoolNotFound"),
]


@pytest.mark.parametrize("of", ENDED, ids=lambda wire: str(wire["state"]))
@pytest.mark.parametrize("condition", ["started", "completed", "succeeded"])
def test_a_waiting_task_of_a_job_that_has_ended_waits_in_vain(service: Loopback, condition: str, of: Wire) -> None:
    result = judged(service, condition, DONE, task("t", "active"), of=of)
    assert result["verdict"] == "failed"
    assert "t (active); the job " in result["reasons"][0]


@pytest.mark.parametrize(
    "of", [wire for wire in ENDED if wire["state"] != "terminating"], ids=lambda wire: str(wire["state"])
)
def test_a_running_task_of_a_job_that_has_ended_does_not_complete(service: Loopback, of: Wire) -> None:
    assert judged(service, "completed", task("t", "running", STARTED), of=of)["verdict"] == "failed"


def test_of_many_waiting_tasks_some_are_named(service: Loopback) -> None:
    waiting = [task(f"t-{number}", "active") for number in range(7)]
    assert judged(service, "completed", DONE, *waiting)["reasons"] == [
        "job job-1: 7 tasks not completed: t-0 (active), t-1 (active), t-2 (active), t-3 (active), t-4 (active) and 2 more"
    ]


@pytest.mark.parametrize("state", ["active", "enabling", "disabling", "hibernating"])
def test_a_waiting_task_of_a_job_that_goes_on_may_still_run(service: Loopback, state: str) -> None:
    assert judged(service, "succeeded", DONE, task("t", "active"), of=job(state=state))["verdict"] == "pending"


@pytest.mark.parametrize(("condition", "verdict"), [("completed", "pending"), ("succeeded", "failed")])
@pytest.mark.parametrize(
    "of",
    [job(state="terminating"), troubled("JobTerminationAwaitingNodeProcessing", "terminating")],
    ids=["plain", "awaiting"],
)
def test_a_running_task_of_a_terminating_job_completes_but_does_not_succeed(
    service: Loopback, condition: str, verdict: str, of: Wire
) -> None:
    assert judged(service, condition, task("t", "running", STARTED), of=of)["verdict"] == verdict


def test_a_job_that_has_ended_does_no_harm_to_tasks_that_have(service: Loopback) -> None:
    assert judged(service, "succeeded", DONE, of=job(state="completed"))["verdict"] == "satisfied"


@pytest.mark.parametrize("of", ENDED, ids=lambda wire: str(wire["state"]))
@pytest.mark.parametrize("condition", ["started", "completed", "succeeded"])
def test_no_task_in_a_job_that_has_ended_is_a_failure(service: Loopback, condition: str, of: Wire) -> None:
    result = judged(service, condition, of=of)
    assert result["verdict"] == "failed"
    assert result["reasons"][0].startswith("job job-1: no task was found, and the job ")


def test_the_job_is_read_before_its_tasks_and_only_for_a_condition(service: Loopback) -> None:
    judged(service, "completed", DONE)
    assert service.paths == ["/jobs/job-1", "/jobs/job-1/tasks"]
    ask(service, TASKS, job_id="job-1")
    assert service.paths[2:] == ["/jobs/job-1/tasks"]


def test_the_summary_counts_and_names_offenders(service: Loopback) -> None:
    old = task("old", "Completed", {**SUCCESS, "result": "Success"})
    tasks = [
        DONE,
        old,
        task("t-1", info=FAILURE),
        task("t-2", info=NEVER_STARTED),
        task("t-3", "asleep"),
        {"id": "t-4"},
    ]
    assert judged(service, "completed", *tasks)["summary"] == {
        "total": 6,
        "by_state": {"active": 0, "preparing": 0, "running": 0, "completed": 4, "asleep": 1, "unknown": 1},
        "succeeded": 2,
        "failed": 2,
        "failed_tasks": ["t-1", "t-2"],
        "failed_subtasks": [],
        "missing": [],
        "truncated": False,
    }


def multi(task_id: str = "mpi", info: Wire | None = None) -> Wire:
    return task(task_id, info=info or SUCCESS, multiInstanceSettings={"numberOfInstances": 3})


SUBTASKS = "/jobs/job-1/tasks/mpi/subtasksinfo"


def subtask(number: int, info: Wire, state: str = "completed") -> Wire:
    return {"id": number, "state": state, "nodeInfo": {"nodeId": f"tvm-{number}"}, **info}


def test_a_failed_subtask_keeps_its_task_from_having_succeeded(service: Loopback) -> None:
    service.say(SUBTASKS, page(subtask(1, SUCCESS), subtask(2, FAILURE)))
    result = judged(service, "succeeded", DONE, multi(), subtasks=True)
    assert (result["verdict"], result["reasons"]) == ("failed", ["mpi/2: failed, exit code 1 (FailureExitCode)"])
    assert result["summary"]["failed_subtasks"] == ["mpi/2"]
    assert [fact["id"] for fact in result["tasks"][1]["subtasks"]] == [1, 2]
    assert "subtasks" not in result["tasks"][0]


def test_a_subtask_whose_result_is_not_known_is_no_success(service: Loopback) -> None:
    service.say(SUBTASKS, page(subtask(1, SUCCESS), subtask(2, MYSTERY)))
    assert judged(service, "succeeded", multi(), subtasks=True)["verdict"] != "satisfied"


def test_subtasks_that_succeeded_do_no_harm(service: Loopback) -> None:
    service.say(SUBTASKS, page(subtask(1, SUCCESS), subtask(2, SUCCESS)))
    assert judged(service, "succeeded", multi(), subtasks=True)["verdict"] == "satisfied"


def test_subtasks_are_read_only_when_asked_for_and_of_multi_instance_tasks_only(service: Loopback) -> None:
    service.say(SUBTASKS, page())
    judged(service, "succeeded", DONE, multi())
    assert SUBTASKS not in service.paths
    judged(service, "succeeded", DONE, multi(), subtasks=True, select=["id"])
    assert "multiInstanceSettings" in service.asked("/jobs/job-1/tasks")[1].query["$select"].split(",")
    assert [path for path in service.paths if path.endswith("subtasksinfo")] == [SUBTASKS]


@pytest.mark.parametrize("option", ["job_id", "job_ids"])
def test_an_absent_job_is_always_an_error(service: Loopback, option: str) -> None:
    service.say("/jobs/gone", refusal(404, "JobNotFound"))
    service.say("/jobs/gone/tasks", refusal(404, "JobNotFound"))
    given: Any = {"job_id": "gone"} if option == "job_id" else {"job_ids": ["gone"]}
    for condition in (None, "succeeded"):
        with pytest.raises(ServiceError, match="JobNotFound"):
            ask(service, TASKS, condition=condition, missing_ok=True, **given)
