# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where preparation or release must have succeeded, and how it stands there: worked out once, plain data from then on."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest, digest_of_all
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import ExecutionTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

# In such a job nothing begins any more, and what has run has ended.
OVER = ("completed", "deleting")


@dataclass(frozen=True)
class JobNodes:
    """The nodes of a job as other reads than the status tell them: where it must have succeeded."""

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

    def left(self, node: Node) -> bool:
        return self.present is not None and node not in self.present


class PrepScope:
    """One job's preparation or release: the nodes that count, by how it went on them."""

    def __init__(
        self,
        job: JobState,
        options: ReadOptions,
        tally: ExecutionTally,
        job_nodes: JobNodes,
        prepared: tuple[Node, ...] = (),
    ) -> None:
        """`prepared` are the nodes that must be released because they were prepared."""
        self.job, self.options, self.tally, self.job_nodes = job, options, tally, job_nodes
        # Ids that somebody expects, by themselves in lower case.
        self._asked = {node_id.lower(): node_id for node_id in options.expected_nodes}
        found = tally.by_outcome()
        self.listed_running = found.get(execution.RUNNING, [])
        # A failure counts wherever it is, unless it is tolerated: its task has only gone on to another node.
        self.failed = self._counted(found.get(execution.FAILED, []))
        # Nodes of which it is not known how it went. They may have failed, so they count wherever a failure does.
        self.unknown = self._counted(found.get(execution.UNKNOWN, []))
        self.disputed = self._counted(sorted(tally.disputed))
        self.succeeded = self._with_task(self._counted(found.get(execution.SUCCEEDED, [])))
        running_anywhere = self._counted(self.listed_running)
        self.running = self._with_task(running_anywhere)
        # Whether it has failed: on more nodes than are tolerated.
        self.too_many_failed = len(self.failed) > options.max_failed_nodes
        self._set_expected(prepared)
        self._set_prospects()
        # Whether it runs on a node where a failure would count, or may do so by a state that is not known.
        # A node of which two things are said is missing, where it counts.
        self.moves = bool(running_anywhere or any(map(self._may_change, self.unknown)))
        # Whether nothing runs, and where it has run is known: whatever is missing has to start.
        self.waits = not (self.listed_running or tally.disputed or job_nodes.unplaced)

    @property
    def digest(self) -> int:
        """What is judged, as one number: the job, and how it stands on the nodes that count."""
        of_job = self.job_nodes
        nodes = (self.succeeded, self.running, self.failed, self.unknown, self.disputed, self.absent, self.left)
        wanted = None if of_job.task_nodes is None else digest_of_all(of_job.task_nodes)
        found = [digest_of_all(some) for some in nodes]
        return digest(self.job[:3], found, wanted, sorted(of_job.unplaced), of_job.why_none)

    def _set_expected(self, prepared: tuple[Node, ...]) -> None:
        named, job_nodes = self._named(), self.job_nodes
        # Ids that were expected, of nodes that have left the pool.
        self.left = [node_id for node_id, nodes in named.items() if all(map(job_nodes.left, nodes))]
        expected = {node for nodes in named.values() for node in nodes}.union(job_nodes.task_nodes or ())
        # The nodes that must have succeeded; empty where all that are listed must.
        self.expected = {node for node in expected if not job_nodes.left(node)}
        must = set(self.expected)
        if not named:
            must.update(node for node in prepared if not job_nodes.left(node))
        if not self.too_many_failed:
            must.difference_update(self.failed)
        self.must = must
        self.absent = sorted(must.difference(self.tally.started)) if must else []

    def _set_prospects(self) -> None:
        job = self.job
        # A running one can still succeed in a job that is ending, but not in one that has ended.
        self.over = job.scheduling_error is not None or job.state in OVER
        # No further node starts to prepare once the job ends; release tasks begin only then.
        self.closed = self.over or (self.tally.name == "preparation" and job.ended)
        self.least = self.options.min_nodes or 1
        possible = (
            len(self.succeeded) + len(self.unknown) + len(self.disputed) + (0 if self.over else len(self.running))
        )
        self.never_enough = self.closed and possible < self.least

    def _may_change(self, node: Node) -> bool:
        """A state that is not known may become another; a result stays."""
        return not execution.has_ended(self.tally.others[node][1])

    def _named(self) -> dict[str, list[Node]]:
        """By expected id the nodes that are listed under it, in whatever pool; otherwise that of the job's pool."""
        named: dict[str, list[Node]] = {node_id: [] for node_id in self._asked}
        for node in self.tally.states if named else ():
            if node[1] in named:
                named[node[1]].append(node)
        pool_id = (self.job.pool_id or "").lower()
        return {self._asked[node_id]: self._in_pools(nodes, (pool_id, node_id)) for node_id, nodes in named.items()}

    def _in_pools(self, listed: list[Node], own: Node) -> list[Node]:
        """Those that are listed. That of the job's pool where there is no other, or where it is known to be there."""
        present = self.job_nodes.present
        return list(dict.fromkeys((*listed, own))) if not listed or (present is not None and own in present) else listed

    def id_of(self, node: Node) -> str:
        """As the service writes it; where it does not mention the node, as somebody asked for it."""
        return self.tally.id_of(node) if node in self.tally.states else self._asked.get(node[1], node[1])

    def name_of(self, node: Node) -> str:
        return self.tally.name_of(node, self.id_of(node))

    def _counted(self, nodes: list[Node]) -> list[Node]:
        """Those that are still there and that somebody asked about."""
        if not self._asked and self.job_nodes.present is None:
            return nodes
        return [node for node in nodes if not self.job_nodes.left(node) and (not self._asked or node[1] in self._asked)]

    def _with_task(self, nodes: list[Node]) -> list[Node]:
        """Of those that count, the ones that a task is on, where that is what was asked."""
        there = self.job_nodes.task_nodes
        return nodes if there is None else [node for node in nodes if node in there]
