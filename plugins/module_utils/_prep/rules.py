# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges where the job preparation and job release tasks have run, and tells apart why they have not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    SATISFIED,
    Judgement,
    Offender,
    Reason,
    name_some,
)
from ansible_collections.batchops.azure.plugins.module_utils._prep.scope import PrepScope


@dataclass(frozen=True)
class PrepVerdict(PrepScope):
    """One job's preparation or release, and what it comes to. Each rule is a method that returns its reasons."""

    def judge(self) -> Judgement:
        accused: list[str] = [self._accuse(node) for node in self._failed]
        too_many = len(accused) > self.question.max_failed_nodes
        expected = self._expected_or_prepared()
        if not too_many:
            expected -= set(self._failed)
        absent = sorted(expected.difference(self.tally.started)) if expected else []
        judgement = Judgement(
            failed=list(accused) if too_many else [], tolerated=self._left() + ([] if too_many else accused)
        )
        still_running = self._still_running(bool(expected))
        explained = too_many or bool(still_running and self._over)
        for reasons, hopeless in (
            (still_running, self._over),
            (self._not_started(absent), self._closed),
            ([] if absent else self._too_few(expected, explained), self._never_enough),
            (self._unknown(), False),
            (self._disputed(), False),
            (self._unplaced(), False),
        ):
            (judgement.failed if hopeless else judgement.missing).extend(reasons)
        return judgement

    def retried(self) -> list[Node]:
        """Failed nodes whose task has gone on to another one."""
        return [node for node in self._failed if self._later(node)]

    def _left(self) -> list[str]:
        """Expected nodes that have left the pool. Said, because an id that was misspelled is as little in it."""
        left = [
            node_id
            for node_id in self.question.expected_nodes
            if all(map(self.where.left, self._nodes_called(node_id)))
        ]
        if not left:
            return []
        are, their = ("is", "its") if len(left) == 1 else ("are", "their")
        return [
            f"{self.job.id}: {name_some(left)} {are} not in pool {self.job.pool_id}, so {their} {self.tally.name} is not expected"
        ]

    def _still_running(self, some_expected: bool) -> list[Reason]:
        # With at least so many, the others may still be on their way.
        enough = self.question.min_nodes is not None and len(self._succeeded) >= self._least
        if not self._running or (enough and not some_expected):
            return []
        again = [node for node in self._running if node in self.where.ended_before]
        first = [node for node in self._running if node not in self.where.ended_before]
        return [
            self._say(f"{how} {self._names(nodes)}", self._over, nodes)
            for nodes, how in ((first, "is running on"), (again, "is running again, after a reboot or reimage, on"))
            if nodes
        ]

    def _not_started(self, absent: list[Node]) -> list[Reason]:
        return [self._say(f"has not started on {self._names(absent)}", self._closed, absent)] if absent else []

    def _too_few(self, expected: set[Node], explained: bool) -> list[Reason]:
        """`explained` where it is already said why: that none has succeeded says nothing more then."""
        good, hopeless = len(self._succeeded), self._never_enough
        if good >= self._least:
            return []
        if not self.tally.started:
            why = f": {self.where.why_none}" if self.where.why_none else ""
            return [self._say(f"has not started on any node{why}", hopeless)]
        if self.where.task_nodes is not None and not expected and not good:
            return [self._say("has nowhere to be done yet: no node of the pool has a task of the job", hopeless)]
        if hopeless and explained and self.question.min_nodes is None:
            return []
        return [self._say(f"has succeeded on {good} of at least {self._least} nodes", hopeless)]

    def _unknown(self) -> list[Reason]:
        return [
            self._about(node, f"{self.tally.name} {execution.why_unknown(self.tally.others[node][1])}")
            for node in self.tally.unknown
            if node in self._unsure
        ]

    def _disputed(self) -> list[Reason]:
        return [
            self._about(node, f"{self.tally.name} is listed twice, and not with the same state")
            for node in self.tally.disputed
            if node in self._unsure
        ]

    def _unplaced(self) -> list[Reason]:
        tasks = self.where.unplaced
        if not tasks:
            return []
        sentence = f"where {self.tally.name} is needed is not known yet: the node of {name_some(tasks)} is not told"
        return [Reason(f"{self.job.id}: {sentence}", Offender(self.tally.name, sentence, job_id=self.job.id))]

    def _accuse(self, node: Node) -> Reason:
        item, info = self.tally.others[node]
        offender = Offender(
            self.tally.name,
            execution.why(info),
            job_id=self.job.id,
            pool_id=str(item["poolId"]),
            node_id=node[1],
            directory=str(info.get("taskRootDirectory") or "") or None,
            ran=True,
        )
        return Reason(
            f"{self._named(node)}: {self.tally.name} failed, {offender.why}{self._where_retried(node)}", offender
        )

    def _named(self, node: Node) -> str:
        name = self.tally.name_of(node)
        return f"{self.job.id}/{name}" if self.question.several else name

    def _names(self, nodes: Iterable[Node]) -> str:
        return name_some(self.tally.name_of(node) for node in nodes)

    def _where_retried(self, node: Node) -> str:
        if self.where.task_nodes is None or node in self.where.task_nodes:
            return ""
        later = self._later(node)
        return (
            f"; its task was retried on another node, {self._names(later)}" if later else "; no task is on it any more"
        )

    def _later(self, node: Node) -> list[Node]:
        """Where the task went on, as far as times tell: to nodes that began to prepare after this one had failed."""
        nodes, ended = self.where.task_nodes or (), _time(self.tally.others[node][1].get("endTime"))
        if self.where.task_nodes is None or node in nodes or not ended:
            return []
        return [
            other
            for other, began in self.tally.began.items()
            if other != node and _time(began) >= ended and other in nodes
        ]

    def _about(self, node: Node, what: str) -> Reason:
        sentence = f"{self._named(node)}: {what}"
        return Reason(sentence, Offender(self.tally.name, sentence, job_id=self.job.id, node_id=node[1]))

    def _say(self, what: str, hopeless: bool, nodes: Sequence[Node] = ()) -> Reason:
        sentence = f"{self.job.id}: {self.tally.name} {what}" + (f", and {self.job.why_ended}" if hopeless else "")
        ids: list[str | None] = [node_id for _pool, node_id in nodes]
        pool_id = self.job.pool_id
        return Reason(
            sentence,
            *(
                Offender(self.tally.name, sentence, job_id=self.job.id, pool_id=pool_id, node_id=node_id)
                for node_id in ids or (None,)
            ),
        )


def _time(written: Any) -> str:
    """Comparable: of two times in the same second, that without a fraction is the earlier one."""
    return str(written or "").rstrip("Zz")


def situation(verdict: PrepVerdict, judgement: Judgement) -> str:
    """One word for where a job stands, for playbooks that want to decide by it."""
    tally = verdict.tally
    # Those that are tolerated, or that nobody asked about, are not why.
    accused = [offender for reason in judgement.failed for offender in getattr(reason, "offenders", ())]
    failed = any(offender.ran and offender.kind == tally.name for offender in accused)
    # The first that holds, in the order of what an operator has to know first.
    for word, holds in (
        ("succeeded", judgement.verdict == SATISFIED),
        ("retried", failed and bool(verdict.retried())),
        ("failed", failed),
        ("job_ended", bool(judgement.failed and verdict.job.ended)),
        ("no_node", bool(judgement.failed)),
        ("restarted", bool(set(tally.running) & verdict.where.ended_before)),
        ("running", bool(tally.running)),
        ("no_task_on_a_node", verdict.where.task_nodes == frozenset() or bool(verdict.where.why_none)),
    ):
        if holds:
            return word
    return "not_started"
