# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads tasks, and what decides whether those that wait can still run."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._dependencies import read_blocked
from ansible_collections.batchops.azure.plugins.module_utils._facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState, read_job_state
from ansible_collections.batchops.azure.plugins.module_utils._look import (
    Look,
    Question,
    each,
    merge,
    unless_absent,
)
from ansible_collections.batchops.azure.plugins.module_utils._task_verdict import TaskTally, judge
from ansible_collections.batchops.azure.plugins.module_utils._task_watch import glance, worth_watching
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement

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
        # Large jobs that were still under way when they were last looked at: only a wait looks twice.
        self._watched: set[str] = set()

    def look(self) -> Look:
        jobs = self._question.job_ids
        looks = dict(zip(jobs, each(self._client, jobs, self._look_at_job)))
        return merge(looks) if self._question.several else looks[jobs[0]]

    def _look_at_job(self, job_id: str) -> Look:
        # Before the tasks: a job seen to have ended cannot still be about to finish the tasks that are read after it.
        job = self._job(job_id) if self._question.condition else None
        seen = self._glance(job) if job and job_id in self._watched else None
        if seen:
            return seen
        tally, look = TaskTally(), Look()
        missing = (
            self._read_named(job_id, tally, look) if self._question.task_ids else self._read_list(job_id, tally, look)
        )
        look.summary = {**tally.summary(), "missing": missing}
        if job is not None:
            tally.blocked = self._blocked(job, tally)
            prefix = f"{job_id}/" if self._question.several else ""
            look.judgement = judge(self._question.condition or "", tally, job, missing, prefix)
            if tally.only_waits and not look.judgement.failed:
                self._judge_capacity(look.judgement, job)
            self._watch(job, look, tally)
        return look

    def _watch(self, job: JobState, look: Look, tally: TaskTally) -> None:
        self._watched.discard(job.id)
        if tally.pages > 1 and worth_watching(self._question, job, look):
            self._watched.add(job.id)

    def _glance(self, job: JobState) -> Look | None:
        seen = glance(self._client, self._question, job)
        if seen and seen.judgement and not seen.summary["by_state"]["running"]:
            self._judge_capacity(seen.judgement, job)
        return seen

    def _judge_capacity(self, judgement: Judgement, job: JobState) -> None:
        judge_capacity(self._client, judgement, [job], self._question.condition or "", self._still_waits)

    def _still_waits(self, job: JobState) -> bool:
        tally = TaskTally()
        read = self._read_named if self._question.task_ids else self._read_list
        read(job.id, tally, Look())
        return tally.only_waits

    def _job(self, job_id: str) -> JobState:
        return read_job_state(self._client, job_id, "usesTaskDependencies", "constraints")

    def _blocked(self, job: JobState, tally: TaskTally) -> dict[str, dict[str, str]]:
        if job.ended or not job.uses_dependencies or not tally.by_state["active"]:
            return {}
        # Where all tasks were read, a list without a failure says that nothing is blocked.
        if not self._question.task_ids and not self._question.filter and not tally.failed:
            return {}
        return read_blocked(self._client, job.id)

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
