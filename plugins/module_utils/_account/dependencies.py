# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that can never run, because they depend on one that failed. The service leaves them active for ever."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, number, objects, part
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client

# Longer ids the service does not have, and Python makes no number of thousands of digits.
_LONGEST_ID = 64
_ACTIVE = "state eq 'active'"


def read_blocked(client: Client, job_id: str) -> dict[str, dict[str, str]]:
    """For each failed task that blocks others, the ids of those and of what waits for them in turn.

    Values map the id of a blocked task to the id that it depends on. Two narrow, filtered lists; ask only where a task is active.
    """
    tasks = ("jobs", job_id, "tasks")
    failed = [
        id_of(task, "a task of the list")
        for page in client.pages(
            tasks, {"$filter": execution.FAILED_FILTER, "$select": "id,state,executionInfo,exitConditions"}
        )
        for task in page
        if _blocks(task)
    ]
    if not failed:
        return {}
    waiting = _Waiting()
    for page in client.pages(tasks, {"$filter": _ACTIVE, "$select": "id,state,dependsOn"}):
        for task in page:
            if str(task.get("state")).lower() == "active":
                waiting.add(id_of(task, "a task of the list"), part(task, "dependsOn"))
    return {task_id: blocked for task_id in failed if (blocked := waiting.behind(task_id))}


class _Waiting:
    """Active tasks by what they depend on, which they may name in another case."""

    def __init__(self) -> None:
        self._by_id: dict[str, list[str]] = {}
        # By the number of binary digits of their lengths: of those of one class that begin near enough, most are hits.
        self._by_range: dict[int, list[tuple[int, int, str]]] = {}

    def add(self, task_id: str, depends_on: Mapping[str, Any]) -> None:
        for other in _ids(depends_on):
            self._by_id.setdefault(other.lower(), []).append(task_id)
        for span in objects(depends_on, "taskIdRanges"):
            start, end = number(span, "start") or 0, number(span, "end") or 0
            self._by_range.setdefault((end - start).bit_length(), []).append((start, end, task_id))

    def behind(self, first: str) -> dict[str, str]:
        """Everything that waits for that task, directly or through others."""
        blocked: dict[str, str] = {}
        for spans in self._by_range.values():
            spans.sort()
        front = deque([first])
        while front:
            cause = front.popleft()
            for task_id in self._directly_behind(cause):
                if task_id not in blocked and task_id != first:
                    blocked[task_id] = cause
                    front.append(task_id)
        return blocked

    def _directly_behind(self, task_id: str) -> list[str]:
        found = list(self._by_id.get(task_id.lower(), ()))
        # A range stands for tasks whose ids are plain numbers without leading zeros.
        if len(task_id) <= _LONGEST_ID and task_id.isdecimal() and str(int(task_id)) == task_id:
            found += self._in_range_of(int(task_id))
        return found

    def _in_range_of(self, task_number: int) -> Iterator[str]:
        for digits, spans in self._by_range.items():
            begin = bisect_left(spans, (task_number - (1 << digits) + 1,))
            beyond = bisect_left(spans, (task_number + 1,))
            yield from (other for _start, end, other in spans[begin:beyond] if end >= task_number)


def _ids(depends_on: Mapping[str, Any]) -> list[str]:
    ids = depends_on.get("taskIds") or []
    if not isinstance(ids, list):
        raise AnswerError("taskIds of dependsOn is not a list")
    return [str(task_id) for task_id in ids]


def _blocks(task: Mapping[str, Any]) -> bool:
    """Whether those that depend on this failed task stay blocked. In doubt they do not: then they are waited for."""
    info = part(task, "executionInfo")
    if execution.outcome(info, task.get("state")) != execution.FAILED:
        return False
    return all(
        str(options.get("dependencyAction")).lower() != "satisfy" for options in _options(task, info.get("exitCode"))
    )


def _options(task: Mapping[str, Any], exit_code: Any) -> Iterator[Mapping[str, Any]]:
    """The options of the ways in which it may have ended."""
    conditions = part(task, "exitConditions")
    listed = [item for item in objects(conditions, "exitCodes") if item.get("code") == exit_code]
    if isinstance(exit_code, int):
        listed += [
            span
            for span in objects(conditions, "exitCodeRanges")
            if (number(span, "start") or 0) <= exit_code <= (number(span, "end") or 0)
        ]
    if listed:
        yield from (part(item, "exitOptions") for item in listed)
    else:
        yield from (part(conditions, name) for name in ("preProcessingError", "fileUploadError", "default"))
