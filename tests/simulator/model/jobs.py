# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as a scenario describes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ScenarioError
from .members import Maker, Members, read_members
from .pools import Pool
from .preparation import NodeTask, read_node_task
from .reader import Reader
from .runs import Run, read_failure
from .tasks import Task, read_tasks
from .timeline import NEVER, Timeline, read_timeline

JOB_STATES = ("active", "disabling", "disabled", "enabling", "terminating", "completed", "deleting")


@dataclass(frozen=True)
class SchedulingError:
    """An error of a job that is shown for some time."""

    at: float
    until: float
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """One job with its tasks and its preparation and release task."""

    id: str
    pools: Timeline
    auto_pool: bool
    display_name: str | None
    created_at: float
    removed_at: float
    states: Timeline
    priority: int
    max_parallel_tasks: int
    on_all_tasks_complete: str
    on_task_failure: str
    uses_task_dependencies: bool
    terminate_reason: str | None
    scheduling_errors: tuple[SchedulingError, ...]
    environment: Mapping[str, str]
    metadata: Mapping[str, str]
    preparation: NodeTask | None
    release: NodeTask | None
    tasks: Members[Task]
    task_count_lag: float
    extra: Mapping[str, Any]

    def exists(self, now: float) -> bool:
        """Tell whether the service knows the job at this time."""
        return self.created_at <= now < self.removed_at

    def pool_at(self, now: float) -> str:
        """Return the id of the pool that it runs on, which may change while it is disabled."""
        pool: str = self.pools.at(now)
        return pool

    def pool_of(self, run: Run) -> str:
        """Return the id of the pool on which something of it has run."""
        return self.pool_at(min(run.prepares_at, run.starts_at))

    def pool_ids(self) -> set[str]:
        """Return the ids of all pools that it is ever on, in lower case."""
        return {pool.lower() for pool in self.pools.values}


def read_jobs(scenario: Reader, pools: Members[Pool]) -> Members[Job]:
    """Read the jobs of a scenario that no schedule creates."""
    return read_members(scenario, "jobs", job_parser(pools))


def job_parser(pools: Members[Pool]) -> Callable[[Reader, int], Maker[Job]]:
    """Return what parses a group of jobs in these pools."""

    def parse(reader: Reader, count: int) -> Maker[Job]:
        on = _read_pools(reader, pools)
        first = pools.find(on.values[0])
        values = {"pools": on, **_read_values(reader, read_tasks(reader, first.nodes.ids() if first else []))}
        return lambda index, identifier: Job(id=identifier, **values)

    return parse


def _read_pools(reader: Reader, pools: Members[Pool]) -> Timeline:
    """Read the pool of a job, or a list of pools with the times from which it is on each."""
    if not isinstance(reader.raw("pool"), list):
        return Timeline([(reader.origin, _known_pool(reader, "pool", pools))])
    steps = []
    for section in reader.sections("pool"):
        steps.append((section.time("at", section.origin), _known_pool(section, "id", pools)))
        section.finish()
    if not steps or steps != sorted(steps, key=lambda step: step[0]):
        raise ScenarioError(f"{reader.place('pool')} must be an id, or a list in order of time")
    return Timeline(steps)


def _known_pool(reader: Reader, key: str, pools: Members[Pool]) -> str:
    name = reader.required_text(key)
    if pools.find(name) is None:
        raise ScenarioError(f"{reader.place(key)} names no pool of the scenario: {name}")
    return name


def _begin(origin: float, tasks: Members[Task], states: Timeline | None, *node_tasks: NodeTask | None) -> float:
    """Return when a job that does not say it was created: at the start, or before all that happens in it."""
    known = [origin, *(states.times[:1] if states else [])]
    known += [task.created_at for task in tasks.ends()]
    entries = [entry for task in node_tasks if task for entry in task.entries.ends()]
    return min(known + [run.starts_at for entry in entries for run in entry.runs])


def _read_values(reader: Reader, tasks: Members[Task]) -> dict[str, Any]:
    states = read_timeline(reader, "states", "state", JOB_STATES)
    preparation, release = read_node_task(reader, "preparation"), read_node_task(reader, "release")
    created = reader.time("created_at", _begin(reader.origin, tasks, states, preparation, release))
    return {
        "auto_pool": reader.boolean("auto_pool", False),
        "display_name": reader.text("display_name"),
        "created_at": created,
        "removed_at": reader.time("removed_at", NEVER),
        "states": states or Timeline([(created, "active")]),
        "priority": reader.integer("priority", 0),
        "max_parallel_tasks": reader.integer("max_parallel_tasks", -1),
        "on_all_tasks_complete": reader.choice("on_all_tasks_complete", "noaction", ("noaction", "terminatejob")),
        "on_task_failure": reader.choice("on_task_failure", "noaction", ("noaction", "performexitoptionsjobaction")),
        "uses_task_dependencies": reader.boolean("uses_task_dependencies", False),
        "terminate_reason": reader.text("terminate_reason"),
        "scheduling_errors": tuple(_read_scheduling_error(item) for item in reader.sections("scheduling_error")),
        "environment": reader.mapping("environment"),
        "metadata": reader.mapping("metadata"),
        "preparation": preparation,
        "release": release,
        "tasks": tasks,
        "task_count_lag": reader.number("task_count_lag", 0),
        "extra": reader.mapping("wire"),
    }


def _read_scheduling_error(reader: Reader) -> SchedulingError:
    at, until = reader.time("at", reader.origin), reader.time("until", NEVER)
    return SchedulingError(at, until, read_failure(reader))
