# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``$expand=stats`` adds. The service writes its counters as numbers in strings."""

from __future__ import annotations

from typing import Any

from .context import Context

_HOUR = 3600.0


def _common(context: Context, url: str, begins: float) -> dict[str, Any]:
    """The service gathers statistics at intervals and never up to the present moment."""
    return {
        "url": f"{url}/lifetimestats",
        "startTime": context.time(begins),
        "lastUpdateTime": context.time(max(begins, context.now)),
    }


def _work(busy: float) -> dict[str, Any]:
    return {
        "userCPUTime": duration(busy * 0.8),
        "kernelCPUTime": duration(busy * 0.05),
        "wallClockTime": duration(busy),
        "readIOps": str(int(busy * 10)),
        "writeIOps": str(int(busy * 4)),
        "readIOGiB": round(busy / _HOUR, 6),
        "writeIOGiB": round(busy / _HOUR / 4, 6),
    }


def task_statistics(view: Any) -> dict[str, Any]:
    """Return the statistics of a task."""
    context, run = view.context, view.run
    busy = max(min(run.ends_at, context.now) - run.starts_at, 0.0)
    url = context.url("jobs", view.job.id, "tasks", view.task.id)
    waited = max(min(run.starts_at, context.now) - run.active_at, 0.0)
    return {**_common(context, url, view.task.created_at), **_work(busy), "waitTime": duration(waited)}


def job_statistics(view: Any) -> dict[str, Any]:
    """Return the statistics of a job, gathered from its task counts rather than from every task."""
    context, job = view.context, view.job
    counts = view.counts()
    return {
        **_common(context, context.url("jobs", job.id), job.created_at),
        **_work(float(counts["completed"])),
        "numSucceededTasks": str(counts["succeeded"]),
        "numFailedTasks": str(counts["failed"]),
        "numTaskRetries": "0",
        "waitTime": duration(0.0),
    }


def schedule_statistics(view: Any) -> dict[str, Any]:
    """Return the statistics of a job schedule: those of its jobs together."""
    context, schedule = view.context, view.schedule
    counts = view.counts()
    return {
        **_common(context, context.url("jobschedules", schedule.id), schedule.created_at),
        **_work(float(sum(each["completed"] for each in counts))),
        "numSucceededTasks": str(sum(each["succeeded"] for each in counts)),
        "numFailedTasks": str(sum(each["failed"] for each in counts)),
        "numTaskRetries": "0",
        "waitTime": duration(0.0),
    }


def pool_statistics(view: Any) -> dict[str, Any]:
    """Return the statistics of a pool: its usage only, as for a pool without samples."""
    context, pool = view.context, view.pool
    common = _common(context, context.url("pools", pool.id), pool.created_at)
    usage = {key: common[key] for key in ("startTime", "lastUpdateTime")}
    cores = max(context.now - pool.created_at, 0.0) * view.current(True)
    return {**common, "usageStats": {**usage, "dedicatedCoreTime": duration(cores)}}


def duration(seconds: float) -> str:
    """Write seconds as an ISO 8601 duration."""
    minutes, rest = divmod(round(seconds, 6), 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    return f"PT{text}{rest:g}S" if rest or not text else f"PT{text}"
