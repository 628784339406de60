# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..model.jobs import Job
from ..model.runs import Run
from ..model.tasks import Task
from . import parts
from .context import Context
from .execution import OF_TASK, execution, part
from .resource import Filterable, Property, Resource
from .statistics import task_statistics
from .versions import LAST_WITH_CERTIFICATES, SLOTS

NODE_INFO = frozenset("affinityId nodeUrl poolId nodeId taskRootDirectory taskRootDirectoryUrl".split())


class TaskView:
    """One task at one moment."""

    __slots__ = ("context", "job", "run", "state", "task")

    def __init__(self, context: Context, job: Job, task: Task) -> None:
        self.context = context
        self.job = job
        self.task = task
        self.run: Run = task.run(context.now)
        self.state = self.run.phase(context.now)

    @property
    def extra(self) -> Mapping[str, Any]:
        """Return what the scenario adds by hand."""
        return self.task.template.extra

    @property
    def root(self) -> str:
        """Return the folder of the task on its node."""
        return f"workitems/{self.job.id}/job-1/{self.task.id}"

    def history(self) -> list[tuple[str, float]]:
        """Return the states so far, with their times, through all executions."""
        passed = [step for run in self.task.runs if run.active_at <= self.context.now for step in run.transitions()]
        return [(state, at) for state, at in passed if at <= self.context.now]


def execution_info(view: TaskView, names: Iterable[str] = OF_TASK) -> dict[str, Any]:
    """Return executionInfo. Never judged by its exitCode: that may be absent from a failure."""
    return execution(view.context, view.run, names)


def _node_info(view: TaskView) -> dict[str, Any] | None:
    if view.state == "active":
        return None
    run = view.run
    if run.node is None or not (run.starts() or run.prepares_at < run.ends_at):
        return {}
    return parts.node_info(view.context, view.job.pool_of(run), run.node, view.root)


def _previous(view: TaskView, part: int) -> Any:
    history = view.history()
    if len(history) < 2:
        return None
    state, at = history[-2]
    return view.context.time(at) if part else state


def _multi_instance(view: TaskView) -> dict[str, Any] | None:
    template = view.task.template
    if not template.instances:
        return None
    return {
        "numberOfInstances": template.instances,
        "coordinationCommandLine": template.coordination_command_line,
    }


def _constraints(view: TaskView) -> dict[str, Any]:
    return {
        "maxWallClockTime": parts.UNLIMITED,
        "retentionTime": "P7D",
        "maxTaskRetryCount": view.task.template.max_retries,
    }


def _depends_on(view: TaskView) -> dict[str, Any] | None:
    ids = view.task.template.depends_on
    return {"taskIds": list(ids)} if ids else None


TASK = Resource(
    metadata="tasks",
    properties=(
        Property("id", lambda view: view.task.id),
        Property("displayName", lambda view: view.task.template.display_name),
        Property("url", lambda view: view.context.url("jobs", view.job.id, "tasks", view.task.id)),
        Property("eTag", lambda view: view.context.etag(view.task.created_at)),
        # The service leaves a task's lastModified at its creation, whatever state it passes to.
        Property("lastModified", lambda view: view.context.time(view.task.created_at)),
        Property("creationTime", lambda view: view.context.time(view.task.created_at)),
        Property("exitConditions"),
        Property("state", lambda view: view.state),
        Property("stateTransitionTime", lambda view: view.context.time(view.history()[-1][1])),
        Property("previousState", lambda view: _previous(view, 0)),
        Property("previousStateTransitionTime", lambda view: _previous(view, 1)),
        Property("commandLine", lambda view: view.task.template.command_line),
        Property("containerSettings"),
        Property("resourceFiles", lambda view: view.task.template.resource_files or None),
        Property("outputFiles", lambda view: view.task.template.output_files or None),
        Property("environmentSettings", lambda view: parts.settings(view.task.template.environment)),
        Property("affinityInfo"),
        Property("constraints", _constraints),
        Property("requiredSlots", lambda view: view.task.template.required_slots, since=SLOTS),
        Property("userIdentity", lambda view: parts.auto_user()),
        Property("executionInfo", execution_info, nested=frozenset(OF_TASK), parts=execution_info),
        Property("nodeInfo", _node_info, nested=NODE_INFO),
        Property("multiInstanceSettings", _multi_instance),
        Property("stats", task_statistics),
        Property("dependsOn", _depends_on),
        Property("applicationPackageReferences"),
        Property("authenticationTokenSettings", until=LAST_WITH_CERTIFICATES),
    ),
    filters={
        "id": Filterable(("id",), "text"),
        "state": Filterable(("state",), "text"),
        "stateTransitionTime": Filterable(("stateTransitionTime",), "time"),
        "creationTime": Filterable(("creationTime",), "time"),
        # Its name in a filter differs from its name in the body.
        "lastModifiedTime": Filterable(("lastModified",), "time"),
        "executionInfo/startTime": Filterable(("executionInfo", "startTime"), "time"),
        "executionInfo/endTime": Filterable(("executionInfo", "endTime"), "time"),
        "executionInfo/exitCode": Filterable(
            ("executionInfo", "exitCode"), "number", lambda view: part(view.context, view.run, "exitCode")
        ),
        "executionInfo/result": Filterable(
            ("executionInfo", "result"), "text", lambda view: part(view.context, view.run, "result")
        ),
    },
)
