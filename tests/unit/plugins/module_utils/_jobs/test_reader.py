# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as they are read: named, listed, absent, several, with the counts of their tasks or without."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_jobs import CONDITIONS, GONE, asked
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import JOBS
from ansible_collections.batchops.azure.tests.support.wire import (
    Wire,
    counts,
    job,
)


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


@pytest.mark.parametrize(("condition", "asked"), [(None, 0), ("completed", 0), ("succeeded", 1)])
def test_without_task_counts_they_are_read_only_where_they_decide(
    service: Loopback, condition: str | None, asked: int
) -> None:
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/taskcounts", counts())
    ask(service, JOBS, job_id="job-1", condition=condition, task_counts=False)
    assert len(service.asked("/jobs/job-1/taskcounts")) == asked


@pytest.mark.parametrize(("condition", "asked"), [("active", 0), ("completed", 1)])
def test_for_a_standstill_they_are_read_where_tasks_move_the_job(service: Loopback, condition: str, asked: int) -> None:
    service.say("/jobs/job-1", job(state=condition))
    service.say("/jobs/job-1/taskcounts", counts(succeeded=1))
    service.say("/jobs/job-1/tasks", page())
    watched = {"task_counts": False, "wait": True, "stall_timeout": 60}
    assert ask(service, JOBS, job_id="job-1", condition=condition, **watched)["verdict"] == "satisfied"
    assert len(service.asked("/jobs/job-1/taskcounts")) == asked


def test_completed_is_not_a_success_without_counts(service: Loopback) -> None:
    service.say("/jobs/job-1", job(state="completed"))
    result = ask(service, JOBS, job_id="job-1", task_counts=False)
    assert (result["summary"]["succeeded"], result["summary"]["failed"]) == (0, 0)
    assert not {"task_counts", "task_slot_counts"} & set(result["jobs"][0])


def test_an_absent_job_is_an_error_with_what_the_service_said(account: Loopback) -> None:
    with pytest.raises(ServiceError) as refused:
        ask(account, JOBS, job_id="gone", condition="completed")
    assert refused.value.as_result()["failure"]["code"] == "JobNotFound"


@pytest.mark.parametrize("expression", ["length(jobs) == `0`", "summary.missing == ['gone']"])
def test_an_absent_job_satisfies_no_expression(account: Loopback, expression: str) -> None:
    assert ask(account, JOBS, job_id="gone", expression=expression, missing_ok=True)["verdict"] == "pending"


def test_over_several_jobs_numbers_add_up_and_each_job_has_its_own(account: Loopback) -> None:
    result = ask(account, JOBS, job_ids=["well", "bad", "new"], condition="succeeded")
    assert result["summary"] == {
        "total": 3,
        "by_state": {"completed": 2, "active": 1},
        "succeeded": 1,
        "failed": 1,
        "failed_jobs": ["bad"],
        "missing": [],
        "task_counts": {"active": 2, "running": 0, "completed": 5, "succeeded": 4, "failed": 1},
        "truncated": False,
    }
    assert list(result["by_job"]) == ["well", "bad", "new"]
    assert (result["by_job"]["bad"]["failed_jobs"], result["by_job"]["well"]["failed_jobs"]) == (["bad"], [])
    assert result["by_job"]["new"]["task_counts"]["active"] == 2


def test_one_job_has_no_summary_for_each(account: Loopback) -> None:
    assert "by_job" not in ask(account, JOBS, job_id="well")
    assert "by_job" in ask(account, JOBS, job_ids=["well"])


@pytest.mark.parametrize("options", [{"job_id": "well"}, {"job_ids": ["well"]}])
def test_a_summary_has_no_facts_and_reads_what_it_needs_only(account: Loopback, options: dict[str, Any]) -> None:
    chosen = {"details": "summary", "select": ["metadata"], "expand": "stats"}
    result = ask(account, JOBS, condition="succeeded", **options, **chosen)
    assert (result["jobs"], result["summary"]["total"], result["verdict"]) == ([], 1, "satisfied")
    assert account.asked("/jobs/well")[0].query == {"api-version": "2025-06-01", "$select": "id,state,executionInfo"}


@pytest.mark.parametrize(
    ("options", "more"),
    [({"fail_fast": False}, "usesTaskDependencies"), ({"wait": True, "stall_timeout": 60}, "stateTransitionTime")],
    ids=str,
)
def test_what_only_some_waits_need_is_read_for_these(account: Loopback, options: dict[str, Any], more: str) -> None:
    ask(account, JOBS, job_id="well", condition="succeeded", details="summary", **options)
    assert account.asked("/jobs/well")[0].query["$select"] == f"id,state,executionInfo,{more}"


def test_what_is_selected_is_read_beside_what_is_needed(account: Loopback) -> None:
    ask(account, JOBS, job_id="well", select=["metadata", "state"], expand="stats")
    query = account.asked("/jobs/well")[0].query
    assert (query["$select"], query["$expand"]) == ("id,state,executionInfo,metadata", "stats")


def test_all_jobs_of_the_account_are_read_page_by_page(service: Loopback) -> None:
    service.say("/jobs", page(job("a"), link=f"{service.url}/jobs?$skiptoken=1"), page(), page(job("b")))
    service.say("/jobs", page(job("a"), link=f"{service.url}/jobs?$skiptoken=1"), page(job("b")))
    result = ask(service, JOBS, task_counts=False, filter="state eq 'active'", page_size=1)
    assert [fact["id"] for fact in result["jobs"]] == ["a", "b"]
    query = service.requests[0].query
    assert (query["$filter"], query["maxresults"], "$select" in query) == ("state eq 'active'", "1", False)


def test_a_limit_counts_entries(service: Loopback) -> None:
    """A job that is listed twice takes the place of another one, which is cut off."""
    twice, other = {"id": "twice", "state": "active"}, {"id": "other", "state": "active"}
    link = f"{service.url}/jobs?$skiptoken=1"
    service.say("/jobs", page(twice, link=link), page(twice, other))
    summary = ask(service, JOBS, task_counts=False, limit=2)["summary"]
    assert (summary["total"], summary["truncated"]) == (1, True)


@pytest.mark.parametrize(("limit", "found", "truncated"), [(1, 1, True), (2, 2, True), (3, 3, True), (4, 3, False)])
def test_a_limit_is_told(service: Loopback, limit: int, found: int, truncated: bool) -> None:
    service.say("/jobs", page(job("a"), job("b"), job("c")))
    result = ask(service, JOBS, task_counts=False, limit=limit)
    assert (len(result["jobs"]), result["summary"]["truncated"]) == (found, truncated)


@pytest.mark.parametrize("condition", [None, "active", "succeeded"])
def test_a_job_that_was_deleted_after_the_list_was_read_is_no_error(service: Loopback, condition: str | None) -> None:
    service.say("/jobs", page(job("a", "completed" if condition == "succeeded" else "active")))
    service.say("/jobs/a/taskcounts", GONE)
    service.say("/jobs/a/tasks", GONE)
    result = ask(service, JOBS, condition=condition)
    assert [fact["id"] for fact in result["jobs"]] == ["a"]
    assert result.get("verdict") != "satisfied" or condition == "active"


def test_a_named_job_that_vanishes_before_its_counts_is_an_error(service: Loopback) -> None:
    service.say("/jobs/a", job("a"))
    service.say("/jobs/a/taskcounts", GONE)
    with pytest.raises(ServiceError, match="JobNotFound"):
        ask(service, JOBS, job_id="a")


def test_a_named_job_that_vanishes_before_its_counts_may_be_absent(service: Loopback) -> None:
    service.say("/jobs/a", job("a"))
    service.say("/jobs/a/taskcounts", GONE)
    assert ask(service, JOBS, job_id="a", missing_ok=True)["summary"]["total"] == 1


def test_an_error_of_the_counts_is_an_error(service: Loopback) -> None:
    service.say("/jobs", page(job("a")))
    service.say("/jobs/a/taskcounts", refusal(403, "InsufficientAccountPermissions"))
    with pytest.raises(ServiceError, match="InsufficientAccountPermissions"):
        ask(service, JOBS)


def test_facts_of_a_job_hold_nothing_of_the_envelope_and_all_of_the_job(service: Loopback) -> None:
    service.say("/jobs/a", {"odata.metadata": "x", **job("a", "Active", eTag="0x1", onAllTasksComplete="NoAction")})
    service.say("/jobs/a/taskcounts", counts(running=1))
    assert ask(service, JOBS, job_id="a")["jobs"] == [
        {
            "id": "a",
            "state": "active",
            "execution_info": {"pool_id": "pool-1"},
            "etag": "0x1",
            "on_all_tasks_complete": "noaction",
            "task_counts": {"active": 0, "running": 1, "completed": 0, "succeeded": 0, "failed": 0},
            "task_slot_counts": {"active": 0, "running": 1, "completed": 0, "succeeded": 0, "failed": 0},
        }
    ]


@pytest.mark.parametrize("body", [{}, {"state": "completed"}, job("other", "completed")], ids=str)
@pytest.mark.parametrize("condition", [None, *CONDITIONS])
def test_an_answer_about_another_job_or_about_none_is_no_answer(
    service: Loopback, body: Wire, condition: str | None
) -> None:
    with pytest.raises(AnswerError, match="answer about job job-1"):
        asked(service, body, condition=condition, missing_ok=True)


def test_ids_do_not_differ_by_case(service: Loopback) -> None:
    assert asked(service, job("JOB-1", "active"), condition="active")["verdict"] == "satisfied"
