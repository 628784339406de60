# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes of a pool may be on several pages, which are read one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import POOLS
from ansible_collections.batchops.azure.tests.support.wire import Wire, node, pool

LIST = "/pools/pool-1/nodes"
UNREADY = "state ne 'idle' or startTaskInfo/result eq 'failure'"


def sound(service: Loopback, *confirmed: Wire, **options: Any) -> dict[str, Any]:
    """Both nodes are well, and `confirmed` are those that the list names that is read behind them."""
    service.say("/pools/pool-1", pool(2))
    link = f"{service.url}{LIST}?$skiptoken=1"
    service.say(LIST, page(node("tvm-1"), link=link), page(node("tvm-2")), page(*confirmed))
    return ask(service, POOLS, pool_id="pool-1", condition="sound", **options)


def filters(service: Loopback) -> list[str | None]:
    return [request.query.get("$filter") for request in service.requests if request.path == LIST]


def test_what_several_pages_say_is_confirmed_by_one_list(service: Loopback) -> None:
    result = sound(service)
    assert (result["verdict"], result["summary"]["succeeded_nodes"]) == ("satisfied", 2)
    assert filters(service) == [None, None, UNREADY]


@pytest.mark.parametrize("state", ["rebooting", "preempted", "starttaskfailed"])
def test_a_node_that_the_list_names_is_as_it_is_there(service: Loopback, state: str) -> None:
    """And whether one that has failed is one too many, the next look says."""
    result = sound(service, node("TVM-2", state))
    assert (result["verdict"], result["reasons"]) == ("pending", [f"TVM-2: is {state}"])
    assert result["summary"]["succeeded_nodes"] == 1


@pytest.mark.parametrize(
    ("asked", "verdict"), [({"min_nodes": 1}, "satisfied"), ({"min_nodes": 2}, "pending"), ({}, "pending")], ids=str
)
def test_one_that_left_does_not_count(service: Loopback, asked: dict[str, Any], verdict: str) -> None:
    assert sound(service, node("tvm-1", "rebooting"), **asked)["verdict"] == verdict


def test_what_the_pool_alone_does_not_satisfy_is_not_confirmed(service: Loopback) -> None:
    service.say("/pools/pool-1", pool(2, allocation="resizing"))
    link = f"{service.url}{LIST}?$skiptoken=1"
    service.say(LIST, page(node("tvm-1"), link=link), page(node("tvm-2")))
    assert ask(service, POOLS, pool_id="pool-1", condition="sound", min_nodes=1)["verdict"] == "pending"
    assert filters(service) == [None, None]


def test_one_page_is_of_one_moment(service: Loopback) -> None:
    service.say("/pools/pool-1", pool(1))
    service.say(LIST, page(node()))
    assert ask(service, POOLS, pool_id="pool-1", condition="sound")["verdict"] == "satisfied"
    assert filters(service) == [None]
