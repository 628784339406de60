# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies that are nearly right: what the service sends, with something else in a few places."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

_FAILURE = {
    "category": "UserError",
    "code": "FailureExitCode",
    "message": "The task exited with an exit code representing a failure",
    "details": [{"name": "Message", "value": "The task exited with an exit code representing a failure"}],
}
_RUN = {
    "state": "completed",
    "startTime": "2026-01-31T08:00:00Z",
    "endTime": "2026-01-31T08:00:07.1234567Z",
    "exitCode": 1,
    "result": "failure",
    "failureInfo": _FAILURE,
    "retryCount": 0,
    "requeueCount": 0,
}
_NODE_INFO = {"nodeId": "tvm-1", "poolId": "pool-1", "affinityId": "TVM:tvm-1", "nodeUrl": "https://a/pools/p/nodes/n"}
_JOB = {
    "id": "job-1",
    "state": "active",
    "priority": 0,
    "poolInfo": {"poolId": "pool-1"},
    "usesTaskDependencies": True,
    "constraints": {"maxWallClockTime": "PT1H"},
    "metadata": [{"name": "owner", "value": "ann"}],
    "commonEnvironmentSettings": [{"name": "TOKEN", "value": "hunter2"}],
    "jobPreparationTask": {"id": "jobpreparation", "commandLine": "true", "waitForSuccess": True},
    "jobReleaseTask": {"id": "jobrelease", "commandLine": "true"},
    "executionInfo": {
        "startTime": "2026-01-31T08:00:00Z",
        "poolId": "pool-1",
        "schedulingError": {"category": "UserError", "code": "InvalidPool", "message": "No.", "details": []},
    },
}
_TASK = {
    "id": "task-1",
    "state": "completed",
    "commandLine": "curl https://store.example.com/x?sig=hunter2",
    "environmentSettings": [{"name": "KEY", "value": "hunter2"}],
    "multiInstanceSettings": {"numberOfInstances": 3},
    "exitConditions": {
        "exitCodes": [{"code": 2, "exitOptions": {"dependencyAction": "satisfy"}}],
        "exitCodeRanges": [{"start": 3, "end": 9, "exitOptions": {"jobAction": "none"}}],
        "default": {"dependencyAction": "block"},
    },
    "dependsOn": {"taskIds": ["task-0"], "taskIdRanges": [{"start": 1, "end": 9}]},
    "nodeInfo": _NODE_INFO,
    "executionInfo": _RUN,
}
_IMAGE = {"publisher": "p", "offer": "o", "sku": "s", "version": "latest", "exactVersion": "1.2.3"}
_SUPPORTED = {
    "imageReference": _IMAGE,
    "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    "batchSupportEndOfLife": "2026-01-31T08:00:00Z",
}
_POOL = {
    "id": "pool-1",
    "state": "active",
    "allocationState": "steady",
    "currentDedicatedNodes": 1,
    "targetDedicatedNodes": 1,
    "currentLowPriorityNodes": 0,
    "targetLowPriorityNodes": 0,
    "resizeErrors": [{"code": "AllocationTimedOut", "message": "No.", "values": []}],
    "autoScaleRun": {"timestamp": "2026-01-31T08:00:00Z", "error": {"code": "X", "message": "No."}},
    "startTask": {"commandLine": "true", "waitForSuccess": True},
    "virtualMachineConfiguration": {"imageReference": _IMAGE, "nodeAgentSKUId": "batch.node.ubuntu 22.04"},
}
_NODE = {
    "id": "tvm-1",
    "state": "idle",
    "schedulingState": "enabled",
    "isDedicated": True,
    "runningTasksCount": 0,
    "startTask": {"commandLine": "true", "waitForSuccess": True},
    "startTaskInfo": _RUN,
    "virtualMachineInfo": {"imageReference": _IMAGE},
    "errors": [{"code": "X", "message": "No.", "errorDetails": []}],
    "recentTasks": [{"taskId": "task-1", "jobId": "job-1", "taskState": "completed", "executionInfo": _RUN}],
}
# One that waits for the other task, which has failed.
_WAITS = {**_TASK, "id": "task-2", "state": "active", "dependsOn": {"taskIds": ["task-1"]}, "executionInfo": {}}
_PREP = {
    **_NODE_INFO,
    "jobPreparationTaskExecutionInfo": _RUN,
    "jobReleaseTaskExecutionInfo": {**_RUN, "result": "Success", "exitCode": 0},
}
_COUNTS = {name: 1 for name in ("active", "running", "completed", "succeeded", "failed")}


def _page(item: dict[str, Any]) -> dict[str, Any]:
    return {"odata.metadata": "https://a/$metadata#x", "value": [item, {**item, "id": "other-2", "nodeId": "tvm-2"}]}


RIGHT: dict[str, dict[str, Any]] = {
    "/jobs": _page(_JOB),
    "/jobs/job-1": _JOB,
    "/jobs/job-1/taskcounts": {"taskCounts": _COUNTS, "taskSlotCounts": _COUNTS},
    "/jobs/other-2/taskcounts": _COUNTS,
    "/jobs/job-1/tasks": {"value": [*_page(_TASK)["value"], _WAITS]},
    "/jobs/other-2/tasks": _page(_TASK),
    "/jobs/job-1/tasks/task-1": _TASK,
    "/jobs/job-1/tasks/task-1/subtasksinfo": {"value": [{"id": 1, "nodeInfo": _NODE_INFO, **_RUN}]},
    "/jobs/job-1/tasks/other-2/subtasksinfo": {"value": [{"id": 1, "nodeInfo": _NODE_INFO, **_RUN}]},
    "/jobs/job-1/jobpreparationandreleasetaskstatus": _page(_PREP),
    "/jobs/job-1/tasks/task-1/files": {
        "value": [{"name": "stderr.txt", "isDirectory": False, "properties": {"contentLength": "9"}}]
    },
    "/jobs/job-1/tasks/task-1/files/stderr.txt": {"this": "is no JSON to whoever reads it"},
    "/pools": _page(_POOL),
    "/pools/pool-1": _POOL,
    "/nodecounts": {"value": [{"poolId": "pool-1", "dedicated": {"idle": 1, "total": 1}, "lowPriority": {"total": 0}}]},
    "/supportedimages": {"value": [_SUPPORTED]},
    "/pools/pool-1/nodes": _page(_NODE),
    "/pools/pool-1/nodes/tvm-1": _NODE,
    "/pools/other-2/nodes": _page(_NODE),
}
_WORDS = "active running completed success failure idle disabled enabled job-1 task-1 tvm-1 pool-1 value id".split()

# A half of a pair of surrogates is legal in JSON and in no URL.
texts = st.text(max_size=20) | st.sampled_from((*_WORDS, "", ".", "..", "/", "a b", "\x00", "\r\n", "ü", "\ud800"))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything inside of a body."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*before, key)
        yield from places(item, (*before, key))


def replaced(body: Any, place: tuple[Any, ...], value: Any) -> None:
    """Puts the value there, if the place is still there."""
    *way, last = place
    for key in way:
        if not holds(body, key):
            return
        body = body[key]
    if holds(body, last):
        body[last] = value


def holds(body: Any, key: Any) -> bool:
    """Whether the body, which may have become something else, still has such a place."""
    if isinstance(body, list):
        return isinstance(key, int) and key < len(body)
    return isinstance(body, dict) and key in body


@st.composite
def nearly_right(draw: st.DrawFn) -> dict[str, Any]:
    """All bodies by path, of which a few hold something else in a few places."""
    bodies = copy.deepcopy(RIGHT)
    for path in draw(st.lists(st.sampled_from(sorted(bodies)), min_size=1, max_size=3, unique=True)):
        for place in draw(st.lists(st.sampled_from(list(places(RIGHT[path]))), min_size=1, max_size=3)):
            replaced(bodies[path], place, draw(values))
    return bodies
