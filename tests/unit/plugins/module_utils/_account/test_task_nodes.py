# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes on which a job's tasks and subtasks are, and why no node has begun to prepare."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.task_nodes import (
    TaskNodes,
    has_tasks_to_start,
    read_pool_nodes,
    read_task_nodes,
    why_none,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.wire import (
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    Wire,
    counts,
    node,
    task,
)

LIST = "/jobs/job-1/tasks"
MULTI = {"multiInstanceSettings": {"numberOfInstances": 3}}


def there(node_id: str) -> Wire:
    return {"nodeInfo": {"nodeId": node_id}}


def where(service: Loopback) -> TaskNodes:
    return read_task_nodes(connect(service.url), JobState("job-1", "active", pool_id="Pool-1"))


def read(service: Loopback) -> set[str]:
    found = where(service).nodes
    assert {pool_id for pool_id, _node_id in found} <= {"pool-1"}
    return {node_id for _pool_id, node_id in found}


def test_nodes_of_all_tasks_that_have_one(service: Loopback) -> None:
    service.say(
        LIST,
        page(
            task("a", "preparing", **there("tvm-1")),
            task("b", "running", STARTED, **there("tvm-2")),
            task("c", info=SUCCESS, **there("tvm-2")),
            task("d", info=NEVER_STARTED),
            task("e", info=NEVER_STARTED, nodeInfo={}),
            task("f", info=NEVER_STARTED, nodeInfo=None),
        ),
    )
    assert read(service) == {"tvm-1", "tvm-2"}


def test_only_what_is_needed_is_asked_for(service: Loopback) -> None:
    service.say(LIST, page())
    assert read(service) == set()
    query = service.requests[0].query
    assert (query["$filter"], query["$select"]) == (
        "state ne 'active'",
        "id,state,nodeInfo,multiInstanceSettings,executionInfo",
    )


def test_all_pages_count(service: Loopback) -> None:
    link = f"{service.url}{LIST}?$skiptoken="
    first, second = task("a", "running", **there("tvm-1")), task("b", "running", **there("tvm-2"))
    service.say(LIST, page(first, link=f"{link}1"), page(link=f"{link}2"), page(second))
    assert read(service) == {"tvm-1", "tvm-2"}


def test_subtasks_of_multi_instance_tasks_count(service: Loopback) -> None:
    service.say(LIST, page(task("mpi", "running", **there("tvm-1"), **MULTI), task("b", "running", **there("tvm-9"))))
    service.say(f"{LIST}/mpi/subtasksinfo", page({"id": 1, **there("tvm-2")}, {"id": 2, **there("tvm-3")}, {"id": 3}))
    assert read(service) == {"tvm-1", "tvm-2", "tvm-3", "tvm-9"}
    assert service.asked(f"{LIST}/mpi/subtasksinfo")[0].query["$select"] == "id,nodeInfo,state,startTime"


@pytest.mark.parametrize(
    ("settings", "listed", "unplaced"),
    [
        ({"numberOfInstances": 2}, [1], ()),
        ({"numberOfInstances": 2}, [], ("1 subtasks of mpi",)),
        ({"numberOfInstances": 2}, [1, 2], ("further subtasks of mpi",)),
        # Not one of those that it has.
        ({"numberOfInstances": 2}, [0], ("1 subtasks of mpi",)),
        ({"numberOfInstances": 3}, [0, 1], ("1 subtasks of mpi",)),
        ({"numberOfInstances": 3}, [-1, 2], ("1 subtasks of mpi",)),
        ({"numberOfInstances": 0}, [], ("further subtasks of mpi",)),
        ({"numberOfInstances": 0}, [-1], ("further subtasks of mpi",)),
        ({"numberOfInstances": -3}, [], ("further subtasks of mpi",)),
        # The service's default is one instance, which is the primary.
        ({}, [], ()),
        ({}, [1], ("further subtasks of mpi",)),
    ],
    ids=str,
)
def test_where_it_is_not_known_how_many_subtasks_there_are_their_places_are_not(
    service: Loopback, settings: Wire, listed: list[int], unplaced: tuple[str, ...]
) -> None:
    service.say(LIST, page(task("mpi", "running", **there("tvm-0"), multiInstanceSettings=settings)))
    service.say(f"{LIST}/mpi/subtasksinfo", page(*({"id": found, **there(f"tvm-{found}")} for found in listed)))
    found = where(service)
    assert {node_id for _pool, node_id in found.nodes} == {"tvm-0", *(f"tvm-{number}" for number in listed)}
    assert found.unplaced == unplaced


def test_many_multi_instance_tasks_are_read_side_by_side(service: Loopback) -> None:
    service.say(LIST, page(*(task(f"mpi-{number}", "running", **MULTI) for number in range(8))))
    service.otherwise(f"{LIST}/mpi-./subtasksinfo", {"value": [{"id": 1, **there("tvm-1")}]})
    service.gather = 8
    assert read(service) == {"tvm-1"}
    assert service.most_at_once > 1


def test_a_subtask_without_a_number_cannot_be_counted(service: Loopback) -> None:
    service.say(LIST, page(task("mpi", "running", multiInstanceSettings={"numberOfInstances": 2}, **there("a"))))
    service.say(f"{LIST}/mpi/subtasksinfo", page(there("b")))
    with pytest.raises(AnswerError, match="There is no id in a subtask of mpi"):
        where(service)


@pytest.mark.parametrize("where", [LIST, f"{LIST}/mpi/subtasksinfo"])
def test_an_error_is_not_an_empty_list(service: Loopback, where: str) -> None:
    service.say(LIST, page(task("mpi", "running", **MULTI)))
    service.say(where, refusal(404, "JobNotFound"))
    with pytest.raises(ServiceError, match="JobNotFound"):
        read(service)


def test_a_place_that_is_not_understood_is_an_error(service: Loopback) -> None:
    service.say(LIST, page(task("a", "running", nodeInfo="tvm-1")))
    with pytest.raises(AnswerError):
        read(service)


def test_the_nodes_of_a_pool_are_all_that_are_in_it_now(service: Loopback) -> None:
    link = f"{service.url}/pools/Pool-1/nodes?$skiptoken=1"
    service.say("/pools/Pool-1/nodes", page(node("a", "offline"), link=link), page(node("b", "unusable")))
    assert read_pool_nodes(connect(service.url), "Pool-1") == {("pool-1", "a"), ("pool-1", "b")}
    assert service.requests[0].query["$select"] == "id"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (counts(), "the job has no task yet"),
        (counts(active=12), "no node has a task yet, 12 tasks are active"),
        (counts(active=1), "no node has a task yet, 1 task is active"),
        (counts(active=12, running=1), ""),
        (counts(succeeded=1), ""),
        (counts(failed=1), ""),
        # Before 2020-09-01.12.0 the counts have no envelope.
        ({"active": 3, "running": 0, "completed": 0}, "no node has a task yet, 3 tasks are active"),
        ({"active": 0, "running": 2, "completed": 0}, ""),
        ({"running": 0, "completed": 0}, "the job has no task yet"),
    ],
    ids=str,
)
def test_why_no_node_has_begun(service: Loopback, body: dict[str, Any], why: str) -> None:
    service.say("/jobs/job-1/taskcounts", body)
    assert why_none(connect(service.url), JobState("job-1", "active")) == why


@pytest.mark.parametrize(
    ("wire", "unplaced"),
    [
        (task("a", "running", STARTED), ("a",)),
        (task("a", "preparing", nodeInfo={}), ("a",)),
        (task("a", "somethingnew"), ("a",)),
        (task("a", info=SUCCESS), ("a",)),
        (task("a", info=NEVER_STARTED), ()),
        (task("a", "running", STARTED, **there("tvm-1")), ()),
    ],
    ids=str,
)
def test_a_task_that_must_be_on_a_node_and_does_not_say_on_which(
    service: Loopback, wire: Wire, unplaced: tuple[str, ...]
) -> None:
    service.say(LIST, page(wire))
    assert where(service).unplaced == unplaced


@pytest.mark.parametrize(
    ("state", "subtasks", "unplaced"),
    [
        ("running", [{"id": 1, "state": "running", **there("b")}], ("1 subtasks of mpi",)),
        ("running", [{"id": 1, "state": "running", **there("b")}, {"id": 2, "state": "running"}], ("mpi/2",)),
        ("running", [{"id": 1, "state": "running", **there("b")}, {"id": 2, "state": "completed"}], ()),
        (
            "running",
            [{"id": 1, "state": "running", **there("b")}, {"id": 2, "state": "completed", **STARTED}],
            ("mpi/2",),
        ),
        ("completed", [{"id": 1, "state": "completed", **there("b")}], ()),
    ],
    ids=str,
)
def test_subtasks_whose_node_is_still_to_be_told(
    service: Loopback, state: str, subtasks: list[Wire], unplaced: tuple[str, ...]
) -> None:
    service.say(LIST, page(task("mpi", state, STARTED, **there("a"), **MULTI)))
    service.say(f"{LIST}/mpi/subtasksinfo", page(*subtasks))
    assert where(service).unplaced == unplaced


@pytest.mark.parametrize("info", [STARTED, SUCCESS, {**SUCCESS, "result": "mystery"}], ids=str)
@pytest.mark.parametrize("pages", [1, 2])
def test_a_subtask_that_is_listed_twice_is_not_two(service: Loopback, info: Wire, pages: int) -> None:
    state = "running" if info is STARTED else "completed"
    service.say(LIST, page(task("mpi", state, info, **there("a"), **MULTI)))
    one = {"id": 1, "state": state, **info, **there("b")}
    link = f"{service.url}{LIST}/mpi/subtasksinfo?$skiptoken=1"
    service.say(f"{LIST}/mpi/subtasksinfo", *([page(one, one)] if pages == 1 else [page(one, link=link), page(one)]))
    assert where(service).unplaced == ("1 subtasks of mpi",)


def test_the_pool_of_a_node_is_the_task_s_own_where_it_says_so(service: Loopback) -> None:
    service.say(LIST, page(task("a", "running", nodeInfo={"nodeId": "tvm-1", "poolId": "Other"})))
    assert where(service).nodes == {("other", "tvm-1")}
    service.say(LIST, page(task("a", "running", **there("tvm-1"))))
    assert read_task_nodes(connect(service.url), JobState("job-1", "active")).nodes == {("", "tvm-1")}


@pytest.mark.parametrize("to_start", [True, False])
def test_a_node_may_still_have_to_be_prepared_for_a_task_that_is_to_start(service: Loopback, to_start: bool) -> None:
    service.say(LIST, page(*([task("a", "active")] if to_start else [])))
    assert has_tasks_to_start(connect(service.url), "job-1") is to_start
    query = service.asked(LIST)[0].query
    assert (query["$filter"], query["$select"], query["maxresults"]) == (
        "state eq 'active' or state eq 'preparing'",
        "id",
        "1",
    )


@pytest.mark.parametrize("numbers", [(3, 2), (2, 3)])
def test_of_a_task_that_is_listed_twice_each_number_of_instances_counts(
    service: Loopback, numbers: tuple[int, int]
) -> None:
    twice = [task("a", info=SUCCESS, multiInstanceSettings={"numberOfInstances": n}, **there("tvm-1")) for n in numbers]
    service.say(LIST, page(*twice))
    service.say(f"{LIST}/a/subtasksinfo", page({"id": 1, "state": "completed", **SUCCESS, **there("tvm-2")}))
    assert where(service).unplaced == ("1 subtasks of a",)
