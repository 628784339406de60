# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small objects as the service sends them."""

from __future__ import annotations

from typing import Any

Wire = dict[str, Any]

SUCCESS: Wire = {"startTime": "2025-01-17T00:00:01Z", "exitCode": 0, "result": "success"}
FAILURE: Wire = {
    "startTime": "2025-01-17T00:00:01Z",
    "exitCode": 1,
    "result": "failure",
    "failureInfo": {"category": "usererror", "code": "FailureExitCode", "message": "The task exited with a code"},
}
STARTED: Wire = {"startTime": "2025-01-17T00:00:01Z"}
# The task ended before it started: no start, no node, no exit code.
NEVER_STARTED: Wire = {
    "result": "failure",
    "failureInfo": {"category": "usererror", "code": "TaskEnded", "message": "Task was ended by user request"},
}
# Exit code 0, and a failure all the same.
UPLOAD_FAILED: Wire = {**SUCCESS, "result": "failure", "failureInfo": {"code": "FileUploadAccessDenied"}}
MYSTERY: Wire = {**SUCCESS, "result": "mystery"}


def job(job_id: str = "job-1", state: str = "active", **more: Any) -> Wire:
    return {"id": job_id, "state": state, "executionInfo": {"poolId": "pool-1"}, **more}


def troubled(code: str, state: str = "active", job_id: str = "job-1", **more: Any) -> Wire:
    """A job with a scheduling error."""
    error = {"category": "ServerError", "code": code, "message": "Words of the service"}
    return job(job_id, state, **{"executionInfo": {"poolId": "pool-1", "schedulingError": error}, **more})


def task(task_id: str = "task-1", state: str = "completed", info: Wire | None = None, **more: Any) -> Wire:
    return {"id": task_id, "state": state, "executionInfo": info if info is not None else {}, **more}


def node(node_id: str = "tvm-1", state: str = "idle", **more: Any) -> Wire:
    return {"id": node_id, "state": state, "schedulingState": "enabled", "runningTasksCount": 0, **more}


def pool(current: int, target: int | None = None, allocation: str = "steady", **more: Any) -> Wire:
    return {
        "id": "pool-1",
        "state": "active",
        "allocationState": allocation,
        "currentDedicatedNodes": current,
        "targetDedicatedNodes": current if target is None else target,
        **more,
    }


def counts(active: int = 0, running: int = 0, succeeded: int = 0, failed: int = 0) -> Wire:
    numbers = {
        "active": active,
        "running": running,
        "completed": succeeded + failed,
        "succeeded": succeeded,
        "failed": failed,
    }
    return {"taskCounts": numbers, "taskSlotCounts": dict(numbers)}


def prepared(node_id: str = "tvm-1", info: Wire | None = None, release: Wire | None = None) -> Wire:
    """An entry of the preparation status. `info` without a result is one that runs."""
    entry: Wire = {"poolId": "pool-1", "nodeId": node_id}
    for name, execution in (("jobPreparationTaskExecutionInfo", info), ("jobReleaseTaskExecutionInfo", release)):
        if execution is not None:
            state = "completed" if "result" in execution else "running"
            entry[name] = {"state": state, **execution}
    return entry
