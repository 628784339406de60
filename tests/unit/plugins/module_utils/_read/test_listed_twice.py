# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An expression believes neither of two entries about one thing that differ, whatever they differ in."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import JOBS, NODES, POOLS, PREP, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    SUCCESS,
    Wire,
    counts,
    job,
    node,
    pool,
    prepared,
    task,
)

STATUS = "/jobs/job-1/jobpreparationandreleasetaskstatus"
OF_JOB, OF_POOL = {"job_id": "job-1"}, {"pool_id": "pool-1"}
TWICE = {
    "jobs": (JOBS, {}, "/jobs", job(), job(state="completed"), "job-1"),
    "jobs by pool": (JOBS, {}, "/jobs", job(), job(executionInfo={"poolId": "pool-2"}), "job-1"),
    "tasks": (TASKS, OF_JOB, "/jobs/job-1/tasks", task("t", info=FAILURE), task("t", info=SUCCESS), "t"),
    "nodes": (NODES, OF_POOL, "/pools/pool-1/nodes", node("n", "unusable"), node("n", "idle"), "n"),
    "pools": (POOLS, {}, "/pools", pool(1, allocationState="resizing"), pool(1), "pool-1"),
    "preparation": (PREP, OF_JOB, STATUS, prepared("n", FAILURE), prepared("n", SUCCESS), "pool-1/n"),
}


def say(service: Loopback) -> None:
    service.say("/jobs/job-1", job(jobPreparationTask={}))
    service.say("/jobs/job-1/taskcounts", counts(succeeded=1))


def asked(service: Loopback, resource: Resource, options: dict[str, Any], path: str, *entries: Wire) -> dict[str, Any]:
    say(service)
    service.say(path, page(*entries[:-1], link=f"{service.url}/more"))
    service.say("/more", page(entries[-1]))
    return ask(service, resource, expression="summary.total == `1`", **options)


@pytest.mark.parametrize("case", TWICE)
@pytest.mark.parametrize("later", [True, False])
def test_of_two_entries_that_differ_neither_is_believed(service: Loopback, case: str, later: bool) -> None:
    resource, options, path, one, other, name = TWICE[case]
    found = asked(service, resource, options, path, *((one, other) if later else (other, one)))
    assert (found["verdict"], found["reasons"]) == (
        "pending",
        [f"{name}: listed twice in one answer, with differences, so the expression cannot be judged"],
    )


@pytest.mark.parametrize("case", TWICE)
def test_two_that_are_alike_are_one(service: Loopback, case: str) -> None:
    resource, options, path, one, _other, _name = TWICE[case]
    assert asked(service, resource, options, path, one, one)["verdict"] == "satisfied"


def test_one_that_is_written_in_another_case_is_the_same(service: Loopback) -> None:
    found = asked(service, NODES, OF_POOL, "/pools/pool-1/nodes", node("n", "unusable"), node("N", "idle"))
    assert found["verdict"] == "pending"


def test_what_another_job_has_under_the_same_id_is_another_thing(service: Loopback) -> None:
    for number, end in enumerate((SUCCESS, FAILURE)):
        service.say(f"/jobs/job-{number}/tasks", page(task("t", info=end)))
    found = ask(service, TASKS, job_ids=["job-0", "job-1"], expression="summary.total == `2`")
    assert found["verdict"] == "satisfied"


def test_node_counts_are_of_one_pool_each(service: Loopback) -> None:
    service.say("/pools", page(pool(1)))
    some, more = ({"poolId": "pool-1", "dedicated": {"total": total, "idle": total}} for total in (1, 2))
    service.say("/nodecounts", page(some, more))
    found = ask(service, POOLS, node_counts=True, expression="pools[0].node_counts.dedicated.idle > `0`")
    assert found["verdict"] == "pending"


def test_the_next_poll_begins_anew(service: Loopback) -> None:
    tasks = [task("t", info=FAILURE), task("t", info=SUCCESS)]
    service.say("/jobs/job-1/tasks", page(*tasks), page(tasks[1]))
    options = {"expression": "summary.failed == `0`", "wait": True, "wait_sleep": 5}
    found = ask(service, TASKS, ScriptedClock(5), job_id="job-1", **options)
    assert (found["verdict"], found["polls"]) == ("satisfied", 2)
