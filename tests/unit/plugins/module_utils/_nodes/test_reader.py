# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes that are named, absent, of several pools, many, or only counted; what is read, and in which order."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import NODES
from ansible_collections.batchops.azure.tests.support.wire import node, pool


@pytest.fixture
def pools(service: Loopback) -> Loopback:
    """Three pools: one that is well, one with an unusable node, one with a node that starts."""
    for pool_id, state in (("well", "running"), ("bad", "unusable"), ("new", "starting")):
        service.say(f"/pools/{pool_id}", pool(2, id=pool_id))
        service.say(f"/pools/{pool_id}/nodes", page(node("a"), node("b", state, runningTasksCount=1)))
    service.say("/pools/well/nodes/a", node("a"))
    service.say("/pools/well/nodes/b", node("b", "running", runningTasksCount=1))
    service.say("/pools/well/nodes/gone", refusal(404, "NodeNotFound"))
    service.say("/pools/gone", refusal(404, "PoolNotFound"))
    service.say("/pools/gone/nodes", refusal(404, "PoolNotFound"))
    return service


@pytest.mark.parametrize(
    ("ids", "verdict"),
    [(["well"], "satisfied"), (["well", "new"], "pending"), (["well", "bad"], "failed"), (["new", "bad"], "failed")],
)
def test_over_several_pools_the_verdict_is_the_worst(pools: Loopback, ids: list[str], verdict: str) -> None:
    assert ask(pools, NODES, pool_ids=ids, condition="ready")["verdict"] == verdict


def test_over_several_pools_numbers_add_up_and_each_pool_has_its_own(pools: Loopback) -> None:
    result = ask(pools, NODES, pool_ids=["well", "bad", "new"])
    assert result["summary"] == {
        "total": 6,
        "by_state": {"idle": 3, "running": 1, "unusable": 1, "starting": 1},
        "succeeded": 4,
        "failed": 1,
        "failed_nodes": ["bad/b"],
        "running_tasks": 3,
        "missing": [],
        "truncated": False,
        "pool_state": None,
        "allocation_state": None,
        "current_nodes": None,
        "target_nodes": None,
        "resize_errors": [],
    }
    assert list(result["by_pool"]) == ["well", "bad", "new"]
    assert result["by_pool"]["bad"]["failed_nodes"] == ["b"]
    assert [(fact["pool_id"], fact["id"]) for fact in result["nodes"]] == [
        (pool_id, node_id) for pool_id in ("well", "bad", "new") for node_id in "ab"
    ]


def test_named_nodes_need_no_whole_pool(pools: Loopback) -> None:
    pools.say("/pools/well", pool(2, 9, "resizing", id="well"))
    result = ask(pools, NODES, pool_id="well", node_ids=["b", "a"], condition="ready")
    assert ([fact["id"] for fact in result["nodes"]], result["verdict"]) == (["b", "a"], "satisfied")
    assert (result["summary"]["missing"], result["summary"]["truncated"]) == ([], False)
    assert "/pools/well/nodes" not in pools.paths
    assert "by_pool" not in result


def test_an_absent_node_is_an_error(pools: Loopback) -> None:
    with pytest.raises(ServiceError, match="NodeNotFound"):
        ask(pools, NODES, pool_id="well", node_id="gone")


@pytest.mark.parametrize("condition", ["ready", "idle", "drained", "offline"])
@pytest.mark.parametrize("ids", [["gone"], ["a", "gone"]])
def test_an_absent_node_that_may_be_absent_is_named_and_satisfies_nothing(
    pools: Loopback, ids: list[str], condition: str
) -> None:
    result = ask(pools, NODES, pool_id="well", node_ids=ids, condition=condition, missing_ok=True)
    assert result["verdict"] == "pending"
    assert "does not have gone" in result["reasons"][-1]
    assert result["summary"]["missing"] == ["gone"]
    assert len(result["nodes"]) == len(ids) - 1


def test_an_absent_node_of_a_pool_that_is_being_deleted_never_comes(pools: Loopback) -> None:
    pools.say("/pools/well", pool(2, state="deleting", id="well"))
    options = {"condition": "ready", "missing_ok": True}
    assert ask(pools, NODES, pool_id="well", node_ids=["a", "gone"], **options)["verdict"] == "failed"


@pytest.mark.parametrize("condition", [None, "ready"])
@pytest.mark.parametrize("given", [{"pool_id": "gone"}, {"pool_ids": ["well", "gone"]}])
def test_an_absent_pool_is_always_an_error(pools: Loopback, given: dict[str, Any], condition: str | None) -> None:
    with pytest.raises(ServiceError, match="PoolNotFound"):
        ask(pools, NODES, condition=condition, missing_ok=True, **given)


def test_a_summary_has_no_facts_and_reads_what_it_needs_only(pools: Loopback) -> None:
    chosen = {"details": "summary", "select": ["vmSize"], "filter": "state ne 'offline'"}
    result = ask(pools, NODES, pool_id="bad", condition="ready", **chosen)
    assert (result["nodes"], result["summary"]["total"], result["verdict"]) == ([], 2, "failed")
    assert result["summary"]["failed_nodes"] == ["b"]
    assert pools.asked("/pools/bad/nodes")[0].query == {
        "api-version": "2025-06-01",
        "$select": "id,state,schedulingState,startTaskInfo,errors,runningTasksCount",
        "$filter": "state ne 'offline'",
    }


def test_what_is_selected_is_read_beside_what_is_needed(pools: Loopback) -> None:
    ask(pools, NODES, pool_id="well", node_id="a", select=["vmSize"])
    assert pools.asked("/pools/well/nodes/a")[0].query["$select"] == (
        "id,state,schedulingState,startTaskInfo,errors,runningTasksCount,vmSize"
    )


def test_a_node_behind_an_empty_page_counts(pools: Loopback) -> None:
    link = f"{pools.url}/pools/well/nodes?$skiptoken="
    pages = page(node("a"), link=f"{link}1"), page(link=f"{link}2"), page(node("b", "unusable"))
    pools.say("/pools/well/nodes", *pages)
    result = ask(pools, NODES, pool_id="well", condition="ready")
    assert (result["verdict"], result["summary"]["failed_nodes"]) == ("failed", ["b"])


@pytest.mark.parametrize(("limit", "found", "truncated"), [(1, 1, True), (2, 2, True), (3, 2, False)])
def test_a_limit_is_told(pools: Loopback, limit: int, found: int, truncated: bool) -> None:
    result = ask(pools, NODES, pool_id="well", limit=limit)
    assert (len(result["nodes"]), result["summary"]["truncated"]) == (found, truncated)


def test_facts_of_a_node_name_its_pool(pools: Loopback) -> None:
    wire = {"odata.metadata": "x", **node("a", "Idle", vmSize="standard_d2_v3", ipAddress="10.0.0.4", totalTasksRun=3)}
    pools.say("/pools/well/nodes/a", wire)
    assert ask(pools, NODES, pool_id="well", node_id="a")["nodes"] == [
        {
            "pool_id": "well",
            "id": "a",
            "state": "idle",
            "scheduling_state": "enabled",
            "running_tasks_count": 0,
            "vm_size": "standard_d2_v3",
            "ip_address": "10.0.0.4",
            "total_tasks_run": 3,
        }
    ]


def test_the_pool_is_read_before_its_nodes_and_only_for_a_condition(pools: Loopback) -> None:
    ask(pools, NODES, pool_id="well", condition="ready")
    assert pools.paths == ["/pools/well", "/pools/well/nodes"]
    ask(pools, NODES, pool_id="well")
    assert pools.paths[2:] == ["/pools/well/nodes"]
