# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads compute nodes and counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._answer import number
from ansible_collections.batchops.azure.plugins.module_utils._look import Look, each, look_at_each, unless_absent
from ansible_collections.batchops.azure.plugins.module_utils._node_state import WORKING, state_of, why_broken

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._look import Summary
    from ansible_collections.batchops.azure.plugins.module_utils._question import Question

_NEEDED = ("id", "state", "schedulingState", "startTaskInfo", "runningTasksCount", "errors")

# Known with a condition only.
_NO_POOL: dict[str, Any] = {
    "pool_state": None,
    "allocation_state": None,
    "current_nodes": None,
    "target_nodes": None,
    "resize_errors": [],
}
# Conditions that a node with a failed start task cannot come to.
HEALTHY = ("ready", "idle")
# Every state that is known: a node in another one is never counted as drained.
_KNOWN = frozenset(
    "idle rebooting reimaging running unusable creating starting waitingforstarttask starttaskfailed leavingpool offline preempted"
    " upgradingos deallocated deallocating".split()
)
# Versions without runningTasksCount: in these states no task runs.
_AT_REST = frozenset(
    "idle creating starting waitingforstarttask starttaskfailed rebooting reimaging preempted deallocated".split()
)


def lacking(condition: str, node: dict[str, Any]) -> str | None:
    """What the node still lacks for the condition; None where it holds. An unknown state never satisfies."""
    state = state_of(node)
    if condition == "ready":
        if state not in WORKING:
            return f"is {state}"
        scheduling = str(node.get("schedulingState") or "unknown").lower()
        return None if scheduling == "enabled" else f"is {state} with scheduling {scheduling}"
    if condition == "drained":
        return _undrained(node, state)
    return None if state == condition else f"is {state}"


def _undrained(node: dict[str, Any], state: str) -> str | None:
    running = number(node, "runningTasksCount")
    if running:
        return f"runs {running} task{'s' if running > 1 else ''}"
    if state == "running" or state not in _KNOWN or (running is None and state not in _AT_REST):
        return f"is {state}"
    return None


class NodeTally:
    """Counts nodes page by page; keeps those that do not satisfy the condition."""

    def __init__(self, question: Question) -> None:
        self._condition = question.condition
        self._expected = frozenset(question.expected_nodes)
        self.by_state: dict[str, int] = {}
        self.ready = 0
        self.running_tasks = 0
        self.broken: dict[str, dict[str, Any]] = {}
        self.lacking: dict[str, str] = {}
        self.satisfying: set[str] = set()
        self.truncated = False

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    def add(self, nodes: list[dict[str, Any]]) -> None:
        for node in nodes:
            node_id, state, why = str(node.get("id")), state_of(node), why_broken(node)
            self.by_state[state] = self.by_state.get(state, 0) + 1
            self.running_tasks += number(node, "runningTasksCount") or 0
            if why:
                self.broken[node_id] = node
            elif lacking("ready", node) is None:
                self.ready += 1
            if self._condition and (not self._expected or node_id in self._expected):
                self._weigh(node_id, node, why)

    def _weigh(self, node_id: str, node: dict[str, Any], why: str | None) -> None:
        needs_health = self._condition in HEALTHY
        missing = why if needs_health and why else lacking(self._condition or "", node)
        if missing is None:
            self.satisfying.add(node_id)
        else:
            self.lacking[node_id] = missing

    def summary(self) -> Summary:
        return {
            "total": self.total,
            "by_state": self.by_state,
            "succeeded": self.ready,
            "failed": len(self.broken),
            "failed_nodes": list(self.broken),
            "running_tasks": self.running_tasks,
            "missing": [],
            "truncated": self.truncated,
        }


class NodeReader:
    """Nodes of one pool or of several: all of a pool's, or those named."""

    kind = "nodes"
    parent = "pool"

    def __init__(self, client: Client, facts: Facts, question: Question) -> None:
        self._client = client
        self._facts = facts
        self._question = question

    def look(self) -> Look:
        return look_at_each(self._client, self._question, self._question.pool_ids, self._look_at_pool)

    def _look_at_pool(self, pool_id: str) -> Look:
        if not self._question.condition:
            look, _tally = self._read(pool_id)
            look.summary.update(_NO_POOL)
            return look
        # Only for those who use them: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._node_verdict import judge
        from ansible_collections.batchops.azure.plugins.module_utils._pool_state import read_pool_state

        # Before the nodes: a pool seen steady has no nodes still to come after those that are read now.
        pool = read_pool_state(self._client, pool_id)
        look, tally = self._read(pool_id)
        look.summary.update(pool.summary())
        look.judgement = judge(self._question, tally, pool, look.summary["missing"])
        return look

    def _read(self, pool_id: str) -> tuple[Look, NodeTally]:
        look, tally = Look(), NodeTally(self._question)
        if self._question.node_ids:
            missing = self._read_named(pool_id, tally, look)
        else:
            missing = []
            for page in self._question.limited(
                self._client.pages(("pools", pool_id, "nodes"), self._question.params(_NEEDED))
            ):
                self._take(pool_id, page, tally, look)
            tally.truncated = self._question.reached(tally.total)
        look.summary = {**tally.summary(), "missing": missing}
        return look, tally

    def _read_named(self, pool_id: str, tally: NodeTally, look: Look) -> list[str]:
        def read(node_id: str) -> Any:
            path = ("pools", pool_id, "nodes", node_id)
            return unless_absent(
                "node", self._question.missing_ok, lambda: self._client.get(path, self._question.narrow(_NEEDED))
            )

        found = each(self._client, self._question.node_ids, read)
        self._take(pool_id, [node for node in found if node is not None], tally, look)
        return [node_id for node_id, node in zip(self._question.node_ids, found) if node is None]

    def _take(self, pool_id: str, nodes: list[dict[str, Any]], tally: NodeTally, look: Look) -> None:
        tally.add(nodes)
        if not self._question.summary_only:
            look.facts += [{"pool_id": pool_id, **self._facts.of(node)} for node in nodes]
