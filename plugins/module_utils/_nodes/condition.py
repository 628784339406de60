# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of compute nodes: what each asks of one node, and what the nodes of a pool come to.

A new condition is a function and a line of `CONDITIONS` here, a word in `resource`, what it reads of a node in `reads` or in `tally.NEEDED`, what is done
in `progress`, and its documentation. When the nodes
of a pool have failed, and what is still missing, is decided in `rules`; which nodes count, in `scope`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.node import is_broken, state_of
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState, read_pool_state
from ansible_collections.batchops.azure.plugins.module_utils._base.json import number, objects, part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import said
from ansible_collections.batchops.azure.plugins.module_utils._nodes import rules
from ansible_collections.batchops.azure.plugins.module_utils._nodes.scope import NodeScope, Standing
from ansible_collections.batchops.azure.plugins.module_utils._nodes.tally import (
    NEEDED,
    NodeTally,
    unready,
    unsure_start,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

# The largest part of a node: read only where it is judged whether a task is on it.
_RECENT_TASKS = "recentTasks"

# Every state that is known: in another one nothing is said of a node.
_KNOWN = frozenset(
    "idle rebooting reimaging running unusable creating starting waitingforstarttask starttaskfailed leavingpool offline preempted"
    " upgradingos deallocated deallocating".split()
)
# Versions without runningTasksCount: in these states no task runs.
_AT_REST = frozenset(
    "idle creating starting waitingforstarttask starttaskfailed rebooting reimaging preempted deallocated".split()
)


def _on_the_node(task: Mapping[str, Any]) -> bool:
    """Whether a recent task is still there. One that is active again waits for a node, maybe for another one."""
    return str(task.get("taskState")).lower() not in ("completed", "active")


def _busy(node: Mapping[str, Any]) -> str | None:
    """What says that a task is on the node: the count of those that run, or the list of the recent ones."""
    if running := number(node, "runningTasksCount"):
        return f"runs {running} task{'s' if running > 1 else ''}"
    for task in filter(_on_the_node, objects(node, _RECENT_TASKS)):
        state = said(str(task.get("taskState") or "unknown").lower())
        return f"lists task {said(str(task.get('taskId')))} as {state}, and counts no task that runs"
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
    # Whether a node cannot come to it that is broken, and a pool not that is being deleted.
    needs_health: bool = False
    # What it reads of a node beside what every look at nodes needs.
    reads: tuple[str, ...] = ()


CONDITIONS = {
    "ready": NodeRule(unready, needs_health=True),
    "idle": NodeRule(_not_idle, needs_health=True, reads=(_RECENT_TASKS,)),
    "drained": NodeRule(_not_drained, reads=(_RECENT_TASKS,)),
    "offline": NodeRule(_not_offline),
}


class NodeCondition:
    """What the condition that is asked for comes to in each pool."""

    def __init__(self, client: Client, options: ReadOptions) -> None:
        self._client = client
        self._options = options
        self._rule = CONDITIONS[options.condition or ""]
        # What it needs of a node.
        self.reads = NEEDED + self._rule.reads

    def read_pool(self, pool_id: str) -> PoolState:
        return read_pool_state(self._client, pool_id)

    def keep(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """What one entry is judged by, and no more: there may be thousands."""
        kept = {name: node[name] for name in self.reads if name in node}
        if _RECENT_TASKS in kept:
            kept[_RECENT_TASKS] = [task for task in objects(node, _RECENT_TASKS) if _on_the_node(task)]
        return kept

    def judge(self, pool: PoolState, tally: NodeTally) -> Judgement:
        """All nodes of the pool, those expected, or at least so many; but for as many failed ones as are tolerated."""
        nodes = {node_id: [self._weigh(node) for node in entries] for node_id, entries in tally.entries.items()}
        return rules.judge(NodeScope(self._options, pool, nodes, tally.missing, self._rule.needs_health))

    def _weigh(self, node: Mapping[str, Any]) -> Standing:
        if self._rule.needs_health and is_broken(node):
            # Why it is broken is for those who are accused of it, in words that take longer.
            return Standing(node, "is broken", True)
        lacks = self._rule.lacks(node)
        unsure = lacks is not None and lacks == unsure_start(node)
        return Standing(node, lacks, False, unsure and execution.has_ended(part(node, "startTaskInfo")))
