# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts the tasks of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._answer import part

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._look import Summary


class TaskTally:
    """Counts tasks page by page and keeps the offenders only, so that 100,000 tasks cost no memory."""

    def __init__(self) -> None:
        self.by_state = {"active": 0, "preparing": 0, "running": 0, "completed": 0}
        self.succeeded = 0
        self.failed: dict[str, str] = {}
        self.unknown: list[str] = []
        self.never_started: list[str] = []
        self.unfinished: list[str] = []
        self.failed_subtasks: dict[str, dict[str, Any]] = {}
        # What waits in vain for each failed task, and for which one directly; read only where that can be.
        self.blocked: dict[str, dict[str, str]] = {}
        self.truncated = False
        self.pages = 0

    def add(self, tasks: list[dict[str, Any]]) -> None:
        succeeded = 0
        for task in tasks:
            # The common case of a large job, in as few steps as Python allows.
            info = task.get("executionInfo")
            if info.__class__ is dict and info.get("result") == "success" and task.get("state") == "completed":
                succeeded += 1
            else:
                self._add_other(task)
        self.by_state["completed"] += succeeded
        self.succeeded += succeeded

    def _add_other(self, task: dict[str, Any]) -> None:
        task_id, info = str(task.get("id")), part(task, "executionInfo")
        state = str(task.get("state") or "unknown").lower()
        self.by_state[state] = self.by_state.get(state, 0) + 1
        how = _execution.outcome(info, state)
        if how == _execution.RUNNING:
            self.unfinished.append(f"{task_id} ({state})")
        elif how == _execution.SUCCEEDED:
            self.succeeded += 1
        elif how == _execution.FAILED:
            self.failed[task_id] = _execution.why(info)
        else:
            self.unknown.append(f"{task_id} (result {info.get('result')})")
        if state == "completed" and not info.get("startTime"):
            self.never_started.append(task_id)

    def add_subtask(self, name: str, subtask: dict[str, Any]) -> None:
        how = _execution.outcome(subtask, subtask.get("state"))
        if how == _execution.FAILED:
            self.failed_subtasks[name] = subtask
        elif how == _execution.UNKNOWN:
            self.unknown.append(f"{name} (result {subtask.get('result')})")

    @property
    def only_waits(self) -> bool:
        """Whether there are tasks that wait for a node, and none that has one."""
        return bool(self.by_state["active"]) and not self.by_state["preparing"] and not self.by_state["running"]

    def summary(self) -> Summary:
        return {
            "total": sum(self.by_state.values()),
            "by_state": self.by_state,
            "succeeded": self.succeeded,
            "failed": len(self.failed),
            "failed_tasks": list(self.failed),
            "failed_subtasks": list(self.failed_subtasks),
            "missing": [],
            "truncated": self.truncated,
        }
