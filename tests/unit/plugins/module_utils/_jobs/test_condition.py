# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition reads beside the jobs."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_jobs import asked
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE
from ansible_collections.batchops.azure.tests.support.wire import (
    STARTED,
    counts,
    job,
    task,
)


@pytest.mark.parametrize("state", ["running", "preparing", "Running"])
@pytest.mark.parametrize("condition", ["completed", "succeeded"])
def test_a_completed_job_with_a_task_that_runs_is_a_contradiction(
    service: Loopback, state: str, condition: str
) -> None:
    wire = job(state="completed"), task("t", state, STARTED)
    result = asked(service, *wire, counted=counts(running=1, succeeded=1), condition=condition)
    assert result["verdict"] == "pending"
    assert result["reasons"][0].startswith("job-1: is completed, but ")
    assert result["reasons"][0].endswith(f"t is {state.lower() if condition == 'succeeded' else state}")


def test_counts_alone_are_no_contradiction(service: Loopback) -> None:
    """They lag behind. A list is asked, and only where they say that something runs."""
    result = asked(service, job(state="completed"), counted=counts(running=3), condition="completed")
    assert (result["verdict"], len(service.asked("/jobs/job-1/tasks"))) == ("satisfied", 1)
    query = service.asked("/jobs/job-1/tasks")[0].query
    assert (query["$filter"], query["$select"], query["maxresults"]) == (
        "state eq 'running' or state eq 'preparing'",
        "id,state",
        "1",
    )
    asked(service, job(state="completed"), counted=counts(active=3, succeeded=1), condition="completed")
    assert len(service.asked("/jobs/job-1/tasks")) == 1


def test_a_task_that_runs_is_looked_for_also_without_counts(service: Loopback) -> None:
    options = {"condition": "completed", "task_counts": False}
    result = asked(service, job(state="completed"), task("t", "running", STARTED), **options)
    assert (result["verdict"], result["reasons"]) == ("pending", ["job-1: is completed, but its task t is running"])
    assert asked(service, job(state="completed"), **options)["verdict"] == "satisfied"
    # It costs no more than the counts would, and a job that is not completed nothing.
    assert service.paths == ["/jobs/job-1", "/jobs/job-1/tasks"] * 2
    assert asked(service, job(), **options)["verdict"] == "pending"
    assert len(service.asked("/jobs/job-1/tasks")) == 2


def test_a_gate_is_not_open_either(service: Loopback) -> None:
    asked(service, job(state="completed"), task("t", "running", STARTED), condition="succeeded")
    assert ask(service, GATE, checks=[{"check": "jobs", "job_id": "job-1"}])["verdict"] == "pending"


def test_jobs_that_wait_for_a_node_in_vain_are_given_up_after_a_list_has_confirmed_it(service: Loopback) -> None:
    service.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    result = asked(service, job(), task("t", "active"), counted=counts(active=1), condition="completed")
    assert (result["verdict"], result["reasons"][0]) == (
        "failed",
        "job job-1: no node can take a task: pool pool-1 does not exist",
    )
    assert service.paths == [
        "/jobs/job-1",
        "/jobs/job-1/taskcounts",
        "/pools/pool-1",
        "/jobs/job-1",
        "/jobs/job-1/tasks",
    ]
    confirming = service.asked("/jobs/job-1/tasks")[0].query
    assert (confirming["$filter"], confirming["$select"], confirming["maxresults"]) == (
        "state eq 'active'",
        "id,state",
        "1",
    )
    assert asked(service, job(), counted=counts(active=1), condition="completed")["verdict"] == "pending"


@pytest.mark.parametrize("condition", ["active", "disabled"])
def test_where_tasks_do_not_matter_nothing_is_read_beside_jobs_and_counts(service: Loopback, condition: str) -> None:
    asked(service, job(), counted=counts(active=1), condition=condition)
    assert service.paths == ["/jobs/job-1", "/jobs/job-1/taskcounts"]
