# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts pools and their nodes: pure, what is read comes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState, pool_state
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, part
from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import Spelling

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Summary


class NodesSeen(NamedTuple):
    """What a condition found in one pool: ids of failed nodes are those of the pool, `by_image` counts nodes by their image."""

    total: int
    succeeded: int
    failed: tuple[str, ...]
    by_image: Mapping[str, int] = {}


class PoolTally:
    """What is judged of pools, each by its id. A list that changes while it is read may name a pool twice: the later entry replaces the earlier."""

    def __init__(self) -> None:
        self.pools: dict[str, PoolState] = {}
        self._spelling = Spelling(self.pools)
        # What the first entry about each says.
        self._judged: dict[str, tuple[Any, ...]] = {}
        # By pool, how many nodes the service counts in each state, both kinds together. Empty where they were not read.
        self.counts: dict[str, dict[str, int]] = {}
        # What a condition found of nodes, where it reads them.
        self.nodes: dict[str, NodesSeen] = {}
        # Ids of named pools that are not there.
        self.missing: list[str] = []
        # Pools that are listed twice, with something else in what is judged.
        self.disputed: set[str] = set()
        self.truncated = False

    def add(self, pools: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """The pools by their ids, as they were written first."""
        by_id: dict[str, dict[str, Any]] = {}
        for pool in pools:
            pool_id = self._spelling.first(id_of(pool, "a pool of the list"))
            state, machine = pool_state(pool_id, pool), part(pool, "virtualMachineConfiguration")
            # Of what it is made; read only where that is asked for.
            judged = state, part(machine, "imageReference"), machine.get("nodeAgentSKUId")
            if self._judged.setdefault(pool_id, judged) != judged:
                self.disputed.add(pool_id)
            by_id[pool_id] = pool
            self.pools[pool_id] = state
        return by_id

    def summary(self) -> Summary:
        return {**self._summary_of(self.pools), "missing": self.missing, "truncated": self.truncated}

    def by_pool(self) -> dict[str, Summary]:
        return {pool_id: self._summary_of((pool_id,)) for pool_id in self.pools}

    def _summary_of(self, pool_ids: Iterable[str]) -> Summary:
        pools = [self.pools[pool_id] for pool_id in pool_ids]
        seen = {pool.id: self.nodes[pool.id] for pool in pools if pool.id in self.nodes}
        fewer, accused = ([pool for pool in pools if pool.has_fewer], [pool.id for pool in pools if pool.accused])
        unlike = [pool for pool in pools if pool.has_fewer or pool.has_more]
        return {
            "total": len(pools),
            "by_state": _added({pool.state: 1} for pool in pools),
            "by_allocation_state": _added({pool.allocation_state: 1} for pool in pools),
            "succeeded": sum(pool.resized for pool in pools),
            "failed": len(accused),
            "failed_pools": accused,
            "current_nodes": _sum(pool.current for pool in pools),
            "target_nodes": _sum(pool.target for pool in pools),
            "short": [pool.id for pool in fewer],
            # Of a pool that has its nodes, an error is an old one.
            "resize_errors": [f"{pool.id}: {error}" for pool in unlike for error in pool.resize_errors],
            "node_counts": _added(self.counts.get(pool.id, {}) for pool in pools),
            "judged_nodes": sum(found.total for found in seen.values()),
            "succeeded_nodes": sum(found.succeeded for found in seen.values()),
            "failed_nodes": [f"{pool_id}/{node_id}" for pool_id, found in seen.items() for node_id in found.failed],
            "by_image": _added(found.by_image for found in seen.values()),
            "missing": [],
            "truncated": False,
        }


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in counts:
        for name, number in one.items():
            total[name] = total.get(name, 0) + number
    return total


def _sum(numbers: Iterable[int | None]) -> int | None:
    """Of all pools; not known where one does not tell."""
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total
