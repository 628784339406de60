# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a compute node is broken, and who is to blame for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._base.json import objects, part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import said

BROKEN = frozenset(("starttaskfailed", "unusable"))
WORKING = frozenset(("idle", "running"))


def state_of(node: Mapping[str, Any]) -> str:
    return str(node.get("state") or "unknown").lower()


def why_broken(node: Mapping[str, Any]) -> str | None:
    """Why the node cannot run tasks and will not by itself; None where it can or may."""
    state, start = state_of(node), part(node, "startTaskInfo")
    if start and state in WORKING | BROKEN and execution.outcome_on_node(start) == execution.FAILED:
        return f"start task failed, {execution.why(start)}"
    if state not in BROKEN:
        return None
    errors = said("; ".join(f"{error.get('code')}: {error.get('message')}" for error in objects(node, "errors")))
    return f"is {state}" + (f" ({errors})" if errors else "")


def accuse_node(pool_id: str, node: Mapping[str, Any]) -> Offender:
    """The node, or its start task where that is to blame: then it has left output on the node."""
    why = why_broken(node) or f"is {state_of(node)}"
    started = bool(part(node, "startTaskInfo")) and why.startswith("start task")
    return Offender(
        "start_task" if started else "node",
        why,
        pool_id=pool_id,
        node_id=str(node.get("id")),
        directory="startup" if started else None,
        ran=started,
    )
