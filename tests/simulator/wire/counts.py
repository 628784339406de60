# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts of tasks and of nodes: cheap to read, and late."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from ..model.jobs import Job
from ..model.pools import Pool
from ..model.runs import Run
from ..model.timeline import NEVER
from .context import Context
from .versions import DEALLOCATION, OS_UPGRADE, SLOTS, node_state

_TASK_COUNTS = ("active", "running", "completed", "succeeded", "failed")
_NODE_COUNTS = (
    "creating", "idle", "leavingPool", "offline", "preempted", "rebooting", "reimaging", "running", "starting",
    "startTaskFailed", "unknown", "unusable", "waitingForStartTask",
)  # fmt: skip
_NEWER_NODE_COUNTS = {"upgradingOS": OS_UPGRADE, "deallocated": DEALLOCATION, "deallocating": DEALLOCATION}


class TaskCounter:
    """Counts the tasks of a job in each state at any moment, from the sorted times at which they enter and leave it."""

    def __init__(self, runs: Iterable[tuple[Run, float, int]]) -> None:
        self._enter: dict[tuple[str, int], list[float]] = {}
        self._leave: dict[tuple[str, int], list[float]] = {}
        for run, gone_at, slots in runs:
            self._add(run, gone_at, slots)
        for times in (*self._enter.values(), *self._leave.values()):
            times.sort()

    def _add(self, run: Run, gone_at: float, slots: int) -> None:
        ends = min(run.ends_at, gone_at)
        # The service counts a task that is being prepared as running.
        begins = min(run.prepares_at, run.starts_at, ends)
        self._stay("active", slots, run.active_at, begins)
        self._stay("running", slots, begins, ends)
        if run.ends_at < gone_at:
            self._stay("completed", slots, run.ends_at, gone_at)
            good = (run.outcome.result or "").lower() == "success"
            self._stay("succeeded" if good else "failed", slots, run.ends_at, gone_at)

    def _stay(self, state: str, slots: int, enter: float, leave: float) -> None:
        if enter < leave:
            self._enter.setdefault((state, slots), []).append(enter)
            if leave != NEVER:
                self._leave.setdefault((state, slots), []).append(leave)

    def at(self, now: float) -> tuple[dict[str, int], dict[str, int]]:
        """Return the counts of tasks and of their slots."""
        tasks, slots = dict.fromkeys(_TASK_COUNTS, 0), dict.fromkeys(_TASK_COUNTS, 0)
        for (state, width), times in self._enter.items():
            left = bisect_right(self._leave.get((state, width), []), now)
            count = bisect_right(times, now) - left
            tasks[state] += count
            slots[state] += count * width
        return tasks, slots


def task_counts(context: Context, job: Job) -> tuple[dict[str, int], dict[str, int]]:
    """Return the counts as the service gives them, which may be some seconds old."""
    key = ("counter", job.id)
    counter = context.world.cache.get(key)
    if counter is None:
        counter = context.world.cache[key] = TaskCounter(_runs(job))
    return counter.at(context.now - job.task_count_lag)


def _runs(job: Job) -> Iterable[tuple[Run, float, int]]:
    for task in job.tasks:
        slots = task.template.required_slots
        for run, following in zip(task.runs, (*task.runs[1:], None)):
            yield run, following.active_at if following else task.removed_at, slots


def task_counts_body(context: Context, job: Job) -> dict[str, Any]:
    """Return the body of the task counts, which was flat before tasks had slots."""
    tasks, slots = task_counts(context, job)
    if context.version < SLOTS:
        return tasks
    return {"taskCounts": tasks, "taskSlotCounts": slots}


def node_counts_body(context: Context, pool: Pool, states: Iterable[tuple[bool, str]]) -> dict[str, Any]:
    """Return the counts of a pool's nodes from pairs of dedicated and state."""
    names = [*_NODE_COUNTS, *(name for name, since in _NEWER_NODE_COUNTS.items() if context.version >= since)]
    spelling = {name.lower(): name for name in names}
    counts = {dedicated: {**dict.fromkeys(sorted(names), 0), "total": 0} for dedicated in (True, False)}
    for dedicated, state in states:
        counts[dedicated][spelling[node_state(state, context.version)]] += 1
        counts[dedicated]["total"] += 1
    return {"poolId": pool.id, "dedicated": counts[True], "lowPriority": counts[False]}
