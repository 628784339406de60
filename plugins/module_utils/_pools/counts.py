# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many nodes of a pool are in each state, as the service counts them. It counts late, so nothing is judged by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, number, part
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently
from ansible_collections.batchops.azure.plugins.module_utils._read.properties import snake_case

_PATH = ("nodecounts",)
_KINDS = ("dedicated", "lowPriority")


def read_node_counts(client: Client, options: ReadOptions, pool_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """What the service counts in these pools, by their ids. One that it does not count yet has no entry."""
    pool_ids = list(pool_ids)
    if options.pool_ids or options.limit is not None:
        found = read_concurrently(client, pool_ids, lambda pool_id: _read_one(client, pool_id))
        return {pool_id: counts for pool_id, counts in zip(pool_ids, found) if counts is not None}
    # For a whole account: ten pools a page, which are fewer requests than one for each pool.
    listed = (counts for page in options.limited(client.pages(_PATH)) for counts in page)
    by_pool = {id_of(counts, "an item of the node counts", "poolId").lower(): counts for counts in listed}
    return {pool_id: by_pool[pool_id.lower()] for pool_id in pool_ids if pool_id.lower() in by_pool}


def _read_one(client: Client, pool_id: str) -> Mapping[str, Any] | None:
    for page in client.pages(_PATH, {"$filter": f"poolId eq '{pool_id}'"}):
        for counts in page:
            if id_of(counts, "an item of the node counts", "poolId").lower() == pool_id.lower():
                return counts
    return None


def states_of(counts: Mapping[str, Any]) -> dict[str, int]:
    """Both kinds together, under the names of the facts, without what there is none of."""
    states: dict[str, int] = {}
    for kind in _KINDS:
        for name in part(counts, kind):
            if name != "total" and (count := number(part(counts, kind), name)):
                states[snake_case(name)] = states.get(snake_case(name), 0) + count
    return states
