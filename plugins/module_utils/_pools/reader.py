# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads pools, and beside them what is asked for of their nodes and their images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account.pool import NEEDED, TIMES
from ansible_collections.batchops.azure.plugins.module_utils._base.json import same_id
from ansible_collections.batchops.azure.plugins.module_utils._pools.tally import PoolTally
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._pools.condition import PoolCondition
    from ansible_collections.batchops.azure.plugins.module_utils._pools.support import ImageSupport
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

Wire = dict[str, Any]


class PoolReader:
    """Pools by their ids, or those of the account."""

    kind = "pools"
    parent = "pool"

    def __init__(self, client: Client, facts: Facts, options: ReadOptions) -> None:
        self._client = client
        self._facts = facts
        self._options = options
        self._condition: PoolCondition | None = None
        self._support: ImageSupport | None = None
        # Only for those who use it: what a module pulls in is compiled at every task.
        if options.condition:
            from ansible_collections.batchops.azure.plugins.module_utils._pools.condition import PoolCondition

            self._condition = PoolCondition(client, options)
        if options.image_supported_for is not None:
            from ansible_collections.batchops.azure.plugins.module_utils._pools.support import ImageSupport

            self._support = ImageSupport(client, options.image_supported_for)
        asks_for_image = options.condition == "image_reached" or options.image_supported_for is not None
        image = ("virtualMachineConfiguration",) if asks_for_image else ()
        self._needed = (*NEEDED, *image, *(TIMES if options.watched else ()))

    def read(self) -> Snapshot:
        tally = PoolTally()
        pools = self._read_pools(tally)
        # What is asked for beside the pools, by the names of the facts.
        beside: dict[str, Mapping[str, Any]] = {}
        if self._options.node_counts:
            beside["node_counts"] = self._read_node_counts(pools, tally)
        judgement = self._condition.judge(tally, pools) if self._condition else None
        support = self._support.of(pools) if self._support else None
        if support and judgement is not None and self._options.in_gate:
            judgement.add(support.judgement())
        if support:
            beside["image_support"] = support.facts
        return Snapshot(
            [] if self._options.summary_only else self._facts_of(pools, tally, beside),
            tally.summary(),
            tally.by_pool() if self._options.several else None,
            judgement,
            support.warnings() if support else None,
        )

    def _facts_of(
        self, pools: dict[str, Wire], tally: PoolTally, beside: Mapping[str, Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        return [
            {
                **self._facts.of(pool),
                "stale_errors": tally.pools[pool_id].stale_errors,
                **{name: by_pool.get(pool_id) for name, by_pool in beside.items()},
            }
            for pool_id, pool in pools.items()
        ]

    def _read_pools(self, tally: PoolTally) -> dict[str, Wire]:
        """The pools by their ids."""
        if self._options.pool_ids:
            found = read_concurrently(self._client, self._options.pool_ids, self._read_pool)
            tally.missing = [pool_id for pool_id, pool in zip(self._options.pool_ids, found) if pool is None]
            pools = [pool for pool in found if pool is not None]
        else:
            pages = self._client.pages(("pools",), self._options.list_query(self._needed))
            pools = [pool for page in self._options.limited(pages) for pool in page]
        by_id = tally.add(pools)
        tally.truncated = self._options.reached(len(pools))
        return by_id

    def _read_pool(self, pool_id: str) -> Any:
        pool = none_if_missing(
            "pool",
            self._options.missing_ok,
            lambda: self._client.get(("pools", pool_id), self._options.item_query(self._needed)),
        )
        if pool is not None:
            same_id(pool, pool_id, "pool")
        return pool

    def _read_node_counts(self, pools: dict[str, Wire], tally: PoolTally) -> dict[str, Any]:
        from ansible_collections.batchops.azure.plugins.module_utils._pools.counts import read_node_counts, states_of

        found = read_node_counts(self._client, self._options, pools)
        tally.counts = {pool_id: states_of(counts) for pool_id, counts in found.items()}
        return {pool_id: self._facts.of({**counts, "poolId": pool_id}) for pool_id, counts in found.items()}
