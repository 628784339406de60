# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of jobs, with the extra reads that they need: lists that confirm the counts, and whether waiting tasks can still run.

`rules.py` says what a job's state and end mean. New conditions go there.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account.capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import COUNTS
from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of
from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import folded
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    SATISFIED,
    Judgement,
    Offender,
    Reason,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._jobs import rules
from ansible_collections.batchops.azure.plugins.module_utils._jobs.confirm import read_ends
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import JobTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently


class JobCondition:
    """Judges the requested condition."""

    def __init__(self, client: Client, options: ReadOptions) -> None:
        self._client = client
        self._options = options
        self._name = options.condition or ""

    def judge(self, tally: JobTally) -> Judgement:
        """Judges the condition. For `succeeded`, lists decide: in the tally, they replace what the counts say about how jobs ended."""
        if self._name == "succeeded":
            tally.ends = read_ends(self._client, tally, self._options.jobs_may_go)
        judgement = rules.judge(self._name, tally)
        if tally.pages > 1 and judgement.verdict == SATISFIED:
            judgement.add(Judgement(missing=self._changed_meanwhile(tally)))
        if self._options.watched:
            judgement.digest = _digest_of(tally)
        contradicted = self._contradicted(tally) if self._name == "completed" else []
        judgement.missing += contradicted
        if self._name in ("completed", "succeeded"):
            # Jobs whose tasks all wait for a node, perhaps for ever.
            idle = [job for job in tally.jobs.values() if tally.only_waits(job.id)]
            judgement.add(judge_capacity(self._client, idle, self._name, self._still_waits))
            if judgement.failed and not self._options.fail_fast:
                judgement.going_on = bool(contradicted) or self._any_goes_on(tally)
        return judgement

    def _changed_meanwhile(self, tally: JobTally) -> list[Reason]:
        """A list of several pages is no snapshot: a job may have been added, or have left its state, while another came to it."""
        state = rules.state_for(self._name)
        wrong = f"state ne '{state}'"
        if tally.newest and self._name == "succeeded":
            # One that was added since may have failed and be completed already. Whole seconds: that is how such a time is documented.
            wrong = f"{wrong} or creationTime ge DateTime'{tally.newest[:19]}Z'"
        pages = self._client.pages(("jobs",), {"$filter": self._options.narrowed(wrong), "$select": "id,state"})
        known = {folded(job_id) for job_id in tally.jobs}
        return next(([reason] for page in pages for job in page if (reason := _changed(state, job, known))), [])

    def _contradicted(self, tally: JobTally) -> list[Reason]:
        """Completed jobs with a task that still runs, according to a list. A list is read only if the counts, which lag, say so or were not read."""
        suspects = [
            job
            for job in tally.jobs.values()
            if job.state == "completed" and (tally.counts[job.id]["running"] or not self._options.task_counts)
        ]
        query = {"$filter": "state ne 'completed' and state ne 'active'", "$select": "id,state", "maxresults": 1}

        def running(job: JobState) -> list[dict[str, Any]] | None:
            return none_if_missing(
                "job", self._options.jobs_may_go, lambda: self._client.first(("jobs", job.id, "tasks"), query)
            )

        return [
            rules.accuse(job, f"is completed, but its task {id_of(task, 'a task of the list')} is {task.get('state')}")
            for job, found in zip(suspects, read_concurrently(self._client, suspects, running))
            for task in found or ()
            if str(task.get("state")).lower() not in ("completed", "active")
        ]

    def _any_goes_on(self, tally: JobTally) -> bool:
        """Whether what was judged may still change, or whether more failures may follow."""
        # Jobs that may still appear, or whose state is not known.
        if tally.missing or tally.disputed:
            return True
        return any(read_concurrently(self._client, tally.jobs.values(), lambda job: self._goes_on(job, tally)))

    def _goes_on(self, job: JobState, tally: JobTally) -> bool:
        # Imported only where needed, because every task compiles what it imports.
        from ansible_collections.batchops.azure.plugins.module_utils._account.prospects import gets_no_node, goes_on

        own = rules.judge_job(self._name, job, tally.ends[job.id])
        if own.missing:
            if own.settled:
                return False
            waits = tally.only_waits(job.id)
            return not (waits and gets_no_node(self._client, job, self._name, self._still_waits))
        # One that cannot complete any more is not waited for while it terminates.
        if self._name == "completed":
            return False
        return bool(
            none_if_missing(
                "job",
                self._options.jobs_may_go,
                lambda: goes_on(self._client, job, tally.counts[job.id], self._name, self._still_waits),
            )
        )

    def _still_waits(self, job: JobState) -> bool:
        # The counts lag behind; the list does not.
        query = {"$filter": "state eq 'active'", "$select": "id,state", "maxresults": 1}
        return bool(self._client.first(("jobs", job.id, "tasks"), query))


def _changed(state: str, job: Mapping[str, Any], known: Container[str]) -> Reason | None:
    """What has changed of a job that is listed again; None where it is as it was."""
    job_id = id_of(job, "a job of the list")
    if str(job.get("state")).lower() != state:
        what = f"is not {state}"
    elif folded(job_id) not in known:
        what = "was added"
    else:
        return None
    why = f"{what}; the list has changed while it was read"
    return Reason(f"{job_id}: {why}", Offender("job", why, job_id=job_id))


def _digest_of(tally: JobTally) -> int:
    """A digest of what is judged: the states of the jobs, how many tasks are in each state, and which have failed."""
    jobs = sum(
        digest(
            job[:3],
            job_id in tally.disputed,
            [tally.counts[job_id][name] for name in COUNTS],
            tally.ends[job_id].outcome,
            sorted(str(task.key) for task in tally.ends[job_id].offenders),
        )
        for job_id, job in tally.jobs.items()
    )
    return digest(jobs, tally.missing, tally.schedule and tally.schedule.state)
