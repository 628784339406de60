# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subtasks of a multi-instance task on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.jobs import Job
from ..model.tasks import Subtask, Task
from . import parts
from .context import Context
from .execution import part
from .resource import Property, Resource
from .task import NODE_INFO


class SubtaskView:
    """One subtask at one moment."""

    __slots__ = ("context", "job", "run", "subtask", "task")
    extra: Mapping[str, Any] = {}

    def __init__(self, context: Context, job: Job, task: Task, subtask: Subtask) -> None:
        self.context = context
        self.job = job
        self.task = task
        self.subtask = subtask
        self.run = subtask.run

    def steps(self) -> list[tuple[str, float]]:
        """Return the states so far. A subtask has no active state: it appears when it starts."""
        passed = [step for step in self.run.transitions() if step[0] != "active"]
        return [(state, at) for state, at in passed if at <= self.context.now]


def started(view: SubtaskView) -> bool:
    """Tell whether the subtask is listed already."""
    return bool(view.steps())


def _node_info(view: SubtaskView) -> dict[str, Any] | None:
    if view.run.node is None:
        return None
    root = f"workitems/{view.job.id}/job-1/{view.task.id}/{view.subtask.number}"
    return parts.node_info(view.context, view.job.pool_of(view.run), view.run.node, root)


def _previous(view: SubtaskView, part: int) -> Any:
    steps = view.steps()
    if len(steps) < 2:
        return None
    return view.context.time(steps[-2][1]) if part else steps[-2][0]


def _of_run(name: str) -> Any:
    return lambda view: part(view.context, view.run, name)


SUBTASK = Resource(
    metadata="subtaskinfo",
    properties=(
        Property("id", lambda view: view.subtask.number),
        Property("nodeInfo", _node_info, nested=NODE_INFO),
        Property("startTime", _of_run("startTime")),
        Property("endTime", _of_run("endTime")),
        Property("exitCode", _of_run("exitCode")),
        Property("containerInfo", _of_run("containerInfo")),
        Property("failureInfo", _of_run("failureInfo")),
        Property("state", lambda view: view.steps()[-1][0]),
        Property("stateTransitionTime", lambda view: view.context.time(view.steps()[-1][1])),
        Property("previousState", lambda view: _previous(view, 0)),
        Property("previousStateTransitionTime", lambda view: _previous(view, 1)),
        Property("result", _of_run("result")),
    ),
    filters={},
)
