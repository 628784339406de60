# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a pool, as far as it decides whether more nodes are still to come."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.batchops.azure.plugins.module_utils._answer import number, objects
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._redact import mask_text

_SELECT = "id,state,allocationState,currentDedicatedNodes,currentLowPriorityNodes,targetDedicatedNodes,targetLowPriorityNodes,enableAutoScale,resizeErrors"


@dataclass(frozen=True)
class PoolState:
    """`target` counts dedicated and Spot nodes; a resize error is why the pool stopped short of it."""

    id: str
    state: str
    allocation_state: str
    current: int
    target: int
    autoscaled: bool
    resize_error: str | None

    @property
    def steady(self) -> bool:
        return self.allocation_state == "steady"

    @property
    def stuck(self) -> str | None:
        """Why no further node will come by itself; None while one may."""
        if self.state == "deleting":
            return "the pool is being deleted"
        if self.steady and self.resize_error and self.current < self.target:
            return f"it stopped resizing, {self.resize_error}"
        return None

    def __str__(self) -> str:
        scale = ", autoscaled" if self.autoscaled else ""
        return f"pool {self.id} has {self.current} of {self.target} nodes ({self.allocation_state}{scale})"


def read_pool_state(client: Client, pool_id: str) -> PoolState:
    pool = client.get(("pools", pool_id), {"$select": _SELECT})

    def count(name: str) -> int:
        return sum(number(pool, f"{name}{kind}Nodes") or 0 for kind in ("Dedicated", "LowPriority"))

    errors = objects(pool, "resizeErrors")
    return PoolState(
        pool_id,
        str(pool.get("state") or "unknown").lower(),
        str(pool.get("allocationState") or "unknown").lower(),
        count("current"),
        count("target"),
        bool(pool.get("enableAutoScale")),
        mask_text("; ".join(f"{error.get('code')}: {error.get('message')}" for error in errors)) or None,
    )
