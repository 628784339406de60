# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads compute nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, same_id
from ansible_collections.batchops.azure.plugins.module_utils._nodes.tally import NodeTally
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import (
    none_if_missing,
    read_concurrently,
    read_parents,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

_NEEDED = ("id", "state", "schedulingState", "startTaskInfo", "runningTasksCount", "errors")

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

    def __init__(self, client: Client, facts: Facts, question: ReadOptions) -> None:
        self._client = client
        self._facts = facts
        self._options = question

    def read(self) -> Snapshot:
        return read_parents(self._client, self._options, self._options.pool_ids, self._read_pool)

    def _read_pool(self, pool_id: str) -> Snapshot:
        if not self._options.condition:
            look, _tally = self._read(pool_id)
            look.summary.update(_NO_POOL)
            return look
        # Only for those who use them: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._account.pool import read_pool_state
        from ansible_collections.batchops.azure.plugins.module_utils._nodes.condition import judge

        # Before the nodes: a pool seen steady has no nodes still to come after those that are read now.
        pool = read_pool_state(self._client, pool_id)
        look, tally = self._read(pool_id)
        look.summary.update(pool.summary())
        look.judgement = judge(self._options, tally, pool, look.summary["missing"])
        return look

    def _read(self, pool_id: str) -> tuple[Snapshot, NodeTally]:
        look, tally, facts = Snapshot(), NodeTally(self._options), dict[str, dict[str, Any]]()
        if self._options.node_ids:
            missing = self._read_named(pool_id, tally, facts)
        else:
            missing = []
            for page in self._options.limited(
                self._client.pages(("pools", pool_id, "nodes"), self._options.list_query(_NEEDED))
            ):
                self._take(pool_id, page, tally, facts)
            tally.truncated = self._options.reached(tally.listed)
        look.facts += facts.values()
        look.summary = {**tally.summary(), "missing": missing}
        return look, tally

    def _read_named(self, pool_id: str, tally: NodeTally, facts: dict[str, dict[str, Any]]) -> list[str]:
        def read(node_id: str) -> Any:
            path = ("pools", pool_id, "nodes", node_id)
            return none_if_missing(
                "node", self._options.missing_ok, lambda: self._client.get(path, self._options.item_query(_NEEDED))
            )

        found = read_concurrently(self._client, self._options.node_ids, read)
        for node_id, node in zip(self._options.node_ids, found):
            if node is not None:
                same_id(node, node_id, "node")
        self._take(pool_id, [node for node in found if node is not None], tally, facts)
        return [node_id for node_id, node in zip(self._options.node_ids, found) if node is None]

    def _take(
        self, pool_id: str, nodes: list[dict[str, Any]], tally: NodeTally, facts: dict[str, dict[str, Any]]
    ) -> None:
        tally.add(nodes)
        if not self._options.summary_only:
            # Of a node that is listed twice, the later entry.
            facts.update(
                (id_of(node, "a node of the list"), {"pool_id": pool_id, **self._facts.of(node)}) for node in nodes
            )
