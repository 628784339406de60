# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the tasks of a large job are still under way, asked in a few small requests.

A wait looks many times, and most of the time nothing is decided yet. Only when something may be, all tasks are read again.
"""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState
from ansible_collections.batchops.azure.plugins.module_utils._look import Look, Question
from ansible_collections.batchops.azure.plugins.module_utils._task_counts import flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._task_verdict import TaskTally, unfinished
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, Offender, Reason

_UNFINISHED = "state ne 'completed'"
_NAMED = 5


def worth_watching(question: Question, job: JobState, look: Look) -> bool:
    """Whether the next look may be a small one: where only numbers are wanted, and tasks are still under way."""
    plain = question.summary_only and not (question.task_ids or question.filter or question.subtasks or question.limit)
    # What depends on what, and what never started, only the whole list tells.
    simple = question.condition in ("completed", "succeeded") and not job.uses_dependencies
    judgement = look.judgement or Judgement()
    return plain and simple and not judgement.failed and bool(judgement.missing)


def glance(client: Client, question: Question, job: JobState) -> Look | None:
    """A look at a job whose tasks are still under way; None where something may be decided, so that all must be read.

    That there is an unfinished task, and no failed one, is read from lists. The numbers are the service's counts.
    """
    tasks = ("jobs", job.id, "tasks")
    failed = {"$filter": _execution.FAILED_FILTER, "$select": "id", "maxresults": 1}
    if job.ended or (question.condition == "succeeded" and client.first(tasks, failed)):
        return None
    waiting = client.first(tasks, {"$filter": _UNFINISHED, "$select": "id,state", "maxresults": _NAMED})
    if not waiting:
        return None
    counts, _slots = flat_counts(client.get(("jobs", job.id, "taskcounts")))
    names = [f"{task.get('id')} ({str(task.get('state')).lower()})" for task in waiting]
    number = max(len(names), counts.get("active", 0) + counts.get("running", 0))
    sentence = unfinished(job, question.condition or "", names, number)
    judgement = Judgement(missing=[Reason(sentence, Offender("job", sentence, job_id=job.id))])
    return Look(summary=_tally(counts).summary(), judgement=judgement)


def _tally(counts: Mapping[str, int]) -> TaskTally:
    """What the counts tell. They hold tasks that are preparing among those that are running."""
    tally = TaskTally()
    tally.by_state.update({state: counts.get(state, 0) for state in ("active", "running", "completed")})
    tally.succeeded = counts.get("succeeded", 0)
    return tally
