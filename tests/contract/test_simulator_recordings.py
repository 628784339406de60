# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools and nodes of the simulator have the shape of those that were recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.contract.shared_data import needs_shared, recorded_exchanges
from ansible_collections.batchops.azure.tests.contract.test_simulator_openapi import OpenGate
from ansible_collections.batchops.azure.tests.simulator import load_scenario
from ansible_collections.batchops.azure.tests.simulator.service.asked import Asked
from ansible_collections.batchops.azure.tests.simulator.service.data_plane import DataPlane
from ansible_collections.batchops.azure.tests.simulator.wire.versions import VERSIONS
from ansible_collections.batchops.azure.tests.simulator.world import World

pytestmark = needs_shared

Body = Mapping[str, Any]


def recorded(*templates: str) -> list[tuple[str, Body]]:
    """Return whole bodies with the version that was asked for. One with a selection has no url."""
    return [
        (exchange.api_version, body)
        for exchange in recorded_exchanges()
        if exchange.path_template in templates and exchange.api_version in VERSIONS
        for body in exchange.items
        if "url" in body and "id" in body
    ]


POOLS = recorded("/pools", "/pools/{poolId}")
NODES = recorded("/pools/{poolId}/nodes", "/pools/{poolId}/nodes/{nodeId}")


def simulated(path: str, version: str, scenario: str = "pool_troubles", now: float = 0) -> dict[str, Body]:
    """Read a list of a scenario and return its bodies by their ids."""
    plane = DataPlane(World(load_scenario(scenario)), OpenGate())
    answer = plane.answer(Asked("GET", path, f"api-version={version}", {}, "http://h", now))
    return {body["id"]: body for body in json.loads(answer.body)["value"]}


def always(bodies: Iterable[Body]) -> set[str]:
    """Return the names that all of these bodies have."""
    return set.intersection(*(set(body) for body in bodies)) - {"odata.metadata"}


@pytest.mark.parametrize("version", sorted({version for version, _body in POOLS}))
def test_a_pool_has_what_each_recorded_one_has(version: str) -> None:
    names = always(body for recorded_at, body in POOLS if recorded_at == version)
    # A pool that sizes itself has none, and those of a cloud service had other machines.
    names -= {"resizeTimeout", "virtualMachineConfiguration", "cloudServiceConfiguration"}
    assert len(names) > 12
    for pool in simulated("/pools", version).values():
        assert names <= set(pool), pool["id"]


@pytest.mark.parametrize("version", sorted({version for version, _body in NODES}))
def test_a_node_has_what_each_recorded_one_has(version: str) -> None:
    names = always(body for recorded_at, body in NODES if recorded_at == version)
    assert len(names) > 8
    for node in simulated("/pools/well/nodes", version).values():
        # Which ports are open is the pool's to say, and newer ones have none by default.
        assert names - {"endpointConfiguration", "recentTasks"} <= set(node)


def test_a_stopped_resize_is_told_as_it_was_recorded() -> None:
    def shapes(bodies: Iterable[Body]) -> set[Any]:
        return {
            (error["code"], error["message"], frozenset(error), body["allocationState"], body["enableAutoScale"])
            for body in bodies
            for error in body.get("resizeErrors", ())
            if error["code"] == "ResizeStopped" and body["allocationState"] == "steady"
        }

    pools = simulated("/pools", "2024-02-01.19.0")
    shown = shapes(pools[name] for name in ("stopped-resize", "stopped-spot"))
    assert len(shown) == 2
    assert shown <= shapes(body for _version, body in POOLS)


def test_the_version_of_an_image_is_told_as_it_was_recorded() -> None:
    def shapes(bodies: Iterable[Body]) -> set[Any]:
        images = [body["virtualMachineInfo"]["imageReference"] for body in bodies if "virtualMachineInfo" in body]
        return {(frozenset(image), image["version"], image["exactVersion"] == "latest") for image in images}

    shown = [
        node
        for pool in ("pool-7", "says-latest")
        for node in simulated(f"/pools/{pool}/nodes", "2025-06-01", "image_upgrade").values()
    ]
    assert shapes(shown) == shapes(body for _version, body in NODES)
    assert {version for version, body in NODES if "virtualMachineInfo" in body} <= set(VERSIONS[3:])
    assert not any("virtualMachineInfo" in body for version, body in NODES if version in VERSIONS[:3])


def test_a_pool_that_is_being_deleted_was_recorded_alike() -> None:
    bodies = [body for _version, body in POOLS if body.get("state") == "deleting"]
    deleting = simulated("/pools", "2025-06-01")["deleting"]
    assert bodies
    for body in (*bodies, deleting):
        assert body["allocationState"] == "resizing"
        assert (body["targetDedicatedNodes"], body["targetLowPriorityNodes"]) == (0, 0)
