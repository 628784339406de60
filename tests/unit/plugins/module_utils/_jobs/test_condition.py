# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition reads beside the jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._jobs.condition import JobCondition
from ansible_collections.batchops.azure.plugins.module_utils._jobs.schedule import Schedule
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import JobTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_jobs import GONE, asked
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    STARTED,
    SUCCESS,
    Wire,
    counts,
    job,
    pool,
    task,
    troubled,
)


@pytest.mark.parametrize("state", ["running", "preparing", "Running"])
@pytest.mark.parametrize("condition", ["completed", "succeeded"])
def test_a_completed_job_with_a_task_that_runs_is_a_contradiction(
    service: Loopback, state: str, condition: str
) -> None:
    wire = job(state="completed"), task("t", state, STARTED)
    result = asked(service, *wire, counted=counts(running=1, succeeded=1), condition=condition)
    assert (result["verdict"], len(result["reasons"])) == ("pending", 1)
    assert result["reasons"][0].startswith("job-1: is completed, but ")
    assert result["reasons"][0].endswith(f"t is {state.lower() if condition == 'succeeded' else state}")


def test_counts_alone_are_no_contradiction(service: Loopback) -> None:
    """They lag behind. A list is asked, and only where they say that something runs."""
    result = asked(service, job(state="completed"), counted=counts(running=3), condition="completed")
    assert (result["verdict"], len(service.asked("/jobs/job-1/tasks"))) == ("satisfied", 1)
    query = service.asked("/jobs/job-1/tasks")[0].query
    assert (query["$filter"], query["$select"], query["maxresults"]) == (
        "state ne 'completed' and state ne 'active'",
        "id,state",
        "1",
    )
    asked(service, job(state="completed"), counted=counts(active=3, succeeded=1), condition="completed")
    assert len(service.asked("/jobs/job-1/tasks")) == 1


@pytest.mark.parametrize("task_counts", [True, False])
@pytest.mark.parametrize("condition", ["completed", "succeeded"])
def test_a_state_that_nobody_knows_is_a_contradiction_too(service: Loopback, condition: str, task_counts: bool) -> None:
    """The counts take it for one that runs."""
    wire = job(state="completed"), task("t", "hibernating", STARTED)
    result = asked(service, *wire, counted=counts(running=1), condition=condition, task_counts=task_counts)
    assert (result["verdict"], len(result["reasons"])) == ("pending", 1)
    assert result["reasons"][0].endswith("t is hibernating")


def test_a_task_that_has_ended_since_is_no_contradiction(service: Loopback) -> None:
    """As where the service answers more than was asked for."""
    wire = job(state="completed"), task("t", info=SUCCESS)
    assert asked(service, *wire, counted=counts(running=1), condition="completed")["verdict"] == "satisfied"


def test_a_listed_job_that_is_gone_since_is_no_contradiction(service: Loopback) -> None:
    service.say("/jobs", page(job(state="completed")))
    service.say("/jobs/job-1/taskcounts", counts(running=1))
    service.say("/jobs/job-1/tasks", GONE)
    assert ask(service, JOBS, condition="completed")["verdict"] == "satisfied"
    service.say("/jobs/job-1", job(state="completed"))
    with pytest.raises(ServiceError, match="JobNotFound"):
        ask(service, JOBS, job_ids=["job-1"], condition="completed")


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


class TestAfterAFailure:
    """With `fail_fast: false` a wait goes on while another job may still fail."""

    @pytest.fixture
    def bad(self, service: Loopback) -> Loopback:
        service.say("/jobs/bad", job("bad", "completed"))
        service.say("/jobs/bad/taskcounts", counts(failed=1))
        service.say("/jobs/bad/tasks", page(task(info=FAILURE)))
        service.say("/jobs/other/tasks", page(task(state="active")))
        return service

    def looks(self, service: Loopback, clock: ScriptedClock, **options: Any) -> int:
        asking = {"condition": "succeeded", "wait": True, "fail_fast": False, **options}
        result = ask(service, JOBS, clock, **asking)
        assert (result["verdict"], result["timed_out"]) == ("failed", False)
        polls: int = result["polls"]
        return polls

    @pytest.mark.parametrize(
        ("counted", "there", "polls"),
        [
            # It runs, whatever becomes of its pool; it waits, and there is a node; it waits in vain.
            (counts(running=1), refusal(404, "PoolNotFound"), 2),
            (counts(active=1), pool(1), 2),
            (counts(active=1), refusal(404, "PoolNotFound"), 1),
        ],
        ids=["runs", "waits", "waits in vain"],
    )
    def test_another_job_is_waited_for_while_it_may_get_on(
        self, bad: Loopback, scripted: Callable[..., ScriptedClock], counted: Wire, there: Any, polls: int
    ) -> None:
        looks = iter([job("other"), job("other", "deleting")])
        # Whether it still waits is asked with its constraints. That is the same look.
        bad.say(
            "/jobs/other",
            lambda request: Answer(job("other") if "constraints" in request.query.get("$select", "") else next(looks)),
        )
        bad.say("/jobs/other/taskcounts", counted)
        bad.say("/pools/pool-1", there)
        assert self.looks(bad, scripted(*[15] * (polls - 1)), job_ids=["bad", "other"]) == polls

    def test_a_job_that_is_listed_twice_is_looked_at_again(
        self, bad: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        bad.say(
            "/jobs",
            page(job("bad", "completed"), job("other"), job("other", "completed")),
            page(job("bad", "completed"), job("other", "completed")),
        )
        bad.say("/jobs/other/taskcounts", counts(failed=1))
        bad.say("/jobs/other/tasks", page(task(info=FAILURE)))
        assert self.looks(bad, scripted(15)) == 2

    def test_a_result_that_is_not_known_is_not_waited_for(
        self, bad: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        bad.say("/jobs/other", job("other", "completed"))
        bad.say("/jobs/other/taskcounts", counts(succeeded=1))
        bad.say("/jobs/other/tasks", page(task(info=MYSTERY)))
        assert self.looks(bad, scripted(), job_ids=["bad", "other"]) == 1

    def test_a_job_with_a_failure_goes_on_while_a_task_runs(
        self, service: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        service.say("/jobs/job-1", job(), job(state="completed"))
        service.say("/jobs/job-1/taskcounts", counts(running=1, failed=1))
        service.say("/jobs/job-1/tasks", page(task(info=FAILURE)))
        assert self.looks(service, scripted(15), job_id="job-1") == 2

    def test_a_contradiction_is_waited_for(self, service: Loopback, scripted: Callable[..., ScriptedClock]) -> None:
        service.say("/jobs/bad", job("bad", "disabled"))
        service.say("/jobs/other", job("other", "completed"))
        service.say("/jobs/bad/taskcounts", counts())
        service.say("/jobs/other/taskcounts", counts(running=1))
        service.say("/jobs/other/tasks", page(task("t", "running", STARTED)), page())
        assert self.looks(service, scripted(15), job_ids=["bad", "other"], condition="completed") == 2

    def test_a_listed_job_that_is_gone_goes_on_no_more(
        self, service: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        service.say("/jobs", page(job()))
        service.say("/jobs/job-1/taskcounts", counts(active=1, failed=1))
        service.say("/jobs/job-1/tasks", page(task(info=FAILURE)), GONE)
        assert self.looks(service, scripted()) == 1

    def test_without_a_failure_it_is_not_asked(self, bad: Loopback) -> None:
        bad.say("/jobs/other", job("other"))
        bad.say("/jobs/other/taskcounts", counts(active=1))
        result = ask(bad, JOBS, job_id="other", condition="succeeded", fail_fast=False)
        assert (result["verdict"], len(bad.asked("/pools/pool-1"))) == ("pending", 1)


class TestDigest:
    """What is a change to `stall_timeout`."""

    @staticmethod
    def digest(*jobs: Wire, counted: Wire | None = None, missing: str = "", schedule: Schedule | None = None) -> int:
        tally = JobTally()
        tally.add(jobs)
        for job_id in tally.jobs:
            tally.count(job_id, (counted or counts())["taskCounts"])
        tally.missing = missing.split()
        tally.schedule = schedule
        options = ReadOptions(condition="disabled", watched=True)
        return JobCondition(connect("http://nobody.invalid"), options).judge(tally).digest

    def test_of_what_is_judged_each_makes_another_one(self) -> None:
        of_schedules = [Schedule("s", state, "job-1") for state in ("active", "completed")]
        found = [
            self.digest(job()),
            self.digest(job("other")),
            self.digest(job(state="enabling")),
            self.digest(troubled("X")),
            self.digest(troubled("Y")),
            self.digest(job(state="enabling"), job()),
            self.digest(job(), counted=counts(active=1)),
            self.digest(job(), counted=counts(running=1)),
            self.digest(job(), counted=counts(succeeded=1)),
            self.digest(job(), counted=counts(failed=1)),
            self.digest(job(), missing="gone"),
            *(self.digest(job(), schedule=schedule) for schedule in of_schedules),
        ]
        assert len(set(found)) == len(found)

    def test_of_the_rest_nothing_does(self) -> None:
        assert self.digest(job("a"), job("b")) == self.digest(job("b"), job("a", priority=7))
        tonight, tomorrow = (Schedule("s", "active", "job-1", next_run_time=time) for time in ("22:00", "06:00"))
        assert self.digest(job(), schedule=tonight) == self.digest(job(), schedule=tomorrow)
