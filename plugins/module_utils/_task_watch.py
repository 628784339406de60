# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the tasks of a large job are still under way, asked in a few small requests.

A wait looks many times, and most of the time nothing is decided yet. Only when something may be, all tasks are read again.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._answer import part
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState
from ansible_collections.batchops.azure.plugins.module_utils._look import Look, Question
from ansible_collections.batchops.azure.plugins.module_utils._task_counts import flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, Offender, Reason

_FAILED = "executionInfo/result eq 'failure'"
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
    if job.ended or (question.condition == "succeeded" and _first(client, tasks, _FAILED, 1)):
        return None
    unfinished = _first(client, tasks, _UNFINISHED, _NAMED)
    if not unfinished:
        return None
    counts, _slots = flat_counts(client.get(("jobs", job.id, "taskcounts")))
    number = max(len(unfinished), counts.get("active", 0) + counts.get("running", 0))
    named = ", ".join(f"{task.get('id')} ({str(task.get('state')).lower()})" for task in unfinished)
    more = f" and {number - len(unfinished)} more" if number > len(unfinished) else ""
    sentence = f"job {job.id}: {number} tasks not {question.condition}: {named}{more}"
    judgement = Judgement(missing=[Reason(sentence, Offender("job", sentence, job_id=job.id))])
    return Look(summary=_summary(counts), judgement=judgement)


def _first(client: Client, path: tuple[str, ...], condition: str, most: int) -> list[dict[str, Any]]:
    """The first tasks that the service finds. What it cannot filter is looked at again here."""
    query = {"$filter": condition, "$select": "id,state,executionInfo", "maxresults": most}
    for page in client.pages(path, query):
        found = [task for task in page if condition != _FAILED or _has_failed(task)]
        if found:
            return found[:most]
    return []


def _has_failed(task: dict[str, Any]) -> bool:
    return _execution.outcome(part(task, "executionInfo"), task.get("state")) == _execution.FAILED


def _summary(counts: dict[str, int]) -> dict[str, Any]:
    return {
        "total": sum(counts.get(state, 0) for state in ("active", "running", "completed")),
        # The counts hold those that are preparing among those that are running.
        "by_state": {
            "active": counts.get("active", 0),
            "preparing": 0,
            "running": counts.get("running", 0),
            "completed": counts.get("completed", 0),
        },
        "succeeded": counts.get("succeeded", 0),
        "failed": 0,
        "failed_tasks": [],
        "failed_subtasks": [],
        "missing": [],
        "truncated": False,
    }
