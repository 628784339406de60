# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`fail_fast: false` for tasks and jobs: on while anything runs or may start, and an end when nothing can change any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, page
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    Wire,
    counts,
    job,
    node,
    pool,
    task,
    troubled,
)

WAIT = {"wait": True, "fail_fast": False, "wait_timeout": 100, "wait_sleep": 10, "job_id": "job-1"}
FAILED, DONE = task("failed", info=FAILURE), task("done", info=SUCCESS)
RUNS, WAITS = task("runs", "running", STARTED), task("waits", "active", dependsOn={"taskIds": ["failed"]})
DEPENDS = {"usesTaskDependencies": True}
STOPPED = [{"code": "ResizeStopped", "message": "Somebody stopped it"}]
_SELECTED: dict[str | None, Callable[[Wire], bool]] = {
    None: lambda item: True,
    "executionInfo/result eq 'failure'": lambda item: item["executionInfo"].get("result") == "failure",
    "state ne 'completed'": lambda item: bool(item["state"] != "completed"),
    "state eq 'active'": lambda item: bool(item["state"] == "active"),
    "state ne 'completed' or executionInfo/result ne 'success'": lambda item: (
        item["state"] != "completed" or item["executionInfo"].get("result") != "success"
    ),
}


class Account:
    """A job whose tasks are others at each look, as filters select them."""

    def __init__(self, service: Loopback, *looks: list[Wire], of: Wire | None = None, last: Wire | None = None) -> None:
        self.service, self._looks, self._number = service, looks, -1
        self._of, self._last = of or job(), last or of or job()
        service.say("/jobs/job-1", self._job)
        service.say("/jobs/job-1/tasks", self._tasks)
        service.say("/jobs/job-1/taskcounts", self._counts)
        service.say("/pools/pool-1", pool(1))
        service.say("/pools/pool-1/nodes", page(node()))

    @property
    def _now(self) -> list[Wire]:
        return self._looks[min(max(self._number, 0), len(self._looks) - 1)]

    def _job(self, request: Request) -> Answer:
        # The capacity of the pool reads the job again, with fewer properties. It is the same look.
        if request.query.get("$select") != "id,state,executionInfo,constraints":
            self._number += 1
        return Answer(self._last if self._number >= len(self._looks) - 1 else self._of)

    def _tasks(self, request: Request) -> Answer:
        return page(*filter(_SELECTED[request.query.get("$filter")], self._now))

    def _counts(self, request: Request) -> Answer:
        states = [item["state"] for item in self._now]
        failed = sum(item["executionInfo"].get("result") == "failure" for item in self._now)
        return Answer(
            counts(states.count("active"), states.count("running"), states.count("completed") - failed, failed)
        )


@pytest.fixture(params=["jobs", "tasks", "gate of jobs", "gate of tasks"])
def wait(request: pytest.FixtureRequest, service: Loopback) -> Callable[..., dict[str, Any]]:
    def waited(clock: ScriptedClock, **options: Any) -> dict[str, Any]:
        given = {**WAIT, "condition": "succeeded", **options}
        if not request.param.startswith("gate"):
            return ask(service, JOBS if request.param == "jobs" else TASKS, clock, **given)
        check = {"check": request.param.split()[-1], "job_id": given.pop("job_id"), "condition": given.pop("condition")}
        return ask(service, GATE, clock, checks=[check], **given)

    return waited


Wait = Callable[..., dict[str, Any]]


def test_what_runs_is_waited_for_and_every_failure_is_named(
    service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock]
) -> None:
    Account(service, [FAILED, RUNS], [FAILED, RUNS], [FAILED, task("runs", info=FAILURE)])
    result = wait(scripted(10, 10))
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 3, False)
    assert "failed" in str(result["reasons"])
    assert "runs" in str(result["reasons"])


def test_what_waits_may_run(service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock]) -> None:
    Account(service, [FAILED, task("later", "active")], [FAILED, task("later", info=SUCCESS)])
    result = wait(scripted(10))
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 2, False)


def test_what_depends_on_a_failed_task_is_not_waited_for(
    service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock]
) -> None:
    Account(service, [FAILED, RUNS, WAITS], [FAILED, DONE, WAITS], of=job(**DEPENDS))
    result = wait(scripted(10))
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 2, False)


def test_what_can_get_no_node_is_not_waited_for(
    service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock]
) -> None:
    Account(service, [FAILED, task("later", "active")])
    service.say("/pools/pool-1", pool(0, currentLowPriorityNodes=0, targetLowPriorityNodes=3, resizeErrors=STOPPED))
    service.say("/pools/pool-1/nodes", page())
    result = wait(scripted())
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 1, False)
    assert "no node can take a task" in str(result["reasons"])


def test_all_that_have_ended_end_the_wait(
    service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock]
) -> None:
    Account(service, [FAILED, DONE])
    result = wait(scripted())
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 1, False)


@pytest.mark.parametrize("state", ["completed", "disabled", "deleting"])
def test_a_job_that_has_ended_ends_the_wait(
    service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock], state: str
) -> None:
    Account(service, [FAILED, task("never", "active")], of=job(state=state))
    result = wait(scripted())
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 1, False)


def test_what_ended_with_an_unknown_result_is_not_waited_for(
    service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock]
) -> None:
    """Nobody can say more of it, however long the others take."""
    Account(service, [FAILED, RUNS, task("odd", info=MYSTERY)], [FAILED, DONE, task("odd", info=MYSTERY)])
    result = wait(scripted(10))
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 2, False)


def test_what_is_in_an_unknown_state_may_change(
    service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock]
) -> None:
    Account(service, [FAILED, task("odd", "hibernating", STARTED)], [FAILED, DONE])
    result = wait(scripted(10))
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 2, False)


def test_what_is_listed_twice_is_looked_at_again(service: Loopback, scripted: Callable[..., ScriptedClock]) -> None:
    """It may be another failure, which is to be named."""
    Account(service, [FAILED, DONE, {**DONE, **RUNS, "id": "done"}], [FAILED, task("done", info=FAILURE)])
    result = ask(service, TASKS, scripted(10), condition="succeeded", **WAIT)
    assert (result["verdict"], result["polls"], len(result["reasons"])) == ("failed", 2, 2)


def test_without_a_failure_an_unknown_result_is_pending_to_the_end(
    service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock]
) -> None:
    Account(service, [DONE, task("odd", info=MYSTERY)], of=job(state="completed"))
    result = wait(scripted(10, (9, 10)), wait_timeout=20)
    assert (result["verdict"], result["timed_out"]) == ("pending", True)


def other_jobs(service: Loopback, **jobs: list[Wire]) -> dict[str, Any]:
    """Completed jobs with such tasks that are not a success, beside one that has failed."""
    for job_id, wrong in {"bad": [FAILED], **jobs}.items():
        service.say(f"/jobs/{job_id}", job(job_id, "completed"))
        service.say(f"/jobs/{job_id}/taskcounts", counts(running=len(wrong)))
        service.say(f"/jobs/{job_id}/tasks", page(*wrong))
    return {**WAIT, "job_id": None, "job_ids": ["bad", *jobs], "condition": "succeeded"}


def test_a_completed_job_with_an_unknown_result_is_not_waited_for(
    service: Loopback, scripted: Callable[..., ScriptedClock]
) -> None:
    result = ask(service, JOBS, scripted(), **other_jobs(service, odd=[task(info=MYSTERY)]))
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 1, False)


@pytest.mark.parametrize("state", ["running", "hibernating"])
def test_a_completed_job_with_a_task_that_may_change_is_waited_for(
    service: Loopback, scripted: Callable[..., ScriptedClock], state: str
) -> None:
    options = other_jobs(service, odd=[])
    service.say("/jobs/odd/tasks", page(task(info=MYSTERY), task("t", state, STARTED)), page(FAILED))
    result = ask(service, JOBS, scripted(10), **options)
    assert (result["verdict"], result["polls"], len(result["reasons"])) == ("failed", 2, 2)


def test_a_completed_job_whose_counts_tell_of_a_failure_is_looked_at_again(
    service: Loopback, scripted: Callable[..., ScriptedClock]
) -> None:
    options = other_jobs(service, odd=[])
    service.say("/jobs/odd/taskcounts", counts(failed=1, succeeded=1), counts(succeeded=2))
    result = ask(service, JOBS, scripted(10), **options)
    assert (result["verdict"], result["polls"], len(result["reasons"])) == ("failed", 2, 1)


def test_a_completed_job_with_a_task_that_runs_is_waited_for_beside_one_that_failed(
    service: Loopback, scripted: Callable[..., ScriptedClock]
) -> None:
    service.say("/jobs/lost", troubled("InvalidPool", job_id="lost"))
    service.say("/jobs/lost/taskcounts", counts())
    service.say("/jobs/odd", job("odd", "completed"))
    service.say("/jobs/odd/taskcounts", counts(running=1), counts(running=1), counts(succeeded=1))
    service.say("/jobs/odd/tasks", page(RUNS))
    options = {**WAIT, "job_id": None, "job_ids": ["lost", "odd"], "condition": "completed"}
    result = ask(service, JOBS, scripted(10, 10), **options)
    assert (result["verdict"], result["polls"], len(result["reasons"])) == ("failed", 3, 1)


def test_a_job_that_cannot_complete_is_not_waited_for_while_it_terminates(
    service: Loopback, scripted: Callable[..., ScriptedClock]
) -> None:
    service.say("/jobs/job-1", troubled("InvalidPool", "terminating"))
    service.say("/jobs/job-1/taskcounts", counts())
    result = ask(service, JOBS, scripted(), **WAIT, condition="completed")
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 1, False)


def test_the_first_failure_ends_it_by_default(
    service: Loopback, wait: Wait, scripted: Callable[..., ScriptedClock]
) -> None:
    Account(service, [FAILED, RUNS])
    assert wait(scripted(), fail_fast=True)["polls"] == 1


def test_of_several_jobs_the_others_are_waited_for(service: Loopback, scripted: Callable[..., ScriptedClock]) -> None:
    service.say("/jobs/a", job("a", "completed"))
    service.say("/jobs/a/taskcounts", counts(failed=1))
    service.say("/jobs/a/tasks", page(FAILED))
    service.say("/jobs/b", job("b"), job("b"), job("b", "completed"))
    service.say("/jobs/b/taskcounts", counts(succeeded=1))
    service.say("/jobs/b/tasks", page())
    options = {**WAIT, "job_id": None, "job_ids": ["a", "b"], "condition": "succeeded"}
    result = ask(service, JOBS, scripted(10, 10), **options)
    assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 3, False)


def test_a_job_that_is_not_there_may_come(service: Loopback, scripted: Callable[..., ScriptedClock]) -> None:
    service.say("/jobs/a", job("a", "completed"))
    service.say("/jobs/a/taskcounts", counts(failed=1))
    service.say("/jobs/a/tasks", page(FAILED))
    gone = {"code": "JobNotFound", "message": {"value": "No."}}
    service.say("/jobs/b", Answer(gone, 404), job("b", "deleting"))
    service.say("/jobs/b/taskcounts", counts())
    options = {**WAIT, "job_id": None, "job_ids": ["a", "b"], "condition": "succeeded", "missing_ok": True}
    assert ask(service, JOBS, scripted(10), **options)["polls"] == 2


def test_subtasks_that_cannot_come_are_not_waited_for(
    service: Loopback, scripted: Callable[..., ScriptedClock]
) -> None:
    several = {"multiInstanceSettings": {"numberOfInstances": 3}}
    Account(service, [task("mpi", info=NEVER_STARTED, **several)])
    service.say("/jobs/job-1/tasks/mpi/subtasksinfo", page())
    result = ask(service, TASKS, scripted(), **WAIT, condition="succeeded", subtasks=True)
    assert (result["verdict"], result["polls"]) == ("failed", 1)
