# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of compute nodes, as far as they decide whether a node can run tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._base.json import number, objects, part
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import said

# A node of a pool. The same id in another pool is another node. The pool is in lower case: ids differ by more than that.
Node = tuple[str, str]

BROKEN = frozenset(("starttaskfailed", "unusable"))
WORKING = frozenset(("idle", "running"))
# Every state that is known: in another one nothing is said of a node.
KNOWN = frozenset(
    "idle rebooting reimaging running unusable creating starting waitingforstarttask starttaskfailed leavingpool offline preempted"
    " upgradingos deallocated deallocating".split()
)
# Versions without runningTasksCount: in these states no task runs.
AT_REST = frozenset(
    "idle creating starting waitingforstarttask starttaskfailed rebooting reimaging preempted deallocated".split()
)


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


def lacking(condition: str, node: Mapping[str, Any]) -> str | None:
    """What the node still lacks for the condition; None where it holds. What is not known never satisfies."""
    state = state_of(node)
    if condition == "drained":
        return _undrained(node, state)
    if condition == "ready" and state in WORKING:
        return _unscheduled(node, state) or _unsure_start(node)
    if state != condition:
        return f"is {state}"
    return _unsure_start(node) if condition == "idle" else None


def _unscheduled(node: Mapping[str, Any], state: str) -> str | None:
    scheduling = said(str(node.get("schedulingState") or "unknown").lower())
    return None if scheduling == "enabled" else f"is {state} with scheduling {scheduling}"


def _unsure_start(node: Mapping[str, Any]) -> str | None:
    """A start task that runs, which the pool does not wait for, is fine; one of which it is not known how it went is not."""
    start = part(node, "startTaskInfo")
    if node.get("startTaskInfo") is None or execution.outcome_on_node(start) != execution.UNKNOWN:
        return None
    return f"its start task {execution.why_unknown(start)}"


def _undrained(node: Mapping[str, Any], state: str) -> str | None:
    running = number(node, "runningTasksCount")
    if running:
        return f"runs {running} task{'s' if running > 1 else ''}"
    if state == "running" or state not in KNOWN or (running is None and state not in AT_REST):
        return f"is {state}"
    return None
