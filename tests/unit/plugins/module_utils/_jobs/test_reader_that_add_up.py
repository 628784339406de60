# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs that are listed twice, say nothing, or are contradicted by their tasks: never a pass."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    STARTED,
    SUCCESS,
    Wire,
    counts,
    job,
    task,
    troubled,
)

CONDITIONS = ("active", "disabled", "completed", "succeeded")


def listed(service: Loopback, *pages: list[Wire], **options: Any) -> dict[str, Any]:
    """What comes to the jobs of these pages, of which each has a task that succeeded."""
    links = [f"{service.url}/jobs?$skiptoken={number}" for number in range(1, len(pages))]
    service.say("/jobs", *(page(*jobs, link=link) for jobs, link in zip(pages, [*links, None])))
    for item in (item for jobs in pages for item in jobs):
        service.say(f"/jobs/{item['id']}/taskcounts", counts(succeeded=1))
        service.say(f"/jobs/{item['id']}/tasks", page())
    return ask(service, JOBS, **options)


def asked(service: Loopback, body: Wire, *tasks: Wire, counted: Wire | None = None, **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", body)
    service.say("/jobs/job-1/taskcounts", counted or counts(succeeded=1))
    service.say("/jobs/job-1/tasks", page(*tasks))
    return ask(service, JOBS, **{"job_id": "job-1", **options})


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("other", ["deleting", "hibernating", "terminating"])
def test_what_is_said_differently_is_pending_whichever_came_later(
    service: Loopback, condition: str, turned: bool, other: str
) -> None:
    state = "completed" if condition == "succeeded" else condition
    entries = [job("b", state), job("b", other)]
    first, second = reversed(entries) if turned else entries
    result = listed(service, [job("a", state), first], [second], condition=condition)
    assert (result["verdict"], result["reasons"]) == (
        "pending",
        ["b: listed twice in one answer, with different states"],
    )
    assert result["summary"]["total"] == 2
    assert result["summary"]["by_state"][second["state"]] >= 1


def test_a_scheduling_error_that_only_one_entry_has_is_a_difference(service: Loopback) -> None:
    result = listed(service, [troubled("X", job_id="a")], [job("a", "active")], condition="active")
    assert result["verdict"] == "pending"


@pytest.mark.parametrize("condition", [None, *CONDITIONS])
def test_what_is_said_twice_alike_counts_once(service: Loopback, condition: str | None) -> None:
    once = listed(service, [job("a", "completed")], condition=condition)
    assert listed(service, [job("a", "completed")], [job("a", "completed")], condition=condition) == once


@pytest.mark.parametrize("wrong", [None, "", 7, {}], ids=repr)
def test_a_listed_job_without_an_id_is_no_answer(service: Loopback, wrong: Any) -> None:
    service.say("/jobs", page({**job(), "id": wrong}))
    with pytest.raises(AnswerError, match="There is no id in a job of the list"):
        ask(service, JOBS, condition="active")


@pytest.mark.parametrize("body", [{}, {"state": "completed"}, job("other", "completed")], ids=str)
@pytest.mark.parametrize("condition", [None, *CONDITIONS])
def test_an_answer_about_another_job_or_about_none_is_no_answer(
    service: Loopback, body: Wire, condition: str | None
) -> None:
    with pytest.raises(AnswerError, match="answer about job job-1"):
        asked(service, body, condition=condition, missing_ok=True)


def test_ids_do_not_differ_by_case(service: Loopback) -> None:
    assert asked(service, job("JOB-1", "active"), condition="active")["verdict"] == "satisfied"


@pytest.mark.parametrize("state", ["running", "preparing", "Running"])
@pytest.mark.parametrize("condition", ["completed", "succeeded"])
def test_a_completed_job_with_a_task_that_runs_is_a_contradiction(
    service: Loopback, state: str, condition: str
) -> None:
    wire = job(state="completed"), task("t", state, STARTED)
    result = asked(service, *wire, counted=counts(running=1, succeeded=1), condition=condition)
    assert result["verdict"] == "pending"
    assert result["reasons"][0].startswith("job-1: is completed, but ")
    assert result["reasons"][0].endswith(f"t is {state.lower() if condition == 'succeeded' else state}")


def test_counts_alone_are_no_contradiction(service: Loopback) -> None:
    """They lag behind. A list is asked, and only where they say that something runs."""
    result = asked(service, job(state="completed"), counted=counts(running=3), condition="completed")
    assert (result["verdict"], len(service.asked("/jobs/job-1/tasks"))) == ("satisfied", 1)
    asked(service, job(state="completed"), counted=counts(active=3, succeeded=1), condition="completed")
    assert len(service.asked("/jobs/job-1/tasks")) == 1


@pytest.mark.parametrize(
    ("doubtful", "words"),
    [
        (task("t", "zombie) (completed", SUCCESS), "task t is zombie) (completed"),
        ({"id": "t"}, "task t is unknown"),
        (task("t", info=MYSTERY), "task t ended with a result that is not known to be a success (mystery)"),
        (
            task("t", info={**FAILURE, "result": "success"}),
            "task t ended with a result that is not known to be a success (success)",
        ),
    ],
)
def test_what_is_not_known_of_a_task_is_pending(service: Loopback, doubtful: Wire, words: str) -> None:
    result = asked(service, job(state="completed"), doubtful, condition="succeeded")
    assert (result["verdict"], result["reasons"]) == ("pending", [f"job-1: is completed, but {words}"])


def test_a_failure_beside_what_is_not_known_is_a_failure(service: Loopback) -> None:
    tasks = task("a", info=MYSTERY), task("b", info=FAILURE)
    result = asked(service, job(state="completed"), *tasks, condition="succeeded")
    assert (result["verdict"], result["reasons"]) == (
        "failed",
        ["job-1: completed, but task b failed, exit code 1 (FailureExitCode)"],
    )


def test_a_job_that_is_gone_with_its_counts_is_no_pass(service: Loopback) -> None:
    service.say("/jobs/job-1", job(state="completed"))
    for path in ("taskcounts", "tasks"):
        service.say(f"/jobs/job-1/{path}", refusal(404, "JobNotFound"))
    assert ask(service, JOBS, job_id="job-1", condition="succeeded", missing_ok=True)["verdict"] == "pending"


def test_a_gate_is_not_open_either(service: Loopback) -> None:
    asked(service, job(state="completed"), task("t", "running", STARTED), condition="succeeded")
    assert ask(service, GATE, checks=[{"check": "jobs", "job_id": "job-1"}])["verdict"] == "pending"
