# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a compute node: whether it is broken, and whether a task can be scheduled on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._base.json import objects, part
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

# A node of a pool. The same id in another pool is another node. Both ids are in lower case: to the service they differ by more than that.
Node = tuple[str, str]

# What of a node decides whether a task can be scheduled on it.
READINESS = ("id", "state", "schedulingState", "startTaskInfo", "errors")
# Since when it is in its state; told where a wait ends because nothing changes.
SINCE = "stateTransitionTime"

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
    failed = execution.outcome_on_node(part(node, "startTaskInfo")) == execution.FAILED
    return failed and state_of(node) in WORKING | BROKEN


def unready(node: Mapping[str, Any]) -> str | None:
    """Why no task can be scheduled on the node now; None where one can. Those are counted without a condition too."""
    state = state_of(node)
    if state not in WORKING:
        return f"is {state}"
    scheduling = mask_words(str(node.get("schedulingState") or "unknown").lower())
    return unsure_start(node) if scheduling == "enabled" else f"is {state} with scheduling {scheduling}"


def unsure_start(node: Mapping[str, Any]) -> str | None:
    """A start task that runs, which the pool does not wait for, is fine; one of which it is not known how it went is not."""
    start = part(node, "startTaskInfo")
    if node.get("startTaskInfo") is None or execution.outcome_on_node(start) != execution.UNKNOWN:
        return None
    return f"its start task {execution.why_unknown(start)}"
