# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lists say of how jobs ended. Counts lag behind, in both directions; a narrow list has the last word, and names the tasks."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import End, JobTally
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently

# So many tasks are named in a sentence about a job.
_NAMED = 3


def read_ends(client: Client, tally: JobTally, gone_ok: bool) -> dict[str, End]:
    """How each job ended. `gone_ok` where a job may have been deleted since it was read."""

    def read(job: JobState) -> End:
        counted = tally.ends[job.id]
        if job.scheduling_error or (counted.outcome == execution.RUNNING and job.state != "completed"):
            return counted
        return none_if_missing("job", gone_ok, lambda: _end_by_list(client, job, counted)) or End(execution.RUNNING)

    return dict(zip(tally.jobs, read_concurrently(client, tally.jobs.values(), read)))


def _end_by_list(client: Client, job: JobState, counted: End) -> End:
    """`counted` is what the counts say."""
    ended = job.state == "completed"
    tasks = ("jobs", job.id, "tasks")
    wrong = "state ne 'completed' or executionInfo/result ne 'success'" if ended else execution.FAILED_FILTER
    unclear: list[Offender] = []
    for page in client.pages(tasks, {"$filter": wrong, "$select": "id,state,executionInfo"}):
        failed, doubtful = _offenders(job.id, page)
        unclear += doubtful[:_NAMED]
        if failed:
            more = f"; {counted.why}" if len(failed) > _NAMED else ""
            return End(execution.FAILED, f"{'completed, but ' if ended else ''}{_named(failed)}{more}", tuple(failed))
    if not ended:
        return End(execution.RUNNING)
    if unclear:
        return End(execution.UNKNOWN, f"is completed, but {_named(unclear)}", tuple(unclear))
    # No task is wrong. That there is one, the counts have said, or a list must.
    if counted.outcome == execution.SUCCEEDED or client.first(tasks, {"$select": "id", "maxresults": 1}):
        return End(execution.SUCCEEDED)
    return End(execution.FAILED, "completed without a task")


def _offenders(job_id: str, tasks: list[dict[str, Any]]) -> tuple[list[Offender], list[Offender]]:
    """Those that failed or will not run any more; and those that say what cannot be, or what is not known."""
    failed: list[Offender] = []
    unclear: list[Offender] = []
    for task in tasks:
        info, state = part(task, "executionInfo"), str(task.get("state") or "unknown").lower()
        task_id, outcome = id_of(task, "a task of the list"), execution.outcome(info, state)
        if outcome == execution.SUCCEEDED:
            continue
        why = f"is {state}"
        if outcome == execution.FAILED:
            why = f"failed, {execution.why(info)}"
        elif outcome == execution.UNKNOWN:
            why = f"ended with a result that is not known to be a success ({info.get('result')})"
        offender = Offender("task", why, job_id=job_id, task_id=task_id, ran=bool(info.get("startTime")))
        (failed if outcome == execution.FAILED or state == "active" else unclear).append(offender)
    return failed, unclear


def _named(offenders: list[Offender]) -> str:
    return "; ".join(f"task {offender.task_id} {offender.why}" for offender in offenders[:_NAMED])
