# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compute nodes on the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..model.nodes import NOT_BOOTED, Node
from ..model.pools import Pool, StartTask
from ..world import Stay
from . import parts
from .context import Context
from .execution import OF_START_TASK, OF_TASK, execution
from .resource import Filterable, Property, Resource
from .subtask import SubtaskView
from .task import TaskView
from .versions import GALLERIES, LAST_WITH_CERTIFICATES, NEWEST, PARALLEL_TASKS, SLOTS, node_state

_VERSION_AT_THE_END = re.compile(r"/versions/[^/]*$", re.IGNORECASE)
_NEWER_GALLERIES = frozenset({"sharedGalleryImageId", "communityGalleryImageId"})


class NodeView:
    """One node at one moment."""

    __slots__ = ("activity", "context", "node", "pool")

    def __init__(self, context: Context, pool: Pool, node: Node) -> None:
        self.context = context
        self.pool = pool
        self.node = node
        self.activity = context.world.activity(pool, node.id)

    @property
    def extra(self) -> Mapping[str, Any]:
        """Return what the scenario adds by hand."""
        return self.node.extra

    @property
    def booted(self) -> bool:
        """Tell whether the node has got as far as running an agent."""
        return self.node.states.at(self.context.now) not in NOT_BOOTED

    def running_tasks(self) -> int:
        """Return how many tasks run on the node."""
        if self.node.running_tasks is not None:
            return self.node.running_tasks
        return self.activity.running(self.context.now)

    def state(self) -> str:
        """Return the state, where an idle node with tasks on it is running."""
        state = self.node.states.at(self.context.now)
        return "running" if state == "idle" and self.running_tasks() else state

    def state_since(self) -> float:
        """Return when the state began."""
        since = self.node.states.since(self.context.now)
        if self.node.states.at(self.context.now) != "idle":
            return since
        return max(since, self.activity.idle_or_busy_since(self.context.now) or since)


def start_task_body(task: StartTask | None) -> dict[str, Any] | None:
    """Return a start task as pools and nodes show it."""
    if task is None:
        return None
    return parts.present(
        {
            "commandLine": task.command_line,
            "resourceFiles": task.resource_files or None,
            "environmentSettings": parts.settings(task.environment),
            "userIdentity": parts.auto_user(),
            "maxTaskRetryCount": task.max_retries,
            "waitForSuccess": task.wait_for_success,
        }
    )


def _start_task_info(view: NodeView, names: Iterable[str] = OF_START_TASK) -> dict[str, Any] | None:
    run = view.node.start_run(view.context.now) if view.booted else None
    return execution(view.context, run, names) if run else None


def _recent_tasks(view: NodeView) -> list[dict[str, Any]] | None:
    if not view.booted:
        return None
    return [_recent_task(view.context, stay) for stay in view.activity.recent(view.context.now)] or None


def _recent_task(context: Context, stay: Stay) -> dict[str, Any]:
    task = TaskView(context, stay.job, stay.task)
    state = task.state
    if stay.subtask is not None:
        subtask = SubtaskView(context, stay.job, stay.task, stay.task.subtasks[stay.subtask - 1])
        state = subtask.steps()[-1][0]
    body = {
        "taskUrl": context.url("jobs", stay.job.id, "tasks", stay.task.id),
        "jobId": stay.job.id,
        "taskId": stay.task.id,
        "subtaskId": stay.subtask,
        "taskState": state,
        "executionInfo": execution(context, stay.run, OF_TASK),
    }
    return parts.present(body)


def _boot_time(view: NodeView) -> str | None:
    at = view.node.boot_time(view.context.now)
    return None if at is None else view.context.time(at)


def _endpoints(view: NodeView) -> dict[str, Any]:
    return {
        "inboundEndpoints": [
            {
                "name": f"SSHRule.{view.node.number - 1}",
                "protocol": "tcp",
                "publicIPAddress": "203.0.113.10",
                "publicFQDN": "dns-simulated-azurebatch.westeurope.cloudapp.azure.com",
                "frontendPort": 49999 + view.node.number,
                "backendPort": 22,
            }
        ]
    }


def _address(view: NodeView) -> str:
    return f"10.{view.node.number >> 16 & 255}.{view.node.number >> 8 & 255}.{view.node.number & 255}"


def _machine(view: NodeView) -> dict[str, Any]:
    """An image of the Marketplace tells its exact version beside the one that was asked for; one of a gallery in its id."""
    reference, version = view.pool.image.reference, view.node.image_version.at(view.context.now)
    if "publisher" in reference:
        return {"imageReference": {**reference, "exactVersion": version}}
    known = {name for name in reference if name not in _NEWER_GALLERIES or view.context.version >= GALLERIES}
    return {"imageReference": {name: _with_version(reference[name], version) for name in known}}


def _with_version(image: str, version: str) -> str:
    """Return the id of a gallery's image with the version that a node has, where a scenario tells one."""
    if version == "latest":
        return image
    return f"{_VERSION_AT_THE_END.sub('', image)}/versions/{version}"


def ipv6_address(node: Node) -> str | None:
    """Return the IPv6 address of a node that has one."""
    return f"2001:db8::{node.number:x}" if node.ipv6 else None


def remote_login_body(context: Context, node: Node) -> dict[str, Any]:
    """Return where to log in on a node."""
    body: dict[str, Any] = {"remoteLoginIPAddress": "203.0.113.10", "remoteLoginPort": 49999 + node.number}
    if node.ipv6 and context.version >= NEWEST:
        body.update(ipv6RemoteLoginIPAddress=ipv6_address(node), ipv6RemoteLoginPort=49999 + node.number)
    return body


NODE = Resource(
    metadata="nodes",
    properties=(
        Property("id", lambda view: view.node.id),
        Property("url", lambda view: view.context.url("pools", view.pool.id, "nodes", view.node.id)),
        Property("state", lambda view: node_state(view.state(), view.context.version)),
        Property("schedulingState", lambda view: view.node.scheduling.at(view.context.now)),
        Property("stateTransitionTime", lambda view: view.context.time(view.state_since())),
        Property("lastBootTime", _boot_time),
        Property("allocationTime", lambda view: view.context.time(view.node.appears_at)),
        Property("ipAddress", _address),
        Property("ipv6Address", lambda view: ipv6_address(view.node), since=NEWEST),
        Property("affinityId", lambda view: f"TVM:{view.node.id}"),
        Property("vmSize", lambda view: view.pool.vm_size),
        Property("totalTasksRun", lambda view: view.activity.started(view.context.now)),
        Property("runningTasksCount", lambda view: view.running_tasks()),
        Property(
            "runningTaskSlotsCount",
            lambda view: view.activity.running_slots(view.context.now) or view.running_tasks(),
            since=SLOTS,
        ),
        Property("totalTasksSucceeded", lambda view: view.activity.succeeded(view.context.now)),
        Property("recentTasks", _recent_tasks),
        Property("startTask", lambda view: start_task_body(view.pool.start_task)),
        Property("startTaskInfo", _start_task_info, nested=frozenset(OF_START_TASK), parts=_start_task_info),
        Property("certificateReferences", lambda view: [], until=LAST_WITH_CERTIFICATES),
        Property("errors", lambda view: view.node.errors or None),
        Property("isDedicated", lambda view: view.node.dedicated),
        Property("endpointConfiguration", _endpoints),
        Property(
            "nodeAgentInfo",
            lambda view: {"version": "1.14.12", "lastUpdateTime": _boot_time(view)} if view.booted else None,
        ),
        Property("virtualMachineInfo", _machine, since=PARALLEL_TASKS),
    ),
    filters={
        "state": Filterable(("state",), "text"),
        "stateTransitionTime": Filterable(("stateTransitionTime",), "time"),
        "lastBootTime": Filterable(("lastBootTime",), "time"),
        "allocationTime": Filterable(("allocationTime",), "time"),
        "startTaskInfo/state": Filterable(("startTaskInfo", "state"), "text"),
        "startTaskInfo/result": Filterable(("startTaskInfo", "result"), "text"),
        "startTaskInfo/exitCode": Filterable(("startTaskInfo", "exitCode"), "number"),
        "startTaskInfo/startTime": Filterable(("startTaskInfo", "startTime"), "time"),
        "startTaskInfo/endTime": Filterable(("startTaskInfo", "endTime"), "time"),
    },
)
