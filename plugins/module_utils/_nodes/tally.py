# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts compute nodes by their ids, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account.node import (
    READINESS,
    is_broken,
    state_of,
    unready,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, number
from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import Spelling

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Summary

# What is read of a node, whatever else is selected: it is counted and judged by these.
NEEDED: tuple[str, ...] = (*READINESS, "runningTasksCount")


class NodeTally:
    """The states of nodes. Of two entries about the same node, the later one counts."""

    def __init__(self, keep: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None) -> None:
        """`keep` says what of an entry a condition judges; without it none is kept."""
        self._keep = keep
        self.states: dict[str, str] = {}
        self._spelling = Spelling(self.states)
        self.running_tasks: dict[str, int] = {}
        self.ready: set[str] = set()
        # Ids in the order of the list; there are no ordered sets.
        self.broken: dict[str, None] = {}
        # By id, one entry; several where the node is listed again.
        self.entries: dict[str, list[Mapping[str, Any]]] = {}
        # Ids that were asked for by name, and do not exist.
        self.missing: list[str] = []
        self.listed = 0
        self.pages = 0
        self.truncated = False

    @property
    def total(self) -> int:
        return len(self.states)

    def add(self, nodes: list[dict[str, Any]]) -> None:
        self.pages += 1
        self.listed += len(nodes)
        for node in nodes:
            node_id = self._spelling.first(id_of(node, "a node of the list"))
            if node_id in self.states:
                self._forget(node_id)
            self._add(node_id, node)

    def _forget(self, node_id: str) -> None:
        self.running_tasks.pop(node_id, None)
        self.broken.pop(node_id, None)
        self.ready.discard(node_id)

    def _add(self, node_id: str, node: Mapping[str, Any]) -> None:
        self.states[node_id] = state_of(node)
        if running := number(node, "runningTasksCount"):
            self.running_tasks[node_id] = running
        if is_broken(node):
            self.broken[node_id] = None
        elif unready(node) is None:
            self.ready.add(node_id)
        if self._keep:
            self.entries[node_id] = [*self.entries.pop(node_id, ()), self._keep(node)]

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
            "missing": self.missing,
            "truncated": self.truncated,
        }
