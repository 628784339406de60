# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where preparation or release must have succeeded, and how it stands on the nodes that this is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import ExecutionTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions


@dataclass(frozen=True)
class Places:
    """Where it must have succeeded, as far as that is known when the status is read."""

    # Nodes that tasks of the job are on; None where that was not asked.
    task_nodes: frozenset[Node] | None = None
    # Tasks that are on a node which is not told.
    unplaced: tuple[str, ...] = ()
    # Nodes that are in the pool; None where it does not matter whether they are.
    present: frozenset[Node] | None = None
    # Nodes that had ended before, as an earlier look saw.
    ended_before: frozenset[Node] = frozenset()
    # Why nothing has started, in words.
    why_none: str = ""

    @property
    def anywhere(self) -> bool:
        return self.task_nodes is None and self.present is None

    def left(self, node: Node) -> bool:
        return self.present is not None and node not in self.present


@dataclass(frozen=True)
class PrepScope:
    """One job's preparation or release, on the nodes that it must have succeeded on."""

    job: JobState
    question: ReadOptions
    tally: ExecutionTally
    where: Places
    # Nodes that must be released because they were prepared.
    prepared: tuple[Node, ...] = ()

    def expected(self) -> set[Node]:
        """The nodes that must have succeeded; empty where all that are listed must."""
        named = {node for node_id in self.question.expected_nodes for node in self._nodes_called(node_id)}
        return {node for node in named | set(self.where.task_nodes or ()) if not self.where.left(node)}

    @property
    def moves(self) -> bool:
        """Whether it runs on a node where a failure would count, or may do so by one of two things that are said."""
        return bool(self._running_anywhere or self.tally.disputed)

    @property
    def waits(self) -> bool:
        """Whether nothing runs, and where it has run is known: whatever is missing has to start."""
        return not (self.tally.running or self.tally.disputed or self.where.unplaced)

    def _nodes_called(self, node_id: str) -> list[Node]:
        """Those that are listed under that id, in whatever pool; otherwise that of the job's pool."""
        listed = [node for node in self.tally.states if node[1] == node_id]
        return listed or [((self.job.pool_id or "").lower(), node_id)]

    def _expected_or_prepared(self) -> set[Node]:
        expected = self.expected()
        if not self.question.expected_nodes:
            expected |= {node for node in self.prepared if not self.where.left(node)}
        return expected

    def _concerns(self, node: Node, failed: bool = False) -> bool:
        if self.where.left(node):
            return False
        if self.question.expected_nodes:
            return node[1] in self.question.expected_nodes
        # A failure counts wherever it is, unless it is tolerated: its task has only gone on to another node.
        return failed or self.where.task_nodes is None or node in self.where.task_nodes

    @cached_property
    def _failed(self) -> list[Node]:
        return [node for node in self.tally.failed if self._concerns(node, failed=True)]

    @cached_property
    def _running_anywhere(self) -> list[Node]:
        return [node for node in self.tally.running if self._concerns(node, failed=True)]

    @cached_property
    def _running(self) -> list[Node]:
        return [node for node in self._running_anywhere if self._concerns(node)]

    @cached_property
    def _succeeded(self) -> list[Node]:
        if self.where.anywhere and not self.question.expected_nodes:
            return self.tally.succeeded
        return [node for node in self.tally.succeeded if self._concerns(node)]

    @cached_property
    def _unsure(self) -> list[Node]:
        """Nodes of which it is not known how it went. They may have failed, so they count wherever a failure does."""
        return [node for node in (*self.tally.unknown, *self.tally.disputed) if self._concerns(node, failed=True)]

    @property
    def _least(self) -> int:
        return max(1, self.question.min_nodes or 1)

    @property
    def _over(self) -> bool:
        # A running one can still succeed in a job that is ending, but not in one that has ended.
        return self.job.scheduling_error is not None or self.job.state in ("completed", "deleting")

    @property
    def _closed(self) -> bool:
        # No further node starts to prepare once the job ends; release tasks begin only then.
        return self._over or (self.tally.name == "preparation" and self.job.ended)

    @property
    def _never_enough(self) -> bool:
        possible = len(self._succeeded) + len(self._unsure) + (0 if self._over else len(self._running))
        return self._closed and possible < self._least
