# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What says that a job is prepared is read one after the other. What has begun in between is not forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import PREP
from ansible_collections.batchops.azure.tests.support.preparing import BOTH, STATUS, bad, judged, ok, on, released, runs
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, STARTED, SUCCESS, Wire, job

_NOUNS = {"prepared": "preparation", "released": "release"}
TASKS = "/jobs/job-1/tasks"


def two_pages(service: Loopback, *confirmed: Wire, state: str = "active", **options: Any) -> dict[str, Any]:
    """On both nodes it is done, and `confirmed` are those that the list names that is read behind them."""
    service.say("/jobs/job-1", job(state=state, **BOTH))
    link = f"{service.url}{STATUS}?$skiptoken=1"
    both = [released(node_id, SUCCESS) for node_id in ("tvm-1", "tvm-2")]
    service.say(STATUS, page(both[0], link=link), page(both[1]), page(*confirmed))
    return ask(service, PREP, **{"job_id": "job-1", "condition": "prepared", **options})


def filters(service: Loopback, path: str = STATUS) -> list[str | None]:
    return [request.query.get("$filter") for request in service.requests if request.path == path]


@pytest.mark.parametrize(("condition", "which"), [("prepared", "Preparation"), ("released", "Release")])
def test_what_several_pages_say_is_confirmed_by_one_list(service: Loopback, condition: str, which: str) -> None:
    assert two_pages(service, condition=condition)["verdict"] == "satisfied"
    info = f"job{which}TaskExecutionInfo"
    assert filters(service) == [None, None, f"{info}/state eq 'running' or {info}/result eq 'failure'"]


@pytest.mark.parametrize(
    ("condition", "late", "why"),
    [
        ("prepared", runs("tvm-3"), "job-1: preparation is running on tvm-3"),
        ("prepared", runs("tvm-1"), "job-1: preparation is running on tvm-1"),
        ("released", released("tvm-1", STARTED), "job-1: release is running on tvm-1"),
    ],
)
def test_where_it_runs_by_that_list_it_is_waited_for(service: Loopback, condition: str, late: Wire, why: str) -> None:
    result = two_pages(service, late, condition=condition)
    assert (result["verdict"], result["reasons"]) == ("pending", [why])


@pytest.mark.parametrize(("condition", "late"), [("prepared", bad("tvm-2")), ("released", released("tvm-2", FAILURE))])
def test_where_it_failed_by_that_list_the_next_look_says_whether_it_has_failed(
    service: Loopback, condition: str, late: Wire
) -> None:
    result = two_pages(service, late, condition=condition)
    assert (result["verdict"], result["reasons"][0].split(",")[0]) == ("pending", f"tvm-2: {_NOUNS[condition]} failed")
    assert two_pages(service, late, condition=condition, max_failed_nodes=1)["verdict"] == "satisfied"


@pytest.mark.parametrize("condition", ["prepared", "released"])
@pytest.mark.parametrize(("state", "asked"), [("completed", 2), ("deleting", 2), ("terminating", 3), ("disabled", 3)])
def test_in_a_job_that_is_over_nothing_begins(service: Loopback, condition: str, state: str, asked: int) -> None:
    assert two_pages(service, state=state, condition=condition)["verdict"] == "satisfied"
    assert len(filters(service)) == asked


def test_a_filter_of_the_user_holds_for_it_too(service: Loopback) -> None:
    two_pages(service, filter="poolId eq 'pool-1'")
    assert (filters(service)[-1] or "").startswith("(poolId eq 'pool-1') and (jobPrep")


def test_one_page_is_of_one_moment(service: Loopback) -> None:
    assert judged(service, ok("tvm-1"))["verdict"] == "satisfied"
    assert filters(service) == [None]


def test_at_no_moment_was_it_done_wherever_it_had_begun() -> None:
    """It begins on a node that stands in front of the page that is read next, and ends on the last of the others."""
    entries = [
        {"node": "tvm-1", "attempts": [{"starts_at": 15, "ends_at": 90}]},
        {"node": "tvm-2", "attempts": [{"starts_at": 0, "ends_at": 1}]},
        {"node": "tvm-3", "attempts": [{"starts_at": 0, "ends_at": 15}]},
    ]
    result = seen_at(entries, [], 11, page_size=1)
    assert (result["summary"]["succeeded"], result["summary"]["running"]) == (2, 1)
    assert [each["preparation"]["state"] for each in result["nodes"]] == ["completed", "completed", "running"]
    assert result["reasons"] == ["job-1: preparation is running on tvm-1"]


def test_at_no_moment_was_it_done_wherever_tasks_were() -> None:
    """A task comes to a node after the nodes of tasks were read, and then it ends on the node of the other one."""
    entries = [
        {"node": "tvm-1", "attempts": [{"starts_at": 14, "ends_at": 90}]},
        {"node": "tvm-2", "attempts": [{"starts_at": 0, "ends_at": 15}]},
    ]
    tasks = [
        {"count": 1, "id": "task-1", "node": "tvm-1", "runs_at": 14},
        {"count": 1, "id": "task-2", "node": "tvm-2", "runs_at": 0},
    ]
    result = seen_at(entries, tasks, 11, expect_task_nodes=True)
    assert result["reasons"] == ["job-1: preparation is running on tvm-1"]


def seen_at(entries: list[Wire], tasks: list[Wire], at: float, **options: Any) -> dict[str, Any]:
    """What it comes to when the first request is answered at that time, and each further one two seconds later."""
    preparation = {"command_line": "true", "entries": entries}
    one = {"id": "job-1", "pool": "p", "tasks": tasks, "preparation": preparation}
    nodes = [{"id": entry["node"]} for entry in entries]
    with Simulator({"pools": [{"id": "p", "nodes": nodes}], "jobs": [one]}, clock=StepClock(2, at)) as simulator:
        given = {**options_of(simulator), "access_token": None, "condition": "prepared", **options}
        return ask(simulator, PREP, job_id="job-1", **given)


def test_where_it_runs_without_a_task_the_tasks_are_read_again(service: Loopback) -> None:
    result = judged(service, ok("tvm-1"), runs("tvm-2"), tasks=on("tvm-1"))
    assert result["verdict"] == "satisfied"
    assert len(filters(service, TASKS)) == 2


def test_where_it_runs_only_with_a_task_the_tasks_are_read_once(service: Loopback) -> None:
    assert judged(service, ok("tvm-1"), ok("tvm-2"), tasks=on("tvm-1"))["verdict"] == "satisfied"
    assert len(filters(service, TASKS)) == 1


def test_a_task_that_is_on_no_node_that_is_told_by_then_is_waited_for(service: Loopback) -> None:
    service.say("/jobs/job-1", job(**BOTH))
    service.say(STATUS, page(ok("tvm-1"), runs("tvm-2")))
    unplaced = {**on("tvm-2")[0], "nodeInfo": {}}
    service.say(TASKS, page(*on("tvm-1")), page(*on("tvm-1"), unplaced))
    result = ask(service, PREP, job_id="job-1", condition="prepared", expect_task_nodes=True)
    assert result["verdict"] == "pending"
    assert "does not name the node of on-tvm-2" in result["reasons"][0]


def test_a_task_that_has_left_its_node_meanwhile_is_expected_on_both(service: Loopback) -> None:
    service.say("/jobs/job-1", job(**BOTH))
    service.say(STATUS, page(ok("tvm-1"), runs("tvm-2")))
    service.say(TASKS, page(*on("tvm-1")), page(*on("tvm-2")))
    result = ask(service, PREP, job_id="job-1", condition="prepared", expect_task_nodes=True)
    assert (result["verdict"], result["summary"]["expected"]) == ("pending", 2)
