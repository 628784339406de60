# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compute nodes: the options of the module, and how a gate checks them."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._nodes.reader import NodeReader
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import (
    COMMON,
    NODE_COUNTS,
    Arguments,
    condition,
    ids,
    one_or_many,
)

NODES = Resource(
    name="nodes",
    module="batch_node_info",
    arguments=Arguments(
        {
            **COMMON,
            **NODE_COUNTS,
            **ids("pool", "node"),
            **condition("ready", "idle", "drained", "offline"),
            "empty_ok": {"type": "bool", "default": False},
        },
        mutually_exclusive=one_or_many("pool", "node"),
        required_one_of=one_or_many("pool"),
        required_by={"node_id": "pool_id", "node_ids": "pool_id"},
    ),
    reader=NodeReader,
    check_options=("pool_id", "pool_ids", "node_id", "node_ids", "filter", *NODE_COUNTS, "empty_ok", "missing_ok"),
    default_condition="ready",
    check_needs=("pool_id", "pool_ids"),
)
