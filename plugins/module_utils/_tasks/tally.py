# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts the tasks of a job: pure, what is read comes from elsewhere."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, part
from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import Spelling

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Summary
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Instances

# The hashes of about so many ids are compared at once: a set of a million would take more memory than all else.
_PART = 10_000

# Since when a task is in its state. Of so many that have not ended it is kept.
SINCE = "stateTransitionTime"
_MOST_TIMES = 5


class Entry(NamedTuple):
    """What is judged of a task. `after` so many successes it was listed."""

    state: str
    outcome: str
    why: str
    never_started: bool
    after: int

    def contradicts(self, other: Entry) -> bool:
        return self._replace(after=0) != other._replace(after=0)


class TaskTally:
    """Counts tasks page by page, so that 100,000 tasks cost no memory. Counted are ids, and a later entry replaces an earlier one.

    Of tasks that succeeded, which are most, only the hashes of their ids are kept: enough to see that one is listed twice.
    Call `close` after the last page.
    """

    def __init__(self) -> None:
        self.by_state = {"active": 0, "preparing": 0, "running": 0, "completed": 0}
        self.succeeded = 0
        # All that did not succeed, by their ids.
        self.others: dict[str, Entry] = {}
        self._spelling = Spelling(self.others)
        # Tasks that are listed twice, with something else in what is judged.
        self.disputed: dict[str, None] = {}
        # Of multi-instance tasks by their ids; read only where asked for.
        self.instances: dict[str, Instances] = {}
        # Since when tasks are in their state, of the first that have not ended; where the service says it.
        self.since: dict[str, Any] = {}
        # Ids of named tasks that are not there.
        self.missing: list[str] = []
        self.truncated = False
        self.pages = 0
        self._hashes = array("q")
        # The same, after the last page, in parts that have none in common.
        self._parts = [self._hashes]
        self._last: Entry | None = None

    def add(self, tasks: list[dict[str, Any]]) -> None:
        self.pages += 1
        succeeded: list[int] = []
        before = len(self._hashes)
        for task in tasks:
            # The common case of a large job, in as few steps as Python allows.
            info = task.get("executionInfo")
            if (
                info.__class__ is dict
                and info.get("result") == "success"
                and task.get("state") == "completed"
                and "failureInfo" not in info
            ):
                succeeded.append(_hash(id_of(task, "a task of the list")))
            else:
                self._add_other(task, before + len(succeeded), succeeded)
        self._hashes.extend(succeeded)

    def _add_other(self, task: dict[str, Any], after: int, succeeded: list[int]) -> None:
        task_id = self._spelling.first(id_of(task, "a task of the list"))
        info = part(task, "executionInfo")
        state = str(task.get("state") or "unknown").lower()
        outcome = execution.outcome(info, state)
        if outcome == execution.SUCCEEDED:
            succeeded.append(_hash(task_id))
            return
        why = ""
        if outcome == execution.FAILED:
            why = execution.why(info)
        elif outcome == execution.UNKNOWN:
            why = f"result {info.get('result')}" + (
                ", with the information about a failure" if info.get("failureInfo") else ""
            )
        elif outcome == execution.RUNNING and len(self.since) < _MOST_TIMES:
            self.since[task_id] = task.get(SINCE)
        entry = Entry(state, outcome, why, state == "completed" and not info.get("startTime"), after)
        before = self.others.get(task_id)
        if before and before.contradicts(entry):
            self.disputed[task_id] = None
        # Most are like the one before: then they share what is kept.
        self._last = self.others[task_id] = self._last if entry == self._last and self._last else entry

    def close(self) -> None:
        """Counts, after the last page."""
        replaced = self._settle_disputes()
        self._parts = _parts(self._hashes)
        self.succeeded = sum(map(len, map(set, self._parts))) - replaced
        self.by_state["completed"] += self.succeeded
        for entry in self.others.values():
            self.by_state[entry.state] = self.by_state.get(entry.state, 0) + 1

    def _settle_disputes(self) -> int:
        """Finds the tasks that are listed as a success and as something else; the number of those whose success was replaced."""
        others = {_hash(task_id): task_id for task_id in self.others}
        if not self._hashes or not others or set(others).isdisjoint(self._hashes):
            return 0
        last = {value: position for position, value in enumerate(self._hashes) if value in others}
        for value, position in last.items():
            self.disputed[others[value]] = None
            if position >= self.others[others[value]].after:
                del self.others[others[value]]
        return sum(others[value] in self.others for value in last)

    @property
    def succeeded_ids(self) -> int:
        """The ids of tasks that succeeded as one number, whatever their order and however often one is listed."""
        return sum(map(sum, map(set, self._parts)))

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def failed(self) -> dict[str, str]:
        """Why each failed task did."""
        return {task_id: entry.why for task_id, entry in self.others.items() if entry.outcome == execution.FAILED}

    @property
    def unknown(self) -> dict[str, str]:
        """What ended in a way that is not known, with the words for it."""
        return {task_id: entry.why for task_id, entry in self.others.items() if entry.outcome == execution.UNKNOWN}

    @property
    def unfinished(self) -> dict[str, str]:
        """The states of tasks that have not ended."""
        return {task_id: entry.state for task_id, entry in self.others.items() if entry.outcome == execution.RUNNING}

    @property
    def never_started(self) -> list[str]:
        return [task_id for task_id, entry in self.others.items() if entry.never_started]

    @property
    def only_waits(self) -> bool:
        """Whether there are tasks that wait for a node, and none that has one."""
        active = self.by_state["active"]
        return active > 0 and active + self.by_state["completed"] == self.total

    def summary(self) -> Summary:
        failed = list(self.failed)
        return {
            "total": self.total,
            "by_state": self.by_state,
            "succeeded": self.succeeded,
            "failed": len(failed),
            "failed_tasks": failed,
            "failed_subtasks": [name for found in self.instances.values() for name in found.failed],
            "missing": self.missing,
            "truncated": self.truncated,
        }


def _hash(task_id: str) -> int:
    """Of ids that differ in case only it is the same."""
    return hash(task_id.lower())


def _parts(hashes: array[int]) -> list[array[int]]:
    """Those that are the same in the same part. They are taken out of `hashes`, so that they are never there twice."""
    if len(hashes) <= _PART:
        return [hashes]
    parts = [array("q") for _number in range(len(hashes) // _PART + 1)]
    while hashes:
        # An array gives memory back only if it loses many at once.
        last = hashes[-_PART:]
        del hashes[-_PART:]
        for value in last:
            parts[value % len(parts)].append(value)
    return parts
