# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition asks beside the status itself: where tasks of the job are, what is in the pool, and what was seen before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ansible_collections.batchops.azure.plugins.module_utils._account.capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
from ansible_collections.batchops.azure.plugins.module_utils._account.task_nodes import (
    TaskNodes,
    has_tasks_to_start,
    read_pool_nodes,
    read_task_nodes,
    why_none,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    PENDING,
    SATISFIED,
    Judgement,
    name_some,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._prep.rules import PrepVerdict, situation
from ansible_collections.batchops.azure.plugins.module_utils._prep.scope import Places
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import ExecutionTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Summary


class PrepCondition:
    """Judges the status of jobs. `read_again` counts where the preparation of a job has run by now."""

    def __init__(self, client: Client, question: ReadOptions, read_again: Callable[[str], ExecutionTally]) -> None:
        self._client = client
        self._options = question
        self._read_again = read_again
        # By job and kind: nodes whose task had ended in earlier looks, and the last one, which only a wait comes back to.
        self._ended: dict[tuple[str, str], frozenset[Node]] = {}
        self._last: dict[tuple[str, str], ExecutionTally] = {}

    def task_nodes(self, job: JobState | None) -> TaskNodes | None:
        """The nodes of the job's tasks; None where it does not matter."""
        # What must be released is what was prepared, wherever tasks are now.
        if job is None or self._options.condition != "prepared" or not self._options.expect_task_nodes:
            return None
        return read_task_nodes(self._client, job)

    def judge(
        self,
        job_id: str,
        job: JobState | None,
        task_nodes: TaskNodes | None,
        tallies: tuple[ExecutionTally, ExecutionTally],
        summary: Summary,
        *,
        refused: bool,
    ) -> Judgement:
        """`prepared` and `released`: succeeded on every node that ran it, on those expected, and on at least so many.

        `refused` where the service would not list the status, because the job had neither task.
        """
        preparation, release = tallies
        wanted = preparation if self._options.condition == "prepared" else release
        if job is None:
            return Judgement(missing=[f"{job_id}: no such job"])
        there = job.has_prep_task if wanted is preparation else job.has_release_task
        if contradiction := _contradiction(job, there, wanted, refused):
            return Judgement(missing=[contradiction])
        if not there:
            absent = [] if self._options.missing_ok else [f"{job_id}: the job has no job {wanted.name} task"]
            return Judgement(failed=list(absent))
        prepared = () if wanted is preparation else tuple(preparation.started)
        verdict = PrepVerdict(job, self._options, wanted, self._where(job, wanted, task_nodes), prepared)
        judgement = verdict.judge()
        self._look_ahead(verdict, judgement)
        summary["expected"] = len(verdict.expected()) or self._options.min_nodes
        summary["situation"] = situation(verdict, judgement)
        return judgement

    def _look_ahead(self, verdict: PrepVerdict, judgement: Judgement) -> None:
        """Whether it can still start where it has not; asked only where nothing runs, or where every failure is wanted."""
        if verdict.moves:
            judgement.going_on = True
        elif verdict.tally.name != "preparation" or judgement.verdict == SATISFIED or not verdict.waits:
            return
        elif judgement.verdict == PENDING or not self._options.fail_fast:
            capacity = self._capacity(verdict)
            judgement.add(capacity)
            if not self._options.fail_fast and not verdict.job.ended:
                judgement.going_on = not capacity.failed and has_tasks_to_start(self._client, verdict.job.id)

    def _capacity(self, verdict: PrepVerdict) -> Judgement:
        def still_waits(job: JobState) -> bool:
            seen = replace(verdict, tally=self._read_again(job.id))
            return seen.waits and seen.judge().verdict != SATISFIED

        return judge_capacity(self._client, [verdict.job], "prepared", still_waits)

    def _where(self, job: JobState, wanted: ExecutionTally, tasks: TaskNodes | None) -> Places:
        present = None
        if self._options.ignore_removed_nodes and job.pool_id:
            # After the status: a node that leaves while it is read has left.
            present = frozenset(read_pool_nodes(self._client, job.pool_id))
        remembered = self._ended_before(job.id, wanted)
        known = wanted.started or (tasks and (tasks.nodes or tasks.unplaced)) or wanted.name == "release" or job.ended
        unstarted = "" if known else why_none(self._client, job)
        return Places(tasks.nodes if tasks else None, tasks.unplaced if tasks else (), present, remembered, unstarted)

    def _ended_before(self, job_id: str, wanted: ExecutionTally) -> frozenset[Node]:
        """Nodes whose task had ended in a look before this one."""
        key = job_id, wanted.name
        last = self._last.get(key)
        if last:
            self._ended[key] = self._ended.get(key, frozenset()) | frozenset(last.ended)
        self._last[key] = wanted
        return self._ended.get(key, frozenset())


def _contradiction(job: JobState, there: bool, wanted: ExecutionTally, refused: bool) -> str | None:
    """What the job and its status say differently about whether there is such a task. Neither is believed then."""
    if not there and wanted.started:
        return f"{job.id}: the job has no job {wanted.name} task, and its status lists one on {name_some(map(wanted.name_of, wanted.started))}"
    if refused and (job.has_prep_task or job.has_release_task or wanted.states):
        return f"{job.id}: the job has a job preparation or release task, and its status says that it has neither"
    return None
