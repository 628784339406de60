# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a job: when waiting still makes sense, and the one scheduling error that is none."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import (
    JobState,
    job_state,
    read_job_state,
    scheduling_error,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.wire import job, troubled

STILL_TERMINATING = "JobTerminationAwaitingNodeProcessing"


@pytest.mark.parametrize("state", ["terminating", "active", "completed"])
def test_awaiting_nodes_while_terminating_is_not_a_scheduling_error(state: str) -> None:
    wire = troubled(STILL_TERMINATING, state)
    assert scheduling_error(wire) is None
    assert job_state("job-1", wire).scheduling_error is None


@pytest.mark.parametrize("code", ["InvalidAutoPoolSettings", "PoolNotFound", "AutoPoolCreationFailed"])
def test_any_other_scheduling_error_is_one(code: str) -> None:
    wire = troubled(code)
    assert scheduling_error(wire) == f"{code}: Words of the service"
    assert job_state("job-1", wire).ended
    assert job_state("job-1", wire).why_ended == f"the job has the scheduling error {code}: Words of the service"


@pytest.mark.parametrize("wire", [{}, {"executionInfo": None}, {"executionInfo": {}}])
def test_a_job_without_execution_information_has_no_scheduling_error(wire: dict[str, Any]) -> None:
    assert scheduling_error(wire) is None


@pytest.mark.parametrize("wire", [{"executionInfo": "text"}, {"executionInfo": {"schedulingError": ["text"]}}])
def test_execution_information_of_another_shape_is_an_error(wire: dict[str, Any]) -> None:
    with pytest.raises(AnswerError, match="is not an object"):
        scheduling_error(wire)


@pytest.mark.parametrize("state", ["completed", "terminating", "deleting", "disabled", "Completed"])
def test_a_job_that_starts_no_task_any_more_has_ended(state: str) -> None:
    assert job_state("job-1", job(state=state)).ended
    assert job_state("job-1", job(state=state)).why_ended == f"the job is {state.lower()}"


@pytest.mark.parametrize("state", ["active", "enabling", "disabling", "mystery", None])
def test_a_job_that_may_go_on_has_not_ended(state: Any) -> None:
    assert not job_state("job-1", job(state=state)).ended


def test_a_state_that_is_not_told_is_unknown() -> None:
    assert job_state("job-1", {"id": "job-1"}).state == "unknown"


@pytest.mark.parametrize("kind", ["jobPreparationTask", "jobReleaseTask"])
def test_a_job_has_the_tasks_that_it_names(kind: str) -> None:
    state = job_state("job-1", job(**{kind: {"commandLine": "true"}}))
    assert (state.has_prep_task, state.has_release_task) == (kind == "jobPreparationTask", kind == "jobReleaseTask")


def test_only_what_decides_is_read(service: Loopback) -> None:
    service.say("/jobs/job-1", job(state="Active"))
    assert read_job_state(connect(service.url), "job-1", "jobPreparationTask").state == "active"
    assert service.requests[0].query["$select"] == "id,state,executionInfo,jobPreparationTask"


def test_what_is_not_told_of_a_job_it_does_not_have() -> None:
    assert job_state("job-1", {"state": "active"}) == JobState("job-1", "active")


def test_a_job_tells_its_pool_and_since_when_it_is_in_its_state() -> None:
    state = job_state("job-1", job(stateTransitionTime="11:13"))
    assert (state.pool_id, state.since) == ("pool-1", "11:13")


@pytest.mark.parametrize(
    ("wire", "words"),
    [(job("other"), "The answer about job job-1 is about another one"), ({"id": "job-1"}, "does not say its state")],
    ids=str,
)
def test_an_answer_about_another_job_or_without_its_state_is_none(
    service: Loopback, wire: dict[str, Any], words: str
) -> None:
    service.say("/jobs/job-1", wire)
    with pytest.raises(AnswerError, match=words):
        read_job_state(connect(service.url), "job-1")
