# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a pool, as far as it decides whether there are or will be nodes that can run tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.node import state_of, why_broken
from ansible_collections.batchops.azure.plugins.module_utils._base.json import number, objects, part, same_id
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_words

_SELECT = "id,state,allocationState,currentDedicatedNodes,currentLowPriorityNodes,targetDedicatedNodes,targetLowPriorityNodes,enableAutoScale,resizeErrors"
_KINDS = ("Dedicated", "LowPriority")

# A resize that somebody stopped: the pool stays where it is.
_STOPPED = "resizestopped"
# The second is of old pools whose operating system is changed.
_KNOWN = ("active", "deleting", "upgrading")


class Size(NamedTuple):
    """How many nodes of one kind there are and are to be; None where the service does not mention it."""

    current: int | None
    target: int | None

    @property
    def short(self) -> bool:
        return (self.current or 0) < (self.target or 0)


@dataclass(frozen=True)
class PoolState:
    """`errors` are codes and sentences about why the pool could not get its nodes, since its last resize."""

    id: str
    state: str
    allocation_state: str
    dedicated: Size
    spot: Size
    autoscaled: bool = False
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def current(self) -> int | None:
        return _sum(self.dedicated.current, self.spot.current)

    @property
    def target(self) -> int | None:
        return _sum(self.dedicated.target, self.spot.target)

    @property
    def known(self) -> bool:
        return self.state in _KNOWN

    @property
    def steady(self) -> bool:
        return self.allocation_state == "steady"

    @property
    def resize_errors(self) -> list[str]:
        return [sentence for _code, sentence in self.errors]

    @property
    def stuck(self) -> str | None:
        """Why no further node will come by itself; None while one may."""
        if self.state == "deleting":
            return "the pool is being deleted"
        # A formula is evaluated again, and may bring nodes by itself.
        if not self.steady or self.autoscaled or not self.errors:
            return None
        # The service keeps seeking Spot nodes, unless somebody stopped it.
        stopped = any(code.lower() == _STOPPED for code, _sentence in self.errors)
        if self.dedicated.short or (self.spot.short and stopped):
            return f"it stopped resizing, {'; '.join(self.resize_errors)}"
        return None

    @property
    def short(self) -> str | None:
        """Why it has not got all its nodes, where it may still get them. An error outlives the shortage that it was about."""
        if self.stuck or not self.steady or not self.errors or not (self.dedicated.short or self.spot.short):
            return None
        return f"it could not get them so far, {'; '.join(self.resize_errors)}"

    @property
    def settled(self) -> bool:
        """Whether no node comes unless somebody acts."""
        if self.stuck:
            return True
        complete = self.current is not None and self.target is not None and self.current >= self.target
        return self.known and self.steady and complete and not self.autoscaled

    def summary(self) -> dict[str, Any]:
        return {
            "pool_state": self.state,
            "allocation_state": self.allocation_state,
            "current_nodes": self.current,
            "target_nodes": self.target,
            "resize_errors": self.resize_errors,
        }

    def __str__(self) -> str:
        scale = ", autoscaled" if self.autoscaled else ""
        current, target = ("?" if count is None else count for count in (self.current, self.target))
        return f"pool {self.id} has {current} of {target} nodes ({self.allocation_state}{scale})"


def read_pool_state(client: Client, pool_id: str) -> PoolState:
    return pool_state(pool_id, client.get(("pools", pool_id), {"$select": _SELECT}))


def pool_state(pool_id: str, pool: Mapping[str, Any]) -> PoolState:
    """What the service says of the pool. Raises AnswerError where it speaks of none, or of another one."""
    same_id(pool, pool_id, "pool")
    dedicated, spot = (Size(_count(pool, f"current{kind}Nodes"), _count(pool, f"target{kind}Nodes")) for kind in _KINDS)
    return PoolState(
        pool_id,
        str(pool.get("state") or "unknown").lower(),
        str(pool.get("allocationState") or "unknown").lower(),
        dedicated,
        spot,
        bool(pool.get("enableAutoScale")),
        tuple(
            (str(error.get("code")), mask_words(f"{error.get('code')}: {error.get('message')}"))
            for error in objects(pool, "resizeErrors")
        ),
    )


def _count(pool: Mapping[str, Any], name: str) -> int | None:
    count = number(pool, name)
    # A pool that is being deleted can have -1.
    return None if count is None else max(0, count)


def _sum(*counts: int | None) -> int | None:
    """A kind that is not mentioned has no nodes; where neither is, nothing is known."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def accuse_node(pool_id: str, node: Mapping[str, Any]) -> Offender:
    """The node, or its start task where that is to blame: then it has left output on the node."""
    why, start = why_broken(node) or f"is {state_of(node)}", part(node, "startTaskInfo")
    started = bool(start) and why.startswith("start task")
    return Offender(
        "start_task" if started else "node",
        execution.why(start) if started else why,
        pool_id=pool_id,
        node_id=str(node.get("id")),
        directory="startup" if started else None,
        ran=started,
    )
