# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account in which everything that can be wished for is there, in states that make readers read on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.wishes import JOBS, NODES, POOLS, TASKS

_SUCCESS = {"state": "completed", "result": "success"}
_ENDED = {"state": "completed", "executionInfo": {"startTime": "2026-01-31T08:00:00Z", "result": "success"}}
_COUNTS = {"active": 0, "running": 0, "completed": 2, "succeeded": 2, "failed": 0}
_FAILING = {"active": 0, "running": 1, "completed": 1, "succeeded": 0, "failed": 1}


def fill(server: ReplayServer, version: str) -> None:
    """The first job has ended well; the second one runs, and a task of it has failed."""
    jobs = [{"id": job_id, "jobPreparationTask": {}, "jobReleaseTask": {}, **_ENDED} for job_id in JOBS]
    jobs[1]["state"] = "active"
    server.put("/jobs", {"value": jobs})
    for job in jobs:
        _fill_job(server, f"/jobs/{quote(str(job['id']), safe='')}", job, version)
    for pool_id in POOLS:
        _fill_pool(server, pool_id)
    # Some have Spot nodes, so that whoever waits for these asks whether they are preempted.
    server.put("/pools", {"value": [_pool(pool_id) for pool_id in POOLS]})
    server.put("/nodecounts", {"value": [{"poolId": pool_id} for pool_id in POOLS]})
    server.put("/supportedimages", {"value": []})


def _fill_job(server: ReplayServer, path: str, job: dict[str, Any], version: str) -> None:
    server.put(path, job)
    counts = _COUNTS if job["state"] == "completed" else _FAILING
    # Flat before 2020-09-01.12.0.
    newer = {"taskCounts": counts, "taskSlotCounts": counts}
    server.put(f"{path}/taskcounts", newer if version >= "2020-09" else counts)
    ran = {"jobPreparationTaskExecutionInfo": _SUCCESS, "jobReleaseTaskExecutionInfo": _SUCCESS}
    status = {"poolId": POOLS[0], "nodeId": NODES[0], **ran}
    server.put(f"{path}/jobpreparationandreleasetaskstatus", {"value": [status]})
    tasks = [{"id": task_id, "multiInstanceSettings": {"numberOfInstances": 2}, **_ENDED} for task_id in TASKS]
    server.put(f"{path}/tasks", {"value": tasks})
    for task in tasks:
        server.put(f"{path}/tasks/{task['id']}", task)
        server.put(f"{path}/tasks/{task['id']}/subtasksinfo", {"value": [{"id": 1, **_SUCCESS}]})


def _pool(pool_id: str) -> dict[str, Any]:
    sizes = dict.fromkeys(("currentLowPriorityNodes", "targetLowPriorityNodes"), len(NODES))
    return {"id": pool_id, "state": "active", "allocationState": "steady", **sizes}


def _fill_pool(server: ReplayServer, pool_id: str) -> None:
    server.put(f"/pools/{pool_id}", _pool(pool_id))
    nodes = [
        {"id": node_id, "state": "idle", "schedulingState": "enabled", "runningTasksCount": 0} for node_id in NODES
    ]
    server.put(f"/pools/{pool_id}/nodes", {"value": nodes})
    for node in nodes:
        server.put(f"/pools/{pool_id}/nodes/{node['id']}", node)
