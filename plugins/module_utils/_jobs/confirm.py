# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Confirms with lists how jobs ended. Counts lag behind, in both directions. A filtered list decides, and names the tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import End, JobTally
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently

# How many tasks a sentence about a job names.
_NAMED = 3


def read_ends(client: Client, tally: JobTally, gone_ok: bool) -> dict[str, End]:
    """How each job ended. With `gone_ok`, a job may have been deleted since it was read."""

    def read(job: JobState) -> End:
        counted = tally.ends[job.id]
        if job.scheduling_error or (counted.outcome == execution.RUNNING and job.state != "completed"):
            return counted
        failures = tally.counts[job.id]["failed"]
        found = none_if_missing("job", gone_ok, lambda: _end_by_list(client, job, counted, failures))
        return found or End(execution.RUNNING)

    return dict(zip(tally.jobs, read_concurrently(client, tally.jobs.values(), read)))


def _end_by_list(client: Client, job: JobState, counted: End, failures: int) -> End:
    """`counted` is the end according to the counts, `failures` the number of failed tasks according to them."""
    ended = job.state == "completed"
    tasks = ("jobs", job.id, "tasks")
    wrong = "state ne 'completed' or executionInfo/result ne 'success'" if ended else execution.FAILED_FILTER
    found = _Wrong(job.id)
    for page in client.pages(tasks, {"$filter": wrong, "$select": "id,state,executionInfo"}):
        found.add(page)
        if found.failed:
            more = f"; {counted.why}" if len(found.failed) > _NAMED else ""
            why = f"{'completed, but ' if ended else ''}{found.named(found.failed)}{more}"
            return End(execution.FAILED, why, tuple(found.failed))
    if not ended:
        return End(execution.RUNNING)
    if found.unclear:
        why = f"is completed, but {found.named(found.unclear)}"
        return End(execution.UNKNOWN, why, tuple(found.unclear), final=not found.may_change)
    if failures:
        # Old counts would show running tasks. A failure that they show has happened, and may have been corrected since.
        why = f"is completed, and its task counts say that {counted.why}, but its list of tasks names 0"
        return End(execution.UNKNOWN, why)
    # No task has failed. The counts or a list must show that there is at least one task.
    if counted.outcome == execution.SUCCEEDED or client.first(tasks, {"$select": "id", "maxresults": 1}):
        return End(execution.SUCCEEDED)
    return End(execution.FAILED, "completed without a task")


class _Wrong:
    """Tasks that did not succeed, collected page by page."""

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        # Those that failed, or that will not run any more.
        self.failed: list[Offender] = []
        # Those with a contradictory or unknown state or result; at most as many as a sentence names.
        self.unclear: list[Offender] = []
        # Whether the state of one of these may still change. A result does not change.
        self.may_change = False
        # What a sentence says after the name of each task.
        self._words: dict[str | None, str] = {}

    def add(self, tasks: list[dict[str, Any]]) -> None:
        for task in tasks:
            info, state = part(task, "executionInfo"), str(task.get("state") or "unknown").lower()
            task_id, outcome = id_of(task, "a task of the list"), execution.outcome(info, state)
            if outcome == execution.SUCCEEDED:
                continue
            self._words[task_id] = words = _words(info, state, outcome)
            why = execution.why(info) if outcome == execution.FAILED else words
            offender = Offender("task", why, job_id=self._job_id, task_id=task_id, ran=bool(info.get("startTime")))
            if outcome == execution.FAILED or state == "active":
                self.failed.append(offender)
            else:
                self.may_change = self.may_change or outcome == execution.RUNNING
                self.unclear += [offender] if len(self.unclear) < _NAMED else []

    def named(self, offenders: list[Offender]) -> str:
        return "; ".join(f"task {one.task_id} {self._words[one.task_id]}" for one in offenders[:_NAMED])


def _words(info: Mapping[str, Any], state: str, outcome: str) -> str:
    if outcome == execution.FAILED:
        return f"failed, {execution.why(info)}"
    if outcome == execution.UNKNOWN:
        return f"ended with a result that is not known to be a success ({info.get('result')})"
    return f"is {state}"
