# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of a list are read one after the other. A job that is added or changes in between is not forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_jobs import CONDITIONS, listed
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.modules import JOBS
from ansible_collections.batchops.azure.tests.support.wire import Wire, job


def state_for(condition: str) -> str:
    return "completed" if condition == "succeeded" else condition


def two_pages(service: Loopback, condition: str, *confirmed: Wire, **options: Any) -> dict[str, Any]:
    """Both jobs are as they should be, and `confirmed` are those that the list names that is read behind them."""
    state = state_for(condition)
    pages = [job("a", state)], [job("b", state)]
    return listed(service, *pages, confirmed=list(confirmed), condition=condition, **options)


def filters(service: Loopback) -> list[str | None]:
    return [request.query.get("$filter") for request in service.requests if request.path == "/jobs"]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_several_pages_say_is_confirmed_by_one_list(service: Loopback, condition: str) -> None:
    assert two_pages(service, condition)["verdict"] == "satisfied"
    assert filters(service) == [None, None, f"state ne '{state_for(condition)}'"]


def created(job_id: str, time: Any) -> Wire:
    return job(job_id, "completed", creationTime=time)


@pytest.mark.parametrize(
    ("times", "newest"),
    [
        (("2025-01-17T00:00:01Z", "2025-01-17T00:00:01.5Z"), "2025-01-17T00:00:01Z"),
        (("2025-01-17T00:00:02.1234567Z", "2025-01-17T00:00:01.5Z"), "2025-01-17T00:00:02Z"),
        (("2025-01-17T00:00:02Z", None), "2025-01-17T00:00:02Z"),
    ],
)
def test_a_job_that_was_added_and_has_failed_since_is_asked_for(service: Loopback, times: Any, newest: str) -> None:
    pages = [created("a", times[0])], [created("b", times[1])]
    late = created("late", "2025-01-17T00:00:03Z")
    result = listed(service, *pages, confirmed=[late], condition="succeeded")
    assert result["reasons"] == ["late: was added; the list has changed while it was read"]
    assert filters(service)[-1] == f"state ne 'completed' or creationTime ge DateTime'{newest}'"


def test_jobs_that_were_seen_already_are_not_taken_for_added_ones(service: Loopback) -> None:
    pages = [created("a", "2025-01-17T00:00:01Z")], [created("B", "2025-01-17T00:00:01.5Z")]
    again = [created("A", "2025-01-17T00:00:01Z"), created("b", "2025-01-17T00:00:01.5Z")]
    assert listed(service, *pages, confirmed=again, condition="succeeded")["verdict"] == "satisfied"
    late = [*again, created("late", "2025-01-17T00:00:02Z")]
    assert listed(service, *pages, confirmed=late, condition="succeeded")["verdict"] == "pending"


def test_whether_it_has_failed_does_not_matter_to_one_that_is_to_be_completed(service: Loopback) -> None:
    pages = [created("a", "2025-01-17T00:00:01Z")], [created("b", "2025-01-17T00:00:02Z")]
    assert listed(service, *pages, condition="completed")["verdict"] == "satisfied"
    assert filters(service)[-1] == "state ne 'completed'"


def test_the_service_takes_the_time_as_it_writes_it() -> None:
    jobs = [
        {
            "id": f"job-{number}",
            "pool": "p",
            "states": [{"at": 0, "state": "completed"}],
            "tasks": [{"count": 1, "id": "t", "runs_at": 0, "ends_at": 0}],
        }
        for number in (1, 2)
    ]
    with Simulator({"pools": [{"id": "p"}], "jobs": jobs}, clock=StepClock(0.3, 13)) as simulator:
        given = {**options_of(simulator), "access_token": None, "condition": "succeeded", "page_size": 1}
        assert ask(simulator, JOBS, **given)["verdict"] == "satisfied"


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_job_that_the_list_names_keeps_it_pending(service: Loopback, condition: str) -> None:
    result = two_pages(service, condition, job("late", "enabling"))
    why = f"is not {state_for(condition)}; the list has changed while it was read"
    assert (result["verdict"], result["reasons"]) == ("pending", [f"late: {why}"])


def test_a_filter_of_the_user_holds_for_it_too(service: Loopback) -> None:
    given = "startswith(id, 'a') or startswith(id, 'b')"
    two_pages(service, "completed", filter=given)
    assert filters(service)[-1] == f"({given}) and (state ne 'completed')"


def test_one_page_is_of_one_moment(service: Loopback) -> None:
    assert listed(service, [job("a", "completed")], condition="completed")["verdict"] == "satisfied"
    assert filters(service) == [None]


def test_jobs_that_are_named_are_not_listed(service: Loopback) -> None:
    for job_id in "ab":
        service.say(f"/jobs/{job_id}", job(job_id, "active"))
    assert ask(service, JOBS, job_ids=["a", "b"], condition="active", task_counts=False)["verdict"] == "satisfied"
    assert filters(service) == []


def test_at_no_moment_were_all_of_them_disabled() -> None:
    """The first is enabled when the second gets disabled."""
    states = {
        "job-1": [{"at": 0, "state": "disabled"}, {"at": 15, "state": "active"}],
        "job-2": [{"at": 0, "state": "active"}, {"at": 15, "state": "disabled"}],
    }
    jobs = [{"id": job_id, "pool": "p", "states": changes} for job_id, changes in states.items()]
    with Simulator({"pools": [{"id": "p"}], "jobs": jobs}, clock=StepClock(2, 13)) as simulator:
        given = {**options_of(simulator), "access_token": None, "condition": "disabled", "page_size": 1}
        result = ask(simulator, JOBS, **given, task_counts=False)
    assert result["summary"]["by_state"] == {"disabled": 2}
    assert result["reasons"] == ["job-1: is not disabled; the list has changed while it was read"]
