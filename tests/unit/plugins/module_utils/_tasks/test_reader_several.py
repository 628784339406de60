# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that are named, absent, of several jobs, many, or only counted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import TASKS
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, SUCCESS, job, task


@pytest.fixture
def jobs(service: Loopback) -> Loopback:
    """Three jobs: one that is well, one with a failed task, one with a task that waits."""
    for job_id, last in (
        ("well", task("b", info=SUCCESS)),
        ("bad", task("b", info=FAILURE)),
        ("new", task("b", "active")),
    ):
        service.say(f"/jobs/{job_id}", job(job_id))
        service.say(f"/jobs/{job_id}/tasks", page(task("a", info=SUCCESS), last))
        service.say(f"/jobs/{job_id}/tasks/a", task("a", info=SUCCESS))
        service.say(f"/jobs/{job_id}/tasks/b", last)
        service.say(f"/jobs/{job_id}/tasks/gone", refusal(404, "TaskNotFound"))
    return service


@pytest.mark.parametrize(
    ("ids", "verdict"),
    [(["well"], "satisfied"), (["well", "new"], "pending"), (["well", "bad"], "failed"), (["new", "bad"], "failed")],
)
def test_over_several_jobs_the_verdict_is_the_worst(jobs: Loopback, ids: list[str], verdict: str) -> None:
    assert ask(jobs, TASKS, job_ids=ids, condition="succeeded")["verdict"] == verdict


def test_over_several_jobs_offenders_are_named_with_their_job(jobs: Loopback) -> None:
    result = ask(jobs, TASKS, job_ids=["well", "bad", "new"], condition="succeeded")
    assert result["reasons"] == [
        "bad/b: failed, exit code 1 (FailureExitCode)",
        "job new: 1 task not succeeded: b (active)",
    ]
    assert result["summary"]["failed_tasks"] == ["bad/b"]
    assert (result["summary"]["total"], result["summary"]["succeeded"]) == (6, 4)
    assert list(result["by_job"]) == ["well", "bad", "new"]
    assert result["by_job"]["bad"]["failed_tasks"] == ["b"]
    assert [(fact["job_id"], fact["id"]) for fact in result["tasks"]] == [
        (job_id, task_id) for job_id in ("well", "bad", "new") for task_id in "ab"
    ]


def test_a_task_of_the_same_name_as_its_job_is_named_with_it_all_the_same(jobs: Loopback) -> None:
    jobs.say("/jobs/bad/tasks", page(task("bad", info=FAILURE)))
    assert ask(jobs, TASKS, job_ids=["well", "bad"])["summary"]["failed_tasks"] == ["bad/bad"]


@pytest.mark.parametrize("task_id", ["password-reset", "rotate-secret", "sas"])
def test_a_reason_stays_readable_whatever_words_an_id_is_made_of(jobs: Loopback, task_id: str) -> None:
    jobs.say("/jobs/bad/tasks", page(task(task_id, info=FAILURE)))
    result = ask(jobs, TASKS, job_id="bad", condition="succeeded")
    assert result["reasons"] == [f"{task_id}: failed, exit code 1 (FailureExitCode)"]


def test_a_secret_in_what_the_service_says_of_a_failure_is_masked_in_the_reason(jobs: Loopback) -> None:
    info = {"result": "failure", "failureInfo": {"code": "BlobDownload", "message": "https://x/c?sv=1&sig=hunter2"}}
    jobs.say("/jobs/bad/tasks", page(task("a", info=info)))
    assert "hunter2" not in str(ask(jobs, TASKS, job_id="bad", condition="succeeded"))


def test_named_tasks_come_in_the_order_of_their_names(jobs: Loopback) -> None:
    result = ask(jobs, TASKS, job_id="well", task_ids=["b", "a"], condition="succeeded")
    assert ([fact["id"] for fact in result["tasks"]], result["verdict"]) == (["b", "a"], "satisfied")
    assert "/jobs/well/tasks" not in jobs.paths
    assert "by_job" not in result


def test_an_absent_task_is_an_error(jobs: Loopback) -> None:
    with pytest.raises(ServiceError, match="TaskNotFound"):
        ask(jobs, TASKS, job_id="well", task_ids=["a", "gone"])


@pytest.mark.parametrize("condition", ["started", "completed", "succeeded"])
@pytest.mark.parametrize("ids", [["gone"], ["a", "gone"]])
def test_an_absent_task_that_may_be_absent_is_named_and_satisfies_nothing(
    jobs: Loopback, ids: list[str], condition: str
) -> None:
    result = ask(jobs, TASKS, job_id="well", task_ids=ids, condition=condition, missing_ok=True)
    assert result["verdict"] == "pending"
    assert result["reasons"] == ["gone: not found in job well"]
    assert result["summary"]["missing"] == ["gone"]
    assert len(result["tasks"]) == len(ids) - 1


@pytest.mark.parametrize("state", ["completed", "terminating", "deleting", "disabled"])
@pytest.mark.parametrize("ids", [["gone"], ["a", "gone"]])
def test_an_absent_task_of_a_job_that_has_ended_never_comes(jobs: Loopback, ids: list[str], state: str) -> None:
    jobs.say("/jobs/well", job("well", state))
    options = {"condition": "completed", "missing_ok": True}
    assert ask(jobs, TASKS, job_id="well", task_ids=ids, **options)["verdict"] == "failed"


def test_a_summary_has_no_facts_and_reads_what_it_needs_only(jobs: Loopback) -> None:
    chosen = {"details": "summary", "select": ["commandLine"], "expand": "stats", "filter": "state ne 'active'"}
    result = ask(jobs, TASKS, job_id="bad", condition="succeeded", **chosen)
    assert (result["tasks"], result["summary"]["total"], result["verdict"]) == ([], 2, "failed")
    assert result["summary"]["failed_tasks"] == ["b"]
    assert jobs.asked("/jobs/bad/tasks")[0].query == {
        "api-version": "2025-06-01",
        "$select": "id,state,executionInfo",
        "$filter": "state ne 'active'",
    }


def test_what_is_selected_is_read_beside_what_is_needed(jobs: Loopback) -> None:
    ask(jobs, TASKS, job_id="well", select=["commandLine"], expand="stats", page_size=7, api_version="2020-09-01.12.0")
    assert jobs.asked("/jobs/well/tasks")[0].query == {
        "api-version": "2020-09-01.12.0",
        "$select": "id,state,executionInfo,commandLine",
        "$expand": "stats",
        "maxresults": "7",
    }


def test_an_offender_behind_an_empty_page_counts(jobs: Loopback) -> None:
    link = f"{jobs.url}/jobs/well/tasks?$skiptoken="
    pages = page(task("a", info=SUCCESS), link=f"{link}1"), page(link=f"{link}2"), page(task("z", info=FAILURE))
    jobs.say("/jobs/well/tasks", *pages)
    result = ask(jobs, TASKS, job_id="well", condition="succeeded")
    assert (result["verdict"], result["summary"]["failed_tasks"]) == ("failed", ["z"])


@pytest.mark.parametrize(
    ("limit", "found", "truncated"), [(1, ["a"], True), (2, ["a", "b"], True), (3, ["a", "b"], False)]
)
def test_a_limit_is_told(jobs: Loopback, limit: int, found: list[str], truncated: bool) -> None:
    result = ask(jobs, TASKS, job_id="well", limit=limit)
    assert ([fact["id"] for fact in result["tasks"]], result["summary"]["truncated"]) == (found, truncated)


def test_a_limit_that_cut_off_one_job_is_told_for_all(jobs: Loopback) -> None:
    jobs.say("/jobs/new/tasks", page(task("a", info=SUCCESS)))
    assert ask(jobs, TASKS, job_ids=["well", "new"], limit=2)["summary"]["truncated"] is True


def test_facts_of_a_task_name_its_job(jobs: Loopback) -> None:
    wire: dict[str, Any] = {
        "odata.metadata": "x",
        **task("a", "Completed", {**SUCCESS, "result": "Success"}, eTag="0x1"),
    }
    jobs.say("/jobs/well/tasks/a", wire)
    assert ask(jobs, TASKS, job_id="well", task_id="a")["tasks"] == [
        {
            "job_id": "well",
            "id": "a",
            "state": "completed",
            "execution_info": {"start_time": "2025-01-17T00:00:01Z", "exit_code": 0, "result": "success"},
            "etag": "0x1",
        }
    ]
