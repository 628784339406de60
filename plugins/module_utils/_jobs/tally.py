# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts jobs and their tasks: pure, what is read comes from elsewhere.

How a job ended is told here as far as counts go; `confirm.py` asks lists, which have the last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState, job_state
from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import COUNTS
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of
from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import Spelling

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
    from ansible_collections.batchops.azure.plugins.module_utils._jobs.schedule import Schedule
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Summary


class End(NamedTuple):
    """Whether a job has succeeded, failed or not ended (`outcome` as in `execution`), why, and which tasks are to blame."""

    outcome: str
    why: str = ""
    offenders: tuple[Offender, ...] = ()
    # Whether an unknown end stays unknown, because everything in the job has ended.
    final: bool = False


class JobTally:
    """What is judged about jobs, by job id. A list that changes while it is read may name a job twice: the later entry replaces the earlier one."""

    def __init__(self) -> None:
        self.jobs: dict[str, JobState] = {}
        self._spelling = Spelling(self.jobs)
        # How many tasks of a job are in each state; see COUNTS.
        self.counts: dict[str, dict[str, int]] = {}
        self.ends: dict[str, End] = {}
        # Ids of named jobs that do not exist.
        self.missing: list[str] = []
        # Jobs that are listed twice, with differences in what is judged.
        self.disputed: set[str] = set()
        # Set if the job is the most recent one of a job schedule.
        self.schedule: Schedule | None = None
        self.truncated = False
        # On how many pages they were listed; none where they were named.
        self.pages = 0
        # When the newest was created, where that was read.
        self.newest = ""

    def add(self, jobs: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """The same jobs by their ids."""
        by_id: dict[str, dict[str, Any]] = {}
        for job in jobs:
            job_id = self._spelling.first(id_of(job, "a job of the list"))
            state = job_state(job_id, job)
            before = self.jobs.get(job_id)
            if before and (before.state, before.scheduling_error) != (state.state, state.scheduling_error):
                self.disputed.add(job_id)
            self.jobs[job_id] = state
            by_id[job_id] = job
        return by_id

    def count(self, job_id: str, counts: Mapping[str, int]) -> None:
        """`counts` are those of the job's tasks; none where they were not read."""
        self.counts[job_id] = {name: counts.get(name, 0) for name in COUNTS}
        self.ends[job_id] = end_by_counts(self.jobs[job_id], counts)

    def only_waits(self, job_id: str) -> bool:
        """Whether tasks of the job wait for a node, and none has one."""
        counts = self.counts[job_id]
        return bool(counts["active"]) and not counts["running"]

    def summary(self) -> Summary:
        scheduled = {"job_schedule": self.schedule.summary()} if self.schedule else {}
        return {**self._summary_of(self.jobs), "missing": self.missing, "truncated": self.truncated, **scheduled}

    def by_job(self) -> dict[str, Summary]:
        return {job_id: self._summary_of((job_id,)) for job_id in self.jobs}

    def _summary_of(self, job_ids: Iterable[str]) -> Summary:
        job_ids = list(job_ids)
        by_state: dict[str, int] = {}
        for job_id in job_ids:
            by_state[self.jobs[job_id].state] = by_state.get(self.jobs[job_id].state, 0) + 1
        failed = [job_id for job_id in job_ids if self.ends[job_id].outcome == execution.FAILED]
        return {
            "total": len(job_ids),
            "by_state": by_state,
            "succeeded": sum(self.ends[job_id].outcome == execution.SUCCEEDED for job_id in job_ids),
            "failed": len(failed),
            "failed_jobs": failed,
            "missing": [],
            "task_counts": {name: sum(self.counts[job_id][name] for job_id in job_ids) for name in COUNTS},
            "truncated": False,
        }


def end_by_counts(job: JobState, counts: Mapping[str, int]) -> End:
    """How a job ended, as far as its counts tell.

    `completed` alone says nothing about success: without counts the end is not known.
    """
    if job.scheduling_error:
        return End(execution.FAILED, f"scheduling error {job.scheduling_error}")
    if counts.get("failed"):
        total = sum(counts.get(name, 0) for name in ("active", "running", "completed"))
        return End(execution.FAILED, f"{counts['failed']} of {total} tasks failed")
    if job.state != "completed" or not counts:
        return End(execution.RUNNING)
    unfinished = counts.get("active", 0) + counts.get("running", 0)
    if unfinished:
        return End(execution.FAILED, f"completed with {unfinished} tasks that did not run")
    if not counts.get("succeeded"):
        return End(execution.FAILED, "completed without a task")
    agree = counts.get("completed", counts["succeeded"]) == counts["succeeded"]
    contradiction = "completed with task counts that contradict each other"
    return End(execution.SUCCEEDED) if agree else End(execution.UNKNOWN, contradiction)
