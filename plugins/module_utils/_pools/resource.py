# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools: the options of the module, and how a gate checks them."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._pools.parse import parse_pools
from ansible_collections.batchops.azure.plugins.module_utils._pools.reader import PoolReader
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import (
    COMMON,
    EXPAND,
    NODE_COUNTS,
    Arguments,
    condition,
    ids,
    one_or_many,
)

_JUDGED_BY = ("min_nodes", "max_failed_nodes", "image_version", "image_supported_for")

POOLS = Resource(
    name="pools",
    module="batch_pool_info",
    arguments=Arguments(
        {
            **COMMON,
            **EXPAND,
            **{name: NODE_COUNTS[name] for name in ("min_nodes", "max_failed_nodes")},
            **ids("pool"),
            **condition("steady", "resized", "sound", "image_reached"),
            "image_version": {"type": "str"},
            "image_supported_for": {"type": "int"},
            "node_counts": {"type": "bool", "default": False},
        },
        mutually_exclusive=one_or_many("pool"),
    ),
    reader=PoolReader,
    check_options=("pool_id", "pool_ids", "filter", *_JUDGED_BY, "missing_ok"),
    default_condition="sound",
    check_needs=("pool_id", "pool_ids", "filter"),
    parse=parse_pools,
)
