# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The most recent job of a job schedule: which one it is, that it stays the same during a wait, and the verdict if there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, OptionError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._jobs.progress import subject
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of, validate
from ansible_collections.batchops.azure.tests.support.asking_jobs import CONDITIONS, GONE
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import Wire, counts, job

NIGHTLY = {"job_schedule_id": "nightly"}
NO_SCHEDULE = refusal(404, "JobScheduleNotFound", "The specified job schedule does not exist.")
TOMORROW = "2026-02-01T02:00:00Z"


def schedule(recent: str | None = None, state: str | None = "active", **info: Any) -> Wire:
    told = {"nextRunTime": TOMORROW, **info}
    if recent is not None:
        told["recentJob"] = {"id": recent, "url": f"https://a/jobs/{recent}"}
    return {"id": "nightly", "state": state, "executionInfo": told}


@pytest.fixture
def has(service: Loopback) -> Callable[..., None]:
    """Gives the account a job with one task."""

    def has(job_id: str, *states: str, succeeded: int = 1) -> None:
        path = f"/jobs/{job_id.replace(':', '%3A')}"
        service.say(path, *(job(job_id, state) for state in states))
        service.say(f"{path}/taskcounts", counts(succeeded=succeeded, active=1 - succeeded))
        service.say(f"{path}/tasks", page())

    return has


def test_the_most_recent_job_is_read_as_if_it_had_been_named(service: Loopback, has: Callable[..., None]) -> None:
    service.say("/jobschedules/nightly", schedule("nightly:job-2"))
    has("nightly:job-2", "completed")
    result = ask(service, JOBS, **NIGHTLY, condition="succeeded")
    assert result["verdict"] == "satisfied"
    assert [fact["id"] for fact in result["jobs"]] == ["nightly:job-2"]
    assert result["summary"]["job_schedule"] == {
        "id": "nightly",
        "state": "active",
        "recent_job": "nightly:job-2",
        "next_run_time": TOMORROW,
        "end_time": None,
    }
    assert "by_job" not in result
    assert service.requests[0].query["$select"] == "id,state,executionInfo"


def test_the_summary_has_a_job_schedule_only_if_one_was_asked_for(service: Loopback, has: Callable[..., None]) -> None:
    has("a", "completed")
    assert "job_schedule" not in ask(service, JOBS, job_id="a")["summary"]


def test_a_wait_is_for_the_job_that_was_the_most_recent_in_its_first_poll(
    service: Loopback, has: Callable[..., None]
) -> None:
    service.say("/jobschedules/nightly", schedule("nightly:job-1"), schedule("nightly:job-2"))
    has("nightly:job-1", "active", "completed")
    result = ask(service, JOBS, clock=ScriptedClock(15), **NIGHTLY, condition="completed", wait=True)
    assert (result["verdict"], result["summary"]["job_schedule"]["recent_job"]) == ("satisfied", "nightly:job-1")
    assert len(service.asked("/jobschedules/nightly")) == 1


def test_a_wait_for_a_schedule_without_a_job_takes_the_first_one(service: Loopback, has: Callable[..., None]) -> None:
    service.say("/jobschedules/nightly", schedule(), schedule(), schedule("nightly:job-1"), schedule("nightly:job-2"))
    has("nightly:job-1", "active", "completed")
    result = ask(service, JOBS, clock=ScriptedClock(15, 15, 15), **NIGHTLY, condition="completed", wait=True)
    assert (result["verdict"], result["polls"]) == ("satisfied", 4)
    assert result["summary"]["job_schedule"]["recent_job"] == "nightly:job-1"


@pytest.mark.parametrize("condition", CONDITIONS)
def test_no_job_yet_is_pending(service: Loopback, condition: str) -> None:
    service.say("/jobschedules/nightly", schedule())
    result = ask(service, JOBS, **NIGHTLY, condition=condition)
    assert (result["verdict"], result["jobs"], result["summary"]["total"]) == ("pending", [], 0)
    assert result["reasons"] == [f"job schedule nightly: has created no job yet; the next run is at {TOMORROW}"]


def test_a_schedule_need_not_say_when_its_next_run_is(service: Loopback) -> None:
    service.say("/jobschedules/nightly", schedule(nextRunTime=None))
    result = ask(service, JOBS, **NIGHTLY, condition="succeeded")
    assert result["reasons"] == ["job schedule nightly: has created no job yet"]


@pytest.mark.parametrize("state", ["disabled", "Completed", "terminating", "deleting"])
def test_a_schedule_that_creates_no_job_is_not_waited_for(service: Loopback, state: str) -> None:
    service.say("/jobschedules/nightly", schedule(state=state))
    result = ask(service, JOBS, **NIGHTLY, condition="succeeded", wait=True, fail_fast=False)
    assert (result["verdict"], result["polls"]) == ("failed", 1)
    assert result["reasons"] == [f"job schedule nightly: is {state.lower()}, and has created no job"]


@pytest.mark.parametrize("state", ["resting", "", None])
def test_a_state_that_is_not_known_is_waited_for(service: Loopback, state: str | None) -> None:
    service.say("/jobschedules/nightly", schedule(state=state))
    result = ask(service, JOBS, **NIGHTLY, condition="succeeded")
    assert (result["verdict"], result["summary"]["job_schedule"]["state"]) == ("pending", state or "unknown")


def test_the_job_of_a_schedule_that_has_ended_is_judged(service: Loopback, has: Callable[..., None]) -> None:
    service.say("/jobschedules/nightly", schedule("nightly:job-1", "completed", nextRunTime=None, endTime=TOMORROW))
    has("nightly:job-1", "completed")
    result = ask(service, JOBS, **NIGHTLY, condition="succeeded")
    assert (result["verdict"], result["summary"]["job_schedule"]["end_time"]) == ("satisfied", TOMORROW)


def test_a_schedule_that_creates_no_job_is_a_standstill(service: Loopback) -> None:
    service.say("/jobschedules/nightly", schedule())
    clock = ScriptedClock(15, 15)
    result = ask(service, JOBS, clock=clock, **NIGHTLY, condition="succeeded", wait=True, stall_timeout=30)
    assert (result["verdict"], result["stalled"]) == ("pending", True)


def test_a_job_that_comes_ends_the_standstill(service: Loopback, has: Callable[..., None]) -> None:
    service.say("/jobschedules/nightly", schedule(), schedule(), schedule("nightly:job-1"))
    has("nightly:job-1", "active", "active", "completed")
    clock = ScriptedClock(15, 15, 15, 15)
    result = ask(service, JOBS, clock=clock, **NIGHTLY, condition="completed", wait=True, stall_timeout=31)
    assert result["verdict"] == "satisfied"


def test_an_expression_is_not_true_of_no_job(service: Loopback) -> None:
    service.say("/jobschedules/nightly", schedule())
    assert ask(service, JOBS, **NIGHTLY, expression="summary.failed == `0`")["verdict"] == "pending"


def test_a_schedule_that_is_not_there_is_an_error(service: Loopback) -> None:
    service.say("/jobschedules/nightly", NO_SCHEDULE)
    with pytest.raises(ServiceError) as refused:
        ask(service, JOBS, **NIGHTLY, condition="succeeded")
    assert refused.value.code == "JobScheduleNotFound"


def test_a_schedule_may_be_missing_and_is_then_waited_for(service: Loopback) -> None:
    service.say("/jobschedules/nightly", NO_SCHEDULE)
    result = ask(service, JOBS, **NIGHTLY, condition="succeeded", missing_ok=True)
    assert (result["verdict"], result["reasons"]) == ("pending", ["nightly: no such job schedule"])
    assert (result["summary"]["missing"], result["summary"]["job_schedule"]["state"]) == (["nightly"], None)


@pytest.mark.parametrize("gone", ["", "/taskcounts"])
def test_its_job_must_be_there(service: Loopback, has: Callable[..., None], gone: str) -> None:
    service.say("/jobschedules/nightly", schedule("nightly:job-1"))
    has("nightly:job-1", "completed")
    service.say(f"/jobs/nightly%3Ajob-1{gone}", GONE)
    with pytest.raises(ServiceError, match="JobNotFound"):
        ask(service, JOBS, **NIGHTLY)


def test_its_job_may_be_missing_and_never_satisfies(service: Loopback) -> None:
    service.say("/jobschedules/nightly", schedule("nightly:job-1"))
    service.say("/jobs/nightly%3Ajob-1", GONE)
    result = ask(service, JOBS, **NIGHTLY, condition="succeeded", missing_ok=True)
    assert (result["verdict"], result["reasons"]) == ("pending", ["nightly:job-1: no such job"])
    assert result["summary"]["missing"] == ["nightly:job-1"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "another", "state": "active"},
        {"id": "nightly", "executionInfo": []},
        {"id": "nightly", "executionInfo": {"recentJob": {}}},
        {"id": "nightly", "executionInfo": {"recentJob": {"url": "https://a/jobs/b"}}},
        {"id": "nightly", "executionInfo": {"recentJob": "nightly:job-1"}},
    ],
    ids=str,
)
def test_what_is_not_understood_is_no_absence(service: Loopback, body: Wire) -> None:
    service.say("/jobschedules/nightly", body)
    with pytest.raises(AnswerError):
        ask(service, JOBS, **NIGHTLY, condition="succeeded", missing_ok=True)


@pytest.mark.parametrize("other", [{"job_id": "a"}, {"job_ids": ["a"]}])
def test_a_schedule_and_jobs_are_not_named_together(other: dict[str, Any]) -> None:
    [said] = validate(JOBS.arguments, **NIGHTLY, **other).error_messages
    assert "mutually exclusive" in said
    assert "job_schedule_id" in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"job_schedule_id": ""}, "job_schedule_id: '' is not an id"),
        ({"job_schedule_id": "../jobs"}, "job_schedule_id: '../jobs' is not an id"),
        ({**NIGHTLY, "filter": "state eq 'active'"}, "filter: applies to a list"),
        ({**NIGHTLY, "limit": 3}, "limit: applies to a list"),
    ],
    ids=str,
)
def test_options_that_cannot_be_meant_are_refused(service: Loopback, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        ask(service, JOBS, **options)
    assert not service.requests


def test_a_gate_checks_the_most_recent_job(service: Loopback, has: Callable[..., None]) -> None:
    service.say("/jobschedules/nightly", schedule("nightly:job-2"))
    has("nightly:job-2", "completed")
    [check] = ask(service, GATE, checks=[{"check": "jobs", **NIGHTLY}])["checks"]
    assert (check["name"], check["verdict"]) == ("most recent job of schedule nightly", "satisfied")
    assert check["summary"]["job_schedule"]["recent_job"] == "nightly:job-2"


def test_a_gate_keeps_to_the_job_of_its_first_look(service: Loopback, has: Callable[..., None]) -> None:
    service.say("/jobschedules/nightly", schedule("nightly:job-1"), schedule("nightly:job-2"))
    has("nightly:job-1", "active", "completed")
    checks = [{"check": "jobs", **NIGHTLY, "condition": "completed"}]
    result = ask(service, GATE, clock=ScriptedClock(15), checks=checks, wait=True)
    assert (result["verdict"], len(service.asked("/jobschedules/nightly"))) == ("satisfied", 1)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"job_id": "a"}, "job_schedule_id and job_id cannot go together"),
        ({"filter": "x"}, "filter: applies to a list"),
        ({"check": "tasks", "job_id": "a"}, "job_schedule_id means nothing for tasks"),
    ],
    ids=str,
)
def test_a_gate_refuses_what_cannot_be_meant(service: Loopback, more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        ask(service, GATE, checks=[{"check": "jobs", **NIGHTLY, **more}])


def test_progress_names_the_schedule() -> None:
    assert subject(params_of(JOBS.arguments, **NIGHTLY)) == "most recent job of schedule nightly"
