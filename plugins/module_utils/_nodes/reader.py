# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads compute nodes: the pool, its nodes, and what a condition says of them, in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, same_id
from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import folded
from ansible_collections.batchops.azure.plugins.module_utils._nodes.tally import NEEDED, NodeTally
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import (
    none_if_missing,
    read_concurrently,
    read_parents,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._nodes.condition import NodeCondition
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

# Known with a condition only.
_NO_POOL: dict[str, Any] = {
    "pool_state": None,
    "allocation_state": None,
    "current_nodes": None,
    "target_nodes": None,
    "resize_errors": [],
}


class NodeReader:
    """Nodes of one pool or of several: all of a pool's, or those named."""

    kind = "nodes"
    parent = "pool"

    def __init__(self, client: Client, facts: Facts, options: ReadOptions) -> None:
        self._client = client
        self._facts = facts
        self._options = options
        self._condition: NodeCondition | None = None
        self._needed: tuple[str, ...] = NEEDED
        if options.condition:
            # Only for those who use it: what a module pulls in is compiled at every task.
            from ansible_collections.batchops.azure.plugins.module_utils._nodes.condition import NodeCondition

            self._condition = NodeCondition(client, options)
            self._needed = self._condition.reads

    def read(self) -> Snapshot:
        return read_parents(self._client, self._options, self._options.pool_ids, self._read_pool)

    def _read_pool(self, pool_id: str) -> Snapshot:
        if not self._condition:
            tally, facts = self._read_nodes(pool_id)
            return Snapshot(list(facts.values()), {**tally.summary(), **_NO_POOL})
        # Before the nodes: a pool seen steady has no nodes still to come after those that are read now.
        pool = self._condition.read_pool(pool_id)
        tally, facts = self._read_nodes(pool_id)
        judgement = self._condition.judge(pool, tally, lambda nodes: self._take(pool_id, nodes, tally, facts))
        # After the judgement, which may have counted nodes anew.
        return Snapshot(list(facts.values()), {**tally.summary(), **pool.summary()}, judgement=judgement)

    def _read_nodes(self, pool_id: str) -> tuple[NodeTally, dict[str, dict[str, Any]]]:
        """The nodes that are asked for: their tally, and their facts by id."""
        tally, facts = NodeTally(self._condition.keep if self._condition else None), dict[str, dict[str, Any]]()
        if self._options.node_ids:
            self._read_named(pool_id, tally, facts)
        else:
            self._read_list(pool_id, tally, facts)
        return tally, facts

    def _read_list(self, pool_id: str, tally: NodeTally, facts: dict[str, dict[str, Any]]) -> None:
        pages = self._client.pages(("pools", pool_id, "nodes"), self._options.list_query(self._needed))
        for page in self._options.limited(pages):
            self._take(pool_id, page, tally, facts)
        tally.truncated = self._options.reached(tally.listed)

    def _read_named(self, pool_id: str, tally: NodeTally, facts: dict[str, dict[str, Any]]) -> None:
        def read(node_id: str) -> Any:
            path = ("pools", pool_id, "nodes", node_id)
            return none_if_missing(
                "node", self._options.missing_ok, lambda: self._client.get(path, self._options.item_query(self._needed))
            )

        found = list(zip(self._options.node_ids, read_concurrently(self._client, self._options.node_ids, read)))
        for node_id, node in found:
            if node is not None:
                same_id(node, node_id, "node")
        self._take(pool_id, [node for _id, node in found if node is not None], tally, facts)
        tally.missing = [node_id for node_id, node in found if node is None]

    def _take(
        self, pool_id: str, nodes: list[dict[str, Any]], tally: NodeTally, facts: dict[str, dict[str, Any]]
    ) -> None:
        tally.add(nodes)
        if not self._options.summary_only:
            # Of a node that is listed twice, the later entry.
            ids = [folded(id_of(node, "a node of the list")) for node in nodes]
            facts.update(zip(ids, self._facts.each(nodes, pool_id=pool_id)))
