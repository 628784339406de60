# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job schedules, and the jobs that they create over time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ScenarioError
from .jobs import Job, job_parser
from .members import Group, Members, members_of, read_group
from .pools import Pool
from .reader import Reader
from .timeline import NEVER, Timeline, read_timeline

SCHEDULE_STATES = ("active", "completed", "disabled", "terminating", "deleting")


@dataclass(frozen=True)
class JobSchedule:
    """One job schedule. ``job`` is what its jobs look like; it is none of them."""

    id: str
    display_name: str | None
    created_at: float
    removed_at: float
    states: Timeline
    runs_at: tuple[float, ...]
    recurrence: float | None
    start_window: float | None
    do_not_run_until: float | None
    do_not_run_after: float | None
    job: Job
    metadata: Mapping[str, str]
    extra: Mapping[str, Any]

    def exists(self, now: float) -> bool:
        """Tell whether the service knows the schedule at this time."""
        return self.created_at <= now < self.removed_at

    def job_ids(self) -> list[str]:
        """Return the ids of all jobs that it ever creates, in order."""
        return [job_id(self.id, index) for index in range(len(self.runs_at))]

    def recent_job(self, now: float) -> str | None:
        """Return the id of the job that it created last, or None before the first one."""
        created = bisect_right(self.runs_at, now)
        return job_id(self.id, created - 1) if created else None

    def next_run(self, now: float) -> float | None:
        """Return when it creates its next job, or would if it were active."""
        if self.states.at(now) in ("completed", "terminating", "deleting"):
            return None
        following = bisect_right(self.runs_at, now)
        at = self.runs_at[following] if following < len(self.runs_at) else self._recurs(now)
        return None if at is None or at >= (self.do_not_run_after or NEVER) else at

    def _recurs(self, now: float) -> float | None:
        """The wire shows the next run also where the scenario has no job for it any more."""
        if self.recurrence is None:
            return None
        begins = self.runs_at[-1] if self.runs_at else (self.do_not_run_until or self.created_at)
        if begins > now:
            return begins
        return begins + ((now - begins) // self.recurrence + 1) * self.recurrence


def job_id(schedule: str, index: int) -> str:
    """Return the id that the service gives to a job of a schedule."""
    return f"{schedule}:job-{index + 1}"


def read_schedules(
    scenario: Reader, pools: Members[Pool], jobs: Members[Job]
) -> tuple[list[JobSchedule], Members[Job]]:
    """Read the job schedules of a scenario. Return them, and all jobs of the account together with theirs."""
    schedules, groups, seen = [], list(jobs.groups), set()
    for reader in scenario.sections("job_schedules"):
        schedule, created = _read_schedule(reader, pools)
        if schedule.id.lower() in seen:
            raise ScenarioError(f"job_schedules has {schedule.id!r} twice (ids differ by more than case)")
        seen.add(schedule.id.lower())
        schedules.append(schedule)
        groups += created
    return schedules, members_of(groups, scenario.place("jobs"))


def _read_schedule(reader: Reader, pools: Members[Pool]) -> tuple[JobSchedule, list[Group[Job]]]:
    identifier, runs_at = reader.required_text("id"), _read_runs(reader)
    created = reader.number("created_at", min((0.0, *runs_at)))
    job, changes = reader.mapping("job"), _read_changes(reader, len(runs_at))
    groups = [_read_job(reader, pools, job_id(identifier, i), {**job, **changes.get(i + 1, {})}, at)
              for i, at in enumerate(runs_at)]  # fmt: skip
    schedule = JobSchedule(
        id=identifier,
        display_name=reader.text("display_name"),
        created_at=created,
        removed_at=reader.number("removed_at", NEVER),
        states=read_timeline(reader, "states", "state", SCHEDULE_STATES) or Timeline([(created, "active")]),
        runs_at=runs_at,
        recurrence=_read_recurrence(reader),
        start_window=reader.number("start_window"),
        do_not_run_until=reader.number("do_not_run_until"),
        do_not_run_after=reader.number("do_not_run_after"),
        job=_read_job(reader, pools, identifier, job, 0.0).member(0),
        metadata=reader.mapping("metadata"),
        extra=reader.mapping("wire"),
    )
    reader.finish()
    return schedule, groups


def _read_job(reader: Reader, pools: Members[Pool], identifier: str, job: Mapping[str, Any], at: float) -> Group[Job]:
    """Read a job whose times are seconds after it was created."""
    for key in ("id", "count", "overrides"):
        if key in job:
            raise ScenarioError(f"{reader.place('job')}.{key} is not for a scenario to say; each run has one job")
    return read_group(Reader({**job, "id": identifier}, reader.place("job"), at), job_parser(pools))


def _read_runs(reader: Reader) -> tuple[float, ...]:
    runs = reader.items("runs_at")
    if any(isinstance(at, bool) or not isinstance(at, (int, float)) for at in runs) or runs != sorted(runs):
        raise ScenarioError(f"{reader.place('runs_at')} must be a list of numbers in order of time")
    return tuple(map(float, runs))


def _read_recurrence(reader: Reader) -> float | None:
    recurrence: float | None = reader.number("recurrence")
    if recurrence is not None and recurrence <= 0:
        raise ScenarioError(f"{reader.place('recurrence')} must be more than 0")
    return recurrence


def _read_changes(reader: Reader, runs: int) -> dict[int, Mapping[str, Any]]:
    """Read what is different in the jobs of some runs, by the number of the run."""
    changes = reader.mapping("overrides")
    for number, change in changes.items():
        if not isinstance(number, int) or not 1 <= number <= runs:
            raise ScenarioError(f"{reader.place('overrides')}.{number} names no run (1 to {runs})")
        Reader(change, f"{reader.place('overrides')}.{number}")
    return changes
