# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of compute nodes, and the read of the pool that they need.

What each asks of one node, and where a new condition goes, is in `rules`; when the nodes of a pool have failed, in `_account.node_rules`, and which
of them count, in `_account.node_scope`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import node_rules
from ansible_collections.batchops.azure.plugins.module_utils._account.node import SINCE
from ansible_collections.batchops.azure.plugins.module_utils._account.node_scope import NodeScope, weigh
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState, read_pool_state
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, objects
from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import folded
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import SATISFIED, Judgement
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._nodes import rules
from ansible_collections.batchops.azure.plugins.module_utils._nodes.tally import NEEDED, NodeTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

Wire = dict[str, Any]


class NodeCondition:
    """What the condition that is asked for comes to in each pool."""

    def __init__(self, client: Client, options: ReadOptions) -> None:
        self._client = client
        self._options = options
        self._rule = rules.CONDITIONS[options.condition or ""]
        # What it needs of a node.
        self.reads = NEEDED + self._rule.reads + ((SINCE,) if options.watched else ())

    def read_pool(self, pool_id: str) -> PoolState:
        return read_pool_state(self._client, pool_id)

    def keep(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """What one entry is judged by, and no more: there may be thousands."""
        kept = {name: node[name] for name in self.reads if name in node}
        if rules.RECENT_TASKS in kept:
            kept[rules.RECENT_TASKS] = [task for task in objects(node, rules.RECENT_TASKS) if rules.on_the_node(task)]
        return kept

    def judge(self, pool: PoolState, tally: NodeTally, take: Callable[[list[Wire]], None]) -> Judgement:
        """All nodes of the pool, those expected, or at least so many; but for as many failed ones as are tolerated.

        `take` counts nodes, and makes their facts.
        """
        scope = self._scope(pool, tally)
        judgement = node_rules.judge(scope)
        # A list of several pages is no snapshot: one node may have left a state while another came to it.
        if tally.pages > 1 and judgement.verdict == SATISFIED:
            take(self._read_again(pool, tally))
            scope = self._scope(pool, tally)
            judgement = node_rules.judge(scope)
            if judgement.failed:
                judgement = judgement.as_pending()
        if self._options.watched:
            judgement.digest = scope.digest
        return judgement

    def _read_again(self, pool: PoolState, tally: NodeTally) -> list[Wire]:
        """The nodes that are not as they should be, by one list. What was said of them before is forgotten."""
        query = {**self._options.list_query(self.reads), "$filter": self._options.narrowed(self._rule.wrong)}
        wrong = [node for page in self._client.pages(("pools", pool.id, "nodes"), query) for node in page]
        ids = {folded(id_of(node, "a node of the list")) for node in wrong}
        for node_id in [node_id for node_id in tally.entries if folded(node_id) in ids]:
            del tally.entries[node_id]
        return wrong

    def _scope(self, pool: PoolState, tally: NodeTally) -> NodeScope:
        rule = self._rule
        nodes = {
            node_id: [weigh(node, rule.lacks, rule.needs_health) for node in entries]
            for node_id, entries in tally.entries.items()
        }
        return NodeScope(self._options, pool, nodes, tally.missing, rule.needs_health)
