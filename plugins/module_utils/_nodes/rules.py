# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition asks of one node. Pure. What the nodes of a pool come to is decided in `_account.node_rules`, because pools ask it too.

A new condition is a function and a line of CONDITIONS here, a choice in `resource.py`, what it reads of a node in `reads` or `tally.NEEDED`, and
what is done of it in `progress.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account import node_rules
from ansible_collections.batchops.azure.plugins.module_utils._account.node import state_of, unready, unsure_start
from ansible_collections.batchops.azure.plugins.module_utils._base.json import number, objects, part
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

# The largest part of a node: read only where it is judged whether a task is on it.
RECENT_TASKS = "recentTasks"

# Every state that is known: in another one nothing is said of a node.
_KNOWN = frozenset(
    "idle rebooting reimaging running unusable creating starting waitingforstarttask starttaskfailed leavingpool offline preempted"
    " upgradingos deallocated deallocating".split()
)
# Versions without runningTasksCount: in these states no task runs.
_AT_REST = frozenset(
    "idle creating starting waitingforstarttask starttaskfailed rebooting reimaging preempted deallocated".split()
)


def on_the_node(task: Mapping[str, Any]) -> bool:
    """Whether a recent task is still there. One that is active again waits for a node, maybe for another one.

    The state is that of the task, wherever it is now; the run on this node has ended where that tells an end.
    """
    ended = part(task, "executionInfo").get("endTime") is not None
    return not ended and str(task.get("taskState")).lower() not in ("completed", "active")


def _busy(node: Mapping[str, Any]) -> str | None:
    """What says that a task is on the node: the count of those that run, or the list of the recent ones."""
    if running := number(node, "runningTasksCount"):
        return f"runs {running} task{'s' if running > 1 else ''}"
    for task in filter(on_the_node, objects(node, RECENT_TASKS)):
        state = mask_words(str(task.get("taskState") or "unknown").lower())
        return f"lists task {mask_words(str(task.get('taskId')))} as {state}, and counts no task that runs"
    return None


def _not_idle(node: Mapping[str, Any]) -> str | None:
    return (unsure_start(node) or _busy(node)) if state_of(node) == "idle" else f"is {state_of(node)}"


def _not_drained(node: Mapping[str, Any]) -> str | None:
    running, state = number(node, "runningTasksCount"), state_of(node)
    if not running and (state == "running" or state not in _KNOWN or (running is None and state not in _AT_REST)):
        return f"is {state}"
    return _busy(node)


def _not_offline(node: Mapping[str, Any]) -> str | None:
    return None if state_of(node) == "offline" else f"is {state_of(node)}"


class NodeRule(NamedTuple):
    """`lacks` says what one node still lacks; None where the condition holds. What is not known never satisfies."""

    lacks: Callable[[Mapping[str, Any]], str | None]
    # A filter of nodes that lack it, by their states: what several pages said is confirmed by one list of those.
    wrong: str
    # Whether a node cannot come to it that is broken, and a pool not that is being deleted.
    needs_health: bool = False
    # What it reads of a node beside what every look at nodes needs.
    reads: tuple[str, ...] = ()


CONDITIONS = {
    "ready": NodeRule(unready, node_rules.UNREADY_FILTER, needs_health=True),
    "idle": NodeRule(
        _not_idle, "state ne 'idle' or startTaskInfo/result eq 'failure'", needs_health=True, reads=(RECENT_TASKS,)
    ),
    "drained": NodeRule(_not_drained, "state eq 'running' or state eq 'unknown'", reads=(RECENT_TASKS,)),
    "offline": NodeRule(_not_offline, "state ne 'offline'"),
}
