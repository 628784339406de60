# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._base.json import same_id
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import (
    none_if_missing,
    read_concurrently,
    read_parents,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.condition import TaskCondition
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Instances

_NEEDED = ("id", "state", "executionInfo")


class TaskReader:
    """Tasks of one job or of several: all of a job's, or those named."""

    kind = "tasks"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, question: ReadOptions) -> None:
        self._client = client
        self._facts = facts
        self._options = question
        self._needed = _NEEDED + (("multiInstanceSettings",) if question.subtasks else ())
        self._watch = self._watch_for(question.condition)

    def read(self) -> Snapshot:
        return read_parents(self._client, self._options, self._options.job_ids, self._read_job)

    def _read_job(self, job_id: str) -> Snapshot:
        return self._watch.read(job_id) if self._watch else self.read_tasks(job_id)[0]

    def _watch_for(self, condition: str | None) -> TaskCondition | None:
        if not condition:
            return None
        # Only for those who use it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._tasks.condition import TaskCondition

        return TaskCondition(self._client, self._options, self.read_tasks)

    def read_tasks(self, job_id: str) -> tuple[Snapshot, TaskTally]:
        """The tasks of a job that are asked for, not judged, and their count."""
        tally, facts = TaskTally(), dict[str, dict[str, Any]]()
        if self._options.task_ids:
            missing = self._read_named(job_id, tally, facts)
        else:
            missing = self._read_list(job_id, tally, facts)
        tally.close()
        tally.truncated = not self._options.task_ids and self._options.reached(tally.total)
        return Snapshot(facts=list(facts.values()), summary={**tally.summary(), "missing": missing}), tally

    def _read_list(self, job_id: str, tally: TaskTally, facts: dict[str, dict[str, Any]]) -> list[str]:
        pages = self._client.pages(("jobs", job_id, "tasks"), self._options.list_query(self._needed))
        for page in self._options.limited(pages):
            tally.pages += 1
            self._take(job_id, page, tally, facts)
        return []

    def _read_named(self, job_id: str, tally: TaskTally, facts: dict[str, dict[str, Any]]) -> list[str]:
        def read(task_id: str) -> Any:
            path = ("jobs", job_id, "tasks", task_id)
            task = none_if_missing(
                "task", self._options.missing_ok, lambda: self._client.get(path, self._options.item_query(self._needed))
            )
            if task is not None:
                same_id(task, task_id, "task")
            return task

        found = read_concurrently(self._client, self._options.task_ids, read)
        self._take(job_id, [task for task in found if task is not None], tally, facts)
        return [task_id for task_id, task in zip(self._options.task_ids, found) if task is None]

    def _take(
        self, job_id: str, tasks: list[dict[str, Any]], tally: TaskTally, facts: dict[str, dict[str, Any]]
    ) -> None:
        """Of a task that is listed twice, the later entry replaces the earlier."""
        tally.add(tasks)
        instances = self._read_instances(job_id, tasks)
        tally.instances.update(instances)
        if self._options.summary_only:
            return
        for task in tasks:
            found = self._facts.of(task)
            if task["id"] in instances:
                found["subtasks"] = [self._facts.of(subtask) for subtask in instances[task["id"]].listed.values()]
            facts[task["id"]] = {"job_id": job_id, **found}

    def _read_instances(self, job_id: str, tasks: list[dict[str, Any]]) -> dict[str, Instances]:
        """The subtasks of the multi-instance tasks among them; the task itself shows its primary only."""
        if not self._options.subtasks:
            return {}
        # Only for those who use it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import read_instances

        return read_instances(self._client, job_id, tasks)
