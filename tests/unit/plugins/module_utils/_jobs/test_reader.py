# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs: every condition, counts that lag, and what a summary says."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import end_by_counts
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import JOBS
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    NEVER_STARTED,
    SUCCESS,
    UPLOAD_FAILED,
    Wire,
    counts,
    job,
    task,
    troubled,
)

STATES = ("active", "disabling", "disabled", "enabling", "terminating", "completed", "deleting")
STILL_TERMINATING = "JobTerminationAwaitingNodeProcessing"


def judged(service: Loopback, wire: Wire, condition: str, **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", wire)
    service.say("/jobs/job-1/taskcounts", counts())
    return ask(service, JOBS, job_id="job-1", condition=condition, **options)


@pytest.mark.parametrize(
    ("condition", "satisfied", "pending"),
    [
        ("active", {"active"}, {"enabling"}),
        ("disabled", {"disabled"}, {"active", "disabling", "enabling"}),
        ("completed", {"completed"}, {"active", "disabling", "enabling", "terminating"}),
    ],
)
@pytest.mark.parametrize("state", STATES)
def test_a_state_satisfies_is_on_its_way_or_is_past_hope(
    service: Loopback, condition: str, satisfied: set[str], pending: set[str], state: str
) -> None:
    result = judged(service, job(state=state), condition)
    expected = "satisfied" if state in satisfied else "pending" if state in pending else "failed"
    assert result["verdict"] == expected
    assert result["reasons"] == ([] if state in satisfied else [f"job-1: is {state}, not {condition}"])


@pytest.mark.parametrize("condition", ["active", "disabled", "completed", "succeeded"])
@pytest.mark.parametrize("state", ["hibernating", None])
def test_an_unknown_state_is_pending(service: Loopback, condition: str, state: Any) -> None:
    assert judged(service, job(state=state), condition)["verdict"] == "pending"


def test_a_state_counts_in_any_case(service: Loopback) -> None:
    result = judged(service, job(state="Active"), "active")
    assert result["verdict"] == "satisfied"
    assert result["jobs"][0]["state"] == "active"


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [("completed", "failed"), ("succeeded", "failed"), ("disabled", "pending"), ("active", "satisfied")],
)
def test_a_scheduling_error_ends_what_needs_tasks_to_run(service: Loopback, condition: str, verdict: str) -> None:
    result = judged(service, troubled("PoolNotFound"), condition)
    assert result["verdict"] == verdict
    assert ("PoolNotFound" in str(result["reasons"])) is (verdict == "failed")
    assert result["summary"]["failed_jobs"] == ["job-1"]


@pytest.mark.parametrize("condition", ["completed", "succeeded"])
def test_waiting_for_nodes_while_terminating_is_progress(service: Loopback, condition: str) -> None:
    result = judged(service, troubled(STILL_TERMINATING, "terminating"), condition)
    assert result["verdict"] == "pending"
    assert result["summary"]["failed"] == 0


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
        counts(succeeded=2, failed=1),
        counts(succeeded=3)["taskCounts"],
        {},
    ],
    ids=str,
)
def test_a_completed_job_whose_list_names_no_offender_has_succeeded_whatever_the_counts(
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


def test_an_offender_that_succeeded_meanwhile_is_none(service: Loopback) -> None:
    assert confirmed(service, "completed", counts(failed=1), task(info=SUCCESS))["verdict"] == "satisfied"


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


def test_of_many_offenders_three_are_named_and_all_are_counted(service: Loopback) -> None:
    offenders = [task(f"task-{number}", info=FAILURE) for number in range(5)]
    reason = confirmed(service, "completed", counts(succeeded=3, failed=5), *offenders)["reasons"][0]
    assert reason.count("failed, exit code 1") == 3
    assert reason.endswith("; 5 of 8 tasks failed")


@pytest.mark.parametrize("condition", ["completed", "succeeded", None])
def test_old_and_new_counts_are_the_same_facts(service: Loopback, condition: str | None) -> None:
    old = {"odata.metadata": "x", **counts(active=1, succeeded=2, failed=1)["taskCounts"]}
    service.say("/jobs", page(job("old"), job("new")))
    service.say("/jobs/old/taskcounts", old)
    service.say("/jobs/new/taskcounts", counts(active=1, succeeded=2, failed=1))
    service.say("/jobs/old/tasks", page())
    service.say("/jobs/new/tasks", page())
    result = ask(service, JOBS, condition=condition)
    first, second = result["jobs"]
    assert first["task_counts"] == second["task_counts"]
    assert first["task_slot_counts"] is None
    assert second["task_slot_counts"]["succeeded"] == 2
    assert result["summary"]["task_counts"] == {"active": 2, "running": 0, "completed": 6, "succeeded": 4, "failed": 2}


def test_a_count_of_a_later_version_is_kept() -> None:
    assert flat_counts({"taskCounts": {"active": 1, "asleep": 2}}) == ({"active": 1, "asleep": 2}, None)


@pytest.mark.parametrize(("condition", "asked"), [(None, 0), ("completed", 0), ("succeeded", 1)])
def test_without_task_counts_they_are_read_only_where_they_decide(
    service: Loopback, condition: str | None, asked: int
) -> None:
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/taskcounts", counts())
    ask(service, JOBS, job_id="job-1", condition=condition, task_counts=False)
    assert len(service.asked("/jobs/job-1/taskcounts")) == asked


def test_completed_is_not_a_success_without_counts(service: Loopback) -> None:
    service.say("/jobs/job-1", job(state="completed"))
    result = ask(service, JOBS, job_id="job-1", task_counts=False)
    assert (result["summary"]["succeeded"], result["summary"]["failed"]) == (0, 0)
    assert not {"task_counts", "task_slot_counts"} & set(result["jobs"][0])


@pytest.mark.parametrize(
    ("state", "counted", "end"),
    [
        ("completed", counts(succeeded=2), ("succeeded", "")),
        ("completed", counts(succeeded=2, failed=1), ("failed", "1 of 3 tasks failed")),
        ("completed", counts(active=1, running=2, succeeded=2), ("failed", "completed with 3 tasks that did not run")),
        ("completed", counts(), ("failed", "completed without a task")),
        ("completed", {"taskCounts": {}}, ("running", "")),
        ("active", counts(active=1, running=1, failed=1), ("failed", "1 of 3 tasks failed")),
        ("active", counts(succeeded=2), ("running", "")),
        ("terminating", counts(succeeded=2), ("running", "")),
    ],
)
def test_counts_tell_how_a_job_ends_as_far_as_they_go(state: str, counted: Wire, end: tuple[str, str]) -> None:
    assert end_by_counts(JobState("job-1", state), counted["taskCounts"])[:2] == end
