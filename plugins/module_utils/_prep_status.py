# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads where the job preparation and job release tasks have run, and judges it.

The service lists only nodes on which one of them has run. An empty list means "not started", never "done".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._answer import part
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
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, name_some

_NEEDED = ("poolId", "nodeId", "jobPreparationTaskExecutionInfo", "jobReleaseTaskExecutionInfo")

# The first is what the service sends, the second what its documentation prints.
_NO_PREP_TASK = frozenset(("JobPreparationTaskOrReleaseTaskNotSpecified", "JobPreparationTaskNotSpecified"))


class ExecutionTally:
    """How one kind of task, preparation or release, has gone on the nodes where it ran."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.running: list[str] = []
        self.succeeded: list[str] = []
        self.unknown: list[str] = []
        self.failed: dict[str, str] = {}

    def add(self, node_id: str, info: Mapping[str, Any] | None) -> None:
        if info is None:
            return
        how = _execution.outcome(info, info.get("state"))
        if how == _execution.FAILED:
            self.failed[node_id] = _execution.why(info)
        else:
            {_execution.RUNNING: self.running, _execution.SUCCEEDED: self.succeeded, _execution.UNKNOWN: self.unknown}[
                how
            ].append(node_id)

    @property
    def started(self) -> list[str]:
        return [*self.running, *self.succeeded, *self.unknown, *self.failed]

    def summary(self) -> Summary:
        return {
            "started": len(self.started),
            "running": len(self.running),
            "succeeded": len(self.succeeded),
            "failed": len(self.failed),
            "failed_nodes": list(self.failed),
        }


class PrepStatusReader:
    """The preparation status of one job or of several."""

    kind = "nodes"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, question: Question) -> None:
        self._client = client
        self._facts = facts
        self._question = question

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
        tallies = ExecutionTally("preparation"), ExecutionTally("release")
        total = self._read(job_id, look, *tallies) if job else 0
        if job and total is None:
            job = replace(job, has_prep_task=False, has_release_task=False)
        look.summary = self._summary(job, total or 0, *tallies)
        if job is None:
            look.summary["missing"] = [job_id]
        if self._question.condition:
            look.judgement = judge(job_id, job, self._question, *tallies)
        return look

    def _read(self, job_id: str, look: Look, preparation: ExecutionTally, release: ExecutionTally) -> int | None:
        """How many nodes are listed; None where the service says that the job has neither task."""
        total = 0
        path = ("jobs", job_id, "jobpreparationandreleasetaskstatus")
        try:
            for page in self._question.limited(self._client.pages(path, self._question.params(_NEEDED))):
                total += len(page)
                for item in page:
                    for tally, name in ((preparation, _NEEDED[2]), (release, _NEEDED[3])):
                        tally.add(str(item.get("nodeId")), part(item, name) if item.get(name) is not None else None)
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
                "completed": len(preparation.started) - len(preparation.running),
            },
            "release": release.summary(),
            "job_state": job.state if job else None,
            "missing": [],
            "truncated": self._question.reached(total),
        }


def judge(
    job_id: str, job: JobState | None, question: Question, preparation: ExecutionTally, release: ExecutionTally
) -> Judgement:
    """`prepared` and `released`: succeeded on every node that ran it, on those expected, and on at least so many."""
    judgement = Judgement()
    if job is None:
        judgement.missing.append(f"{job_id}: no such job")
    elif question.condition == "prepared" and not job.has_prep_task:
        if not question.missing_ok:
            judgement.failed.append(f"{job_id}: the job has no job preparation task")
    elif question.condition == "released" and not job.has_release_task:
        if not question.missing_ok:
            judgement.failed.append(f"{job_id}: the job has no job release task")
    elif question.condition == "prepared":
        _judge_tally(judgement, job, question, preparation, set(question.expected_nodes))
    else:
        _judge_tally(judgement, job, question, release, set(question.expected_nodes) or set(preparation.started))
    return judgement


def _judge_tally(
    judgement: Judgement, job: JobState, question: Question, tally: ExecutionTally, expected: set[str]
) -> None:
    """`expected` are the nodes that must have succeeded; where it is empty, all that are listed must."""

    def concerned(node_ids: Iterable[str]) -> list[str]:
        return [node_id for node_id in node_ids if not question.expected_nodes or node_id in expected]

    judgement.failed += [
        f"{node_id}: {tally.name} failed, {tally.failed[node_id]}" for node_id in concerned(tally.failed)
    ]
    succeeded, running = concerned(tally.succeeded), concerned(tally.running)
    least = max(1, question.min_nodes or 1)
    # At least so many: then the others may still be on their way.
    enough = question.min_nodes is not None and len(succeeded) >= least and not question.expected_nodes
    # A running one can still succeed in a job that is ending, but not in one that has ended.
    over = job.scheduling_error is not None or job.state in ("completed", "deleting")
    if running and not enough:
        (judgement.failed if over else judgement.missing).append(
            _sentence(job, tally, f"is running on {name_some(running)}", over)
        )
    # No further node starts to prepare once the job ends; release tasks begin only then.
    closed = over or (tally.name == "preparation" and job.ended)
    absent = sorted(expected.difference(tally.started))
    if absent:
        (judgement.failed if closed else judgement.missing).append(
            _sentence(job, tally, f"has not started on {name_some(absent)}", closed)
        )
    elif len(succeeded) < least:
        what = (
            f"has succeeded on {len(succeeded)} of at least {least} nodes"
            if tally.started
            else "has not started on any node"
        )
        hopeless = closed and (over or len(succeeded) + len(running) < least)
        (judgement.failed if hopeless else judgement.missing).append(_sentence(job, tally, what, hopeless))
    judgement.missing += [
        f"{node_id}: {tally.name} ended with a result that is not known" for node_id in concerned(tally.unknown)
    ]


def _sentence(job: JobState, tally: ExecutionTally, what: str, over: bool) -> str:
    return f"{job.id}: {tally.name} {what}" + (f", and {job.why_ended}" if over else "")
