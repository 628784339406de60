# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The preparation status of jobs that are absent, several, large, or only counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import PREP
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, STARTED, SUCCESS, job, prepared

BOTH = {"jobPreparationTask": {"id": "prep"}, "jobReleaseTask": {"id": "release"}}


def status(job_id: str) -> str:
    return f"/jobs/{job_id}/jobpreparationandreleasetaskstatus"


@pytest.fixture
def jobs(service: Loopback) -> Loopback:
    """Jobs that are prepared, have failed, run, have not begun, have no such task, and are gone."""
    entries = {
        "well": [prepared("a", SUCCESS, SUCCESS), prepared("b", SUCCESS, SUCCESS)],
        "bad": [prepared("a", SUCCESS, FAILURE), prepared("b", FAILURE)],
        "runs": [prepared("a", SUCCESS), prepared("b", STARTED)],
        "new": [],
    }
    for job_id, listed in entries.items():
        service.say(f"/jobs/{job_id}", job(job_id, **BOTH))
        service.say(status(job_id), page(*listed))
    service.say("/jobs/plain", job("plain"))
    service.say(status("plain"), refusal(409, "JobPreparationTaskOrReleaseTaskNotSpecified"))
    service.say("/jobs/gone", refusal(404, "JobNotFound"))
    service.say(status("gone"), refusal(404, "JobNotFound"))
    return service


@pytest.mark.parametrize(
    ("ids", "verdict"),
    [
        (["well"], "satisfied"),
        (["well", "plain"], "satisfied"),
        (["well", "runs"], "pending"),
        (["well", "new"], "pending"),
        (["well", "gone"], "pending"),
        (["well", "new", "bad"], "failed"),
    ],
)
def test_over_several_jobs_the_verdict_is_the_worst(jobs: Loopback, ids: list[str], verdict: str) -> None:
    assert ask(jobs, PREP, job_ids=ids, condition="prepared", missing_ok=True)["verdict"] == verdict


def test_a_summary_counts_both_tasks_and_names_where_they_failed(jobs: Loopback) -> None:
    assert ask(jobs, PREP, job_id="bad")["summary"] == {
        "total": 2,
        "has_prep_task": True,
        "has_release_task": True,
        "started": 2,
        "running": 0,
        "succeeded": 1,
        "failed": 1,
        "failed_nodes": ["b"],
        "by_state": {"running": 0, "completed": 2},
        "release": {"started": 1, "running": 0, "succeeded": 0, "failed": 1, "failed_nodes": ["a"]},
        "job_state": "active",
        "missing": [],
        "truncated": False,
        "expected": None,
        "situation": None,
    }


def test_over_several_jobs_numbers_add_up_and_nodes_are_named_with_their_job(jobs: Loopback) -> None:
    result = ask(jobs, PREP, job_ids=["well", "bad", "runs"])
    summary = result["summary"]
    assert [summary[name] for name in ("total", "started", "running", "succeeded", "failed")] == [6, 6, 1, 4, 1]
    assert (summary["failed_nodes"], summary["by_state"]) == (["bad/b"], {"running": 1, "completed": 5})
    assert (summary["has_prep_task"], summary["job_state"]) == (True, "active")
    assert list(result["by_job"]) == ["well", "bad", "runs"]
    assert result["by_job"]["bad"]["failed_nodes"] == ["b"]
    assert [fact["job_id"] for fact in result["nodes"]] == ["well", "well", "bad", "bad", "runs", "runs"]


def test_over_several_jobs_failed_releases_are_named_with_their_job(jobs: Loopback) -> None:
    release = ask(jobs, PREP, job_ids=["well", "bad", "runs"])["summary"]["release"]
    assert release == {"started": 3, "running": 0, "succeeded": 2, "failed": 1, "failed_nodes": ["bad/a"]}


def test_over_several_jobs_there_is_a_task_only_where_all_have_one(jobs: Loopback) -> None:
    assert ask(jobs, PREP, job_ids=["well", "plain"])["summary"]["has_prep_task"] is False


def test_an_absent_job_is_an_error(jobs: Loopback) -> None:
    with pytest.raises(ServiceError, match="JobNotFound"):
        ask(jobs, PREP, job_id="gone")


@pytest.mark.parametrize("given", [{"job_id": "gone"}, {"job_ids": ["gone"]}, {"job_ids": ["well", "gone"]}])
@pytest.mark.parametrize("condition", ["prepared", "released"])
def test_an_absent_job_that_may_be_absent_is_named_and_satisfies_nothing(
    jobs: Loopback, given: dict[str, Any], condition: str
) -> None:
    result = ask(jobs, PREP, condition=condition, missing_ok=True, **given)
    assert (result["verdict"], result["reasons"]) == ("pending", ["gone: no such job"])
    assert result["summary"]["missing"] == ["gone"]
    assert result["summary"]["total"] == (2 if "well" in given.get("job_ids", []) else 0)


def test_a_job_that_vanishes_before_its_status_is_an_error(jobs: Loopback) -> None:
    jobs.say(status("well"), refusal(404, "JobNotFound"))
    with pytest.raises(ServiceError, match="JobNotFound"):
        ask(jobs, PREP, job_id="well")


@pytest.mark.parametrize(
    ("code", "http"),
    [("JobPreparationTaskNotSpecified", 400), ("JobPreparationTaskNotRunOnNode", 404), ("Conflict", 409)],
)
def test_any_other_refusal_is_an_error(jobs: Loopback, code: str, http: int) -> None:
    jobs.say(status("well"), refusal(http, code))
    with pytest.raises(ServiceError, match=code):
        ask(jobs, PREP, job_id="well", missing_ok=True)


def test_the_job_is_read_before_its_status_and_narrowly(jobs: Loopback) -> None:
    ask(jobs, PREP, job_id="well", select=["url"], filter="poolId eq 'pool-1'", page_size=9)
    assert jobs.paths == ["/jobs/well", status("well")]
    read, listed = (request.query for request in jobs.requests)
    assert read["$select"] == "id,state,executionInfo,jobPreparationTask,jobReleaseTask"
    assert listed == {
        "api-version": "2025-06-01",
        "$filter": "poolId eq 'pool-1'",
        "$select": "poolId,nodeId,jobPreparationTaskExecutionInfo,jobReleaseTaskExecutionInfo,url",
        "maxresults": "9",
    }


def test_a_summary_has_no_facts_and_reads_what_it_needs_only(jobs: Loopback) -> None:
    result = ask(jobs, PREP, job_id="bad", condition="prepared", details="summary", select=["url"])
    assert (result["nodes"], result["summary"]["total"], result["verdict"]) == ([], 2, "failed")
    assert jobs.asked(status("bad"))[0].query["$select"] == (
        "poolId,nodeId,jobPreparationTaskExecutionInfo,jobReleaseTaskExecutionInfo"
    )


def test_a_failure_behind_an_empty_page_counts(jobs: Loopback) -> None:
    link = f"{jobs.url}{status('well')}?$skiptoken="
    pages = page(prepared("a", SUCCESS), link=f"{link}1"), page(link=f"{link}2"), page(prepared("b", FAILURE))
    jobs.say(status("well"), *pages)
    result = ask(jobs, PREP, job_id="well", condition="prepared")
    assert (result["verdict"], result["summary"]["failed_nodes"]) == ("failed", ["b"])


def test_a_list_that_grows_after_an_empty_first_page_counts(jobs: Loopback) -> None:
    link = f"{jobs.url}{status('well')}?$skiptoken=1"
    jobs.say(status("well"), page(link=link), page(prepared("a", SUCCESS)))
    assert ask(jobs, PREP, job_id="well", condition="prepared")["verdict"] == "satisfied"


@pytest.mark.parametrize(("limit", "found", "truncated"), [(1, 1, True), (2, 2, True), (3, 2, False)])
def test_a_limit_is_told(jobs: Loopback, limit: int, found: int, truncated: bool) -> None:
    result = ask(jobs, PREP, job_id="well", limit=limit)
    assert (len(result["nodes"]), result["summary"]["truncated"]) == (found, truncated)


def test_facts_always_have_preparation_and_release(jobs: Loopback) -> None:
    jobs.say(status("well"), page({"odata.type": "x", **prepared("a", {**SUCCESS, "result": "Success"})}))
    assert ask(jobs, PREP, job_id="well")["nodes"] == [
        {
            "job_id": "well",
            "pool_id": "pool-1",
            "node_id": "a",
            "preparation": {
                "state": "completed",
                "start_time": "2025-01-17T00:00:01Z",
                "exit_code": 0,
                "result": "success",
            },
            "release": None,
        }
    ]


def test_a_wait_goes_from_nothing_over_running_to_prepared(
    jobs: Loopback, scripted: Callable[..., ScriptedClock]
) -> None:
    done, runs = prepared("a", SUCCESS), prepared("b", STARTED)
    jobs.say(status("well"), page(), page(runs), page(done, runs), page(done, prepared("b", SUCCESS)))
    result = ask(jobs, PREP, scripted(15, 15, 15), job_id="well", condition="prepared", wait=True)
    assert (result["verdict"], result["polls"], result["summary"]["succeeded"]) == ("satisfied", 4, 2)


def test_a_wait_for_nothing_ends_when_the_job_ends(jobs: Loopback, scripted: Callable[..., ScriptedClock]) -> None:
    jobs.say("/jobs/new", job("new", **BOTH), job("new", "terminating", **BOTH))
    result = ask(jobs, PREP, scripted(15), job_id="new", condition="prepared", wait=True)
    assert (result["failed"], result["timed_out"]) == (True, False)
    assert result["reasons"] == ["new: preparation has not started on any node, and the job is terminating"]


def test_the_service_has_the_last_word_on_whether_there_is_a_task(jobs: Loopback) -> None:
    jobs.say(status("well"), refusal(409, "JobPreparationTaskOrReleaseTaskNotSpecified"))
    assert ask(jobs, PREP, job_id="well")["summary"]["has_prep_task"] is False


@pytest.mark.parametrize(
    ("tasks", "has"), [({}, (False, False)), ({"jobPreparationTask": {}}, (True, False)), (BOTH, (True, True))], ids=str
)
def test_the_job_says_which_of_the_tasks_it_has(jobs: Loopback, tasks: dict[str, Any], has: tuple[bool, bool]) -> None:
    jobs.say("/jobs/new", job("new", **tasks))
    summary = ask(jobs, PREP, job_id="new")["summary"]
    assert (summary["has_prep_task"], summary["has_release_task"]) == has


def test_of_a_status_that_is_refused_half_way_nothing_is_returned(jobs: Loopback) -> None:
    link = f"{jobs.url}{status('well')}?$skiptoken=1"
    neither = refusal(409, "JobPreparationTaskOrReleaseTaskNotSpecified")
    jobs.say(status("well"), page(prepared("a", SUCCESS), link=link), neither)
    assert ask(jobs, PREP, job_id="well")["nodes"] == []
