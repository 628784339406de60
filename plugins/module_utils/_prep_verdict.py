# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges where the job preparation and job release tasks have run, and tells apart why they have not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState
from ansible_collections.batchops.azure.plugins.module_utils._prep_tally import ExecutionTally
from ansible_collections.batchops.azure.plugins.module_utils._question import Question
from ansible_collections.batchops.azure.plugins.module_utils._verdict import (
    PENDING,
    SATISFIED,
    Judgement,
    Offender,
    Reason,
    name_some,
)


@dataclass(frozen=True)
class Where:
    """Where it must have succeeded, as far as that is known when the status is read."""

    # Nodes that tasks of the job are on; None where that was not asked.
    task_nodes: frozenset[str] | None = None
    # Nodes that are in the pool; None where it does not matter whether they are.
    present: frozenset[str] | None = None
    # Nodes that had ended before, as an earlier look saw.
    ended_before: frozenset[str] = frozenset()
    # Why nothing has started, in words.
    why_none: str = ""

    @property
    def anywhere(self) -> bool:
        return self.task_nodes is None and self.present is None

    def left(self, node_id: str) -> bool:
        return self.present is not None and node_id not in self.present


@dataclass
class PrepVerdict:
    """One job's preparation or release, on its way to a judgement."""

    job: JobState
    question: Question
    tally: ExecutionTally
    where: Where
    judgement: Judgement

    def expected(self) -> set[str]:
        """The nodes that must have succeeded; empty where all that are listed must."""
        named = set(self.question.expected_nodes) | set(self.where.task_nodes or ())
        return {node_id for node_id in named if not self.where.left(node_id)}

    def judge(self, prepared: Iterable[str] = ()) -> None:
        """`prepared` are nodes that must be released because they were prepared."""
        expected = self.expected()
        if not self.question.expected_nodes:
            expected |= {node_id for node_id in prepared if not self.where.left(node_id)}
        self._forgive_those_that_left()
        failed = self._failed()
        accused = [self._accuse(node_id) for node_id in failed]
        if len(failed) > self.question.max_failed_nodes:
            self.judgement.failed += accused
        else:
            self.judgement.tolerated += accused
            expected -= set(failed)
        self._judge_running(bool(expected))
        self._judge_absent(expected)
        self.judgement.missing += [
            self._about(node_id, f"{self._named(node_id)}: {self.tally.name} ended with a result that is not known")
            for node_id in self.tally.unknown
            if self._concerns(node_id)
        ]

    def _forgive_those_that_left(self) -> None:
        # Said, because an id that was misspelled is as little in the pool.
        left = [node_id for node_id in self.question.expected_nodes if self.where.left(node_id)]
        if left:
            are, their = ("is", "its") if len(left) == 1 else ("are", "their")
            self.judgement.tolerated.append(
                f"{self.job.id}: {name_some(left)} {are} not in pool {self.job.pool_id}, so {their} {self.tally.name} is not expected"
            )

    @property
    def only_waits(self) -> bool:
        """Whether it may still come true, and nothing runs that could make it so."""
        return not self.tally.running and self.judgement.verdict == PENDING

    def retried(self) -> list[str]:
        """Failed nodes whose task has gone on to another one."""
        return [node_id for node_id in self._failed() if self._later(node_id)]

    def _failed(self) -> list[str]:
        return [node_id for node_id in self.tally.failed if self._concerns(node_id, failed=True)]

    def _concerns(self, node_id: str, failed: bool = False) -> bool:
        if self.where.left(node_id):
            return False
        if self.question.expected_nodes:
            return node_id in self.question.expected_nodes
        # A failure counts wherever it is, unless it is tolerated: its task has only gone on to another node.
        return failed or self.where.task_nodes is None or node_id in self.where.task_nodes

    @cached_property
    def _succeeded(self) -> list[str]:
        if self.where.anywhere and not self.question.expected_nodes:
            return self.tally.succeeded
        return [node_id for node_id in self.tally.succeeded if self._concerns(node_id)]

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

    def _judge_running(self, some_expected: bool) -> None:
        running = [node_id for node_id in self.tally.running if self._concerns(node_id)]
        # With at least so many, the others may still be on their way.
        enough = self.question.min_nodes is not None and len(self._succeeded) >= self._least
        if not running or (enough and not some_expected):
            return
        again = [node_id for node_id in running if node_id in self.where.ended_before]
        first = [node_id for node_id in running if node_id not in self.where.ended_before]
        for node_ids, how in ((first, "is running on"), (again, "is running again, after a reboot or reimage, on")):
            if node_ids:
                self._say(f"{how} {name_some(node_ids)}", self._over, node_ids)

    def _judge_absent(self, expected: set[str]) -> None:
        succeeded = self._succeeded
        absent = sorted(expected.difference(self.tally.started)) if expected else []
        if absent:
            self._say(f"has not started on {name_some(absent)}", self._closed, absent)
        elif len(succeeded) < self._least:
            running = [node_id for node_id in self.tally.running if self._concerns(node_id)]
            hopeless = self._closed and (self._over or len(succeeded) + len(running) < self._least)
            if not self.tally.total:
                why = f": {self.where.why_none}" if self.where.why_none else ""
                self._say(f"has not started on any node{why}", hopeless)
            elif self.where.task_nodes is not None and not expected and not succeeded:
                self._say("has nowhere to be done yet: no node of the pool has a task of the job", hopeless)
            elif not (hopeless and self.judgement.failed and self.question.min_nodes is None):
                # Where the failed nodes are named, that none has succeeded says nothing more.
                self._say(f"has succeeded on {len(succeeded)} of at least {self._least} nodes", hopeless)

    def _accuse(self, node_id: str) -> Reason:
        item, info = self.tally.failed[node_id]
        offender = Offender(
            self.tally.name,
            _execution.why(info),
            job_id=self.job.id,
            pool_id=str(item["poolId"]) if item.get("poolId") else None,
            node_id=node_id,
            directory=str(info.get("taskRootDirectory") or "") or None,
            ran=True,
        )
        sentence = f"{self._named(node_id)}: {self.tally.name} failed, {offender.why}{self._retried(node_id)}"
        return Reason(sentence, offender)

    def _named(self, node_id: str) -> str:
        return f"{self.job.id}/{node_id}" if self.question.several else node_id

    def _retried(self, node_id: str) -> str:
        if self.where.task_nodes is None or node_id in self.where.task_nodes:
            return ""
        later = self._later(node_id)
        return f"; its task was retried on another node, {name_some(later)}" if later else "; no task is on it any more"

    def _later(self, node_id: str) -> list[str]:
        """Where the task went on, as far as times tell: to nodes that began to prepare after this one had failed."""
        nodes, ended = self.where.task_nodes or (), _time(self.tally.ended[node_id])
        if self.where.task_nodes is None or node_id in nodes or not ended:
            return []
        return [
            other
            for other, began in self.tally.began.items()
            if other != node_id and _time(began) >= ended and other in nodes
        ]

    def _about(self, node_id: str, sentence: str) -> Reason:
        return Reason(sentence, Offender(self.tally.name, sentence, job_id=self.job.id, node_id=node_id))

    def _say(self, what: str, hopeless: bool, node_ids: Sequence[str] = ()) -> None:
        sentence = f"{self.job.id}: {self.tally.name} {what}" + (f", and {self.job.why_ended}" if hopeless else "")
        offenders = [
            Offender(self.tally.name, sentence, job_id=self.job.id, pool_id=self.job.pool_id, node_id=node_id)
            for node_id in node_ids or (None,)
        ]
        (self.judgement.failed if hopeless else self.judgement.missing).append(Reason(sentence, *offenders))


def _time(written: Any) -> str:
    """Comparable: of two times in the same second, that without a fraction is the earlier one."""
    return str(written or "").rstrip("Zz")


def situation(verdict: PrepVerdict) -> str:
    """One word for where a job stands, for playbooks that want to decide by it."""
    tally, judgement = verdict.tally, verdict.judgement
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
