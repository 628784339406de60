# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the compute nodes of an account for an inventory: of pools that are named, or of all."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._nodes.reader import NodeReader
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently

# What a host is made of, whatever `select` names.
NEEDED = ("ipAddress",)


def read_nodes(client: Client, facts: Facts, options: ReadOptions) -> list[dict[str, Any]]:
    """Facts of the nodes, in the order of the pools. A named pool must exist."""
    if options.select:
        options = options._replace(select=(*options.select, *NEEDED))

    def read(pool_id: str) -> list[dict[str, Any]]:
        reader = NodeReader(client, facts, options._replace(pool_ids=(pool_id,), several=False))
        # One that was listed a moment ago may be gone by now, and its nodes with it.
        seen = none_if_missing("pool", not options.pool_ids, reader.read)
        return seen.facts if seen else []

    try:
        found = read_concurrently(client, options.pool_ids or _pools(client, options), read)
    except RecursionError as error:
        raise AnswerError("The answer of the service is nested too deeply") from error
    return [node for nodes in found for node in nodes]


def _pools(client: Client, options: ReadOptions) -> list[str]:
    """The ids of all pools, each once: to the service, those that differ in case only are one."""
    pages = client.pages(("pools",), {"$select": "id", "maxresults": options.page_size})
    ids = (id_of(pool, "a pool of the list") for page in pages for pool in page)
    return list({pool_id.lower(): pool_id for pool_id in ids}.values())
