# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instances of a multi-instance task beside its primary, which is all that the task itself shows.

Recorded: a task is completed, its exit code 0, while a subtask is still running. Whoever asks for subtasks gets no pass before all are done.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import number, part
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently

_NAMED = 5


class Instances:
    """The subtasks of one task, by their numbers: `wanted` of them, from 1 on. A later entry replaces an earlier one."""

    def __init__(self, task: Mapping[str, Any], subtasks: list[dict[str, Any]]) -> None:
        # Without a number there is one instance, which is the primary: the service documents that as its default.
        self._number = number(part(task, "multiInstanceSettings"), "numberOfInstances")
        # By each entry that the list has about the task.
        self._said = {1 if self._number is None else self._number}
        self._task_id = task.get("id")
        self.listed: dict[str, dict[str, Any]] = {}
        self.disputed: list[str] = []
        self._there: set[int] = set()
        for subtask in subtasks:
            self._add(subtask)
        self._ends = {name: execution.outcome(subtask, _state(subtask)) for name, subtask in self.listed.items()}

    def _add(self, subtask: dict[str, Any]) -> None:
        found = number(subtask, "id")
        if found is None:
            raise AnswerError(f"There is no id in a subtask of {self._task_id}")
        name = f"{self._task_id}/{found}"
        before = self.listed.get(name)
        if before is not None and _judged(before) != _judged(subtask) and name not in self.disputed:
            self.disputed.append(name)
        self.listed[name] = subtask
        self._there.add(found)

    def beside(self, other: Instances | None) -> Instances:
        """The same, with what was read because of an earlier entry about the task. What they say differently is believed of neither."""
        if other:
            before, now = other.judged, self.judged
            differing = (name for name in {**before, **now} if before.get(name) != now.get(name))
            self.disputed = list(dict.fromkeys((*other.disputed, *self.disputed, *differing)))
            self._said |= other._said
        return self

    def said(self, instances: int) -> None:
        """Another entry about the task, of so many instances."""
        self._said.add(instances)

    @property
    def wanted(self) -> int:
        return max(0, min(self._said) - 1)

    @property
    def missing(self) -> list[str]:
        """Names of some that are not listed; see `lacking` for how many."""
        numbers = (found for found in range(1, self.wanted + 1) if found not in self._there)
        return [f"{self._task_id}/{found}" for found in islice(numbers, _NAMED)]

    @property
    def lacking(self) -> int:
        return max(0, self.wanted - sum(1 <= found <= self.wanted for found in self._there))

    @property
    def doubt(self) -> str | None:
        """Why it is not known how many there are; None where it is."""
        if min(self._said) < 1:
            return f"is said to have {min(self._said)} instances"
        if len(self._said) > 1:
            return "is listed twice in one answer, with different numbers of instances"
        more = max(self._there, default=0)
        if more <= self.wanted:
            return None
        several = "" if self._number == 1 else "s"
        has = (
            "no number of instances, which stands for one"
            if self._number is None
            else f"{self._number} instance{several}"
        )
        return f"has {has}, and its subtask {more} is listed"

    @property
    def failed(self) -> dict[str, dict[str, Any]]:
        return {name: self.listed[name] for name, end in self._ends.items() if end == execution.FAILED}

    @property
    def unknown(self) -> Iterator[tuple[str, str]]:
        """Those that ended in a way that is not known, and its words."""
        for name, end in self._ends.items():
            if end == execution.UNKNOWN:
                yield name, f"result {self.listed[name].get('result')}"

    @property
    def unfinished(self) -> dict[str, str]:
        """The states of those that have not ended, also of states that are not known."""
        return {name: _state(self.listed[name]) for name, end in self._ends.items() if end == execution.RUNNING}

    @property
    def judged(self) -> dict[str, tuple[Any, ...]]:
        """What is judged of each."""
        return {name: _judged(subtask) for name, subtask in self.listed.items()}

    @property
    def never_started(self) -> list[str]:
        return [name for name, item in self.listed.items() if _state(item) == "completed" and not item.get("startTime")]


class Subtasks:
    """Those of the multi-instance tasks of one job. Ids do not differ by case: `found` has each as it was written first."""

    def __init__(self, client: Client, job_id: str) -> None:
        self._client = client
        self._job_id = job_id
        self.found: dict[str, Instances] = {}
        # By the ids in lower case. There are few, each costs a request.
        self._names: dict[str, str] = {}
        # The hashes of the ids of all other tasks, which may be many.
        self._single = array("q")

    def read(self, tasks: list[dict[str, Any]]) -> None:
        """Of the multi-instance tasks among them."""
        several = [(self._first(task), task) for task in tasks if _is_multi_instance(task)]
        self._single.extend(hash(str(task.get("id")).lower()) for task in tasks if not _is_multi_instance(task))
        for (name, _task), instances in zip(several, read_concurrently(self._client, several, self._read)):
            self.found[name] = instances.beside(self.found.get(name))

    def _read(self, named: tuple[str, dict[str, Any]]) -> Instances:
        name, task = named
        pages = self._client.pages(("jobs", self._job_id, "tasks", str(task.get("id")), "subtasksinfo"))
        return Instances({**task, "id": name}, [subtask for page in pages for subtask in page])

    def _first(self, task: Mapping[str, Any]) -> str:
        task_id = str(task.get("id"))
        return self._names.setdefault(task_id.lower(), task_id)

    def of(self, task: Mapping[str, Any]) -> list[dict[str, Any]] | None:
        """What is listed of the task; None where it is no multi-instance task."""
        return list(self.found[self._first(task)].listed.values()) if _is_multi_instance(task) else None

    def close(self) -> None:
        """After the last page: another entry about such a task may know of no instances."""
        single = set(self._single) if self.found else ()
        for task_id, instances in self.found.items():
            if hash(task_id.lower()) in single:
                instances.said(1)


def _is_multi_instance(task: Mapping[str, Any]) -> bool:
    return task.get("multiInstanceSettings") is not None


def _state(subtask: Mapping[str, Any]) -> str:
    return str(subtask.get("state") or "unknown").lower()


def _judged(subtask: Mapping[str, Any]) -> tuple[Any, ...]:
    return _state(subtask), execution.outcome(subtask, _state(subtask)), bool(subtask.get("startTime"))
