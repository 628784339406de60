# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a compute node, and whether it is broken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._base.json import objects, part
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_words

# A node of a pool. The same id in another pool is another node. Both ids are in lower case: to the service they differ by more than that.
Node = tuple[str, str]

BROKEN = frozenset(("starttaskfailed", "unusable"))
WORKING = frozenset(("idle", "running"))


def state_of(node: Mapping[str, Any]) -> str:
    return str(node.get("state") or "unknown").lower()


def is_broken(node: Mapping[str, Any]) -> bool:
    """Whether the node cannot run tasks and will not by itself."""
    return _start_failed(node) or state_of(node) in BROKEN


def why_broken(node: Mapping[str, Any]) -> str | None:
    """Why it is; None where it is not. Words of the service are searched for secrets, which takes longer."""
    if _start_failed(node):
        return f"start task failed, {execution.why(part(node, 'startTaskInfo'))}"
    state = state_of(node)
    if state not in BROKEN:
        return None
    errors = mask_words("; ".join(f"{error.get('code')}: {error.get('message')}" for error in objects(node, "errors")))
    return f"is {state}" + (f" ({errors})" if errors else "")


def _start_failed(node: Mapping[str, Any]) -> bool:
    start = part(node, "startTaskInfo")
    failed = bool(start) and execution.outcome_on_node(start) == execution.FAILED
    return failed and state_of(node) in WORKING | BROKEN
