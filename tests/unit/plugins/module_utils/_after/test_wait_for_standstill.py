# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`stall_timeout` of each module: which answers are the same, and which are a change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._run import run as run_module
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import (
    GATE,
    JOBS,
    JUDGED,
    MODULES,
    NODES,
    POOLS,
    PREP,
    TASKS,
    reads,
)
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    STARTED,
    SUCCESS,
    Wire,
    counts,
    job,
    node,
    pool,
    prepared,
    task,
)

STALL = 60.0
WAIT = {"wait": True, "wait_timeout": 1_000, "wait_sleep": 20, "stall_timeout": STALL}
JOB, POOL = "/jobs/job-1", "/pools/pool-1"
STATUS = f"{JOB}/jobpreparationandreleasetaskstatus"
SINCE = {"stateTransitionTime": "2026-01-31T11:13:00Z"}
PREPARES = {"jobPreparationTask": {"id": "prep"}}
# What an account answers, by path.
Account = dict[str, Any]


class Noon(DrivenClock):
    def __init__(self) -> None:
        super().__init__(glance=0)

    def utc(self) -> datetime:
        return datetime(2026, 1, 31, 12, 0, 0)


def nodes(*listed: Wire, of: Wire | None = None) -> Account:
    return {POOL: of or pool(len(listed)), f"{POOL}/nodes": page(*listed)}


def tasks(*listed: Wire, of: Wire | None = None, **more: Any) -> Account:
    return {JOB: of or job(), f"{JOB}/tasks": page(*listed), f"{JOB}/taskcounts": counts(), **more}


def jobs(counted: Wire, of: Wire | None = None, *listed: Wire, **more: Any) -> Account:
    return {JOB: of or job(), f"{JOB}/tasks": page(*listed), f"{JOB}/taskcounts": counted, **more}


def prep(*entries: Wire, of: Wire | None = None, **more: Any) -> Account:
    return {JOB: of or job(**PREPARES), STATUS: page(*entries), f"{JOB}/tasks": page(), **more}


def run(service: Loopback, module: Resource, looks: list[Account], **options: Any) -> dict[str, Any]:
    """The account is another one at each look; the last one stays."""
    clock = Noon()
    start = clock.monotonic()

    def now() -> Account:
        number = int((clock.monotonic() - start + 0.5) // WAIT["wait_sleep"])
        return looks[min(number, len(looks) - 1)]

    def answer(path: str) -> Callable[[Request], Answer]:
        return lambda _request: found if isinstance(found := now()[path], Answer) else Answer(found)

    for path in {path for look in looks for path in look}:
        service.say(path, answer(path))
    return ask(service, module, clock, **{**WAIT, **options})


NODE = {"pool_id": "pool-1", "condition": "ready"}
TASK = {"job_id": "job-1", "condition": "completed"}
READY, STARTS, RUNS = node("tvm-1"), node("tvm-4", "starting", **SINCE), task("t", "running", STARTED, **SINCE)
PREPARED = {"job_id": "job-1", "condition": "prepared"}
BUSY = prepared("tvm-4", {"startTime": "2026-01-31T11:13:00Z"})
WAITS = task("w", "active", **SINCE)
RESIZED = {"allocationStateTransitionTime": "2026-01-31T11:13:00Z", "stateTransitionTime": "2026-01-30T08:00:00Z"}
SPOT = {"currentLowPriorityNodes": 1, "targetLowPriorityNodes": 3, "resizeErrors": [{"code": "Late", "message": "No"}]}

SAME: dict[str, tuple[Resource, dict[str, Any], list[Account], str]] = {
    "nodes": (NODES, NODE, [nodes(READY, STARTS)], "tvm-4 has been starting since 11:13 (47 min)"),
    # Those that satisfy the condition may do what they like.
    "nodes at work": (
        NODES,
        NODE,
        [nodes(READY, STARTS), nodes(STARTS, node("tvm-1", "running", runningTasksCount=3))] * 9,
        "tvm-4 has been starting since 11:13 (47 min)",
    ),
    "a pool": (
        POOLS,
        {"pool_id": "pool-1", "condition": "steady"},
        [{POOL: pool(2, 4, "resizing", **RESIZED)}],
        "pool pool-1, with 2 of 4 nodes, has been resizing since 11:13 (47 min)",
    ),
    "a pool that is short": (
        POOLS,
        {"pool_id": "pool-1", "condition": "resized"},
        [{POOL: pool(0, 0, **SPOT, **RESIZED)}],
        "pool pool-1, with 1 of 3 nodes, has been steady since 11:13 (47 min): it could not get them so far, Late: No",
    ),
    "a pool that is short, and its nodes are read": (
        POOLS,
        {"pool_id": "pool-1", "condition": "sound"},
        [nodes(READY, of=pool(1, 2, "resizing", **RESIZED))],
        "pool pool-1, with 1 of 2 nodes, has been resizing since 11:13 (47 min): more nodes are to come",
    ),
    "a pool of old whose system is changed": (
        POOLS,
        {"condition": "steady"},
        [{"/pools": page(pool(2, state="upgrading", **SINCE))}],
        "pool pool-1, with 2 of 2 nodes, has been upgrading since 11:13 (47 min)",
    ),
    "a pool that does not say since when": (
        POOLS,
        {"pool_id": "pool-1", "condition": "steady"},
        [{POOL: pool(2, 4, "resizing")}],
        "pool pool-1 has 2 of 4 nodes (resizing): it is resizing",
    ),
    "tasks": (TASKS, TASK, [tasks(RUNS)], "task t of job job-1 has been running since 11:13 (47 min)"),
    "tasks in another order": (
        TASKS,
        TASK,
        [tasks(RUNS, task("a", info=SUCCESS), WAITS), tasks(WAITS, task("a", info=SUCCESS), RUNS)] * 9,
        "since 11:13 (47 min)",
    ),
    "a task listed again": (
        TASKS,
        TASK,
        [tasks(RUNS, task("a", info=SUCCESS)), tasks(RUNS, *[task("a", info=SUCCESS)] * 2)] * 9,
        "since 11:13 (47 min)",
    ),
    "jobs": (JOBS, TASK, [jobs(counts(running=1), job(**SINCE))], "job-1 has been active since 11:13 (47 min)"),
    "jobs without a time": (JOBS, TASK, [jobs(counts(running=1))], "job-1: is active, not completed"),
    "preparation": (PREP, PREPARED, [prep(BUSY)], "tvm-4 has been preparing since 11:13 (47 min)"),
    "a node that nobody asked about": (
        PREP,
        {**PREPARED, "expected_nodes": ["tvm-4"]},
        [prep(BUSY), prep(BUSY, prepared("tvm-9", STARTED)), prep(BUSY, prepared("tvm-9", SUCCESS))],
        "tvm-4 has been preparing since 11:13 (47 min)",
    ),
    "an absent task": (TASKS, {**TASK, "task_id": "no", "missing_ok": True}, [tasks()], "no: not found in job job-1"),
    "a gate": (
        GATE,
        {"checks": [{"check": "nodes", "pool_id": "pool-1"}, {"check": "tasks", "job_id": "job-1"}]},
        [{**nodes(STARTS), **tasks(RUNS)}],
        "task t of job job-1 has been running since 11:13 (47 min) [tasks of job-1];"
        " tvm-4 has been starting since 11:13 (47 min) [nodes of pool-1]",
    ),
    "a pool that may not be read": (
        TASKS,
        TASK,
        [{**tasks(WAITS), POOL: refusal(403, "Forbidden", f"No. RequestId:{number}")} for number in range(9)],
        "it is not known whether pool pool-1 has a node for it",
    ),
    "an expression": (
        NODES,
        {"pool_id": "pool-1", "expression": "summary.total == `5`"},
        [nodes(READY, STARTS), nodes(STARTS, READY)] * 9,
        "gives false",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_what_stays_the_same_ends_the_wait_at_the_time(service: Loopback, name: str) -> None:
    module, options, looks, words = SAME[name]
    service.say(f"{JOB}/tasks/no", refusal(404, "TaskNotFound", "No such task."))
    result = run(service, module, looks, **options)
    assert (result["verdict"], result["stalled"], result["timed_out"]) == ("pending", True, False)
    assert result["failure"]["code"] == "Stalled"
    assert STALL <= result["elapsed"] < STALL + 0.1
    assert result["msg"] == f"Nothing has changed for 60 s: {'; '.join(result['reasons'])}"
    assert words in result["msg"]


FAILED = task("a", info=FAILURE)
OTHER = task("b", "active")
DEPENDS = {**job(), "usesTaskDependencies": True}

# Two looks between which something changes, though no number does.
CHANGES: dict[str, tuple[Resource, dict[str, Any], Account, Account]] = {
    "one node leaves and another comes": (NODES, NODE, nodes(READY, STARTS), nodes(READY, node("tvm-5", "starting"))),
    "two nodes change places": (
        NODES,
        NODE,
        nodes(node("a"), node("b", "starting")),
        nodes(node("a", "starting"), node("b")),
    ),
    "a ready node leaves and another comes": (NODES, NODE, nodes(node("a"), STARTS), nodes(node("b"), STARTS)),
    "a node gets on": (NODES, NODE, nodes(READY, node("b", "creating")), nodes(READY, node("b", "starting"))),
    "a pool is resized": (NODES, NODE, nodes(STARTS, of=pool(1, 2)), nodes(STARTS, of=pool(1, 3))),
    "a task ends on a node": (
        NODES,
        {"pool_id": "pool-1", "condition": "drained"},
        nodes(node("a", "running", runningTasksCount=2)),
        nodes(node("a", "running", runningTasksCount=1)),
    ),
    "two tasks change places": (
        TASKS,
        TASK,
        tasks(task("a", "running", STARTED), OTHER),
        tasks(task("b", "running", STARTED), task("a", "active")),
    ),
    "a completed task goes and another comes": (
        TASKS,
        TASK,
        tasks(RUNS, task("a", info=SUCCESS)),
        tasks(RUNS, task("b", info=SUCCESS)),
    ),
    "another task has failed": (TASKS, TASK, tasks(RUNS, FAILED), tasks(RUNS, task("b", info=FAILURE))),
    "a job is about to end": (JOBS, TASK, jobs(counts()), jobs(counts(), job(state="terminating"))),
    "a task of a job has ended": (JOBS, TASK, jobs(counts(running=2)), jobs(counts(running=1, succeeded=1))),
    "it has ended, and the job is read without counts": (
        JOBS,
        {**TASK, "task_counts": False},
        jobs(counts(running=2)),
        jobs(counts(running=1, succeeded=1)),
    ),
    "another node prepares": (PREP, PREPARED, prep(BUSY), prep(prepared("tvm-5", STARTED))),
    "preparation is on another node": (
        PREP,
        {**PREPARED, "min_nodes": 9},
        prep(prepared("a", SUCCESS), prepared("b", STARTED)),
        prep(prepared("b", SUCCESS), prepared("a", STARTED)),
    ),
    "another release": (
        PREP,
        {"job_id": "job-1", "condition": "released"},
        prep(prepared("a", SUCCESS, SUCCESS), prepared("b", SUCCESS), of=job(jobReleaseTask={})),
        prep(prepared("a", SUCCESS), prepared("b", SUCCESS, SUCCESS), of=job(jobReleaseTask={})),
    ),
    "a pool gets nodes for tasks that wait": (
        TASKS,
        TASK,
        {**tasks(WAITS), POOL: pool(0, 2, "resizing")},
        {**tasks(WAITS), POOL: pool(1, 2, "resizing")},
    ),
    "a pool gets nodes for jobs that wait": (
        JOBS,
        TASK,
        {**jobs(counts(active=1)), POOL: pool(0, 2, "resizing")},
        {**jobs(counts(active=1)), POOL: pool(1, 2, "resizing")},
    ),
    "in one check of a gate": (
        GATE,
        {"checks": [{"check": "nodes", "pool_id": "pool-1"}, {"check": "tasks", "job_id": "job-1"}]},
        {**nodes(READY, STARTS), **tasks(RUNS)},
        {**nodes(READY, node("tvm-5", "starting")), **tasks(RUNS)},
    ),
    "two checks of a gate change places": (
        GATE,
        {"checks": [{"check": "jobs", "job_id": name, "condition": "completed"} for name in ("x", "y")]},
        {
            "/jobs/x": job("x"),
            "/jobs/y": job("y", "terminating"),
            **{f"/jobs/{name}/taskcounts": counts() for name in ("x", "y")},
        },
        {
            "/jobs/x": job("x", "terminating"),
            "/jobs/y": job("y"),
            **{f"/jobs/{name}/taskcounts": counts() for name in ("x", "y")},
        },
    ),
    "what an expression may be about": (
        NODES,
        {"pool_id": "pool-1", "expression": "summary.total == `5`"},
        nodes(node("a", totalTasksRun=1)),
        nodes(node("a", totalTasksRun=2)),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_gives_the_whole_time_again(service: Loopback, name: str) -> None:
    module, options, before, after = CHANGES[name]
    result = run(service, module, [before, before, after], **options)
    assert (result["verdict"], result["stalled"]) == ("pending", True)
    # Seen at the third look.
    assert STALL + 40 <= result["elapsed"] < STALL + 40.1


def _every_condition() -> list[tuple[str, str]]:
    return [(one.module, name) for one in JUDGED.values() for name in one.arguments.spec["condition"]["choices"]]


class Digests:
    """An observer who keeps what looks were made of."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def looked(self, look: Snapshot, elapsed: float, over: bool) -> None:
        assert look.judgement is not None
        self.seen.append(look.judgement.digest)

    def survived(self, error: BatchError, elapsed: float) -> None:
        raise AssertionError(error)

    def paused(self, elapsed: float) -> None:
        """Says nothing."""

    def next_word(self, elapsed: float) -> float:
        return 1_000.0


@pytest.mark.parametrize(("module", "condition"), _every_condition())
def test_every_condition_says_what_it_has_judged(module: str, condition: str) -> None:
    """One that forgot it would see no change ever, and end every wait. At 5 s less has happened in the demo than at 15 s."""
    first = set()
    with Simulator("demo") as account:
        options = {**reads(job="job-7", pool="pool-7")[module], **WAIT, **options_of(account), "condition": condition}
        for second in (5, 15):
            account.clock.set(second)
            digests = Digests()
            params = params_of(MODULES[module].arguments, **options)
            result = run_module(params, MODULES[module], clock=Noon(), observer=digests)
            assert len(set(digests.seen)) == 1
            first.add(digests.seen[0])
    # The job has no release task, so there is nothing to wait for; and only the nodes of the pool change, in their states.
    unchanged = result["verdict"] == "failed" or (module == POOLS.module and condition != "sound")
    assert len(first) == (1 if unchanged else 2)
    assert 0 not in first


def test_tasks_of_two_jobs_do_not_stand_for_each_other(service: Loopback) -> None:
    def both(first: Wire, second: Wire) -> Account:
        return {
            **{f"/jobs/{name}": job(name) for name in ("x", "y")},
            **{f"/jobs/{name}/tasks": page(one, RUNS) for name, one in (("x", first), ("y", second))},
        }

    done, waits = task("a", info=SUCCESS), task("a", "active")
    result = run(service, TASKS, [both(done, waits), both(waits, done)], job_ids=["x", "y"], condition="completed")
    assert result["stalled"]
    assert result["elapsed"] >= STALL + 20


def test_what_is_satisfied_is_no_standstill(service: Loopback) -> None:
    result = run(service, NODES, [nodes(STARTS), nodes(STARTS), nodes(READY)], **NODE)
    assert (result["verdict"], result["stalled"], "msg" in result) == ("satisfied", False, False)


def test_times_are_read_only_where_they_may_be_told(service: Loopback) -> None:
    run(service, NODES, [nodes(READY)], details="summary", **NODE)
    run(service, NODES, [nodes(READY)], details="summary", **{**NODE, "wait": False})
    asked = [request.query["$select"].split(",") for request in service.asked(f"{POOL}/nodes")]
    assert ["stateTransitionTime" in names for names in asked] == [True, False]


def test_no_limit_is_no_limit(service: Loopback) -> None:
    """As durations of the service say it."""
    result = run(service, NODES, [nodes(READY, STARTS)] * 9 + [nodes(READY)], **NODE, stall_timeout=922337203685.47758)
    assert (result["verdict"], result["stalled"]) == ("satisfied", False)
    assert "stateTransitionTime" not in str([request.query for request in service.asked(f"{POOL}/nodes")])
