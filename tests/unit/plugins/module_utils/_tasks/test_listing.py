# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that are named, absent, many, or cut off by a limit."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_tasks import LIST
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import TASKS
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    SUCCESS,
    Wire,
    job,
    task,
)


def test_named_tasks_come_in_the_order_of_their_names(jobs: Loopback) -> None:
    result = ask(jobs, TASKS, job_id="well", task_ids=["b", "a"], condition="succeeded")
    assert ([fact["id"] for fact in result["tasks"]], result["verdict"]) == (["b", "a"], "satisfied")
    assert "/jobs/well/tasks" not in jobs.paths
    assert "by_job" not in result


def test_an_absent_task_is_an_error(jobs: Loopback) -> None:
    with pytest.raises(ServiceError, match="TaskNotFound"):
        ask(jobs, TASKS, job_id="well", task_ids=["a", "gone"])


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


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({"subtasks": True}, ["multiInstanceSettings"]),
        ({"condition": "completed", "wait": True, "stall_timeout": 60}, ["stateTransitionTime"]),
        ({"condition": "completed", "wait": True}, []),
    ],
    ids=["subtasks", "stall_timeout", "wait"],
)
def test_a_summary_reads_what_else_is_needed_for_what_is_asked(
    jobs: Loopback, options: dict[str, Any], more: list[str]
) -> None:
    ask(jobs, TASKS, job_id="well", details="summary", **options)
    assert jobs.asked("/jobs/well/tasks")[0].query["$select"].split(",") == ["id", "state", "executionInfo", *more]


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


def test_a_limit_counts_entries(jobs: Loopback) -> None:
    """A task that is listed twice takes the place of another one, which is cut off."""
    link = f"{jobs.url}/jobs/well/tasks?$skiptoken=1"
    done = task("a", info=SUCCESS)
    jobs.say("/jobs/well/tasks", page(done, link=link), page(done, task("b", info=SUCCESS)))
    summary = ask(jobs, TASKS, job_id="well", limit=2)["summary"]
    assert (summary["total"], summary["truncated"]) == (1, True)


def test_a_limit_that_cut_off_one_job_is_told_for_all(jobs: Loopback) -> None:
    jobs.say("/jobs/new/tasks", page(task("a", info=SUCCESS)))
    assert ask(jobs, TASKS, job_ids=["well", "new"], limit=2)["summary"]["truncated"] is True


@pytest.mark.parametrize("body", [{}, {"state": "completed"}, task("other", info=SUCCESS)], ids=str)
@pytest.mark.parametrize("missing_ok", [False, True])
def test_an_answer_about_another_task_or_about_none_is_no_answer(
    service: Loopback, body: Wire, missing_ok: bool
) -> None:
    service.say("/jobs/job-1", job())
    service.say(f"{LIST}/t", body)
    with pytest.raises(AnswerError, match=r"(?i)the answer about task t"):
        ask(service, TASKS, job_id="job-1", task_id="t", condition="completed", missing_ok=missing_ok)
