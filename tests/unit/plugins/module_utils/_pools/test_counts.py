# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many nodes are in each state: read as the service pages it, told as facts, and never judged by."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import POOLS
from ansible_collections.batchops.azure.tests.support.wire import Wire, pool


def counts(pool_id: str, **dedicated: int) -> Wire:
    spot = {"idle": 1, "preempted": 2, "total": 3}
    return {"poolId": pool_id, "dedicated": {**dedicated, "total": sum(dedicated.values())}, "lowPriority": spot}


@pytest.fixture
def account(service: Loopback) -> Loopback:
    service.say("/pools", page(pool(2, id="a"), pool(2, id="b")))
    for pool_id in "ab":
        service.say(f"/pools/{pool_id}", pool(2, id=pool_id))
    return service


def told(service: Loopback, **options: Any) -> dict[str, Any]:
    result = ask(service, POOLS, node_counts=True, **options)
    return {fact["id"]: fact["node_counts"] for fact in result["pools"]}


def test_without_the_option_nothing_is_counted(account: Loopback) -> None:
    assert "node_counts" not in ask(account, POOLS)["pools"][0]
    assert account.paths == ["/pools"]


def test_of_a_whole_account_the_list_is_read_to_its_end(account: Loopback) -> None:
    link = f"{account.url}/nodecounts?$skiptoken=1"
    account.say("/nodecounts", page(counts("other", idle=9), counts("b", running=1), link=link), page(counts("a")))
    found = told(account)
    assert (found["a"]["pool_id"], found["a"]["dedicated"], found["b"]["dedicated"]["running"]) == (
        "a",
        {"total": 0},
        1,
    )
    assert "maxresults" not in account.asked("/nodecounts")[0].query


def test_ids_that_differ_in_case_only_are_one_pool(account: Loopback) -> None:
    account.say("/nodecounts", page(counts("A", idle=1), counts("B", idle=2)))
    assert [(found["pool_id"], found["dedicated"]["idle"]) for found in told(account).values()] == [("a", 1), ("b", 2)]


def test_500_pools_with_all_that_an_overview_says_are_one_pass(service: Loopback) -> None:
    """The service lists ten counts a page. No pool takes a request of its own."""
    ids = [f"pool-{number:03d}" for number in range(500)]
    links = [f"{service.url}/nodecounts?$skiptoken={at}" for at in range(10, 500, 10)]
    pages = [
        page(*[counts(name, idle=1) for name in ids[at : at + 10]], link=link)
        for at, link in zip(range(0, 490, 10), links)
    ]
    service.say("/pools", page(*[pool(1, id=name) for name in ids]))
    service.say("/nodecounts", *pages, page(*[counts(name, idle=1) for name in ids[490:]]))
    service.say("/supportedimages", page())
    found = told(service, image_supported_for=90)
    assert list(found) == ids
    assert {fact["dedicated"]["idle"] for fact in found.values()} == {1}
    assert Counter(service.paths) == {"/pools": 1, "/nodecounts": 50, "/supportedimages": 1}


@pytest.mark.parametrize("options", [{"pool_ids": ["a", "b"]}, {"limit": 2}])
def test_of_few_pools_each_is_asked_for(account: Loopback, options: Wire) -> None:
    account.say("/nodecounts", page(counts("A", idle=1), counts("b", idle=2)))
    assert [found["dedicated"]["idle"] for found in told(account, **options).values()] == [1, 2]
    asked = sorted(request.query["$filter"] for request in account.asked("/nodecounts"))
    assert asked == ["poolId eq 'a'", "poolId eq 'b'"]


@pytest.mark.parametrize("options", [{}, {"pool_id": "a"}])
def test_a_pool_that_is_not_counted_yet_has_none(account: Loopback, options: Wire) -> None:
    account.say("/nodecounts", page(counts("c")))
    assert told(account, **options)["a"] is None


def test_the_summary_adds_both_kinds_under_the_names_of_facts(account: Loopback) -> None:
    account.say("/nodecounts", page(counts("a", idle=1, startTaskFailed=2), counts("b", upgradingOS=1, offline=0)))
    result = ask(account, POOLS, node_counts=True, details="summary")
    assert result["summary"]["node_counts"] == {"idle": 3, "start_task_failed": 2, "preempted": 4, "upgrading_os": 1}


def test_nothing_is_judged_by_counts_that_lag_behind(account: Loopback) -> None:
    account.say("/nodecounts", page(counts("a", unusable=2), counts("b", unusable=2)))
    assert ask(account, POOLS, node_counts=True, condition="resized")["verdict"] == "satisfied"


@pytest.mark.parametrize("wire", [{}, {"poolId": 7}])
def test_counts_of_no_pool_are_an_error(account: Loopback, wire: Wire) -> None:
    account.say("/nodecounts", page(wire))
    with pytest.raises(AnswerError, match="There is no poolId in an item of the node counts"):
        told(account)


@pytest.mark.parametrize("wire", [{"dedicated": 3}, {"dedicated": {"idle": "many"}}])
def test_counts_of_another_shape_are_an_error(account: Loopback, wire: Wire) -> None:
    account.say("/nodecounts", page({"poolId": "a", **wire}))
    with pytest.raises(AnswerError):
        told(account)
