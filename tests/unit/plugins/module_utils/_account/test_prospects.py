# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether anything of a job still runs or may start; asked where a wait goes on after a failure."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.prospects import gets_no_node, goes_on
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, Request, page, refusal
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, Wire, job, node, pool, task

TASKS = "/jobs/job-1/tasks"
IDLE = {"running": 0}
WAITS = task("waits", "active", dependsOn={"taskIds": ["failed"]})


@pytest.fixture
def account(service: Loopback) -> Loopback:
    """A job with one active task, and a pool with a node for it."""
    service.say("/jobs/job-1", job())
    service.say(TASKS, page(task("waits", "active")))
    service.say("/pools/pool-1", pool(1))
    service.say("/pools/pool-1/nodes", page(node()))
    return service


def asked(account: Loopback, state: str = "active", running: int = 0, dependencies: bool = False) -> bool:
    of = JobState("job-1", state, pool_id="pool-1", uses_dependencies=dependencies)
    return goes_on(connect(account.url), of, {"running": running}, "succeeded", lambda _job: True)


@pytest.mark.parametrize(
    ("state", "running", "on"),
    [
        ("terminating", 0, True),
        ("completed", 0, False),
        ("completed", 3, False),
        ("disabled", 0, False),
        ("active", 1, True),
    ],
)
def test_the_state_of_the_job_and_its_counts_may_say_it_without_a_request(
    account: Loopback, state: str, running: int, on: bool
) -> None:
    assert (asked(account, state, running), account.paths) == (on, [])


@pytest.mark.parametrize(
    ("tasks", "on"),
    [
        ([], False),
        ([task("waits", "active")], True),
        # The counts lag behind: it runs by now.
        ([task("runs", "running")], True),
        ([task("new", "somethingnew")], True),
    ],
    ids=str,
)
def test_the_list_tells_what_counts_do_not(account: Loopback, tasks: list[Wire], on: bool) -> None:
    account.say(TASKS, page(*tasks))
    assert asked(account) is on
    (query,) = (request.query for request in account.asked(TASKS))
    assert (query["$filter"], query["$select"], query["maxresults"]) == ("state ne 'completed'", "id,state", "1")


def test_what_runs_has_its_node_whatever_becomes_of_the_pool(account: Loopback) -> None:
    account.say(TASKS, page(task("runs", "running")))
    account.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    assert asked(account) is True


def test_what_waits_for_a_node_that_never_comes_does_not_go_on(account: Loopback) -> None:
    account.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    assert asked(account) is False


@pytest.mark.parametrize("still_waits", [True, False])
def test_that_no_node_comes_is_confirmed(account: Loopback, still_waits: bool) -> None:
    account.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    of = JobState("job-1", "active", pool_id="pool-1")
    assert gets_no_node(connect(account.url), of, "succeeded", lambda _job: still_waits) is still_waits


@pytest.mark.parametrize(
    ("others", "on"), [([], False), ([task("free", "active")], True), ([task("runs", "running")], True)]
)
def test_what_waits_for_a_task_that_failed_does_not_go_on(account: Loopback, others: list[Wire], on: bool) -> None:
    failed = task("failed", info=FAILURE)

    def listed(request: Request) -> object:
        return page(failed) if "failure" in request.query["$filter"] else page(WAITS, *others)

    account.say(TASKS, listed)
    assert asked(account, dependencies=True) is on
