# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every answer that a module reads, recorded or exemplified, goes through that module, from its options to its result."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.contract.fact_shape import losses
from ansible_collections.batchops.azure.tests.contract.play import (
    MODULE_OF,
    NODE,
    counts_of,
    named_by,
    play,
    run,
    with_id,
)
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    Exchange,
    answered_with_objects,
    answered_without_a_body,
    each,
    needs_shared,
    official_examples,
    recorded_exchanges,
    refused,
)

pytestmark = needs_shared

_PLAYED = [
    exchange
    for exchange in (*answered_with_objects(), *official_examples())
    if exchange.path_template in MODULE_OF and exchange.status == 200 and exchange.method == "GET"
]


def _of(*templates: str) -> pytest.MarkDecorator:
    return each(exchange for exchange in _PLAYED if exchange.path_template in templates)


def test_every_kind_that_a_module_reads_is_played() -> None:
    examples = Counter(exchange.path_template for exchange in _PLAYED if exchange in official_examples())
    assert examples == dict.fromkeys(MODULE_OF, 4)
    assert Counter(exchange.path_template for exchange in _PLAYED) - examples == {
        "/jobs": 25,
        "/jobs/{jobId}": 52,
        "/jobs/{jobId}/taskcounts": 8,
        "/jobs/{jobId}/tasks": 38,
        "/jobs/{jobId}/tasks/{taskId}": 84,
        "/jobs/{jobId}/tasks/{taskId}/subtasksinfo": 6,
        "/jobs/{jobId}/jobpreparationandreleasetaskstatus": 5,
        "/pools": 61,
        "/pools/{poolId}": 176,
        "/nodecounts": 8,
        "/pools/{poolId}/nodes": 45,
        "/pools/{poolId}/nodes/{nodeId}": 12,
    }


@pytest.mark.parametrize("template", MODULE_OF)
def test_no_recorded_answer_to_such_a_read_is_left_out(template: str) -> None:
    """Each has objects and is played here, or is a refusal or an answer to HEAD, and is played in `test_recorded_errors`."""
    recorded = [exchange for exchange in recorded_exchanges() if exchange.path_template == template]
    played = [id(exchange) for exchange in (*_PLAYED, *refused(), *answered_without_a_body())]
    assert [exchange for exchange in recorded if played.count(id(exchange)) != 1] == []


@_of("/jobs", "/jobs/{jobId}")
def test_jobs(server: ReplayServer, exchange: Exchange) -> None:
    result = _played(server, exchange)
    tasks, slots = _counts(counts_of(exchange.api_version))
    for wire, job in zip(exchange.items, result["jobs"]):
        assert not [*losses(tasks, job.pop("task_counts")), *losses(slots, job.pop("task_slot_counts"))]
        assert not [*losses(wire, job)]
    _check_states(exchange, result)
    assert result["summary"]["task_counts"]["succeeded"] == tasks["succeeded"] * len(exchange.items)


@_of("/jobs/{jobId}/taskcounts")
def test_task_counts(server: ReplayServer, exchange: Exchange) -> None:
    """Flat before 2020-09-01.12.0, and without slots: one shape in the facts."""
    tasks, slots = _counts(exchange.body)
    (job,) = _played(server, exchange, expected=1)["jobs"]
    assert not [*losses(tasks, job["task_counts"]), *losses(slots, job["task_slot_counts"])]


@_of("/jobs/{jobId}/tasks", "/jobs/{jobId}/tasks/{taskId}")
def test_tasks(server: ReplayServer, exchange: Exchange) -> None:
    result = _played(server, exchange)
    for wire, task in zip(with_id(exchange).items, result["tasks"]):
        assert task.pop("job_id") == named_by(exchange)["job_id"]
        assert not [*losses(wire, task)]
    _check_states(exchange, result)


@_of("/jobs/{jobId}/tasks/{taskId}/subtasksinfo")
def test_subtasks(server: ReplayServer, exchange: Exchange) -> None:
    """Recorded ones are empty: the fact says so rather than nothing."""
    (task,) = _played(server, exchange, expected=1)["tasks"]
    assert not [*losses(exchange.items, task["subtasks"])]


@_of("/jobs/{jobId}/jobpreparationandreleasetaskstatus")
def test_preparation_status(server: ReplayServer, exchange: Exchange) -> None:
    result = _played(server, exchange)
    for wire, node in zip(exchange.items, result["nodes"]):
        shaped = {
            **{name: value for name, value in node.items() if name not in ("job_id", "preparation", "release")},
            "job_preparation_task_execution_info": node["preparation"],
        }
        if node["release"] is not None:
            shaped["job_release_task_execution_info"] = node["release"]
        assert node["job_id"] == named_by(exchange)["job_id"]
        assert not [*losses(wire, shaped)]
    assert result["summary"]["has_prep_task"] is True
    assert result["summary"]["started"] == len(exchange.items)


@_of("/pools/{poolId}/nodes", "/pools/{poolId}/nodes/{nodeId}")
def test_nodes(server: ReplayServer, exchange: Exchange) -> None:
    result = _played(server, exchange)
    for wire, node in zip(exchange.items, result["nodes"]):
        assert node.pop("pool_id") == named_by(exchange)["pool_id"]
        assert not [*losses(wire, node)]
    _check_states(exchange, result)


@_of("/pools", "/pools/{poolId}")
def test_pools(server: ReplayServer, exchange: Exchange) -> None:
    """Every recorded error is of a pool that is short of nodes, so that none is an old one."""
    result = _played(server, exchange)
    wires = with_id(exchange).items
    for wire, pool in zip(wires, result["pools"]):
        assert pool.pop("stale_errors") == []
        assert not [*losses(wire, pool)]
    summary = result["summary"]
    assert summary["by_allocation_state"] == Counter(wire.get("allocationState", "unknown") for wire in wires)
    assert summary["short"] == [
        wire["id"] for wire in wires if _short(wire, "Dedicated") or _short(wire, "LowPriority")
    ]
    assert len(summary["resize_errors"]) == sum(len(wire.get("resizeErrors", [])) for wire in wires)
    assert summary["failed_pools"] == [wire["id"] for wire in wires if _stopped(wire)]


@_of("/nodecounts")
def test_node_counts(server: ReplayServer, exchange: Exchange) -> None:
    result = _played(server, exchange)
    for wire, pool in zip(exchange.items, result["pools"]):
        assert not [*losses(wire, pool["node_counts"])]
    total = sum(wire[kind]["total"] for wire in exchange.items for kind in ("dedicated", "lowPriority"))
    assert sum(result["summary"]["node_counts"].values()) == total


@_of("/pools/{poolId}")
def test_pools_beside_their_nodes(server: ReplayServer, exchange: Exchange) -> None:
    """A pool is read to tell whether nodes are still to come: here none has, so that no pool is ready."""
    wire, pool_id = exchange.body, str(exchange.segments[1])
    server.put(f"/pools/{pool_id}", with_id(exchange).body)
    server.put(f"/pools/{pool_id}/nodes", {"value": []})
    result = run(server, NODE, {"pool_id": pool_id, "condition": "ready"})
    current, target = (_count(wire, which) for which in ("current", "target"))
    (reason,) = result["reasons"]
    assert f"has {current} of {target} nodes ({wire.get('allocationState', 'unknown')}" in reason
    assert ("autoscaled" in reason) is wire.get("enableAutoScale", False)
    deleting, stopped = wire.get("state") == "deleting", _stopped(wire)
    assert ("it stopped resizing" in reason) is (stopped and not deleting)
    assert result["verdict"] == ("failed" if stopped or deleting else "pending")
    for error in wire.get("resizeErrors", []):
        # Every recorded error is of a pool that is short of nodes now.
        assert f"{error['code']}: {error['message']}" in reason


@_of("/pools/{poolId}")
def test_work_that_waits_in_these_pools(server: ReplayServer, exchange: Exchange) -> None:
    """A task that waits for a node of such a pool is given up where the resize was stopped, also of Spot nodes alone."""
    pool_id = str(exchange.segments[1])
    job = {"id": "j", "state": "active", "executionInfo": {"poolId": pool_id}}
    for path, body in (
        ("/jobs/j", job),
        ("/jobs/j/tasks", {"value": [{"id": "t", "state": "active"}]}),
        (f"/pools/{pool_id}", with_id(exchange).body),
        (f"/pools/{pool_id}/nodes", {"value": []}),
    ):
        server.put(path, body)
    result = run(server, MODULE_OF["/jobs/{jobId}/tasks"], {"job_id": "j", "condition": "succeeded"})
    hopeless = _stopped(exchange.body) or exchange.body.get("state") == "deleting"
    assert result["verdict"] == ("failed" if hopeless else "pending")
    assert (f"no node can take a task: pool {pool_id}" in result["reasons"][0]) is hopeless


def _count(wire: dict[str, Any], which: str) -> Any:
    counts = [wire[name] for kind in ("Dedicated", "LowPriority") if (name := f"{which}{kind}Nodes") in wire]
    return sum(max(0, count) for count in counts) if counts else "?"


def _short(wire: dict[str, Any], kind: str) -> bool:
    """Where only one of the two is selected, nothing is known."""
    current, target = wire.get(f"current{kind}Nodes"), wire.get(f"target{kind}Nodes")
    return current is not None and target is not None and current < target


def _stopped(wire: dict[str, Any]) -> bool:
    """Whether the pool stays where it is, as the wire says."""
    codes = [error["code"] for error in wire.get("resizeErrors", [])]
    if wire.get("allocationState") != "steady" or wire.get("enableAutoScale") or not codes:
        return False
    return _short(wire, "Dedicated") or (_short(wire, "LowPriority") and "ResizeStopped" in codes)


def _played(server: ReplayServer, exchange: Exchange, expected: int | None = None) -> dict[str, Any]:
    """With patterns and without them the result is the same: no recorded value holds a secret any more."""
    masked, plain = play(server, exchange, redact="patterns"), play(server, exchange, redact="none")
    kind = MODULE_OF[exchange.path_template].resource.reader.kind
    assert masked == plain
    assert len(plain[kind]) == (len(exchange.items) if expected is None else expected) == plain["summary"]["total"]
    assert not server.strays
    assert {asked.method for asked in server.asked} == {"GET"}
    assert plain["changed"] is False
    return plain


def _counts(wire: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    return wire.get("taskCounts", wire), wire.get("taskSlotCounts")


def _check_states(exchange: Exchange, result: dict[str, Any]) -> None:
    counted = {state: count for state, count in result["summary"]["by_state"].items() if count}
    assert counted == Counter(item["state"].lower() for item in exchange.items)
