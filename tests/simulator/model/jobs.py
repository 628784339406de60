# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as a scenario describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ScenarioError
from .members import Maker, Members, read_members
from .pools import Pool
from .preparation import NodeTask, read_node_task
from .reader import Reader
from .runs import read_failure
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
    pool: str
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


def read_jobs(scenario: Reader, pools: Members[Pool]) -> Members[Job]:
    """Read all jobs of a scenario."""

    def parse(reader: Reader, count: int) -> Maker[Job]:
        name = reader.required_text("pool")
        pool = pools.find(name)
        if pool is None:
            raise ScenarioError(f"{reader.place('pool')} names no pool of the scenario: {name}")
        values = _read_values(reader, read_tasks(reader, pool.nodes.ids()))
        return lambda index, identifier: Job(id=identifier, **values)

    return read_members(scenario, "jobs", parse)


def _begin(tasks: Members[Task], states: Timeline | None, *node_tasks: NodeTask | None) -> float:
    """Return when a job that does not say it was created: at the start, or before all that happens in it."""
    known = [0.0, *(states.times[:1] if states else [])]
    known += [task.created_at for task in tasks.ends()]
    entries = [entry for task in node_tasks if task for entry in task.entries.ends()]
    return min(known + [run.starts_at for entry in entries for run in entry.runs])


def _read_values(reader: Reader, tasks: Members[Task]) -> dict[str, Any]:
    states = read_timeline(reader, "states", "state", JOB_STATES)
    preparation, release = read_node_task(reader, "preparation"), read_node_task(reader, "release")
    created = reader.number("created_at", _begin(tasks, states, preparation, release))
    return {
        "pool": reader.required_text("pool"),
        "auto_pool": reader.boolean("auto_pool", False),
        "display_name": reader.text("display_name"),
        "created_at": created,
        "removed_at": reader.number("removed_at", NEVER),
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
    at, until = reader.number("at", 0), reader.number("until", NEVER)
    return SchedulingError(at, until, read_failure(reader))
