# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a judgement accuses where a node is broken, or something of a pool. Apart from `node` and `pool`, which reads without a judgement need too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.node import state_of, why_broken
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState, Size
from ansible_collections.batchops.azure.plugins.module_utils._base.json import part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Lasting, Offender, Reason


def accuse_node(pool_id: str, node: Mapping[str, Any]) -> Offender:
    """The node, or its start task where that is to blame: then it has left output on the node."""
    why, start = why_broken(node) or f"is {state_of(node)}", part(node, "startTaskInfo")
    started = bool(start) and why.startswith("start task")
    return Offender(
        "start_task" if started else "node",
        execution.why(start) if started else why,
        pool_id=pool_id,
        node_id=str(node.get("id")),
        directory="startup" if started else None,
        ran=started,
    )


def accuse_pool(pool: PoolState, why: str) -> Reason:
    sentence = f"{pool}: {why}"
    # What an active pool does with its nodes says more than that it is active.
    state = pool.allocation_state if pool.state == "active" else pool.state
    lasting = Lasting(f"pool {pool.id}, with {Size(pool.current, pool.target)} nodes,", state, pool.since)
    # That it is in that state would be said twice.
    tail = "" if why == f"it is {state}" else f": {why}"
    return Reason(sentence, Offender("pool", sentence, pool_id=pool.id), lasting=[lasting], tail=tail)
