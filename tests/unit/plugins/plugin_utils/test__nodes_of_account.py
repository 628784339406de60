# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes of named pools, and of all pools that the account has."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.plugin_utils._nodes_of_account import read_nodes
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.wire import node


def read(service: Loopback, **options: Any) -> list[tuple[str, str]]:
    nodes = read_nodes(connect(service.url), Facts(), ReadOptions(**options))
    return [(found["pool_id"], found["id"]) for found in nodes]


def test_all_pools_are_read_each_once_whatever_the_case(service: Loopback) -> None:
    service.say("/pools", page({"id": "pool-a"}, {"id": "pool-b"}, {"id": "POOL-A"}))
    service.say("/pools/POOL-A/nodes", page(node("tvm-1"), node("tvm-2")))
    service.say("/pools/pool-b/nodes", page(node("tvm-1")))
    assert read(service) == [("POOL-A", "tvm-1"), ("POOL-A", "tvm-2"), ("pool-b", "tvm-1")]


def test_a_pool_that_went_while_it_was_read_has_no_nodes_but_one_that_is_named_must_exist(service: Loopback) -> None:
    service.say("/pools", page({"id": "pool-a"}, {"id": "pool-b"}))
    service.say("/pools/pool-a/nodes", refusal(404, "PoolNotFound"))
    service.say("/pools/pool-b/nodes", page(node("tvm-1")))
    assert read(service) == [("pool-b", "tvm-1")]
    with pytest.raises(ServiceError, match="PoolNotFound"):
        read(service, pool_ids=("pool-a",), several=True)


def test_any_other_refusal_is_an_error(service: Loopback) -> None:
    service.say("/pools", page({"id": "pool-a"}))
    service.say("/pools/pool-a/nodes", refusal(403, "InsufficientAccountPermissions"))
    with pytest.raises(ServiceError, match="InsufficientAccountPermissions"):
        read(service)


def test_a_list_of_pools_that_is_none_is_an_error(service: Loopback) -> None:
    service.say("/pools", page({"name": "pool-a"}))
    with pytest.raises(AnswerError, match="There is no id in a pool of the list"):
        read(service)


def test_what_connects_is_read_whatever_is_selected(service: Loopback) -> None:
    service.say("/pools/pool-a/nodes", page(node("tvm-1")))
    read(service, pool_ids=("pool-a",), several=True, select=("vmSize",), filter="state eq 'idle'")
    query = service.requests[-1].query
    assert {"id", "vmSize", "ipAddress", "state"} <= set(query["$select"].split(","))
    assert query["$filter"] == "state eq 'idle'"
