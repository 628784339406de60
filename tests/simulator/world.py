# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account at work: finds objects by id and knows what runs on each node."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from .model.jobs import Job
from .model.loader import Scenario
from .model.moments import TICKS, wire_time
from .model.pools import Pool
from .model.runs import Run
from .model.schedules import JobSchedule
from .model.tasks import Task
from .model.timeline import NEVER


class Stay(NamedTuple):
    """One execution of a task on a node."""

    starts_at: float
    ends_at: float
    slots: int
    succeeds: bool
    job: Job
    task: Task
    run: Run
    subtask: int | None


class Activity:
    """Everything that ever runs on one node."""

    def __init__(self, stays: list[Stay]) -> None:
        self._stays = sorted(stays, key=lambda stay: stay.starts_at)
        self._starts = [stay.starts_at for stay in self._stays]
        self._ends = sorted(stay.ends_at for stay in self._stays)
        self._good_ends = sorted(stay.ends_at for stay in self._stays if stay.succeeds)

    def running(self, now: float) -> int:
        """Return how many tasks run."""
        return bisect_right(self._starts, now) - bisect_right(self._ends, now)

    def running_slots(self, now: float) -> int:
        """Return how many slots the running tasks take."""
        return sum(stay.slots for stay in self._started(now) if stay.ends_at > now)

    def started(self, now: float) -> int:
        """Return how many tasks have started so far."""
        return bisect_right(self._starts, now)

    def succeeded(self, now: float) -> int:
        """Return how many tasks have succeeded so far."""
        return bisect_right(self._good_ends, now)

    def _started(self, now: float) -> list[Stay]:
        return self._stays[: bisect_right(self._starts, now)]

    def recent(self, now: float, most: int = 10) -> list[Stay]:
        """Return the tasks that started last, the newest first."""
        return self._started(now)[-most:][::-1]

    def idle_or_busy_since(self, now: float) -> float | None:
        """Return when the node last went from idle to running tasks or back, or None when nothing has run."""
        busy_since, busy_until = None, -NEVER
        for stay in self._started(now):
            if stay.starts_at > busy_until:
                busy_since = stay.starts_at
            busy_until = max(busy_until, stay.ends_at)
        return busy_until if busy_until <= now and busy_since is not None else busy_since


_NOTHING = Activity([])


class World:
    """A scenario with the indexes that requests need, each made when it is first used."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._activity: dict[str, dict[str, Activity]] = {}
        self.cache: dict[Any, Any] = {}
        # Many bodies hold the same few times.
        self.moment = lru_cache(maxsize=65536)(self._moment)

    def ticks(self, seconds: float) -> int:
        """Return a scenario time in ticks of 100 nanoseconds since 1970."""
        return self.scenario.start_ticks + round(seconds * TICKS)

    def _moment(self, seconds: float) -> str:
        """Write a scenario time as the wire does."""
        return wire_time(self.ticks(seconds))

    def job(self, identifier: str, now: float) -> Job | None:
        """Return the job with this id if it exists now."""
        job = self.scenario.jobs.find(identifier)
        return job if job is not None and job.exists(now) else None

    def pool(self, identifier: str, now: float) -> Pool | None:
        """Return the pool with this id if it exists now."""
        pool = self.scenario.pools.find(identifier)
        return pool if pool is not None and pool.exists(now) else None

    def schedule(self, identifier: str, now: float) -> JobSchedule | None:
        """Return the job schedule with this id if it exists now."""
        for schedule in self.scenario.job_schedules:
            if schedule.id.lower() == identifier.lower() and schedule.exists(now):
                return schedule
        return None

    def pool_of(self, job: Job, now: float) -> Pool:
        """Return the pool of a job, which the scenario has checked to be there."""
        pool = self.scenario.pools.find(job.pool_at(now))
        assert pool is not None
        return pool

    def current_nodes(self, pool: Pool, dedicated: bool, now: float) -> int:
        """Return how many nodes of a kind a pool has. Pools of one group have the same nodes, counted once for all."""
        key = ("times of nodes", pool.nodes, dedicated)
        if key not in self.cache:
            nodes = [node for node in pool.nodes if node.dedicated is dedicated and node.appears_at < node.removed_at]
            self.cache[key] = (sorted(node.appears_at for node in nodes), sorted(node.removed_at for node in nodes))
        appear, leave = self.cache[key]
        return bisect_right(appear, now) - bisect_right(leave, now)

    def has_jobs(self, pool: Pool) -> bool:
        """Tell whether any job is ever on a pool."""
        return any(pool.id.lower() in job.pool_ids() for job in self.scenario.jobs)

    def activity(self, pool: Pool, node: str) -> Activity:
        """Return what runs on a node."""
        key = pool.id.lower()
        if key not in self._activity:
            self._activity[key] = self._activities(pool)
        return self._activity[key].get(node.lower(), _NOTHING)

    def _activities(self, pool: Pool) -> dict[str, Activity]:
        stays: dict[str, list[Stay]] = {}
        for job in self.scenario.jobs:
            if pool.id.lower() not in job.pool_ids():
                continue
            for node, stay in _stays(job):
                if job.pool_of(stay.run).lower() == pool.id.lower():
                    stays.setdefault(node.lower(), []).append(stay)
        return {node: Activity(found) for node, found in stays.items()}


def _stays(job: Job) -> Iterator[tuple[str, Stay]]:
    for task in job.tasks:
        for run in task.runs:
            yield from _stay(job, task, run, None)
        for subtask in task.subtasks:
            yield from _stay(job, task, subtask.run, subtask.number)


def _stay(job: Job, task: Task, run: Run, subtask: int | None) -> Iterator[tuple[str, Stay]]:
    if run.node is not None and run.starts():
        succeeds = (run.outcome.result or "").lower() == "success"
        slots = task.template.required_slots
        yield run.node, Stay(run.starts_at, run.ends_at, slots, succeeds, job, task, run, subtask)
