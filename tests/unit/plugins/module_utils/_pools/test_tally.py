# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is counted of pools; without a service."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._pools.tally import PoolTally
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import GATE, POOLS
from ansible_collections.batchops.azure.tests.support.wire import Wire, pool

IMAGE = {"publisher": "p", "offer": "o", "sku": "22", "version": "1.0"}


def made_of(agent: str = "agent", **image: str) -> Wire:
    return pool(1, virtualMachineConfiguration={"imageReference": IMAGE | image, "nodeAgentSKUId": agent})


def test_a_summary_is_of_all_pools_unless_it_says_so() -> None:
    tally = PoolTally()
    tally.add([pool(1), pool(2, id="pool-2")])
    assert (tally.summary()["truncated"], tally.summary()["current_nodes"]) == (False, 3)
    tally.truncated = True
    # Of a pool nothing is cut off.
    assert [found["truncated"] for found in (tally.summary(), *tally.by_pool().values())] == [True, False, False]


@pytest.mark.parametrize("other", [made_of(version="2.0"), made_of(sku="20"), made_of("another agent")])
@pytest.mark.parametrize("later", [True, False])
def test_a_pool_that_is_listed_twice_with_another_image_is_of_neither(
    service: Loopback, other: Wire, later: bool
) -> None:
    first, second = (made_of(), other) if later else (other, made_of())
    runs = {**IMAGE, "exactVersion": "1.0"}
    service.say("/pools", page(first, link=f"{service.url}/pools/more"))
    service.say("/pools/more", page(second))
    node = {"id": "n", "state": "idle", "virtualMachineInfo": {"imageReference": runs}}
    service.say("/pools/pool-1/nodes", page(node))
    result = ask(service, POOLS, condition="image_reached")
    assert (result["verdict"], result["reasons"]) == (
        "pending",
        ["pool pool-1 has 1 of 1 nodes (steady): is listed twice in one answer, with different states or images"],
    )
    ended = {
        "imageReference": IMAGE | {"sku": "20"},
        "nodeAgentSKUId": "agent",
        "batchSupportEndOfLife": "2020-01-01T00:00:00Z",
    }
    listed = [{"imageReference": IMAGE, "nodeAgentSKUId": agent} for agent in ("agent", "another agent")]
    service.say("/supportedimages", page(*listed, ended))
    check = {"check": "pools", "filter": "state eq 'active'", "condition": "steady", "image_supported_for": 30}
    assert ask(service, GATE, checks=[check])["verdict"] != "satisfied"


def test_a_pool_that_is_listed_twice_alike_is_one(service: Loopback) -> None:
    service.say("/pools", page(made_of(), made_of()))
    assert ask(service, POOLS, condition="steady")["verdict"] == "satisfied"
