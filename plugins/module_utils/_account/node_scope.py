# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which nodes of a pool a condition is about, and how it stands with them: worked out once, plain data from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.node import (
    SINCE,
    is_broken,
    state_of,
    unsure_start,
)
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState
from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest, digest_of_all
from ansible_collections.batchops.azure.plugins.module_utils._base.json import part
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions


class Standing(NamedTuple):
    """One entry about a node, and what it lacks for the condition; None where it satisfies it."""

    node: Mapping[str, Any]
    lacks: str | None
    # Whether it cannot come to the condition by itself.
    broken: bool
    # Whether what it lacks stays as it is, though it may be good enough: a result that is not known.
    final: bool = False


def weigh(node: Mapping[str, Any], lacks: Callable[[Mapping[str, Any]], str | None], needs_health: bool) -> Standing:
    """`lacks` says what one node still lacks; with `needs_health` a broken one cannot come to it."""
    if needs_health and is_broken(node):
        # Why it is broken is for those who are accused of it, in words that take longer.
        return Standing(node, "is broken", True)
    lacking = lacks(node)
    unsure = lacking is not None and lacking == unsure_start(node)
    return Standing(node, lacking, False, unsure and execution.has_ended(part(node, "startTaskInfo")))


class NodeScope:
    """The nodes of one pool, by how they stand."""

    def __init__(
        self,
        options: ReadOptions,
        pool: PoolState,
        nodes: Mapping[str, Sequence[Standing]],
        missing: Sequence[str],
        needs_health: bool,
    ) -> None:
        """`nodes` are all that were read, with each entry about them; `missing` are named ones that do not exist."""
        self.options = options
        self.pool = pool
        self.needs_health = needs_health
        self.total = len(nodes)
        expected = {node_id.lower(): node_id for node_id in options.expected_nodes}
        asked = {node_id: found[-1] for node_id, found in nodes.items() if not expected or node_id.lower() in expected}
        # Listed again, with something that is judged otherwise: they satisfy nothing, and have not failed.
        disputed = {node_id for node_id, found in nodes.items() if _differ(found, node_id in asked)}
        self.doubted = disputed.intersection(asked)
        there = {node_id.lower() for node_id in asked}
        self.absent = [*missing, *sorted(node_id for folded, node_id in expected.items() if folded not in there)]
        sure = {node_id: found for node_id, found in asked.items() if node_id not in self.doubted}
        self._sure = sure
        self.good = sum(found.lacks is None for found in sure.values())
        self.failed = [found.node for found in sure.values() if found.broken]
        # Nodes that may still get there, and what they lack.
        self.waiting = {
            node_id: found.lacks for node_id, found in sure.items() if found.lacks is not None and not found.broken
        }
        # Whether more have failed than are tolerated.
        self.too_many_failed = len(self.failed) > options.max_failed_nodes
        self.whole_pool = not (
            options.node_ids or options.expected_nodes or options.filter or options.min_nodes is not None
        )
        # Whether the pool may still get nodes by itself, and it matters.
        more_may_come = not options.node_ids and not pool.settled
        may_change = any(not sure[node_id].final for node_id in self.waiting)
        self.going_on = bool(may_change or disputed or more_may_come)

    @property
    def digest(self) -> int:
        """What is judged, as one number. A node that satisfies the condition is like any other that does: it may be idle now and run then."""
        nodes = digest_of_all((node_id, found.lacks) for node_id, found in self._sure.items())
        return digest(self.pool._replace(since=None), nodes, self.total, sorted(self.doubted), self.absent)

    def since(self, node_id: str) -> Any:
        """Since when the node is in its state, as the service writes it; None where what it lacks is something else."""
        node = self._sure[node_id].node
        return node.get(SINCE) if self.waiting[node_id] == f"is {state_of(node)}" else None

    @property
    def least(self) -> int | None:
        """How many must be as wanted. One must be there, however many failed ones are tolerated."""
        return None if self.options.min_nodes is None else max(1, self.options.min_nodes)

    @property
    def enough(self) -> bool:
        """Whether there are as many as are asked for, so that the others may be on their way."""
        return self.least is not None and not self.options.expected_nodes and self.good >= self.least

    @property
    def too_few(self) -> bool:
        return self.least is not None and self.good < self.least

    @property
    def may_be_enough(self) -> bool:
        """Whether the nodes that there are may still become as many as are asked for."""
        return self.good + len(self.waiting) + len(self.doubted) >= (self.least or 1)

    @property
    def beyond_pool(self) -> bool:
        """Whether more are asked for than the pool has or is to have. Only somebody who resizes it can change that."""
        most = self.pool.most
        return self.least is not None and most is not None and max(most, self.total) < self.least

    @property
    def emptied(self) -> bool:
        """Not the empty list says so, but the pool: it is to have no node, has none, and is not about to get any."""
        pool, options = self.pool, self.options
        empty = pool.state == "active" and pool.steady and pool.current == 0 and pool.target == 0
        return options.empty_ok and options.condition == "drained" and self.whole_pool and empty


def _differ(found: Sequence[Standing], asked: bool) -> bool:
    """Whether entries about one node are judged differently. Of one that nobody asked about, only whether it is broken."""
    return len(found) > 1 and len({(asked and entry.lacks is None, entry.broken) for entry in found}) > 1
