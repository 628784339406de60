# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._look import Look, each, look_at_each, unless_absent
from ansible_collections.batchops.azure.plugins.module_utils._task_tally import TaskTally

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._question import Question
    from ansible_collections.batchops.azure.plugins.module_utils._task_watch import TaskWatch

_NEEDED = ("id", "state", "executionInfo")


class TaskReader:
    """Tasks of one job or of several: all of a job's, or those named."""

    kind = "tasks"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, question: Question) -> None:
        self._client = client
        self._facts = facts
        self._question = question
        self._needed = _NEEDED + (("multiInstanceSettings",) if question.subtasks else ())
        self._watch = self._watch_for(question.condition)

    def look(self) -> Look:
        return look_at_each(self._client, self._question, self._question.job_ids, self._look_at_job)

    def _look_at_job(self, job_id: str) -> Look:
        return self._watch.look_at(job_id) if self._watch else self.read(job_id)[0]

    def _watch_for(self, condition: str | None) -> TaskWatch | None:
        if not condition:
            return None
        # Only for those who use it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._task_watch import TaskWatch

        return TaskWatch(self._client, self._question, self.read)

    def read(self, job_id: str) -> tuple[Look, TaskTally]:
        """The tasks of a job that are asked for, not judged, and their count."""
        tally, look = TaskTally(), Look()
        missing = (
            self._read_named(job_id, tally, look) if self._question.task_ids else self._read_list(job_id, tally, look)
        )
        look.summary = {**tally.summary(), "missing": missing}
        return look, tally

    def _read_list(self, job_id: str, tally: TaskTally, look: Look) -> list[str]:
        pages = self._client.pages(("jobs", job_id, "tasks"), self._question.params(self._needed))
        for page in self._question.limited(pages):
            tally.pages += 1
            self._take(job_id, page, tally, look)
        tally.truncated = self._question.reached(sum(tally.by_state.values()))
        return []

    def _read_named(self, job_id: str, tally: TaskTally, look: Look) -> list[str]:
        def read(task_id: str) -> Any:
            path = ("jobs", job_id, "tasks", task_id)
            return unless_absent(
                "task", self._question.missing_ok, lambda: self._client.get(path, self._question.narrow(self._needed))
            )

        found = each(self._client, self._question.task_ids, read)
        self._take(job_id, [task for task in found if task is not None], tally, look)
        return [task_id for task_id, task in zip(self._question.task_ids, found) if task is None]

    def _take(self, job_id: str, tasks: list[dict[str, Any]], tally: TaskTally, look: Look) -> None:
        tally.add(tasks)
        subtasks = self._read_subtasks(job_id, tasks, tally) if self._question.subtasks else {}
        if self._question.summary_only:
            return
        for task in tasks:
            facts = self._facts.of(task)
            if str(task.get("id")) in subtasks:
                facts["subtasks"] = [self._facts.of(subtask) for subtask in subtasks[str(task.get("id"))]]
            look.facts.append({"job_id": job_id, **facts})

    def _read_subtasks(
        self, job_id: str, tasks: list[dict[str, Any]], tally: TaskTally
    ) -> dict[str, list[dict[str, Any]]]:
        """The subtasks of the multi-instance tasks among them; the task itself shows its primary only."""

        def read(task_id: str) -> list[dict[str, Any]]:
            pages = self._client.pages(("jobs", job_id, "tasks", task_id, "subtasksinfo"))
            return [subtask for page in pages for subtask in page]

        ids = [str(task.get("id")) for task in tasks if task.get("multiInstanceSettings")]
        found = dict(zip(ids, each(self._client, ids, read)))
        for task_id, subtasks in found.items():
            for subtask in subtasks:
                tally.add_subtask(f"{task_id}/{subtask.get('id')}", subtask)
        return found
