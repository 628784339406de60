# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts compute nodes, and keeps those that a condition has to name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account.node import lacking, state_of, why_broken
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, number

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Summary

# Conditions that a node with a failed start task cannot come to.
HEALTHY = ("ready", "idle")


class NodeTally:
    """Counts nodes by their ids, page by page; keeps those that do not satisfy the condition."""

    def __init__(self, question: ReadOptions) -> None:
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
