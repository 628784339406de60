# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import folded
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_parents
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._tasks.listing import count_tasks

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.condition import TaskCondition
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Subtasks
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally


class TaskReader:
    """Tasks of one job or of several: all of a job's, or those named."""

    kind = "tasks"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, options: ReadOptions) -> None:
        self._client = client
        self._facts = facts
        self._options = options
        self._condition: TaskCondition | None = None
        if options.condition:
            # Only for those who use it: what a module pulls in is compiled at every task.
            from ansible_collections.batchops.azure.plugins.module_utils._tasks.condition import TaskCondition

            self._condition = TaskCondition(client, options)

    def read(self) -> Snapshot:
        return read_parents(self._client, self._options, self._options.job_ids, self._read_job)

    def _read_job(self, job_id: str) -> Snapshot:
        if not self._condition:
            return self._read_tasks(job_id)[0]
        # Before the tasks: a job seen to have ended cannot still be about to finish the tasks that are read after it.
        job = self._condition.read_job(job_id)
        snapshot = self._condition.probe(job)
        if not snapshot:
            snapshot, tally = self._read_tasks(job_id)
            snapshot.judgement = self._condition.judge(job, tally)
        return snapshot

    def _read_tasks(self, job_id: str) -> tuple[Snapshot, TaskTally]:
        """The tasks of a job that are asked for, not judged, and their tally."""
        facts: dict[str, dict[str, Any]] = {}
        subtasks = self._subtasks_of(job_id)

        def keep(tasks: list[dict[str, Any]]) -> None:
            """Of a task that is listed twice, the later entry replaces the earlier."""
            if subtasks:
                subtasks.read(tasks)
            if not self._options.summary_only:
                facts.update(zip((folded(task["id"]) for task in tasks), self._facts_of(job_id, tasks, subtasks)))

        tally = count_tasks(self._client, self._options, job_id, keep)
        if subtasks:
            subtasks.close()
            tally.instances = subtasks.found
        return Snapshot(list(facts.values()), tally.summary()), tally

    def _subtasks_of(self, job_id: str) -> Subtasks | None:
        """Where they are asked for: a multi-instance task itself shows its primary only."""
        if not self._options.subtasks:
            return None
        # Only for those who use it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Subtasks

        return Subtasks(self._client, job_id)

    def _facts_of(self, job_id: str, tasks: list[dict[str, Any]], subtasks: Subtasks | None) -> list[dict[str, Any]]:
        made = self._facts.each(tasks, job_id=job_id)
        if subtasks:
            for task, facts in zip(tasks, made):
                if (listed := subtasks.of(task)) is not None:
                    facts["subtasks"] = self._facts.each(listed)
        return made
