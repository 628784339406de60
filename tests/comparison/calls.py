# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that are compared: every module with every condition, over what a scenario holds, at several times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.tests.simulator.model.loader import Scenario

Options = dict[str, Any]

# Seconds of scenario time: before anything, while things go on, and when all is over.
TIMES = (-1, 0, 3, 6, 10, 15, 22, 40, 4000)
# Of a large scenario, so many jobs and pools stand for the others.
_MOST = 3
_DETAILS = ({"details": "full"}, {"details": "summary"})
_JOB_CONDITIONS = (None, "active", "disabled", "completed", "succeeded")
_TASK_CONDITIONS = (None, "started", "completed", "succeeded")
_NODE_CONDITIONS = (None, "ready", "idle", "drained", "offline")
_POOL_CONDITIONS = (None, "steady", "resized", "sound", "image_reached")
_PREP_CONDITIONS = ("prepared", "released")
_MISSING = {"missing_ok": True}


class Call(NamedTuple):
    """One task: the module, and its options but for the account's."""

    module: str
    options: Options


def calls_of(scenario: Scenario) -> list[Call]:
    """All calls over one scenario, the same at each of its times."""
    jobs, pools = scenario.jobs.ids()[:_MOST], scenario.pools.ids()[:_MOST]
    return [
        *_whole_account(scenario, jobs, pools),
        *(call for job in jobs for call in _of_job(scenario, job)),
        *(call for pool in pools for call in _of_pool(scenario, pool)),
        *_gates(jobs, pools),
    ]


def _whole_account(scenario: Scenario, jobs: list[str], pools: list[str]) -> Iterator[Call]:
    yield from _conditions("batch_job_info", _JOB_CONDITIONS, [{}, {"filter": "state eq 'active'"}])
    yield Call("batch_job_info", {"limit": 2, "task_counts": False})
    yield Call("batch_job_info", {"query": "jobs[].id", "expression": "summary.failed == `0`"})
    every = scenario.jobs.ids()
    yield from _conditions("batch_job_info", _JOB_CONDITIONS, [{"job_ids": every}, {"job_ids": [*jobs, "no-such-job"]}])
    for more in ({}, _MISSING):
        ids = {"job_ids": [*jobs, "no-such-job"], **more}
        yield from _conditions("batch_task_info", _TASK_CONDITIONS, [ids])
        yield from _conditions("batch_job_prep_status_info", _PREP_CONDITIONS, [ids])
    yield from _conditions(
        "batch_node_info", _NODE_CONDITIONS, [{"pool_ids": pools}, {"pool_ids": [*pools, "no-such"]}]
    )
    yield from _conditions("batch_pool_info", _POOL_CONDITIONS, [{"pool_ids": pools}])
    for module, ids in (("job", jobs), ("task", jobs), ("job_prep_status", jobs)):
        yield Call(f"batch_{module}_info", {"job_ids": ids, "page_size": 2})


def _of_job(scenario: Scenario, job: str) -> Iterator[Call]:
    found = scenario.jobs.find(job)
    assert found is not None
    tasks, nodes = found.tasks.ids()[:2], scenario.pools.find(found.pool_at(0)).nodes.ids()[:2]
    yield from _conditions("batch_job_info", _JOB_CONDITIONS, [{"job_id": job}, {"job_id": job, "diagnostics": True}])
    named: list[Options] = [{"job_id": job, "task_ids": [*tasks, "no-such"], **_MISSING}] if tasks else []
    named += [{"job_id": job, "task_id": task} for task in tasks]
    some: list[Options] = [
        {"job_id": job},
        {"job_id": job, "subtasks": True},
        {"job_id": job, "diagnostics": True},
        {"job_id": job, "diagnostics": True, "redact": "patterns"},
        {"job_id": job, "diagnostics": True, "redact": "none"},
        {"job_id": job, "filter": "state ne 'completed'"},
        {"job_id": job, "fail_fast": False, **_once_more()},
    ]
    yield from _conditions("batch_task_info", _TASK_CONDITIONS, [*some, *named])
    yield Call("batch_task_info", {"job_id": job, "select": ["id"], "expression": "length(tasks) > `1`"})
    where: list[Options] = [
        {},
        {"min_nodes": 1},
        {"min_nodes": 99},
        {"expected_nodes": [*nodes, "no-such"]},
        {"expected_nodes": nodes[:1], "max_failed_nodes": 1},
        {"expect_task_nodes": True},
        {"expect_task_nodes": True, "ignore_removed_nodes": True},
        {"expect_task_nodes": True, "max_failed_nodes": 2, "diagnostics": True},
        {"fail_fast": False, **_once_more()},
        dict(_MISSING),
    ]
    asked = [{"job_id": job, **options} for options in where]
    yield from _conditions("batch_job_prep_status_info", _PREP_CONDITIONS, asked)
    yield Call("batch_job_prep_status_info", {"job_id": job})


def _of_pool(scenario: Scenario, pool: str) -> Iterator[Call]:
    nodes = scenario.pools.find(pool).nodes.ids()[:3]
    where: list[Options] = [
        {},
        {"min_nodes": 1},
        {"min_nodes": 99, "max_failed_nodes": 2},
        {"max_failed_nodes": 1, "diagnostics": True},
        {"empty_ok": True},
        {"filter": "state eq 'idle'"},
        dict(_once_more()),
    ]
    if nodes:
        where += [{"expected_nodes": nodes}, {"node_ids": [*nodes, "no-such"], **_MISSING}, {"node_id": nodes[0]}]
    yield from _conditions("batch_node_info", _NODE_CONDITIONS, [{"pool_id": pool, **options} for options in where])


def _gates(jobs: list[str], pools: list[str]) -> Iterator[Call]:
    checks: list[Options] = [
        *({"check": kind, "job_id": job} for job in jobs for kind in ("jobs", "tasks", "preparation")),
        *(
            {"check": "preparation", "job_id": job, "expect_task_nodes": True, "name": f"where {job} is"}
            for job in jobs
        ),
        *({"check": "nodes", "pool_id": pool, "max_failed_nodes": 1} for pool in pools),
        *({"check": "nodes", "pool_id": pool, "condition": "drained"} for pool in pools),
    ]
    for check in checks:
        yield Call("batch_gate_info", {"checks": [check]})
    for options in ({}, {"diagnostics": True}, {"fail_fast": False, **_once_more()}):
        yield Call("batch_gate_info", {"checks": checks, **options})
    yield Call("batch_gate_info", {"checks": [*checks[:2], {"check": "jobs", "job_id": "no-such-job"}]})


def _conditions(module: str, conditions: Iterable[str | None], asked: Iterable[Options]) -> Iterator[Call]:
    for condition, options, details in product(conditions, asked, _DETAILS):
        if condition is not None:
            yield Call(module, {**details, **options, "condition": condition})
        elif not {"wait", "diagnostics", "min_nodes", "expected_nodes"} & set(options):
            yield Call(module, {**details, **options})


def _once_more() -> Options:
    """A wait that looks a few times at an account in which no time passes."""
    return {"wait": True, "wait_timeout": 1, "wait_sleep": 0.4}
