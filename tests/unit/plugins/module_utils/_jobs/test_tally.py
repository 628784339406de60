# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is counted of jobs, how one ended as far as counts tell, and jobs that are listed twice."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import JobTally, end_by_counts
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_jobs import CONDITIONS, listed
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import JOBS
from ansible_collections.batchops.azure.tests.support.wire import (
    Wire,
    counts,
    job,
)

CONTRADICTED = "completed with task counts that contradict each other"


@pytest.mark.parametrize(
    ("state", "counted", "end"),
    [
        ("completed", counts(succeeded=2), ("succeeded", "")),
        ("completed", counts(succeeded=2, failed=1), ("failed", "1 of 3 tasks failed")),
        ("completed", counts(active=1, running=2, succeeded=2), ("failed", "completed with 3 tasks that did not run")),
        ("completed", counts(), ("failed", "completed without a task")),
        ("completed", {"taskCounts": {}}, ("running", "")),
        ("completed", {"taskCounts": {"completed": 5, "succeeded": 1}}, ("unknown", CONTRADICTED)),
        ("completed", {"taskCounts": {"completed": 0, "succeeded": 1}}, ("unknown", CONTRADICTED)),
        # What is not told is none.
        ("completed", {"taskCounts": {"succeeded": 1}}, ("succeeded", "")),
        ("active", {"taskCounts": {"failed": 1, "completed": 3}}, ("failed", "1 of 3 tasks failed")),
        ("active", counts(active=1, running=1, failed=1), ("failed", "1 of 3 tasks failed")),
        ("active", counts(succeeded=2), ("running", "")),
        ("terminating", counts(succeeded=2), ("running", "")),
    ],
)
def test_counts_tell_how_a_job_ends_as_far_as_they_go(state: str, counted: Wire, end: tuple[str, str]) -> None:
    assert end_by_counts(JobState("job-1", state), counted["taskCounts"])[:2] == end


def test_a_job_that_is_listed_twice_does_not_hide_another(account: Loopback) -> None:
    link = f"{account.url}/jobs?$skiptoken=1"
    account.say(
        "/jobs", page(job("well", "completed"), link=link), page(*(job(name, "completed") for name in ("well", "bad")))
    )
    result = ask(account, JOBS, condition="succeeded")
    assert (result["verdict"], result["summary"]["failed_jobs"]) == ("failed", ["bad"])


@pytest.mark.parametrize("condition", [None, *CONDITIONS])
def test_what_is_said_twice_alike_counts_once(service: Loopback, condition: str | None) -> None:
    once = listed(service, [job("a", "completed")], condition=condition)
    assert listed(service, [job("a", "completed")], [job("a", "completed")], condition=condition) == once


@pytest.mark.parametrize("wrong", [None, "", 7, {}], ids=repr)
def test_a_listed_job_without_an_id_is_no_answer(service: Loopback, wrong: Any) -> None:
    service.say("/jobs", page({**job(), "id": wrong}))
    with pytest.raises(AnswerError, match="There is no id in a job of the list"):
        ask(service, JOBS, condition="active")


def test_of_a_job_that_is_listed_twice_the_later_entry_counts_and_a_difference_is_remembered() -> None:
    tally = JobTally()
    tally.add([job("a", "active"), job("b", "completed")])
    tally.add([job("a", "completed"), job("b", "completed")])
    for job_id in "ab":
        tally.count(job_id, counts(succeeded=1)["taskCounts"])
    assert tally.disputed == {"a"}
    assert (tally.summary()["total"], tally.summary()["by_state"]) == (2, {"completed": 2})


def test_each_job_has_its_own_summary() -> None:
    tally = JobTally()
    tally.add([job("a", "completed"), job("b", "active")])
    tally.count("a", counts(succeeded=1, failed=2)["taskCounts"])
    tally.count("b", counts(active=3)["taskCounts"])
    tally.missing = ["gone"]
    assert (tally.summary()["failed_jobs"], tally.summary()["missing"]) == (["a"], ["gone"])
    assert [found["task_counts"]["active"] for found in tally.by_job().values()] == [0, 3]
    assert [found["missing"] for found in tally.by_job().values()] == [[], []]
    assert [found["truncated"] for found in (tally.summary(), *tally.by_job().values())] == [False] * 3
    assert [tally.only_waits(job_id) for job_id in "ab"] == [False, True]


def test_ids_that_differ_in_case_only_are_one_job() -> None:
    tally = JobTally()
    by_id = tally.add([job("Job-1", "active"), job("b", "completed"), job("job-1", "completed")])
    assert ({job_id: found["id"] for job_id, found in by_id.items()}, tally.disputed) == (
        {"Job-1": "job-1", "b": "b"},
        {"Job-1"},
    )


@pytest.mark.parametrize("condition", ["completed", "succeeded"])
def test_a_job_in_another_spelling_is_no_other_job(service: Loopback, condition: str) -> None:
    jobs = [job("job-1", "completed")], [job("JOB-1", "active")]
    result = listed(service, *jobs, condition=condition)
    assert (result["verdict"], result["summary"]["total"], len(result["jobs"])) == ("pending", 1, 1)
    assert result["reasons"] == ["job-1: listed twice in one answer, with different states"]
