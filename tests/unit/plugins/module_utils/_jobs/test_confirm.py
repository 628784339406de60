# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts lag behind: lists have the last word on how a job ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
from ansible_collections.batchops.azure.plugins.module_utils._jobs.confirm import read_ends
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import JobTally
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_jobs import asked
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import JOBS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    SUCCESS,
    UPLOAD_FAILED,
    Wire,
    counts,
    job,
    task,
)

Scripts = Callable[..., ScriptedClock]


def confirmed(service: Loopback, state: str, counted: Wire, *offenders: Wire, tasks: int = 1) -> dict[str, Any]:
    """`succeeded` of a job with such counts, of which the lists say something else."""
    service.say("/jobs/job-1", job(state=state))
    service.say("/jobs/job-1/taskcounts", counted)
    service.say("/jobs/job-1/tasks", page(*offenders), page(*(task(f"task-{number}") for number in range(tasks))))
    return ask(service, JOBS, job_id="job-1", condition="succeeded")


@pytest.mark.parametrize(
    "counted",
    [
        counts(succeeded=3),
        counts(),
        counts(active=1),
        counts(running=1, succeeded=1),
        counts(succeeded=3)["taskCounts"],
        {},
    ],
    ids=str,
)
def test_a_completed_job_whose_list_names_no_offender_has_succeeded_however_far_the_counts_are_behind(
    service: Loopback, counted: Wire
) -> None:
    result = confirmed(service, "completed", counted)
    assert result["verdict"] == "satisfied"
    assert (result["summary"]["succeeded"], result["summary"]["failed"], result["summary"]["failed_jobs"]) == (1, 0, [])


@pytest.mark.parametrize(
    ("offender", "words"),
    [
        (task("task-9", info=FAILURE), "task task-9 failed, exit code 1 (FailureExitCode)"),
        (task("task-9", info=UPLOAD_FAILED), "task task-9 failed, exit code 0 (FileUploadAccessDenied)"),
        (task("task-9", info=NEVER_STARTED), "task task-9 failed, TaskEnded: Task was ended by user request"),
        (task("task-9", "active"), "task task-9 is active"),
        (task("task-9"), "task task-9 failed, it ended without a result"),
    ],
)
@pytest.mark.parametrize("counted", [counts(succeeded=3), counts()], ids=["counted_as_success", "not_counted"])
def test_a_completed_job_whose_list_names_an_offender_has_failed_whatever_the_counts(
    service: Loopback, offender: Wire, words: str, counted: Wire
) -> None:
    result = confirmed(service, "completed", counted, offender)
    assert result["verdict"] == "failed"
    assert result["reasons"][0].startswith(f"job-1: completed, but {words}")
    assert result["summary"]["failed_jobs"] == ["job-1"]
    assert result["summary"]["succeeded"] == 0


def test_a_completed_job_without_a_task_has_not_succeeded(service: Loopback) -> None:
    result = confirmed(service, "completed", counts(), tasks=0)
    assert (result["verdict"], result["reasons"]) == ("failed", ["job-1: completed without a task"])


def test_less_than_no_task_has_not_succeeded(service: Loopback) -> None:
    result = confirmed(service, "completed", counts(succeeded=-1), tasks=0)
    assert (result["verdict"], result["reasons"]) == ("failed", ["job-1: completed without a task"])


def test_an_offender_that_succeeded_meanwhile_is_none(service: Loopback) -> None:
    assert confirmed(service, "completed", counts(running=1), task(info=SUCCESS))["verdict"] == "satisfied"


@pytest.mark.parametrize("listed", [(), (task(info=SUCCESS),)], ids=["no_task_is_wrong", "one_has_succeeded_meanwhile"])
def test_counts_of_a_failure_that_no_list_names_are_a_contradiction(
    service: Loopback, listed: tuple[Wire, ...]
) -> None:
    result = confirmed(service, "completed", counts(succeeded=2, failed=1), *listed)
    assert (result["verdict"], result["reasons"]) == (
        "pending",
        ["job-1: is completed, and its task counts say that 1 of 3 tasks failed, but its list of tasks names 0"],
    )
    assert (result["summary"]["succeeded"], result["summary"]["failed_jobs"]) == (0, [])


def test_a_contradiction_is_over_when_the_counts_have_caught_up(service: Loopback, scripted: Scripts) -> None:
    """As after a failed task was reactivated and has succeeded then."""
    service.say("/jobs/job-1", job(state="completed"))
    service.say("/jobs/job-1/taskcounts", counts(succeeded=2, failed=1), counts(succeeded=3))
    service.say("/jobs/job-1/tasks", page())
    result = ask(service, JOBS, scripted(15), job_id="job-1", condition="succeeded", wait=True)
    assert (result["verdict"], result["polls"]) == ("satisfied", 2)


def test_a_contradiction_that_stays_is_told_when_the_time_is_over(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs/job-1", job(state="completed"))
    service.say("/jobs/job-1/taskcounts", counts(succeeded=2, failed=1))
    service.say("/jobs/job-1/tasks", page())
    options = {"condition": "succeeded", "wait": True, "wait_timeout": 20}
    result = ask(service, JOBS, scripted(15, (4, 5)), job_id="job-1", **options)
    assert (result["failed"], result["timed_out"]) == (True, True)
    assert "say that 1 of 3 tasks failed, but its list of tasks names 0" in result["msg"]


@pytest.mark.parametrize(
    ("state", "counted", "offenders", "verdict"),
    [
        ("active", counts(), (), "pending"),
        ("active", counts(succeeded=5), (), "pending"),
        ("active", counts(active=1, succeeded=5), (), "pending"),
        ("terminating", counts(succeeded=5), (), "pending"),
        ("disabling", counts(succeeded=5), (), "pending"),
        ("enabling", counts(succeeded=5), (), "pending"),
        ("active", counts(failed=1), (task("task-9", info=FAILURE),), "failed"),
        ("active", counts(failed=1), (), "pending"),
        ("disabled", counts(succeeded=5), (), "failed"),
        ("deleting", counts(succeeded=5), (), "failed"),
    ],
)
def test_a_job_that_has_not_completed_never_has_succeeded_and_fails_with_its_first_task(
    service: Loopback, state: str, counted: Wire, offenders: tuple[Wire, ...], verdict: str
) -> None:
    assert confirmed(service, state, counted, *offenders)["verdict"] == verdict


def test_only_a_job_that_has_completed_is_said_to_be(service: Loopback) -> None:
    result = confirmed(service, "active", counts(failed=1), task("task-9", info=FAILURE))
    assert result["reasons"] == ["job-1: task task-9 failed, exit code 1 (FailureExitCode)"]


def test_the_list_that_confirms_is_narrow(service: Loopback) -> None:
    confirmed(service, "completed", counts(succeeded=1))
    (wrong,) = (request.query for request in service.asked("/jobs/job-1/tasks"))
    assert wrong["$filter"] == "state ne 'completed' or executionInfo/result ne 'success'"
    assert wrong["$select"] == "id,state,executionInfo"


def test_where_the_counts_know_of_no_success_a_list_must_show_a_task(service: Loopback) -> None:
    confirmed(service, "completed", counts())
    wrong, first = (request.query for request in service.asked("/jobs/job-1/tasks"))
    assert "$filter" in wrong
    assert (first["$select"], first["maxresults"]) == ("id", "1")


def test_a_running_job_is_confirmed_by_its_failures_only_when_the_counts_tell_of_one(service: Loopback) -> None:
    confirmed(service, "active", counts(active=3))
    assert not service.asked("/jobs/job-1/tasks")
    confirmed(service, "active", counts(failed=1))
    assert [request.query["$filter"] for request in service.asked("/jobs/job-1/tasks")] == [
        "executionInfo/result eq 'failure'"
    ]


def test_an_offender_behind_an_empty_page_is_found(service: Loopback) -> None:
    link = f"{service.url}/jobs/job-1/tasks?$skiptoken=1"
    service.say("/jobs/job-1", job(state="completed"))
    service.say("/jobs/job-1/taskcounts", counts(succeeded=3))
    service.say("/jobs/job-1/tasks", page(link=link), page(task("task-9", info=FAILURE)))
    assert "task-9" in ask(service, JOBS, job_id="job-1", condition="succeeded")["reasons"][0]


@pytest.mark.parametrize(("failed", "more"), [(3, ""), (4, "; 4 of 7 tasks failed"), (5, "; 5 of 8 tasks failed")])
def test_of_many_offenders_three_are_named_and_all_are_counted(service: Loopback, failed: int, more: str) -> None:
    offenders = [task(f"task-{number}", info=FAILURE) for number in range(failed)]
    reason = confirmed(service, "completed", counts(succeeded=3, failed=failed), *offenders)["reasons"][0]
    assert reason.count("failed, exit code 1") == 3
    assert reason.endswith(f"task task-2 failed, exit code 1 (FailureExitCode){more}")


RUNS = task("runs", "running")


@pytest.mark.parametrize(
    ("listed", "final", "told"),
    [
        # Counts tell of a failure, which these tasks are not.
        ([], False, 0),
        ([task("a", info=MYSTERY)], True, 1),
        ([RUNS], False, 1),
        ([RUNS, task("a", info=MYSTERY)], False, 2),
        ([task("a", info=MYSTERY), RUNS], False, 2),
        ([task(name, info=MYSTERY) for name in "abcd"], True, 3),
    ],
    ids=["none", "result", "state", "state and result", "result and state", "many"],
)
def test_a_result_that_is_not_known_is_final_and_a_state_is_not(
    service: Loopback, listed: list[Wire], final: bool, told: int
) -> None:
    service.say("/jobs/job-1/tasks", page(*listed))
    tally = JobTally()
    tally.add([job(state="completed")])
    tally.count("job-1", counts(failed=1)["taskCounts"])
    end = read_ends(connect(service.url), tally, gone_ok=False)["job-1"]
    assert (end.outcome, end.final, len(end.offenders)) == ("unknown", final, told)


@pytest.mark.parametrize(
    ("wire", "why"),
    [(task("t", info=FAILURE), "exit code 1 (FailureExitCode)"), (task("t", "active"), "is active")],
    ids=["failed", "never ran"],
)
def test_a_task_is_accused_of_how_it_ended_or_of_its_state(service: Loopback, wire: Wire, why: str) -> None:
    service.say("/jobs/job-1/tasks", page(wire))
    tally = JobTally()
    tally.add([job(state="completed")])
    tally.count("job-1", {})
    (accused,) = read_ends(connect(service.url), tally, gone_ok=False)["job-1"].offenders
    assert accused == Offender("task", why, job_id="job-1", task_id="t", ran="startTime" in wire["executionInfo"])


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
    result = ask(service, JOBS, job_id="job-1", condition="succeeded", missing_ok=True)
    assert (result["verdict"], result["reasons"]) == (
        "pending",
        ["job-1: is completed, but its tasks are not known to have succeeded"],
    )
