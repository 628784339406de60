# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes on which tasks of a job really are: those are the ones that must be prepared.

Preparation runs only where a task of the job was sent, so that the size of the pool says nothing.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._answer import part
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState
from ansible_collections.batchops.azure.plugins.module_utils._look import each
from ansible_collections.batchops.azure.plugins.module_utils._task_counts import flat_counts

_SELECT = "id,state,nodeInfo,multiInstanceSettings"


def read_task_nodes(client: Client, job_id: str) -> set[str]:
    """Ids of the nodes of tasks and subtasks that are preparing, running or completed."""
    nodes: set[str] = set()
    several: list[str] = []
    # A task that ended before it started has no node in its nodeInfo.
    for page in client.pages(("jobs", job_id, "tasks"), {"$filter": "state ne 'active'", "$select": _SELECT}):
        for task in page:
            _add(nodes, task)
            if task.get("multiInstanceSettings"):
                several.append(str(task.get("id")))
    for found in each(client, several, lambda task_id: _subtask_nodes(client, job_id, task_id)):
        nodes |= found
    return nodes


def read_pool_nodes(client: Client, pool_id: str) -> set[str]:
    """Ids of the nodes that are in the pool now."""
    pages = client.pages(("pools", pool_id, "nodes"), {"$select": "id"})
    return {str(node.get("id")) for page in pages for node in page}


def why_none(client: Client, job: JobState) -> str:
    """Why no node has begun to prepare, from the counts of the job's tasks."""
    counts, _slots = flat_counts(client.get(("jobs", job.id, "taskcounts")))
    active = counts.get("active", 0)
    if counts.get("running") or counts.get("completed"):
        return ""
    if not active:
        return "the job has no task yet"
    return f"no node has got a task yet, {active} {'is' if active == 1 else 'are'} active"


def _subtask_nodes(client: Client, job_id: str, task_id: str) -> set[str]:
    nodes: set[str] = set()
    for page in client.pages(("jobs", job_id, "tasks", task_id, "subtasksinfo"), {"$select": "id,nodeInfo"}):
        for subtask in page:
            _add(nodes, subtask)
    return nodes


def _add(nodes: set[str], item: dict[str, Any]) -> None:
    node_id = part(item, "nodeInfo").get("nodeId")
    if node_id:
        nodes.add(str(node_id))
