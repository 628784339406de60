# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job schedules on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.schedules import JobSchedule
from . import parts
from .context import Context
from .counts import task_counts
from .job import JOB, JobView
from .resource import Filterable, Property, Resource
from .statistics import duration, schedule_statistics

_EXECUTION = frozenset({"nextRunTime", "recentJob", "endTime"})
# What a schedule says of the jobs to come, of all that a job says of itself.
_OF_JOBS = dict.fromkeys(
    (
        "allowTaskPreemption", "commonEnvironmentSettings", "constraints", "displayName", "jobManagerTask",
        "jobPreparationTask", "jobReleaseTask", "maxParallelTasks", "metadata", "networkConfiguration",
        "onAllTasksComplete", "onTaskFailure", "poolInfo", "priority", "usesTaskDependencies",
    )
)  # fmt: skip


class ScheduleView:
    """One job schedule at one moment."""

    __slots__ = ("context", "schedule")

    def __init__(self, context: Context, schedule: JobSchedule) -> None:
        self.context = context
        self.schedule = schedule

    @property
    def extra(self) -> Mapping[str, Any]:
        """Return what the scenario adds by hand."""
        return self.schedule.extra

    @property
    def state(self) -> str:
        """Return the state."""
        state: str = self.schedule.states.at(self.context.now)
        return state

    def counts(self) -> list[dict[str, int]]:
        """Return the task counts of each job that it has created."""
        world, now = self.context.world, self.context.now
        jobs = [world.job(identifier, now) for identifier in self.schedule.job_ids()]
        return [task_counts(self.context, job)[0] for job in jobs if job is not None]

    def modified_at(self) -> float:
        """Return when the schedule was last modified. That it creates jobs does not count."""
        return self.schedule.states.since(self.context.now)


def _execution(view: ScheduleView) -> dict[str, Any]:
    context, schedule = view.context, view.schedule
    body: dict[str, Any] = {"nextRunTime": _time(context, schedule.next_run(context.now))}
    recent = schedule.recent_job(context.now)
    if recent is not None:
        body["recentJob"] = {"id": recent, "url": context.url("jobs", recent)}
    if view.state == "completed":
        body["endTime"] = context.time(schedule.states.since(context.now))
    return parts.present(body)


def _time(context: Context, seconds: float | None) -> str | None:
    return None if seconds is None else context.time(seconds)


def _schedule(view: ScheduleView) -> dict[str, Any]:
    schedule = view.schedule
    return parts.present(
        {
            "doNotRunUntil": _time(view.context, schedule.do_not_run_until),
            "doNotRunAfter": _time(view.context, schedule.do_not_run_after),
            "startWindow": None if schedule.start_window is None else duration(schedule.start_window),
            "recurrenceInterval": None if schedule.recurrence is None else duration(schedule.recurrence),
        }
    )


def _job_specification(view: ScheduleView) -> dict[str, Any]:
    renderer = JOB.renderer(view.context.version, _OF_JOBS, expand=False)
    return renderer.body(JobView(view.context, view.schedule.job))


def _history(part: int) -> Any:
    return lambda view: parts.state_history(view.context, view.schedule.states)[part]


JOB_SCHEDULE = Resource(
    metadata="jobschedules",
    properties=(
        Property("id", lambda view: view.schedule.id),
        Property("displayName", lambda view: view.schedule.display_name),
        Property("url", lambda view: view.context.url("jobschedules", view.schedule.id)),
        Property("eTag", lambda view: view.context.etag(view.modified_at())),
        Property("lastModified", lambda view: view.context.time(view.modified_at())),
        Property("creationTime", lambda view: view.context.time(view.schedule.created_at)),
        Property("state", lambda view: view.state),
        Property("stateTransitionTime", _history(0)),
        Property("previousState", _history(1)),
        Property("previousStateTransitionTime", _history(2)),
        Property("schedule", _schedule),
        Property("jobSpecification", _job_specification),
        Property("executionInfo", _execution, nested=_EXECUTION),
        Property("metadata", lambda view: parts.settings(view.schedule.metadata)),
        Property("stats", schedule_statistics),
    ),
    filters={
        "id": Filterable(("id",), "text"),
        "state": Filterable(("state",), "text"),
        "stateTransitionTime": Filterable(("stateTransitionTime",), "time"),
        "creationTime": Filterable(("creationTime",), "time"),
        "lastModified": Filterable(("lastModified",), "time"),
        "executionInfo/endTime": Filterable(("executionInfo", "endTime"), "time"),
        "schedule/doNotRunUntil": Filterable(("schedule", "doNotRunUntil"), "time"),
        "schedule/doNotRunAfter": Filterable(("schedule", "doNotRunAfter"), "time"),
    },
)
