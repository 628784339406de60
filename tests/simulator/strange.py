# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that do not add up: an item that is listed again, words that nobody knows, counts and lists that contradict each other."""

from __future__ import annotations

from typing import Any

Items = list[Any]

_STATE_OF_A_NODE = "rebooting"
_WORD = "hibernating"
_IDS = ("id", "nodeId", "poolId")


def listed_twice(items: Items) -> Items:
    """The first item of the page at its end as well, as where it moved to the next page while that was read."""
    return [*items, items[0]]


def listed_otherwise(items: Items) -> Items:
    """The first item of the page at its end as well, and something has happened to it in between."""
    return [*items, _each_execution(items[0], _begun_again, _STATE_OF_A_NODE)]


def listed_otherwise_before(items: Items) -> Items:
    """The first item of the page before itself as well, as it is not any more, or not yet: what stands last is true."""
    return [_each_execution(items[0], _begun_again, _STATE_OF_A_NODE), *items]


def unknown_words(items: Items) -> Items:
    """The first item has states that do not exist."""
    return [_each_execution(items[0], lambda info: {**info, "state": _WORD}, _WORD), *items[1:]]


def lists_running_task(items: Items) -> Items:
    """The first node of the page counts no task that runs, and names one among its recent tasks."""
    recent = {"jobId": "job-1", "taskId": "task-1", "taskState": "running"}
    return [{**items[0], "runningTasksCount": 0, "recentTasks": [recent]}, *items[1:]]


def with_failure(counts: dict[str, int]) -> dict[str, int]:
    """Counts of tasks that tell of one failure that was none, or of a task that is none."""
    if not counts["succeeded"]:
        return {**counts, "completed": counts["completed"] + 1, "failed": counts["failed"] + 1}
    return {**counts, "succeeded": counts["succeeded"] - 1, "failed": counts["failed"] + 1}


def in_capitals(item: dict[str, Any]) -> dict[str, Any]:
    """The same item. To the service, ids that differ in case only are one."""
    ids = {name: value.upper() for name, value in item.items() if name in _IDS and isinstance(value, str)}
    return {**item, **ids}


def _begun_again(info: dict[str, Any]) -> dict[str, Any]:
    """A run that has ended runs again; one that runs has ended well."""
    if info.get("state") == "completed":
        return {"state": "running", "startTime": info.get("startTime")}
    return {**info, "state": "completed", "result": "success", "exitCode": 0}


def _each_execution(item: dict[str, Any], change: Any, state: str) -> dict[str, Any]:
    infos = {name: change(info) for name, info in item.items() if name.endswith("TaskExecutionInfo")}
    return {**item, **infos} if infos else {**item, "state": state}
