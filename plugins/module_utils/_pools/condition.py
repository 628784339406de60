# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of pools, and the nodes that are read for them. What a pool comes to by itself, and where a new condition goes, is in `rules`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Optional

from ansible_collections.batchops.azure.plugins.module_utils._account import node_rules
from ansible_collections.batchops.azure.plugins.module_utils._account.node import READINESS, SINCE, state_of, unready
from ansible_collections.batchops.azure.plugins.module_utils._account.node_scope import NodeScope, Standing, weigh
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import TIMES, PoolState
from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest, digest_of_all
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of
from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import folded
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import SATISFIED, Judgement
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._pools import rules
from ansible_collections.batchops.azure.plugins.module_utils._pools.images import (
    Image,
    counted,
    image_of_node,
    image_of_pool,
)
from ansible_collections.batchops.azure.plugins.module_utils._pools.tally import NodesSeen, PoolTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently

Wire = Mapping[str, Any]
# The entries about each node: several where it is listed again.
Nodes = dict[str, list[Wire]]
# What a pool comes to, and what was seen of its nodes, if they were read.
Found = tuple[Judgement, Optional[NodesSeen]]

_PREEMPTED = {"$filter": "state eq 'preempted'", "$select": "id,state"}


class PoolCondition:
    """What the condition that is asked for comes to in each pool."""

    def __init__(self, client: Client, options: ReadOptions) -> None:
        self._client = client
        self._options = options
        condition = options.condition or ""
        self._rule = rules.CONDITIONS[condition]
        self._judge_nodes = _OF_NODES.get(condition)

    def judge(self, tally: PoolTally, pools: Mapping[str, Wire]) -> Judgement:
        """All pools, each with its nodes where they decide. Those were read before their nodes; `pools` is what was read."""
        judgement = rules.of_list(tally)
        if self._options.watched:
            judgement.digest = digest(digest_of_all(tally.pools.values()), sorted(tally.disputed), tally.missing)
        sure = [pool for pool_id, pool in tally.pools.items() if pool_id not in tally.disputed]
        found = read_concurrently(self._client, sure, lambda pool: self._judge_pool(pool, pools[pool.id]))
        for pool, (of_pool, seen) in zip(sure, found):
            judgement.add(of_pool)
            if seen is not None:
                tally.nodes[pool.id] = seen
        return judgement

    def _judge_pool(self, pool: PoolState, wire: Wire) -> Found:
        if self._options.watched:
            of_state, of_allocation = (wire.get(name) for name in TIMES)
            pool = pool._replace(since=of_allocation if pool.state == "active" else of_state)
        alone, judge_nodes = self._rule(pool), self._judge_nodes
        if judge_nodes is None:
            return alone, None
        # One that was listed may have gone since; one that was named must be there.
        may_go = self._options.missing_ok or not self._options.pool_ids
        found = none_if_missing("pool", may_go, lambda: judge_nodes(self, pool, wire, alone))
        return found or (rules.gone(pool), None)

    def preempted(self, pool: PoolState, _wire: Wire, alone: Judgement) -> Found:
        """Asked for only where it would pass: a preempted Spot node counts as one that the pool has."""
        if alone.verdict == SATISFIED and pool.spot.current:
            nodes = self._read_nodes(pool, _PREEMPTED)
            away = [node_id for node_id, entries in nodes.items() if any(map(_is_preempted, entries))]
            alone.add(rules.preempted(pool, away))
            alone.digest = digest_of_all(away)
        return alone, None

    def ready(self, pool: PoolState, _wire: Wire, alone: Judgement) -> Found:
        needed = (*READINESS, SINCE) if self._options.watched else READINESS
        query = {"$select": ",".join(needed)}
        nodes, pages = self._read_entries(pool, query)
        scope = self._readiness(pool, nodes)
        # A list of several pages is no snapshot: one node may have left a state while another came to it.
        torn = pages > 1 and alone.verdict == SATISFIED and node_rules.judge(scope).verdict == SATISFIED
        if torn:
            changed, _pages = self._read_entries(pool, {**query, "$filter": node_rules.UNREADY_FILTER})
            scope = self._readiness(pool, {**nodes, **changed})
        failed = tuple(str(node["id"]) for node in scope.failed)
        judgement = self._together(alone, scope)
        if torn and judgement.failed:
            judgement = judgement.as_pending()
        return judgement, NodesSeen(scope.total, scope.good, failed)

    def _readiness(self, pool: PoolState, nodes: Nodes) -> NodeScope:
        standings = {
            node_id: [weigh(node, unready, True) for node in entries] for node_id, entries in _by_name(nodes).items()
        }
        return NodeScope(self._of_nodes("ready"), pool, standings, (), needs_health=True)

    def images(self, pool: PoolState, wire: Wire, alone: Judgement) -> Found:
        nodes = self._read_nodes(pool, {"$select": "id,virtualMachineInfo"})
        images = {node_id: [image_of_node(node) for node in entries] for node_id, entries in nodes.items()}
        lacks = self._lacks_image(wire, {image for entries in images.values() for image in entries})
        standings = {
            node_id: [Standing(node, lacks(image), False) for node, image in zip(nodes[node_id], entries)]
            for node_id, entries in images.items()
        }
        scope = NodeScope(self._of_nodes("image_reached"), pool, standings, (), needs_health=False)
        seen = NodesSeen(scope.total, scope.good, (), counted(entries[-1] for entries in images.values()))
        return self._together(alone, scope), seen

    def _together(self, alone: Judgement, scope: NodeScope) -> Judgement:
        judgement = rules.with_nodes(alone, node_rules.judge(scope))
        if self._options.watched:
            judgement.digest = scope.digest
        return judgement

    def _lacks_image(self, wire: Wire, all_images: set[Image | None]) -> Callable[[Image | None], str | None]:
        """What a node lacks that runs an image, where the nodes of the pool run all of these."""
        of_pool, version = image_of_pool(wire), self._options.image_version
        wanted = version or (of_pool.version if of_pool else None)
        named = {image for image in all_images if image and version and image.is_named(version)}
        # Two images may have versions of one number. Who names one as a whole means that one, whatever the pool is made of.
        others = {image for image in all_images if image and of_pool and image.name != of_pool.name} - named
        right = {
            image for image in all_images if image and image.version and (not wanted or image.has(wanted))
        } - others

        def lacks(image: Image | None) -> str | None:
            if image is None or image.version is None:
                return "does not tell the exact version of its image"
            if image in others and of_pool:
                return f"runs image {image}, and the pool is to run {of_pool.name}"
            if image not in right:
                return f"runs image {image}, not version {wanted}"
            # While an upgrade goes on.
            return f"runs image {image}, and not all nodes do" if len(right) > 1 else None

        return lacks

    def _of_nodes(self, condition: str) -> ReadOptions:
        """What is asked of the nodes of one pool. They are named with their pool, unless there is only one."""
        return ReadOptions(
            several=len(self._options.pool_ids) != 1,
            condition=condition,
            min_nodes=self._options.min_nodes,
            max_failed_nodes=self._options.max_failed_nodes,
        )

    def _read_nodes(self, pool: PoolState, query: dict[str, Any]) -> Nodes:
        return _by_name(self._read_entries(pool, query)[0])

    def _read_entries(self, pool: PoolState, query: dict[str, Any]) -> tuple[Nodes, int]:
        """The nodes by their ids in lower case, and on how many pages they were."""
        nodes: Nodes = {}
        pages = 0
        for page in self._client.pages(("pools", pool.id, "nodes"), {**query, "maxresults": self._options.page_size}):
            pages += 1
            for node in page:
                nodes.setdefault(folded(id_of(node, "a node of the list")), []).append(node)
        return nodes, pages


def _by_name(nodes: Nodes) -> Nodes:
    """By their ids as they were written first."""
    return {str(entries[0]["id"]): entries for entries in nodes.values()}


def _is_preempted(node: Wire) -> bool:
    return state_of(node) == "preempted"


# What is read of nodes besides the pool.
_OF_NODES = {
    "resized": PoolCondition.preempted,
    "sound": PoolCondition.ready,
    "image_reached": PoolCondition.images,
}
