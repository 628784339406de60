# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition asks beside the tasks themselves: their job, and whether those that wait can still run.

A wait looks many times, and most of the time nothing is decided yet. Whether the tasks of a large job are still under way is
asked in a few small requests. Only when something may be decided, all tasks are read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._account.dependencies import read_blocked
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState, read_job_state
from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._tasks.rules import judge, named, unfinished
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally

_UNFINISHED = "state ne 'completed'"
_NAMED = 5


class TaskCondition:
    """Looks at the tasks of jobs and judges them. `read` reads those that are asked for."""

    def __init__(
        self, client: Client, question: ReadOptions, read: Callable[[str], tuple[Snapshot, TaskTally]]
    ) -> None:
        self._client = client
        self._options = question
        self._read = read
        # Large jobs that were still under way when they were last looked at: only a wait looks twice.
        self._watched: set[str] = set()

    def read(self, job_id: str) -> Snapshot:
        # Before the tasks: a job seen to have ended cannot still be about to finish the tasks that are read after it.
        job = read_job_state(self._client, job_id, "usesTaskDependencies", "constraints")
        seen = self._probe(job) if job_id in self._watched else None
        if seen:
            return seen
        look, tally = self._read(job_id)
        tally.blocked = self._blocked(job, tally)
        prefix = f"{job_id}/" if self._options.several else ""
        look.judgement = judge(self._options.condition or "", tally, job, look.summary["missing"], prefix)
        if tally.only_waits and (look.judgement.missing if not self._options.fail_fast else not look.judgement.failed):
            self._judge_capacity(look.judgement, job)
        self._watched.discard(job.id)
        if tally.pages > 1 and worth_watching(self._options, job, look):
            self._watched.add(job.id)
        return look

    def _probe(self, job: JobState) -> Snapshot | None:
        seen = probe(self._client, self._options, job)
        if seen and seen.judgement and not seen.summary["by_state"]["running"]:
            self._judge_capacity(seen.judgement, job)
        return seen

    def _judge_capacity(self, judgement: Judgement, job: JobState) -> None:
        capacity = judge_capacity(self._client, [job], self._options.condition or "", self._still_waits)
        judgement.add(capacity)
        if capacity.failed:
            # Nothing of the job runs, and nothing will start.
            judgement.going_on = False

    def _still_waits(self, job: JobState) -> bool:
        return self._read(job.id)[1].only_waits

    def _blocked(self, job: JobState, tally: TaskTally) -> dict[str, dict[str, str]]:
        if job.ended or not job.uses_dependencies or not tally.by_state["active"]:
            return {}
        # Where all tasks were read, a list without a failure says that nothing is blocked.
        if not self._options.task_ids and not self._options.filter and not tally.failed:
            return {}
        return read_blocked(self._client, job.id)


def worth_watching(question: ReadOptions, job: JobState, look: Snapshot) -> bool:
    """Whether the next look may be a small one: where only numbers are wanted, and tasks are still under way."""
    plain = question.summary_only and not (question.task_ids or question.filter or question.subtasks or question.limit)
    # What depends on what, and what never started, only the whole list tells.
    simple = question.condition in ("completed", "succeeded") and not job.uses_dependencies
    judgement = look.judgement or Judgement()
    return plain and simple and not judgement.failed and bool(judgement.missing)


def probe(client: Client, question: ReadOptions, job: JobState) -> Snapshot | None:
    """A look at a job whose tasks are still under way; None where something may be decided, so that all must be read.

    That there is an unfinished task, and no failed one, is read from lists. The numbers are the service's counts.
    """
    tasks = ("jobs", job.id, "tasks")
    failed = {"$filter": execution.FAILED_FILTER, "$select": "id", "maxresults": 1}
    if job.ended or (question.condition == "succeeded" and client.first(tasks, failed)):
        return None
    page = client.first(tasks, {"$filter": _UNFINISHED, "$select": "id,state", "maxresults": _NAMED})
    states = {id_of(task, "a task of the list"): str(task.get("state") or "unknown").lower() for task in page}
    # Not what the filter was to leave out: then only the whole list tells.
    waiting = [(task_id, state) for task_id, state in states.items() if state != "completed"]
    if not waiting:
        return None
    counts, _slots = flat_counts(client.get(("jobs", job.id, "taskcounts")))
    number = max(len(waiting), counts.get("active", 0) + counts.get("running", 0))
    judgement = Judgement(missing=[unfinished(job, question.condition or "", named(waiting), number)])
    return Snapshot(summary=_tally(counts).summary(), judgement=judgement)


def _tally(counts: Mapping[str, int]) -> TaskTally:
    """What the counts tell. They hold tasks that are preparing among those that are running."""
    tally = TaskTally()
    tally.by_state.update({state: counts.get(state, 0) for state in ("active", "running", "completed")})
    tally.succeeded = counts.get("succeeded", 0)
    return tally
