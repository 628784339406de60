# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition asks beside the status itself: where tasks of the job are, what is in the pool, and what was seen before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ansible_collections.batchops.azure.plugins.module_utils._capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState
from ansible_collections.batchops.azure.plugins.module_utils._look import Summary
from ansible_collections.batchops.azure.plugins.module_utils._prep_tally import ExecutionTally
from ansible_collections.batchops.azure.plugins.module_utils._prep_verdict import PrepVerdict, Where, situation
from ansible_collections.batchops.azure.plugins.module_utils._question import Question
from ansible_collections.batchops.azure.plugins.module_utils._task_nodes import (
    read_pool_nodes,
    read_task_nodes,
    why_none,
)
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement


class PrepWatch:
    """Judges the status of jobs. `read_again` counts where the preparation of a job has run by now."""

    def __init__(self, client: Client, question: Question, read_again: Callable[[str], ExecutionTally]) -> None:
        self._client = client
        self._question = question
        self._read_again = read_again
        # By job and kind: nodes whose task had ended in earlier looks, and the last one, which only a wait comes back to.
        self._ended: dict[tuple[str, str], frozenset[str]] = {}
        self._last: dict[tuple[str, str], ExecutionTally] = {}

    def task_nodes(self, job: JobState | None) -> frozenset[str] | None:
        """The nodes of the job's tasks; None where it does not matter."""
        # What must be released is what was prepared, wherever tasks are now.
        if job is None or self._question.condition != "prepared" or not self._question.expect_task_nodes:
            return None
        return frozenset(read_task_nodes(self._client, job.id))

    def judge(
        self,
        job_id: str,
        job: JobState | None,
        task_nodes: frozenset[str] | None,
        tallies: tuple[ExecutionTally, ExecutionTally],
        summary: Summary,
    ) -> Judgement:
        """`prepared` and `released`: succeeded on every node that ran it, on those expected, and on at least so many."""
        judgement = Judgement()
        preparation, release = tallies
        wanted = preparation if self._question.condition == "prepared" else release
        there = job and (job.has_prep_task if wanted is preparation else job.has_release_task)
        if job is None:
            judgement.missing.append(f"{job_id}: no such job")
        elif not there:
            if not self._question.missing_ok:
                judgement.failed.append(f"{job_id}: the job has no job {wanted.name} task")
        else:
            verdict = PrepVerdict(job, self._question, wanted, self._where(job, wanted, task_nodes), judgement)
            verdict.judge(prepared=() if wanted is preparation else preparation.started)
            if wanted is preparation and verdict.only_waits:
                self._judge_capacity(verdict)
            summary["expected"] = len(verdict.expected()) or self._question.min_nodes
            summary["situation"] = situation(verdict)
        return judgement

    def _judge_capacity(self, verdict: PrepVerdict) -> None:
        def still_waits(job: JobState) -> bool:
            seen = replace(verdict, tally=self._read_again(job.id), judgement=Judgement())
            seen.judge()
            return seen.only_waits

        judge_capacity(self._client, verdict.judgement, [verdict.job], "prepared", still_waits)

    def _where(self, job: JobState, wanted: ExecutionTally, task_nodes: frozenset[str] | None) -> Where:
        present = None
        if self._question.ignore_removed_nodes and job.pool_id:
            # After the status: a node that leaves while it is read has left.
            present = frozenset(read_pool_nodes(self._client, job.pool_id))
        remembered = self._ended_before(job.id, wanted)
        known = wanted.total or task_nodes or wanted.name == "release" or job.ended
        unstarted = "" if known else why_none(self._client, job)
        return Where(task_nodes, present, remembered, unstarted)

    def _ended_before(self, job_id: str, wanted: ExecutionTally) -> frozenset[str]:
        """Nodes whose task had ended in a look before this one."""
        key = job_id, wanted.name
        last = self._last.get(key)
        if last:
            ended = frozenset((*last.succeeded, *last.failed, *last.unknown))
            self._ended[key] = self._ended.get(key, frozenset()) | ended
        self._last[key] = wanted
        return self._ended.get(key, frozenset())
