# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads jobs with the counts of their tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._base.json import same_id
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import JobTally
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._jobs.condition import JobCondition
    from ansible_collections.batchops.azure.plugins.module_utils._jobs.schedule import RecentJob
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

_NEEDED = ("id", "state", "executionInfo")


class JobReader:
    """Jobs by their ids, or those of the account."""

    kind = "jobs"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, options: ReadOptions) -> None:
        self._client = client
        self._facts = facts
        self._options = options
        self._condition: JobCondition | None = None
        self._recent: RecentJob | None = None
        # Only for those who use it: what a module pulls in is compiled at every task.
        if options.job_schedule_id:
            from ansible_collections.batchops.azure.plugins.module_utils._jobs.schedule import RecentJob

            self._recent = RecentJob(client, options.job_schedule_id, options.missing_ok)
        if options.condition:
            from ansible_collections.batchops.azure.plugins.module_utils._jobs.condition import JobCondition

            self._condition = JobCondition(client, options)
        # What depends on what is asked only where every failure is waited for, and since when only where nothing may change.
        dependencies = () if options.fail_fast else ("usesTaskDependencies",)
        # A job that was added since a list was read may have failed already.
        named = options.job_ids or options.job_schedule_id
        created = () if named or options.condition != "succeeded" else ("creationTime",)
        since = ("stateTransitionTime",) if options.watched else ()
        self._needed = (*_NEEDED, *dependencies, *created, *since)

    def read(self) -> Snapshot:
        tally, facts = JobTally(), list[dict[str, Any]]()
        jobs = self._read_jobs(tally)
        for job_id, counts in zip(jobs, read_concurrently(self._client, jobs, self._read_counts)):
            tasks, slots = flat_counts(counts) if counts is not None else ({}, None)
            tally.count(job_id, tasks)
            if not self._options.summary_only:
                of_tasks = {} if counts is None else {"task_counts": self._facts.of(tasks), "task_slot_counts": slots}
                facts.append({**self._facts.of(jobs[job_id]), **of_tasks})
        judgement = self._condition.judge(tally) if self._condition else None
        # After the judgement, for which lists may have corrected how a job ended.
        return Snapshot(facts, tally.summary(), tally.by_job() if self._options.several else None, judgement)

    def _read_jobs(self, tally: JobTally) -> dict[str, dict[str, Any]]:
        """The jobs by their ids."""
        job_ids = self._named(tally)
        if job_ids is not None:
            found = read_concurrently(self._client, job_ids, self._read_job)
            tally.missing += [job_id for job_id, job in zip(job_ids, found) if job is None]
            jobs = [job for job in found if job is not None]
        else:
            pages = self._client.pages(("jobs",), self._options.list_query(self._needed))
            listed = list(self._options.limited(pages))
            tally.pages = len(listed)
            jobs = [job for page in listed for job in page]
            created = [time for job in jobs if isinstance(time := job.get("creationTime"), str)]
            tally.newest = max(created, default="")
        by_id = tally.add(jobs)
        tally.truncated = self._options.reached(len(jobs))
        return by_id

    def _named(self, tally: JobTally) -> Sequence[str] | None:
        """Ids of the jobs that are asked for; None where a list says which there are."""
        if self._recent is None:
            return self._options.job_ids or None
        tally.schedule = schedule = self._recent.find()
        if schedule.absent:
            tally.missing = [schedule.id]
        return [schedule.recent_job] if schedule.recent_job else []

    def _read_job(self, job_id: str) -> Any:
        job = none_if_missing(
            "job",
            self._options.missing_ok,
            lambda: self._client.get(("jobs", job_id), self._options.item_query(self._needed)),
        )
        if job is not None:
            same_id(job, job_id, "job")
        return job

    def _read_counts(self, job_id: str) -> dict[str, Any] | None:
        options = self._options
        # A job is seen to move by its tasks.
        needed = options.condition == "succeeded" or (options.watched and options.condition == "completed")
        if not options.task_counts and not needed:
            return None
        return none_if_missing(
            "job", self._options.jobs_may_go, lambda: self._client.get(("jobs", job_id, "taskcounts"))
        )
