# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a pool: how many nodes there are, how many are wanted, and whether more can come."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._pool_state import PoolState, read_pool_state
from ansible_collections.batchops.azure.tests.unit.connecting import connect
from ansible_collections.batchops.azure.tests.unit.loopback import Loopback
from ansible_collections.batchops.azure.tests.unit.wire import pool

QUOTA = [{"code": "AccountCoreQuotaReached", "message": "No cores left"}]


def state_of(service: Loopback, wire: dict[str, Any]) -> PoolState:
    service.say("/pools/pool-1", wire)
    return read_pool_state(connect(service.url), "pool-1")


def test_dedicated_and_spot_nodes_are_counted_together(service: Loopback) -> None:
    state = state_of(service, pool(1, 2, currentLowPriorityNodes=3, targetLowPriorityNodes=4))
    assert (state.current, state.target) == (4, 6)


def test_a_pool_of_which_nothing_is_known_has_no_nodes(service: Loopback) -> None:
    state = state_of(service, {"id": "pool-1"})
    assert (state.current, state.target, state.state, state.allocation_state) == (0, 0, "unknown", "unknown")
    assert not state.steady


def test_a_steady_pool_with_a_resize_error_short_of_its_target_is_stuck(service: Loopback) -> None:
    state = state_of(service, pool(1, 3, "Steady", resizeErrors=QUOTA))
    assert state.stuck == "it stopped resizing, AccountCoreQuotaReached: No cores left"


@pytest.mark.parametrize(
    "wire",
    [
        pool(1, 3, "resizing", resizeErrors=QUOTA),
        pool(1, 3, "stopping", resizeErrors=QUOTA),
        pool(3, 3, "steady", resizeErrors=QUOTA),
        pool(1, 3, "steady"),
        pool(1, 3, "steady", resizeErrors=[]),
    ],
)
def test_a_pool_that_may_still_grow_or_has_its_nodes_is_not_stuck(service: Loopback, wire: dict[str, Any]) -> None:
    assert state_of(service, wire).stuck is None


def test_a_pool_that_is_being_deleted_is_stuck(service: Loopback) -> None:
    assert state_of(service, pool(3, 3, state="Deleting")).stuck == "the pool is being deleted"


def test_a_pool_tells_how_far_it_is(service: Loopback) -> None:
    growing = pool(1, 3, "Resizing")
    assert str(state_of(service, growing)) == "pool pool-1 has 1 of 3 nodes (resizing)"
    autoscaled = {**growing, "enableAutoScale": True}
    assert str(state_of(service, autoscaled)) == "pool pool-1 has 1 of 3 nodes (resizing, autoscaled)"


def test_only_what_decides_is_read(service: Loopback) -> None:
    state_of(service, pool(1))
    assert service.requests[0].query["$select"].split(",") == [
        "id",
        "state",
        "allocationState",
        "currentDedicatedNodes",
        "currentLowPriorityNodes",
        "targetDedicatedNodes",
        "targetLowPriorityNodes",
        "enableAutoScale",
        "resizeErrors",
    ]
