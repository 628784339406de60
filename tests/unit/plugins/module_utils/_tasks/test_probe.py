# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait for a large job: whole lists only where something may be decided, small requests in between."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Lasting, Reason
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.plugins.module_utils._tasks.probe import Probe, digest_of_numbers
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally
from ansible_collections.batchops.azure.tests.simulator import ManualClock, Simulator
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of, question
from ansible_collections.batchops.azure.tests.support.asking_tasks import ENTRIES, LIST
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, page
from ansible_collections.batchops.azure.tests.support.modules import TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    SUCCESS,
    counts,
    job,
    task,
)

# Tasks end one after the other at 1, 2, ... 50 s; a page holds 10 of them.
_LARGE: dict[str, Any] = {
    "paging": {"page_size": 10},
    "pools": [{"id": "pool-1", "created_at": -900, "nodes": {"count": 2, "id": "tvm-{n}", "ready_at": -600}}],
    "jobs": [
        {
            "id": "job-1",
            "pool": "pool-1",
            "tasks": {"count": 50, "id": "task-{n:02d}", "runs_at": 0, "ends_at": {"from": 1, "to": 50}},
        }
    ],
}


class SimulatorClock(Clock):
    """Time of the wait and of the simulator, moved together and only by pauses.

    With `glance`, each look at the clock takes so long, of the wait only. It then leaves time for its last look, in real seconds.
    """

    def __init__(self, clock: ManualClock, glance: float = 0.0) -> None:
        self._clock = clock
        self._glance = glance
        self._now = 0.0

    def monotonic(self) -> float:
        self._now += self._glance
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds
        self._clock.advance(seconds)


def wait(simulator: Simulator, glance: float = 0.0, **options: Any) -> dict[str, Any]:
    given = {
        "account_endpoint": simulator.url,
        "account_name": simulator.account,
        "account_key": simulator.key,
        "job_id": "job-1",
        "wait": True,
        "wait_sleep": 5,
        "details": "summary",
        **options,
    }
    return run(params_of(TASKS.arguments, **given), TASKS, clock=SimulatorClock(simulator.clock, glance))


def lists(simulator: Simulator) -> list[str]:
    """The filters of the lists of tasks that were asked for, and None where all were."""
    return [request.params.get("$filter") for request in simulator.requests if request.path.endswith("/tasks")]


@pytest.mark.parametrize("condition", ["completed", "succeeded"])
def test_all_tasks_are_read_at_the_first_look_and_at_the_last_only(condition: str) -> None:
    with Simulator(_LARGE) as simulator:
        result = wait(simulator, condition=condition)
        whole = [asked for asked in lists(simulator) if asked is None]
    assert result["verdict"] == "satisfied"
    assert (result["elapsed"], result["polls"]) == (50, 11)
    # Five pages and, because the last one is full, no more.
    assert len(whole) == 2 * 5
    assert result["summary"]["succeeded"] == 50


def test_a_failure_ends_the_wait_at_the_next_look_and_is_named() -> None:
    failing = {**_LARGE["jobs"][0], "tasks": {**_LARGE["jobs"][0]["tasks"], "overrides": {12: {"result": "failure"}}}}
    with Simulator({**_LARGE, "jobs": [failing]}) as simulator:
        result = wait(simulator, condition="succeeded")
    assert result["elapsed"] == 15
    assert result["reasons"][0] == "task-12: failed, exit code 1 (FailureExitCode)"
    assert result["summary"]["failed_tasks"] == ["task-12"]


def test_a_failure_does_not_end_a_wait_for_the_end() -> None:
    failing = {**_LARGE["jobs"][0], "tasks": {**_LARGE["jobs"][0]["tasks"], "overrides": {12: {"result": "failure"}}}}
    with Simulator({**_LARGE, "jobs": [failing]}) as simulator:
        result = wait(simulator, condition="completed")
    assert (result["verdict"], result["elapsed"], result["summary"]["failed"]) == ("satisfied", 50, 1)


def test_counts_that_lag_decide_nothing() -> None:
    lagging = {**_LARGE["jobs"][0], "task_count_lag": 30}
    with Simulator({**_LARGE, "jobs": [lagging]}) as simulator:
        result = wait(simulator, condition="succeeded")
    assert (result["verdict"], result["elapsed"]) == ("satisfied", 50)


def test_a_job_that_ends_meanwhile_ends_the_wait() -> None:
    ending = {**_LARGE["jobs"][0], "states": [{"at": 0, "state": "active"}, {"at": 22, "state": "disabled"}]}
    with Simulator({**_LARGE, "jobs": [ending]}) as simulator:
        result = wait(simulator, condition="succeeded")
    assert (result["verdict"], result["elapsed"]) == ("failed", 25)


def test_a_wait_that_times_out_names_who_is_missing() -> None:
    with Simulator(_LARGE) as simulator:
        result = wait(simulator, glance=0.2, condition="succeeded", wait_timeout=40)
        done = int(simulator.clock.now())
    by_state = {"active": 0, "preparing": 0, "running": 50 - done, "completed": done}
    assert (result["timed_out"], result["summary"]["by_state"]) == (True, by_state)
    names = f"task-{done + 1} (running), task-{done + 2} (running)"
    assert result["reasons"][0].startswith(f"job job-1: {50 - done} tasks not succeeded: {names}")


@pytest.mark.parametrize(
    "options", [{"details": "full"}, {"filter": "state ne 'active'"}, {"subtasks": True}, {"condition": "started"}]
)
def test_where_more_than_numbers_is_wanted_all_is_read(options: dict[str, Any]) -> None:
    started = {**_LARGE["jobs"][0], "tasks": {**_LARGE["jobs"][0]["tasks"], "runs_at": 7, "ends_at": 60}}
    scenario = {**_LARGE, "jobs": [started]} if options.get("condition") else _LARGE
    with Simulator(scenario) as simulator:
        wait(simulator, **{"condition": "succeeded", "wait_timeout": 100, **options})
        # The last list confirms what several pages have said.
        *whole, _confirmed = lists(simulator)
        assert set(whole) == {options.get("filter")}


def test_a_list_that_ignores_its_filter_is_read_as_a_whole(service: Loopback) -> None:
    """The small look of a wait asks for unfinished tasks. What has ended is not one of them."""
    link = f"{service.url}{LIST}?$skiptoken=1"
    done = [task("a", info=SUCCESS), task("b", info=SUCCESS)]
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/taskcounts", {"taskCounts": {}})
    service.say(LIST, page(done[0], link=link), page(ENTRIES["running"]), page(*done), page(*done))
    options = {"condition": "completed", "details": "summary", "wait": True, "wait_sleep": 5}
    result = ask(service, TASKS, ScriptedClock(5), job_id="job-1", **options)
    assert (result["verdict"], result["polls"]) == ("satisfied", 2)


# Ten tasks end one after the other, then 40 hang, two of them on nodes.
_HANGING: dict[str, Any] = {
    **_LARGE,
    "jobs": [
        {
            "id": "job-1",
            "pool": "pool-1",
            "tasks": {
                "count": 50,
                "id": "task-{n:02d}",
                "runs_at": 5_000,
                "ends_at": 6_000,
                "overrides": {
                    **{number: {"runs_at": 0, "ends_at": 10 * number} for number in range(1, 11)},
                    **{number: {"runs_at": 0, "ends_at": 6_000} for number in (11, 12)},
                },
            },
        }
    ],
}


def test_a_standstill_of_a_large_job_is_seen_by_small_looks() -> None:
    with Simulator(_HANGING) as simulator:
        result = wait(simulator, condition="succeeded", stall_timeout=60)
        whole = [asked for asked in lists(simulator) if asked is None]
    assert (result["verdict"], result["stalled"], round(result["elapsed"])) == ("pending", True, 160)
    assert len(whole) == 5
    assert result["msg"].startswith("Nothing has changed for 60 s: task task-11 of job job-1 has been running since ")
    assert result["msg"].endswith(", and 37 more")


def test_one_task_that_stops_while_another_begins_is_a_change(service: Loopback) -> None:
    """Counts do not show it, nor do the first tasks that have not completed."""
    clock = DrivenClock(glance=0)
    start = clock.monotonic()

    def tasks(request: Request) -> Answer:
        on_node = "a" if clock.monotonic() - start < 40 else "b"
        listed = [task(name, "running" if name == on_node else "active") for name in ("a", "b")]
        if request.query.get("$filter") == "state eq 'running' or state eq 'preparing'":
            return page(*[item for item in listed if item["state"] == "running"])
        if "$filter" in request.query:
            return page(task("waits", "active"))
        later = "$skiptoken" in request.query
        return page(listed[later], link=None if later else f"{service.url}{LIST}?$skiptoken=1")

    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/taskcounts", counts(active=1, running=1))
    service.say(LIST, tasks)
    options = {"condition": "completed", "details": "summary", "wait": True, "wait_sleep": 20, "stall_timeout": 60}
    result = ask(service, TASKS, clock, job_id="job-1", **options)
    assert (result["stalled"], round(result["elapsed"])) == (True, 100)
    assert len([request for request in service.asked(LIST) if "$filter" not in request.query]) == 2


JOB = JobState("job-1", "active")
UNDER_WAY = Judgement(missing=[Reason("job job-1: 3 tasks not completed")])
WATCHED = {"wait": True, "stall_timeout": 60}


def probe_of(service: Loopback, **options: Any) -> Probe:
    given = {"job_id": "job-1", "condition": "completed", "details": "summary", **options}
    return Probe(connect(service.url), question(TASKS.arguments, **given))


def tally_of(*pages: list[dict[str, Any]]) -> TaskTally:
    tally = TaskTally()
    for tasks in pages:
        tally.add(tasks)
    tally.close()
    return tally


LARGE = tally_of([task("a", "active")], [task("b", "active")])


@pytest.mark.parametrize(
    ("job_read", "tally", "judgement", "options", "small"),
    [
        (JOB, LARGE, UNDER_WAY, {}, True),
        (JOB, LARGE, UNDER_WAY, {"condition": "succeeded"}, True),
        # One page costs as much as a small look.
        (JOB, tally_of([task("a", "active")]), UNDER_WAY, {}, False),
        (JOB, LARGE, Judgement(), {}, False),
        (JOB, LARGE, Judgement([Reason("a: failed")], UNDER_WAY.missing), {}, False),
        (JOB._replace(uses_dependencies=True), LARGE, UNDER_WAY, {}, False),
        (JOB, LARGE, UNDER_WAY, {"condition": "started"}, False),
        (JOB, LARGE, UNDER_WAY, {"filter": "state eq 'active'"}, False),
        (JOB, LARGE, UNDER_WAY, {"subtasks": True}, False),
        (JOB, LARGE, UNDER_WAY, {"details": "full"}, False),
    ],
)
def test_the_next_look_is_small_only_at_a_large_job_that_is_under_way(
    service: Loopback, job_read: JobState, tally: TaskTally, judgement: Judgement, options: dict[str, Any], small: bool
) -> None:
    assert probe_of(service, **options).remember(job_read, tally, judgement) is small


def test_a_job_about_which_something_may_be_decided_is_no_longer_looked_at_so(service: Loopback) -> None:
    probe = probe_of(service)
    assert probe.remember(JOB, LARGE, UNDER_WAY)
    assert not probe.remember(JOB, LARGE, Judgement())
    assert probe.read(JOB) is None
    assert service.paths == []


def test_a_small_look_is_a_few_tasks_by_name_and_the_counts(service: Loopback) -> None:
    waiting = [task("a", "Running", stateTransitionTime="2026-01-31T11:13:00Z"), {"id": "b"}]
    service.say(LIST, page(), page(*waiting), page(task("a", "Running")))
    service.say("/jobs/job-1/taskcounts", counts(active=3, running=2, succeeded=4, failed=1))
    probe = probe_of(service, condition="succeeded", **WATCHED)
    probe.remember(JOB, LARGE, UNDER_WAY)
    look = probe.read(JOB)
    assert look
    assert look.judgement
    (reason,) = look.judgement.missing
    assert reason.sentence == "job job-1: 5 tasks not succeeded: a (running), b (unknown) and 3 more"
    assert reason.lasting == (Lasting("task a of job job-1", "running", "2026-01-31T11:13:00Z"),)
    assert look.summary["by_state"] == {"active": 3, "preparing": 0, "running": 2, "completed": 5}
    assert look.summary["succeeded"] == 4
    assert [request.query for request in service.asked(LIST)] == [
        {"api-version": "2025-06-01", "$filter": chosen, "$select": names, **limit}
        for chosen, names, limit in (
            ("executionInfo/result eq 'failure'", "id", {"maxresults": "1"}),
            ("state ne 'completed'", "id,state,stateTransitionTime", {"maxresults": "5"}),
            ("state eq 'running' or state eq 'preparing'", "id,state", {}),
        )
    ]


@pytest.mark.parametrize(
    ("waiting", "counted", "words"),
    [
        (["a", "b"], {"running": 1}, "2 tasks not completed: a (running), b (running)"),
        (["a"], {"running": 1}, "1 task not completed: a (running)"),
        (["a"], {"active": 1}, "1 task not completed: a (running)"),
        (["a"], {"active": 2, "running": 1}, "3 tasks not completed: a (running) and 2 more"),
    ],
)
def test_counts_that_lag_behind_say_no_fewer_tasks_than_are_named(
    service: Loopback, waiting: list[str], counted: dict[str, int], words: str
) -> None:
    service.say(LIST, page(*(task(name, "running") for name in waiting)))
    service.say("/jobs/job-1/taskcounts", {"taskCounts": counted})
    probe = probe_of(service)
    probe.remember(JOB, LARGE, UNDER_WAY)
    look = probe.read(JOB)
    assert look
    assert look.judgement
    assert look.judgement.missing[0].sentence == f"job job-1: {words}"
    assert look.summary == {
        "total": sum(counted.values()),
        "by_state": {"active": 0, "preparing": 0, "running": 0, "completed": 0, **counted},
        "succeeded": 0,
        "failed": 0,
        "failed_tasks": [],
        "failed_subtasks": [],
        "missing": [],
        "truncated": False,
    }
    # Without a wait for a change neither times nor what runs is asked for.
    assert [request.query["$select"] for request in service.asked(LIST)] == ["id,state"]


def numbers(*tasks: dict[str, Any], of: JobState = JOB) -> int:
    return digest_of_numbers(of, tally_of(list(tasks)))


def test_a_small_look_sees_the_numbers_and_what_is_on_a_node() -> None:
    before = numbers(task("a", "running"), task("b", "active"), task("c", info=SUCCESS))
    assert before == numbers(task("x", "active"), task("a", "running"), task("y", info=SUCCESS))
    assert before != numbers(task("z", "running"), task("b", "active"), task("c", info=SUCCESS))
    assert before != numbers(task("a", "preparing"), task("b", "active"), task("c", info=SUCCESS))
    assert before != numbers(task("a", "running"), task("b", "active"), task("d", "active"))
    assert before != numbers(task("a", "running"), task("b", "active"))
    assert before != numbers(task("a", "running"), task("c", info=SUCCESS))
    assert numbers(of=JOB) != numbers(of=JOB._replace(state="enabling"))
    assert numbers(of=JOB) != numbers(of=JOB._replace(scheduling_error="x"))
    assert numbers(of=JOB) != numbers(of=JOB._replace(id="job-2"))


@pytest.mark.parametrize("state", ["running", "preparing"])
def test_a_small_look_and_a_whole_one_see_the_same(service: Loopback, state: str) -> None:
    """Otherwise the first small look of a wait would be a change."""
    on_nodes = [task("a", state), task("b", "Running")]
    service.say("/jobs/job-1/taskcounts", counts(active=1, running=2, succeeded=1))
    service.say(LIST, page(task("c", "active")), page(*on_nodes))
    probe = probe_of(service, **WATCHED)
    probe.remember(JOB, LARGE, UNDER_WAY)
    look = probe.read(JOB)
    assert look
    assert look.judgement
    assert look.judgement.digest == numbers(*on_nodes, task("c", "active"), task("d", info=SUCCESS))
