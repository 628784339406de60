# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools as they are read: listed, named, absent, several, in numbers, and with what is asked for beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, OptionError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.simulator.wire.versions import NEWEST, PARALLEL_TASKS, VERSIONS
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, POOLS
from ansible_collections.batchops.azure.tests.support.wire import Wire, node, pool

QUOTA = [{"code": "AccountCoreQuotaReached", "message": "No cores left"}]
SPOT = {"currentLowPriorityNodes": 1, "targetLowPriorityNodes": 3}
CONDITIONS = ("steady", "resized", "sound", "image_reached")
NEEDED = (
    "id,state,allocationState,currentDedicatedNodes,currentLowPriorityNodes,targetDedicatedNodes,targetLowPriorityNodes"
    ",enableAutoScale,autoScaleRun,resizeErrors"
)


@pytest.fixture
def account(service: Loopback) -> Loopback:
    """One pool that has all nodes and an old error, one that is short of nodes, and one that is being resized."""
    pools = [
        pool(2, id="well", resizeErrors=QUOTA),
        pool(1, 3, id="short", resizeErrors=QUOTA),
        pool(0, 4, "resizing", id="new", **SPOT),
    ]
    service.say("/pools", page(*pools))
    for wire in pools:
        service.say(f"/pools/{wire['id']}", wire)
        service.say(f"/pools/{wire['id']}/nodes", page(node("a"), node("b")))
    service.say("/pools/gone", refusal(404, "PoolNotFound"))
    return service


def test_without_ids_all_pools_of_the_account_are_read(account: Loopback) -> None:
    result = ask(account, POOLS)
    assert [fact["id"] for fact in result["pools"]] == ["well", "short", "new"]
    assert account.paths == ["/pools"]
    assert "by_pool" not in result


def test_the_summary_counts_pools_and_their_nodes(account: Loopback) -> None:
    assert ask(account, POOLS)["summary"] == {
        "total": 3,
        "by_state": {"active": 3},
        "by_allocation_state": {"steady": 2, "resizing": 1},
        "succeeded": 1,
        "failed": 1,
        "failed_pools": ["short"],
        "current_nodes": 4,
        "target_nodes": 12,
        "short": ["short", "new"],
        "resize_errors": ["short: AccountCoreQuotaReached: No cores left"],
        "node_counts": {},
        "judged_nodes": 0,
        "succeeded_nodes": 0,
        "failed_nodes": [],
        "by_image": {},
        "missing": [],
        "truncated": False,
    }


def test_with_several_ids_each_pool_has_a_summary_of_its_own(account: Loopback) -> None:
    result = ask(account, POOLS, pool_ids=["short", "well"], condition="sound")
    assert list(result["by_pool"]) == ["short", "well"]
    assert result["by_pool"]["short"].keys() == result["summary"].keys()
    assert result["by_pool"]["short"]["resize_errors"] == result["summary"]["resize_errors"]
    assert [summary["truncated"] for summary in result["by_pool"].values()] == [False, False]
    assert (result["by_pool"]["well"]["short"], result["by_pool"]["well"]["judged_nodes"]) == ([], 2)


def test_an_error_of_a_pool_that_has_its_nodes_is_an_old_one(account: Loopback) -> None:
    told = {fact["id"]: fact["stale_errors"] for fact in ask(account, POOLS)["pools"]}
    assert told == {"well": ["AccountCoreQuotaReached: No cores left"], "short": [], "new": []}


@pytest.mark.parametrize(
    "more", [{"targetDedicatedNodes": None}, {"currentDedicatedNodes": None}, SPOT, {"targetLowPriorityNodes": 1}]
)
def test_an_error_is_not_called_old_where_nodes_are_missing_or_not_counted(service: Loopback, more: Wire) -> None:
    service.say("/pools", page({**pool(2, resizeErrors=QUOTA), **more}))
    assert ask(service, POOLS)["pools"][0]["stale_errors"] == []


@pytest.mark.parametrize(("wire", "told"), [(pool(3, 2), True), (pool(2, 3), True), (pool(2), False)], ids=str)
def test_an_error_of_a_pool_that_has_too_few_or_too_many_nodes_is_in_the_summary(
    service: Loopback, wire: Wire, told: bool
) -> None:
    service.say("/pools", page({**wire, "resizeErrors": QUOTA}))
    assert bool(ask(service, POOLS)["summary"]["resize_errors"]) is told


def test_a_number_that_one_pool_does_not_tell_is_not_told_of_all(service: Loopback) -> None:
    service.say("/pools", page(pool(2), {"id": "quiet", "state": "active"}))
    summary = ask(service, POOLS)["summary"]
    assert (summary["current_nodes"], summary["target_nodes"]) == (None, None)
    assert summary["by_allocation_state"] == {"steady": 1, "unknown": 1}


def test_old_names_are_the_same_facts(service: Loopback) -> None:
    service.say("/pools", page(pool(1, id="old", maxTasksPerNode=4), pool(1, id="new", taskSlotsPerNode=4)))
    result = ask(service, POOLS, api_version="2019-08-01.10.0")
    assert [fact["task_slots_per_node"] for fact in result["pools"]] == [4, 4]


@pytest.fixture(scope="module")
def troubles() -> Iterator[Simulator]:
    with Simulator("pool_troubles") as simulator:
        simulator.clock.set(60)
        yield simulator


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_the_api_is_judged_alike(troubles: Simulator, version: str, condition: str) -> None:
    asked = {"node_counts": True, "image_supported_for": 90, "details": "summary", "condition": condition}

    def found(api_version: str) -> dict[str, Any]:
        given = {**options_of(troubles), **asked, "api_version": api_version}
        result = run(params_of(POOLS.arguments, **given), POOLS, clock=DrivenClock())
        assert result.pop("api_version") == api_version
        return result

    if condition == "image_reached" and version < PARALLEL_TASKS:
        with pytest.raises(OptionError, match="image_reached needs api_version"):
            found(version)
    else:
        assert found(version) == found(NEWEST)


def test_an_absent_pool_is_an_error(account: Loopback) -> None:
    with pytest.raises(ServiceError, match="PoolNotFound"):
        ask(account, POOLS, pool_id="gone")


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("ids", [["gone"], ["well", "gone"]])
def test_an_absent_pool_that_may_be_absent_is_named_and_satisfies_nothing(
    account: Loopback, ids: list[str], condition: str
) -> None:
    result = ask(account, POOLS, pool_ids=ids, condition=condition, missing_ok=True)
    assert (result["verdict"], result["summary"]["missing"]) == ("pending", ["gone"])
    assert "gone: no such pool" in result["reasons"]
    assert "no pool was found" not in result["reasons"]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_an_account_without_pools_satisfies_nothing(service: Loopback, condition: str) -> None:
    service.say("/pools", page())
    result = ask(service, POOLS, condition=condition)
    assert (result["verdict"], result["reasons"]) == ("pending", ["no pool was found"])


def test_an_answer_about_another_pool_is_an_error(account: Loopback) -> None:
    account.say("/pools/well", pool(2, id="other"))
    with pytest.raises(AnswerError, match="The answer about pool well is about another one"):
        ask(account, POOLS, pool_id="well")


@pytest.mark.parametrize("wire", [{"state": "active"}, {"id": 7}, {"id": ""}])
def test_a_pool_of_a_list_has_an_id(service: Loopback, wire: Wire) -> None:
    service.say("/pools", page(wire))
    with pytest.raises(AnswerError, match="There is no id in a pool of the list"):
        ask(service, POOLS)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_pool_that_is_listed_twice_and_differs_is_believed_in_neither(service: Loopback, condition: str) -> None:
    service.say("/pools", page(pool(2, 2, "resizing"), pool(2)))
    service.say("/pools/pool-1/nodes", page(node("a"), node("b")))
    result = ask(service, POOLS, condition=condition)
    assert (result["verdict"], result["summary"]["total"], len(result["pools"])) == ("pending", 1, 1)
    assert result["reasons"] == [
        "pool pool-1 has 2 of 2 nodes (steady): is listed twice in one answer, with different states or images"
    ]


def test_a_pool_that_is_listed_twice_alike_counts_once(service: Loopback) -> None:
    service.say("/pools", page(pool(2), pool(2)))
    result = ask(service, POOLS, condition="steady")
    assert (result["verdict"], result["summary"]["total"], len(result["pools"])) == ("satisfied", 1, 1)


def test_ids_that_differ_in_case_only_are_one_pool(service: Loopback) -> None:
    service.say("/pools", page(pool(2, id="Pool-1"), pool(2, 2, "resizing", id="pool-1")))
    result = ask(service, POOLS, condition="steady")
    assert (result["verdict"], result["summary"]["total"], len(result["pools"])) == ("pending", 1, 1)


def test_a_filter_a_limit_and_statistics_are_asked_of_the_service(account: Loopback) -> None:
    result = ask(account, POOLS, filter="state eq 'active'", limit=2, expand="stats")
    query = account.requests[0].query
    assert (query["$filter"], query["maxresults"], query["$expand"]) == ("state eq 'active'", "2", "stats")
    assert (len(result["pools"]), result["summary"]["truncated"]) == (2, True)


def test_a_summary_has_no_facts_and_reads_what_it_needs_only(account: Loopback) -> None:
    result = ask(account, POOLS, details="summary")
    assert (result["pools"], result["summary"]["total"]) == ([], 3)
    assert account.requests[0].query["$select"] == NEEDED


def test_since_when_a_pool_is_as_it_is_is_read_for_a_standstill(account: Loopback) -> None:
    ask(account, POOLS, pool_id="well", details="summary", condition="steady", wait=True, stall_timeout=60)
    times = "stateTransitionTime,allocationStateTransitionTime"
    assert account.requests[0].query["$select"] == f"{NEEDED},{times}"


def test_a_check_of_a_gate_need_not_ask_for_images(account: Loopback) -> None:
    assert ask(account, GATE, checks=[{"check": "pools", "pool_id": "well"}])["verdict"] == "satisfied"


def test_what_is_selected_is_read_beside_what_is_needed(account: Loopback) -> None:
    ask(account, POOLS, pool_id="well", select=["vmSize"])
    assert account.requests[0].query["$select"] == f"{NEEDED},vmSize"


@pytest.mark.parametrize("options", [{"condition": "image_reached"}, {"image_supported_for": 1}])
def test_the_image_of_a_pool_is_read_where_it_decides(account: Loopback, options: Wire) -> None:
    account.say("/supportedimages", page())
    ask(account, POOLS, details="summary", **options)
    assert account.requests[0].query["$select"] == f"{NEEDED},virtualMachineConfiguration"


def test_an_expression_is_judged_over_the_pools(account: Loopback) -> None:
    enough = "length(pools[?current_dedicated_nodes < `1`]) == `0`"
    assert ask(account, POOLS, expression=enough)["verdict"] == "pending"
    assert ask(account, POOLS, expression=enough, pool_ids=["well", "short"])["verdict"] == "satisfied"


def test_secrets_of_a_pool_are_masked(service: Loopback) -> None:
    users = [{"name": "admin", "password": "hunter2", "linuxUserConfiguration": {"sshPrivateKey": "PRIVATE"}}]
    service.say("/pools", page(pool(1, userAccounts=users)))
    told = str(ask(service, POOLS, query="pools"))
    assert "admin" in told
    assert "hunter2" not in told
    assert "PRIVATE" not in told
