# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers about tasks that do not add up, and multi-instance tasks: generated, with what is true of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.batchops.azure.tests.properties import truth
from ansible_collections.batchops.azure.tests.properties.gates import Gate
from ansible_collections.batchops.azure.tests.properties.lifecycles import NEVER, Job, Run, Work, jobs, spans
from hypothesis import strategies as st

# So late that it is never listed.
_NEVER_LISTED = {"starts_at": 10**9, "ends_at": 10**9 + 1}

# Of lists, because a single answer that lies cannot be told from one that does not.
_TASKS = r"/tasks\?|subtasksinfo"
_OBJECTS = r"/tasks\?|subtasksinfo|/jobs/job-1\?"

# What changes nothing: entries that are there again, and ids in capitals, which are the same ids to the service.
ALIKE: tuple[dict[str, Any], ...] = (
    {"kind": "listed_again", "match": _TASKS},
    {"kind": "listed_again", "match": _TASKS, "capitals": True},
    {"kind": "other_words", "match": _OBJECTS, "capitals": True},
    {"kind": "other_words", "match": _OBJECTS, "capitals": True, "probability": 0.5},
)
_LIES = (
    {"kind": "listed_again", "match": _TASKS, "state": "completed", "result": "success"},
    {"kind": "listed_again", "match": _TASKS, "state": "running"},
    {"kind": "listed_again", "match": _TASKS, "state": "zombie) (running"},
    {"kind": "listed_again", "match": _TASKS, "state": "completed", "result": "success", "capitals": True},
    {"kind": "listed_again", "match": _TASKS, "state": "running", "capitals": True},
    {"kind": "other_words", "match": _OBJECTS, "state": "zombie) (running"},
    {"kind": "other_words", "match": _OBJECTS, "state": "Hibernating"},
    {"kind": "other_words", "match": _TASKS, "result": "Cancelled"},
    {"kind": "no_id", "match": _OBJECTS},
)


@st.composite
def lies(draw: st.DrawFn) -> dict[str, Any]:
    """Something that is said beside the truth, for some time or always."""
    often = {
        "probability": draw(st.sampled_from((0.3, 1.0))),
        "seed": draw(st.integers(0, 1000)),
        "after": draw(st.integers(0, 8)),
        "times": draw(st.sampled_from((None, 3))),
    }
    return {**draw(st.sampled_from(_LIES)), **often}


@dataclass(frozen=True)
class Several:
    """A job of whose tasks some have subtasks: by the id of the task, a run for each, None for one that never comes."""

    job: Job
    subtasks: dict[str, tuple[Run | None, ...]]

    def scenario(self) -> dict[str, Any]:
        scenario = self.job.scenario()
        for task in scenario["jobs"][0]["tasks"]:
            runs = self.subtasks.get(task["id"])
            if runs:
                overrides = {number: _wire(run) for number, run in enumerate(runs, 1)}
                task["subtasks"] = {"count": len(runs), "overrides": overrides}
        return scenario

    def are(self, condition: str, gate: Gate) -> truth.Truth:
        """Whether the condition holds of all tasks that are there, and by the end of the same look of their subtasks.

        Subtasks are read after the tasks. A task that is added in between is one of the next look.
        """
        tasks = truth.tasks_are(self.job, condition)
        return lambda at: tasks(at) and all(_holds(run, condition, gate.ended) for run in self._runs(at))

    def are_hopeless(self, condition: str) -> truth.Truth:
        tasks = truth.tasks_are_hopeless(self.job, condition)

        def hopeless(at: float) -> bool:
            runs = self._runs(at)
            failed = condition == "succeeded" and any(run and run.ends <= at and not run.ok for run in runs)
            lost = any(run is None or run.starts > at for run in runs)
            return tasks(at) or failed or (lost and truth.has_ended(self.job, at))

        return hopeless

    def _runs(self, at: float) -> list[Run | None]:
        return [run for task in self.job.tasks if task.created <= at for run in self.subtasks.get(task.id, ())]


def _holds(run: Run | None, condition: str, at: float) -> bool:
    if run is None or run.starts > at:
        return False
    return condition == "started" or (run.ends <= at and (condition == "completed" or run.ok))


def _wire(run: Run | None) -> dict[str, Any]:
    return dict(_NEVER_LISTED) if run is None else {"starts_at": run.starts, **run.wire()}


@st.composite
def several(draw: st.DrawFn) -> Several:
    """Subtasks begin with their task or later, and may outlast it, fail, run for ever, or never come."""
    job = draw(jobs())
    found: dict[str, tuple[Run | None, ...]] = {}
    for task in job.tasks:
        if task.runs and draw(st.booleans()):
            found[task.id] = tuple(draw(_subtask(task)) for _number in range(draw(st.integers(1, 3))))
    return Several(job, found)


@st.composite
def _subtask(draw: st.DrawFn, task: Work) -> Run | None:
    how = draw(st.sampled_from(("with its task", "with its task", "later", "fails", "runs for ever", "never")))
    primary = task.runs[0]
    if how == "never":
        return None
    starts = primary.starts + (draw(spans) if how == "later" else 0)
    ends = primary.ends if how == "with its task" else starts + draw(spans)
    return Run(starts, NEVER if how == "runs for ever" else ends, how != "fails")


def is_busy(job: Job, at: float) -> bool:
    """Whether a task of a job that goes on runs."""
    runs = (task.run_at(at) for task in job.tasks if task.created <= at)
    return not truth.has_ended(job, at) and any(run is not None and run.ends > at for run in runs)
