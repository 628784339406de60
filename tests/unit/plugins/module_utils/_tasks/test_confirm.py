# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of a list are read one after the other. Tasks that are added in between are not forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_tasks import (
    CONDITIONS,
    DONE,
    LIST,
    SUBTASKS,
    multi,
    subtask,
)
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, SUCCESS, Wire, job, task

Scripts = Callable[..., ScriptedClock]

_WRONG = {
    "started": "state ne 'running' and state ne 'completed'",
    "completed": "state ne 'completed'",
    "succeeded": "state ne 'completed' or executionInfo/result eq 'failure'",
}
_SECOND = task("second", info=SUCCESS)


def two_pages(service: Loopback, *confirmed: Wire, of: Wire | None = None, **options: Any) -> dict[str, Any]:
    """Both tasks are done, and `confirmed` are those that the list names that is read behind them."""
    service.say("/jobs/job-1", of or job())
    service.say(
        LIST, page(DONE, link=f"{service.url}{LIST}?$skiptoken=1"), page(_SECOND), page(*confirmed), page(*confirmed)
    )
    return ask(service, TASKS, job_id="job-1", **options)


def filters(service: Loopback) -> list[str | None]:
    return [request.query.get("$filter") for request in service.requests if request.path == LIST]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_several_pages_say_is_confirmed_by_one_list(service: Loopback, condition: str) -> None:
    assert two_pages(service, condition=condition)["verdict"] == "satisfied"
    assert filters(service)[-1] == _WRONG[condition]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_task_that_the_list_names_keeps_it_pending(service: Loopback, condition: str) -> None:
    result = two_pages(service, task("late", "active"), condition=condition)
    why = f"job job-1: task late is not {condition}; the list has changed while it was read"
    assert (result["verdict"], result["reasons"]) == ("pending", [why])


def test_a_filter_of_the_user_holds_for_it_too(service: Loopback) -> None:
    given = "startswith(id, 'a') or state eq 'running'"
    two_pages(service, condition="completed", filter=given)
    assert filters(service)[-1] == f"({given}) and (state ne 'completed')"


@pytest.mark.parametrize("state", ["completed", "terminating", "deleting"])
def test_a_job_that_is_over_gets_no_more_tasks(service: Loopback, state: str) -> None:
    assert two_pages(service, of=job(state=state), condition="completed")["verdict"] == "satisfied"
    assert filters(service) == [None, None]


@pytest.mark.parametrize("state", ["disabling", "disabled", "enabling", "unheard-of"])
def test_any_other_job_may_get_more(service: Loopback, state: str) -> None:
    late = task("late", "active")
    assert two_pages(service, late, of=job(state=state), condition="completed")["verdict"] != "satisfied"
    assert filters(service) == [None, None, "state ne 'completed'"]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_tasks_that_are_read_before_their_subtasks_are_confirmed_too(service: Loopback, condition: str) -> None:
    """The list shows a multi-instance task as done while a subtask runs, and the next task is added before that one has ended."""
    service.say("/jobs/job-1", job())
    service.say(LIST, page(multi()), page(task("late", "active")))
    service.say(SUBTASKS, page(subtask(1, SUCCESS), subtask(2, SUCCESS)))
    result = ask(service, TASKS, job_id="job-1", condition=condition, subtasks=True)
    why = f"job job-1: task late is not {condition}; the list has changed while it was read"
    assert (result["verdict"], result["reasons"]) == ("pending", [why])


def test_of_tasks_that_are_named_no_other_is_asked_for(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(f"{LIST}/mpi", multi())
    service.say(SUBTASKS, page(subtask(1, SUCCESS), subtask(2, SUCCESS)))
    given = {"job_id": "job-1", "task_ids": ["mpi"], "subtasks": True}
    assert ask(service, TASKS, condition="succeeded", **given)["verdict"] == "satisfied"
    assert filters(service) == []


def test_a_wait_for_every_failure_goes_on_with_what_is_confirmed_not_to_be_done(
    service: Loopback, scripted: Scripts
) -> None:
    """One job has failed, and of the other a task is added meanwhile: it may fail too."""
    service.say("/jobs/bad", job("bad", "completed"))
    service.say("/jobs/bad/tasks", page(task("wrong", info=FAILURE)))
    service.say("/jobs/job-1", job())
    late = task("late", info=FAILURE)
    link = f"{service.url}{LIST}?$skiptoken=1"
    service.say(LIST, page(DONE, link=link), page(_SECOND), page(task("late", "active")), page(DONE, late))
    given = {"job_ids": ["bad", "job-1"], "condition": "completed", "fail_fast": False, "wait": True, "wait_sleep": 5}
    result = ask(service, TASKS, scripted(5), **{**given, "condition": "succeeded"})
    assert (result["verdict"], result["polls"]) == ("failed", 2)
    assert [reason.split(":")[0] for reason in result["reasons"]] == ["bad/wrong", "job-1/late"]


def test_one_page_is_of_one_moment(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(LIST, page(DONE))
    assert ask(service, TASKS, job_id="job-1", condition="completed")["verdict"] == "satisfied"
    assert filters(service) == [None]


def test_at_no_moment_were_all_of_them_started() -> None:
    """A task is added in front of the page that is read next, and the last of the others starts in the same second."""
    tasks = [
        {"count": 1, "id": "task-1", "created_at": 15, "runs_at": 100},
        {"count": 1, "id": "task-2", "created_at": 0, "runs_at": 0},
        {"count": 1, "id": "task-3", "created_at": 0, "runs_at": 15},
    ]
    scenario = {
        "pools": [{"id": "p", "nodes": {"count": 4, "id": "tvm-{n}"}}],
        "jobs": [{"id": "job-1", "pool": "p", "tasks": tasks}],
    }
    with Simulator(scenario, clock=StepClock(2, 11)) as simulator:
        given = {**options_of(simulator), "access_token": None, "condition": "started", "page_size": 1}
        result = ask(simulator, TASKS, job_id="job-1", **given)
    assert result["summary"]["total"] == 2
    assert result["reasons"] == ["job job-1: task task-1 is not started; the list has changed while it was read"]
