# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes on which tasks of a job really are: those are the ones that must be prepared.

Preparation runs only where a task of the job was sent, so that the size of the pool says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, number, part
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently

_SELECT = "id,state,nodeInfo,multiInstanceSettings,executionInfo"

# A task that has ended has been on a node only if it had started.
_ENDED = "completed"


class TaskNodes(NamedTuple):
    """Where the tasks of a job are or have been, and those of which that is not told."""

    nodes: frozenset[Node]
    unplaced: tuple[str, ...] = ()


def read_task_nodes(client: Client, job: JobState, states: str = "state ne 'active'") -> TaskNodes:
    """The nodes of tasks and subtasks that are preparing, running or completed; of those that the filter names."""
    nodes: set[Node] = set()
    unplaced: list[str] = []
    # Each entry: of two about one task, one may ask for more subtasks.
    several: list[Mapping[str, Any]] = []
    for page in client.pages(("jobs", job.id, "tasks"), {"$filter": states, "$select": _SELECT}):
        for task in page:
            node, task_id = _node_of(task, job), id_of(task, "a task of the list")
            if node:
                nodes.add(node)
            elif _must_have_one(task):
                unplaced.append(task_id)
            if task.get("multiInstanceSettings") is not None:
                several.append(task)
    found = read_concurrently(client, several, lambda task: _subtask_nodes(client, job, task))
    return TaskNodes(
        frozenset(nodes.union(*(one.nodes for one in found))),
        tuple(unplaced) + tuple(name for one in found for name in one.unplaced),
    )


def read_pool_nodes(client: Client, pool_id: str) -> set[Node]:
    """The nodes that are in the pool now."""
    pages = client.pages(("pools", pool_id, "nodes"), {"$select": "id"})
    return {(pool_id.lower(), id_of(node, "a node of the list").lower()) for page in pages for node in page}


def has_tasks_to_start(client: Client, job_id: str) -> bool:
    """Whether a task of the job is still to start, on a node that may have to be prepared for it."""
    query = {"$filter": "state eq 'active' or state eq 'preparing'", "$select": "id", "maxresults": 1}
    return bool(client.first(("jobs", job_id, "tasks"), query))


def why_none(client: Client, job: JobState) -> str:
    """Why no node has begun to prepare, from the counts of the job's tasks."""
    counts, _slots = flat_counts(client.get(("jobs", job.id, "taskcounts")))
    active = counts.get("active", 0)
    if counts.get("running") or counts.get("completed"):
        return ""
    if not active:
        return "the job has no task yet"
    return f"no node has a task yet, {active} {'task is' if active == 1 else 'tasks are'} active"


def _subtask_nodes(client: Client, job: JobState, task: Mapping[str, Any]) -> TaskNodes:
    # By their numbers: one that is listed twice is not two.
    task_id, listed = str(task.get("id")), set[int]()
    nodes: set[Node] = set()
    unplaced: list[str] = []
    path = ("jobs", job.id, "tasks", task_id, "subtasksinfo")
    for page in client.pages(path, {"$select": "id,nodeInfo,state,startTime"}):
        for subtask in page:
            listed.add(_number_of(subtask, task_id))
            node = _node_of(subtask, job)
            if node:
                nodes.add(node)
            elif _must_have_one({**subtask, "executionInfo": subtask}):
                unplaced.append(f"{task_id}/{subtask.get('id')}")
    # Without a number there is the primary alone.
    instances = number(part(task, "multiInstanceSettings"), "numberOfInstances")
    wanted = 0 if instances is None else instances - 1
    lacking = wanted - sum(1 <= found <= wanted for found in listed)
    # While it runs, the others may still get to their nodes. Where it succeeded, they have been on some.
    if _may_have_more(task) and lacking > 0:
        unplaced.append(f"{lacking} subtasks of {task_id}")
    elif wanted < 0 or max(listed, default=0) > wanted:
        # More than there can be, or fewer than the primary alone: then it is not known how many there are.
        unplaced.append(f"further subtasks of {task_id}")
    return TaskNodes(frozenset(nodes), tuple(unplaced))


def _number_of(subtask: Mapping[str, Any], task_id: str) -> int:
    found = number(subtask, "id")
    if found is None:
        raise AnswerError(f"There is no id in a subtask of {task_id}")
    return found


def _node_of(item: Mapping[str, Any], job: JobState) -> Node | None:
    info = part(item, "nodeInfo")
    if not info.get("nodeId"):
        return None
    return str(info.get("poolId") or job.pool_id or "").lower(), str(info["nodeId"]).lower()


def _may_have_more(task: Mapping[str, Any]) -> bool:
    """Whether its subtasks are, or have been, on nodes though they are not listed. One that failed may have none."""
    return execution.outcome(part(task, "executionInfo"), str(task.get("state")).lower()) != execution.FAILED


def _must_have_one(task: Mapping[str, Any]) -> bool:
    """Whether it is or was on a node. A task that ended before it started has none."""
    return str(task.get("state")).lower() != _ENDED or bool(part(task, "executionInfo").get("startTime"))
