# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What states and ends of jobs mean for a condition."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Consequence, Lasting, Offender, Reason
from ansible_collections.batchops.azure.plugins.module_utils._jobs.rules import CONDITIONS as RULES
from ansible_collections.batchops.azure.plugins.module_utils._jobs.rules import judge_job
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import End
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_jobs import CONDITIONS, judged, listed
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.modules import JOBS
from ansible_collections.batchops.azure.tests.support.wire import (
    job,
    troubled,
)

STATES = ("active", "disabling", "disabled", "enabling", "terminating", "completed", "deleting")


STILL_TERMINATING = "JobTerminationAwaitingNodeProcessing"


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


@pytest.mark.parametrize("condition", ["active", "disabled", "completed", "succeeded"])
def test_an_absent_job_that_may_be_absent_is_named_and_satisfies_nothing(account: Loopback, condition: str) -> None:
    result = ask(account, JOBS, job_id="gone", condition=condition, missing_ok=True)
    assert (result["jobs"], result["summary"]["missing"], result["summary"]["total"]) == ([], ["gone"], 0)
    assert (result["verdict"], result["reasons"]) == ("pending", ["gone: no such job"])


@pytest.mark.parametrize(
    ("ids", "verdict"),
    [
        (["well"], "satisfied"),
        (["well", "new"], "pending"),
        (["well", "gone"], "pending"),
        (["well", "bad"], "failed"),
        (["new", "bad", "well"], "failed"),
    ],
)
def test_over_several_jobs_the_verdict_is_the_worst(account: Loopback, ids: list[str], verdict: str) -> None:
    result = ask(account, JOBS, job_ids=ids, condition="succeeded", missing_ok=True)
    assert result["verdict"] == verdict
    assert [fact["id"] for fact in result["jobs"]] == [job_id for job_id in ids if job_id != "gone"]


@pytest.mark.parametrize("job_id", ["secret-rotation:job-1", "token-refresh"])
def test_a_reason_stays_readable_whatever_words_an_id_is_made_of(service: Loopback, job_id: str) -> None:
    service.say(f"/jobs/{job_id.replace(':', '%3A')}", job(job_id, "deleting"))
    result = ask(service, JOBS, job_id=job_id, condition="active", task_counts=False)
    assert result["reasons"] == [f"{job_id}: is deleting, not active"]


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


def test_the_job_is_accused_where_no_task_is() -> None:
    (reason,) = judge_job("completed", JobState("job-1", "disabled", since="11:13"), End("running")).failed
    why = "is disabled, not completed"
    assert reason == Reason(f"job-1: {why}", Offender("job", why, job_id="job-1"))
    assert reason.lasting == (Lasting("job-1", "disabled", "11:13"),)
    (reason,) = judge_job("succeeded", JobState("job-1", "completed"), End("failed", "without a task")).failed
    assert reason == Reason("job-1: without a task", Offender("job", "without a task", job_id="job-1"))


def test_where_tasks_are_to_blame_the_job_is_a_consequence() -> None:
    task = Offender("task", "failed", job_id="job-1", task_id="t")
    (reason,) = judge_job(
        "succeeded", JobState("job-1", "completed"), End("failed", "its task t failed", (task,))
    ).failed
    assert reason == Consequence("job-1: its task t failed", task)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_an_account_without_jobs_satisfies_nothing(service: Loopback, condition: str) -> None:
    result = listed(service, [], condition=condition)
    assert (result["verdict"], result["reasons"]) == ("pending", ["no job was found"])


def test_each_condition_that_may_be_asked_for_has_its_rules() -> None:
    assert set(RULES) == set(JOBS.arguments.spec["condition"]["choices"])
