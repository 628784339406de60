# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads compute nodes and counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._answer import id_of, number, same_id
from ansible_collections.batchops.azure.plugins.module_utils._look import Look, each, look_at_each, unless_absent
from ansible_collections.batchops.azure.plugins.module_utils._node_state import lacking, state_of, why_broken

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


class NodeTally:
    """Counts nodes by their ids, page by page; keeps those that do not satisfy the condition."""

    def __init__(self, question: Question) -> None:
        self._condition = question.condition or ""
        self._expected = frozenset(question.expected_nodes)
        # By id. The later of two entries stands.
        self.states: dict[str, str] = {}
        self.running_tasks: dict[str, int] = {}
        self.ready: set[str] = set()
        self.broken: dict[str, dict[str, Any]] = {}
        self.lacking: dict[str, str] = {}
        self.satisfying: set[str] = set()
        # Nodes that are listed again, with something that is judged otherwise: they satisfy nothing, and have not failed.
        self.disputed: set[str] = set()
        self.listed = 0
        self.truncated = False

    @property
    def total(self) -> int:
        return len(self.states)

    def add(self, nodes: list[dict[str, Any]]) -> None:
        self.listed += len(nodes)
        for node in nodes:
            node_id = id_of(node, "a node of the list")
            if node_id in self.states:
                self._add_again(node_id, node)
            else:
                self._add(node_id, node)

    def _add_again(self, node_id: str, node: dict[str, Any]) -> None:
        before = self._standing(node_id)
        for found in (self.running_tasks, self.broken, self.lacking):
            found.pop(node_id, None)
        for ids in (self.ready, self.satisfying):
            ids.discard(node_id)
        self._add(node_id, node)
        if self._standing(node_id) != before:
            self.disputed.add(node_id)

    def _standing(self, node_id: str) -> tuple[bool, bool]:
        return node_id in self.satisfying, self._condition in HEALTHY and node_id in self.broken

    def _add(self, node_id: str, node: dict[str, Any]) -> None:
        why = why_broken(node)
        self.states[node_id] = state_of(node)
        running = number(node, "runningTasksCount")
        if running:
            self.running_tasks[node_id] = running
        if why:
            self.broken[node_id] = node
        elif lacking("ready", node) is None:
            self.ready.add(node_id)
        if self._condition and (not self._expected or node_id in self._expected):
            self._weigh(node_id, node, why)

    def _weigh(self, node_id: str, node: dict[str, Any], why: str | None) -> None:
        needs_health = self._condition in HEALTHY
        missing = why if needs_health and why else lacking(self._condition, node)
        if missing is None:
            self.satisfying.add(node_id)
        else:
            self.lacking[node_id] = missing

    @property
    def weighed(self) -> set[str]:
        """The nodes that the condition is about."""
        return self.satisfying.union(self.lacking)

    def summary(self) -> Summary:
        by_state: dict[str, int] = {}
        for state in self.states.values():
            by_state[state] = by_state.get(state, 0) + 1
        return {
            "total": self.total,
            "by_state": by_state,
            "succeeded": len(self.ready),
            "failed": len(self.broken),
            "failed_nodes": list(self.broken),
            "running_tasks": sum(self.running_tasks.values()),
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
        look, tally, facts = Look(), NodeTally(self._question), dict[str, dict[str, Any]]()
        if self._question.node_ids:
            missing = self._read_named(pool_id, tally, facts)
        else:
            missing = []
            for page in self._question.limited(
                self._client.pages(("pools", pool_id, "nodes"), self._question.params(_NEEDED))
            ):
                self._take(pool_id, page, tally, facts)
            tally.truncated = self._question.reached(tally.listed)
        look.facts += facts.values()
        look.summary = {**tally.summary(), "missing": missing}
        return look, tally

    def _read_named(self, pool_id: str, tally: NodeTally, facts: dict[str, dict[str, Any]]) -> list[str]:
        def read(node_id: str) -> Any:
            path = ("pools", pool_id, "nodes", node_id)
            return unless_absent(
                "node", self._question.missing_ok, lambda: self._client.get(path, self._question.narrow(_NEEDED))
            )

        found = each(self._client, self._question.node_ids, read)
        for node_id, node in zip(self._question.node_ids, found):
            if node is not None:
                same_id(node, node_id, "node")
        self._take(pool_id, [node for node in found if node is not None], tally, facts)
        return [node_id for node_id, node in zip(self._question.node_ids, found) if node is None]

    def _take(
        self, pool_id: str, nodes: list[dict[str, Any]], tally: NodeTally, facts: dict[str, dict[str, Any]]
    ) -> None:
        tally.add(nodes)
        if not self._question.summary_only:
            # Of a node that is listed twice, the later entry.
            facts.update(
                (id_of(node, "a node of the list"), {"pool_id": pool_id, **self._facts.of(node)}) for node in nodes
            )
