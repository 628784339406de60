# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small looks between two whole ones, while a wait goes on.

A wait looks many times, and most of the time nothing is decided yet. Whether the tasks of a large job are still under way is
asked in a few small requests. Only when something may be decided, all tasks are read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest, digest_of_all
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._tasks.rules import unfinished_reason
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import SINCE, TaskTally

_UNFINISHED = "state ne 'completed'"
_ON_A_NODE = "state eq 'running' or state eq 'preparing'"
_NAMED = 5


class Probe:
    """Remembers large jobs that were still under way when they were last looked at: only a wait looks twice."""

    def __init__(self, client: Client, options: ReadOptions) -> None:
        self._client = client
        self._options = options
        self._large: set[str] = set()

    def remember(self, job: JobState, tally: TaskTally, judgement: Judgement) -> bool:
        """After a whole look: whether the next one may be small."""
        self._large.discard(job.id)
        under_way = bool(judgement.missing) and not judgement.failed
        if tally.pages > 1 and under_way and self._only_numbers and self._simple(job):
            self._large.add(job.id)
        return job.id in self._large

    @property
    def _only_numbers(self) -> bool:
        # Named tasks are one page, and a limit goes with no condition.
        return self._options.summary_only and not (self._options.filter or self._options.subtasks)

    def _simple(self, job: JobState) -> bool:
        """What depends on what, and what never started, only the whole list tells."""
        return self._options.condition in ("completed", "succeeded") and not job.uses_dependencies

    def read(self, job: JobState) -> Snapshot | None:
        """A job whose tasks are still under way; None where something may be decided, so that all must be read.

        That there is an unfinished task, and no failed one, is read from lists. The numbers are the service's counts.
        """
        if job.id not in self._large or job.ended or self._has_failed(job):
            return None
        waiting, since = self._read_waiting(job)
        if not waiting:
            return None
        counts, _slots = flat_counts(self._client.get(("jobs", job.id, "taskcounts")))
        number = max(len(waiting), counts.get("active", 0) + counts.get("running", 0))
        reason = unfinished_reason(self._options.condition or "", job, waiting, number, since=since)
        judgement = Judgement(missing=[reason])
        tally = _tally(counts)
        if self._options.watched:
            judgement.digest = _digest(job, tally.by_state, self._read_running(job))
        return Snapshot(summary=tally.summary(), judgement=judgement)

    def _has_failed(self, job: JobState) -> bool:
        """Whether a task has failed, where that matters."""
        if self._options.condition != "succeeded":
            return False
        query = {"$filter": execution.FAILED_FILTER, "$select": "id", "maxresults": 1}
        return bool(self._client.first(("jobs", job.id, "tasks"), query))

    def _read_waiting(self, job: JobState) -> tuple[dict[str, str], dict[str, Any]]:
        """Some tasks that have not completed, their states, and since when they are in it."""
        select = f"id,state,{SINCE}" if self._options.watched else "id,state"
        query = {"$filter": _UNFINISHED, "$select": select, "maxresults": _NAMED}
        page = self._client.first(("jobs", job.id, "tasks"), query)
        states = {id_of(task, "a task of the list"): str(task.get("state") or "unknown").lower() for task in page}
        # Not what the filter was to leave out: then only the whole list tells.
        waiting = {task_id: state for task_id, state in states.items() if state != "completed"}
        return waiting, {task["id"]: task.get(SINCE) for task in page if task["id"] in waiting}

    def _read_running(self, job: JobState) -> int:
        """The tasks that are on a node, by their ids and states. Numbers would not show that one has stopped and another has begun."""
        query = {"$filter": _ON_A_NODE, "$select": "id,state"}
        return digest_of_all(
            (id_of(task, "a task of the list"), str(task.get("state")).lower())
            for page in self._client.pages(("jobs", job.id, "tasks"), query)
            for task in page
        )


def digest_of_numbers(job: JobState, tally: TaskTally) -> int:
    """What a small look would see: the ids and states of tasks that are on a node, the numbers of all others."""
    states = ((task_id, entry.state) for task_id, entry in tally.others.items())
    return _digest(job, tally.by_state, digest_of_all(item for item in states if item[1] in ("running", "preparing")))


def _digest(job: JobState, by_state: Mapping[str, int], running: int) -> int:
    return digest(job[:3], by_state["active"], by_state["completed"], running)


def _tally(counts: Mapping[str, int]) -> TaskTally:
    """What the counts tell. They hold tasks that are preparing among those that are running."""
    tally = TaskTally()
    tally.by_state.update({state: counts.get(state, 0) for state in ("active", "running", "completed")})
    tally.succeeded = counts.get("succeeded", 0)
    return tally
