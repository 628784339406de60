# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.jobs import Job
from ..model.preparation import NodeTask
from . import parts
from .context import Context
from .counts import task_counts
from .preparation import PREPARATION_ID, RELEASE_ID
from .resource import Filterable, Property, Resource
from .statistics import job_statistics
from .versions import PARALLEL_TASKS, PREEMPTION, SLOTS

_EXECUTION = frozenset("startTime endTime poolId schedulingError terminateReason".split())
_ENDING = ("terminating", "completed", "deleting")


class JobView:
    """One job at one moment."""

    __slots__ = ("context", "job", "state")

    def __init__(self, context: Context, job: Job) -> None:
        self.context = context
        self.job = job
        self.state: str = job.states.at(context.now)

    @property
    def extra(self) -> Mapping[str, Any]:
        """Return what the scenario adds by hand."""
        return self.job.extra

    def modified_at(self) -> float:
        """Return when the job was last modified. Becoming completed does not count: no request caused it."""
        at = self.job.created_at
        for since, state in zip(self.job.states.times, self.job.states.values):
            if since <= self.context.now and state != "completed":
                at = max(at, since)
        return at

    def counts(self) -> dict[str, int]:
        """Return the counts of the job's tasks."""
        return task_counts(self.context, self.job)[0]


def _execution(view: JobView) -> dict[str, Any]:
    context, job = view.context, view.job
    body: dict[str, Any] = {"startTime": context.time(job.created_at)}
    if view.state == "completed":
        body["endTime"] = context.time(job.states.since(context.now))
    body["poolId"] = job.pool_at(context.now)
    for error in job.scheduling_errors:
        if error.at <= context.now < error.until:
            body["schedulingError"] = error.body
    if view.state in _ENDING and job.terminate_reason:
        body["terminateReason"] = job.terminate_reason
    return body


def _preparation(view: JobView) -> dict[str, Any] | None:
    task = view.job.preparation
    if task is None:
        return None
    body = _node_task(task, PREPARATION_ID)
    body["constraints"] = {
        "maxWallClockTime": parts.UNLIMITED,
        "retentionTime": "P7D",
        "maxTaskRetryCount": task.max_retries,
    }
    body["waitForSuccess"] = task.wait_for_success
    body["rerunOnNodeRebootAfterSuccess"] = task.rerun_on_reboot
    return {**body, **task.extra}


def _release(view: JobView) -> dict[str, Any] | None:
    task = view.job.release
    if task is None:
        return None
    body = _node_task(task, RELEASE_ID)
    return {**body, "maxWallClockTime": "PT15M", "retentionTime": "P7D", **task.extra}


def _node_task(task: NodeTask, identifier: str) -> dict[str, Any]:
    return parts.present(
        {
            "id": identifier,
            "commandLine": task.command_line,
            "resourceFiles": task.resource_files or None,
            "environmentSettings": parts.settings(task.environment),
            "userIdentity": parts.auto_user(),
        }
    )


def _pool_info(view: JobView) -> dict[str, Any]:
    if not view.job.auto_pool:
        return {"poolId": view.job.pool_at(view.context.now)}
    pool = view.context.world.pool_of(view.job, view.context.now)
    specification = {
        "vmSize": pool.vm_size,
        "virtualMachineConfiguration": parts.virtual_machine(pool.image),
        "resizeTimeout": "PT15M",
        "targetDedicatedNodes": int(pool.target_dedicated.at(view.context.now)),
        "targetLowPriorityNodes": int(pool.target_low_priority.at(view.context.now)),
        "enableAutoScale": False,
        "enableInterNodeCommunication": pool.inter_node_communication,
        "taskSchedulingPolicy": {"nodeFillType": "Spread"},
        "taskSlotsPerNode" if view.context.version >= SLOTS else "maxTasksPerNode": pool.slots_per_node,
    }
    return {"autoPoolSpecification": {"poolLifetimeOption": "job", "keepAlive": False, "pool": specification}}


def _history(part: int) -> Any:
    return lambda view: parts.state_history(view.context, view.job.states)[part]


JOB = Resource(
    metadata="jobs",
    properties=(
        Property("id", lambda view: view.job.id),
        Property("displayName", lambda view: view.job.display_name),
        Property("usesTaskDependencies", lambda view: view.job.uses_task_dependencies),
        Property("url", lambda view: view.context.url("jobs", view.job.id)),
        Property("eTag", lambda view: view.context.etag(view.modified_at())),
        Property("lastModified", lambda view: view.context.time(view.modified_at())),
        Property("creationTime", lambda view: view.context.time(view.job.created_at)),
        Property("state", lambda view: view.state),
        Property("stateTransitionTime", _history(0)),
        Property("previousState", _history(1)),
        Property("previousStateTransitionTime", _history(2)),
        Property("priority", lambda view: view.job.priority),
        Property("maxParallelTasks", lambda view: view.job.max_parallel_tasks, since=PARALLEL_TASKS),
        Property("allowTaskPreemption", lambda view: False, since=PREEMPTION),
        Property("constraints", lambda view: {"maxWallClockTime": parts.UNLIMITED, "maxTaskRetryCount": 0}),
        Property("jobManagerTask"),
        Property("jobPreparationTask", _preparation),
        Property("jobReleaseTask", _release),
        Property("commonEnvironmentSettings", lambda view: parts.settings(view.job.environment)),
        Property("poolInfo", _pool_info),
        Property("onAllTasksComplete", lambda view: view.job.on_all_tasks_complete),
        Property("onTaskFailure", lambda view: view.job.on_task_failure),
        Property("networkConfiguration"),
        Property("metadata", lambda view: parts.settings(view.job.metadata)),
        Property("executionInfo", _execution, nested=_EXECUTION),
        Property("stats", job_statistics),
    ),
    filters={
        "id": Filterable(("id",), "text"),
        "state": Filterable(("state",), "text"),
        "stateTransitionTime": Filterable(("stateTransitionTime",), "time"),
        "creationTime": Filterable(("creationTime",), "time"),
        "lastModified": Filterable(("lastModified",), "time"),
        "executionInfo/startTime": Filterable(("executionInfo", "startTime"), "time"),
        "executionInfo/endTime": Filterable(("executionInfo", "endTime"), "time"),
        "executionInfo/poolId": Filterable(("executionInfo", "poolId"), "text"),
    },
)
