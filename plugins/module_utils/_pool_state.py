# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a pool, as far as it decides whether there are or will be nodes that can run tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._answer import number, objects, part
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._node_state import state_of, why_broken
from ansible_collections.batchops.azure.plugins.module_utils._redact import said
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Offender

_SELECT = "id,state,allocationState,currentDedicatedNodes,currentLowPriorityNodes,targetDedicatedNodes,targetLowPriorityNodes,enableAutoScale,resizeErrors"

# A node leaves these only when somebody reboots, reimages or removes it.


@dataclass(frozen=True)
class PoolState:
    """`target` counts dedicated and Spot nodes; a resize error is why the pool stopped short of it.

    `lacks_dedicated` where dedicated nodes are missing.
    """

    id: str
    state: str
    allocation_state: str
    current: int
    target: int
    autoscaled: bool
    resize_error: str | None
    lacks_dedicated: bool

    @property
    def steady(self) -> bool:
        return self.allocation_state == "steady"

    @property
    def stuck(self) -> str | None:
        """Why no further node will come by itself; None while one may."""
        if self.state == "deleting":
            return "the pool is being deleted"
        # The service keeps seeking Spot nodes, and a formula is evaluated again: both may bring nodes by themselves.
        if self.steady and self.resize_error and self.lacks_dedicated and not self.autoscaled:
            return f"it stopped resizing, {self.resize_error}"
        return None

    def summary(self) -> dict[str, Any]:
        return {
            "pool_state": self.state,
            "allocation_state": self.allocation_state,
            "current_nodes": self.current,
            "target_nodes": self.target,
            "resize_errors": [self.resize_error] if self.resize_error else [],
        }

    def __str__(self) -> str:
        scale = ", autoscaled" if self.autoscaled else ""
        return f"pool {self.id} has {self.current} of {self.target} nodes ({self.allocation_state}{scale})"


def read_pool_state(client: Client, pool_id: str) -> PoolState:
    pool = client.get(("pools", pool_id), {"$select": _SELECT})

    def count(name: str, *kinds: str) -> int:
        return sum(number(pool, f"{name}{kind}Nodes") or 0 for kind in kinds or ("Dedicated", "LowPriority"))

    errors = objects(pool, "resizeErrors")
    return PoolState(
        pool_id,
        str(pool.get("state") or "unknown").lower(),
        str(pool.get("allocationState") or "unknown").lower(),
        count("current"),
        count("target"),
        bool(pool.get("enableAutoScale")),
        said("; ".join(f"{error.get('code')}: {error.get('message')}" for error in errors)) or None,
        count("current", "Dedicated") < count("target", "Dedicated"),
    )


def accuse_node(pool_id: str, node: Mapping[str, Any]) -> Offender:
    """The node, or its start task where that is to blame: then it has left output on the node."""
    why = why_broken(node) or f"is {state_of(node)}"
    started = bool(part(node, "startTaskInfo")) and why.startswith("start task")
    return Offender(
        "start_task" if started else "node",
        why,
        pool_id=pool_id,
        node_id=str(node.get("id")),
        directory="startup" if started else None,
        ran=started,
    )
