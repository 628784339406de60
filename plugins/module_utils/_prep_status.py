# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads where the job preparation and job release tasks have run, and judges it.

The service lists only nodes on which one of them has run. An empty list means "not started", never "done".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState, read_job_state
from ansible_collections.batchops.azure.plugins.module_utils._look import (
    Look,
    Question,
    Summary,
    each,
    merge,
    unless_absent,
)
from ansible_collections.batchops.azure.plugins.module_utils._prep_verdict import (
    ExecutionTally,
    PrepVerdict,
    Where,
    situation,
)
from ansible_collections.batchops.azure.plugins.module_utils._task_nodes import (
    read_pool_nodes,
    read_task_nodes,
    why_none,
)
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement

_NEEDED = ("poolId", "nodeId", "jobPreparationTaskExecutionInfo", "jobReleaseTaskExecutionInfo")

# The first is what the service sends, the second what its documentation prints.
_NO_PREP_TASK = frozenset(("JobPreparationTaskOrReleaseTaskNotSpecified", "JobPreparationTaskNotSpecified"))


class PrepStatusReader:
    """The preparation status of one job or of several."""

    kind = "nodes"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, question: Question) -> None:
        self._client = client
        self._facts = facts
        self._question = question
        # Nodes whose task had ended when it was last looked at, by job and kind: only a wait looks twice.
        self._ended: dict[tuple[str, str], frozenset[str]] = {}

    def look(self) -> Look:
        jobs = self._question.job_ids
        looks = dict(zip(jobs, each(self._client, jobs, self._look_at_job)))
        if not self._question.several:
            return looks[jobs[0]]
        merged = merge(looks)
        # What is missing here is the job itself, not something of it.
        merged.summary["missing"] = [job_id for job_id, look in looks.items() if look.summary["missing"]]
        return merged

    def _look_at_job(self, job_id: str) -> Look:
        # Before the status: a job seen to have ended prepares no further node after that.
        job = unless_absent(
            "job",
            self._question.missing_ok,
            lambda: read_job_state(self._client, job_id, "jobPreparationTask", "jobReleaseTask"),
        )
        look = Look()
        tallies = ExecutionTally(job_id, "preparation"), ExecutionTally(job_id, "release")
        # Before the status, for the same reason: a task that is on a node has begun to prepare it.
        task_nodes = self._task_nodes(job)
        total = self._read(job_id, look, *tallies) if job else 0
        if job and total is None:
            job = replace(job, has_prep_task=False, has_release_task=False)
        look.summary = self._summary(job, total or 0, *tallies)
        if job is None:
            look.summary["missing"] = [job_id]
        if self._question.condition:
            look.judgement = self._judge(job_id, job, task_nodes, tallies, look.summary)
        return look

    def _task_nodes(self, job: JobState | None) -> frozenset[str] | None:
        # What must be released is what was prepared, wherever tasks are now.
        if job is None or self._question.condition != "prepared" or not self._question.expect_task_nodes:
            return None
        return frozenset(read_task_nodes(self._client, job.id))

    def _judge(
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
            again = ExecutionTally(job.id, "preparation")
            self._read(job.id, Look(), again, ExecutionTally(job.id, "release"))
            seen = replace(verdict, tally=again, judgement=Judgement())
            seen.judge()
            return seen.only_waits

        judge_capacity(self._client, verdict.judgement, [verdict.job], "prepared", still_waits)

    def _where(self, job: JobState, wanted: ExecutionTally, task_nodes: frozenset[str] | None) -> Where:
        present = None
        if self._question.ignore_removed_nodes and job.pool_id:
            # After the status: a node that leaves while it is read has left.
            present = frozenset(read_pool_nodes(self._client, job.pool_id))
        remembered = self._ended.get((job.id, wanted.name), frozenset())
        self._ended[job.id, wanted.name] = remembered | frozenset((*wanted.succeeded, *wanted.failed, *wanted.unknown))
        known = wanted.total or task_nodes or wanted.name == "release" or job.ended
        unstarted = "" if known else why_none(self._client, job)
        return Where(task_nodes, present, remembered, unstarted)

    def _read(self, job_id: str, look: Look, preparation: ExecutionTally, release: ExecutionTally) -> int | None:
        """How many nodes are listed; None where the service says that the job has neither task."""
        total = 0
        path = ("jobs", job_id, "jobpreparationandreleasetaskstatus")
        try:
            for page in self._question.limited(self._client.pages(path, self._question.params(_NEEDED))):
                total += len(page)
                for item in page:
                    preparation.add(item, _NEEDED[2])
                    release.add(item, _NEEDED[3])
                    if not self._question.summary_only:
                        look.facts.append(self._facts_of(job_id, item))
        except ServiceError as error:
            if error.status != 409 or error.code not in _NO_PREP_TASK:
                raise
            return None
        return total

    def _facts_of(self, job_id: str, item: dict[str, Any]) -> dict[str, Any]:
        facts = self._facts.of(item)
        # Always there, so that a playbook can ask for them before anything has run.
        facts["preparation"] = facts.pop("job_preparation_task_execution_info", None)
        facts["release"] = facts.pop("job_release_task_execution_info", None)
        return {"job_id": job_id, **facts}

    def _summary(
        self, job: JobState | None, total: int, preparation: ExecutionTally, release: ExecutionTally
    ) -> Summary:
        return {
            "total": total,
            "has_prep_task": bool(job and job.has_prep_task),
            "has_release_task": bool(job and job.has_release_task),
            **preparation.summary(),
            "by_state": {
                "running": len(preparation.running),
                "completed": preparation.total - len(preparation.running),
            },
            "release": release.summary(),
            "job_state": job.state if job else None,
            # How many nodes must have succeeded, and where the job stands; known with a condition only.
            "expected": None,
            "situation": None,
            "missing": [],
            "truncated": self._question.reached(total),
        }
