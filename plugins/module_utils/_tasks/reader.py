# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._base.json import same_id
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import each, look_at_each, unless_absent
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Look
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import Question
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.condition import TaskWatch
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Instances

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
        from ansible_collections.batchops.azure.plugins.module_utils._tasks.condition import TaskWatch

        return TaskWatch(self._client, self._question, self.read)

    def read(self, job_id: str) -> tuple[Look, TaskTally]:
        """The tasks of a job that are asked for, not judged, and their count."""
        tally, facts = TaskTally(), dict[str, dict[str, Any]]()
        if self._question.task_ids:
            missing = self._read_named(job_id, tally, facts)
        else:
            missing = self._read_list(job_id, tally, facts)
        tally.close()
        tally.truncated = not self._question.task_ids and self._question.reached(tally.total)
        return Look(facts=list(facts.values()), summary={**tally.summary(), "missing": missing}), tally

    def _read_list(self, job_id: str, tally: TaskTally, facts: dict[str, dict[str, Any]]) -> list[str]:
        pages = self._client.pages(("jobs", job_id, "tasks"), self._question.params(self._needed))
        for page in self._question.limited(pages):
            tally.pages += 1
            self._take(job_id, page, tally, facts)
        return []

    def _read_named(self, job_id: str, tally: TaskTally, facts: dict[str, dict[str, Any]]) -> list[str]:
        def read(task_id: str) -> Any:
            path = ("jobs", job_id, "tasks", task_id)
            task = unless_absent(
                "task", self._question.missing_ok, lambda: self._client.get(path, self._question.narrow(self._needed))
            )
            if task is not None:
                same_id(task, task_id, "task")
            return task

        found = each(self._client, self._question.task_ids, read)
        self._take(job_id, [task for task in found if task is not None], tally, facts)
        return [task_id for task_id, task in zip(self._question.task_ids, found) if task is None]

    def _take(
        self, job_id: str, tasks: list[dict[str, Any]], tally: TaskTally, facts: dict[str, dict[str, Any]]
    ) -> None:
        """Of a task that is listed twice, the later entry replaces the earlier."""
        tally.add(tasks)
        instances = self._read_instances(job_id, tasks)
        tally.instances.update(instances)
        if self._question.summary_only:
            return
        for task in tasks:
            found = self._facts.of(task)
            if task["id"] in instances:
                found["subtasks"] = [self._facts.of(subtask) for subtask in instances[task["id"]].listed.values()]
            facts[task["id"]] = {"job_id": job_id, **found}

    def _read_instances(self, job_id: str, tasks: list[dict[str, Any]]) -> dict[str, Instances]:
        """The subtasks of the multi-instance tasks among them; the task itself shows its primary only."""
        if not self._question.subtasks:
            return {}
        # Only for those who use it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import read_instances

        return read_instances(self._client, job_id, tasks)
