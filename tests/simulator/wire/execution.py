# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Executions on the wire: of tasks, subtasks, preparation, release and start tasks, part by part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable

from ..model.runs import Run
from .context import Context


def _started(context: Context, run: Run) -> bool:
    return run.starts_at <= context.now and run.starts()


def _ended(context: Context, run: Run) -> bool:
    return run.ends_at <= context.now


def _retry_count(context: Context, run: Run) -> int:
    return run.outcome.retry_count if _started(context, run) or _ended(context, run) else 0


def _last_retry(context: Context, run: Run) -> str | None:
    return context.time(run.starts_at) if _retry_count(context, run) and _started(context, run) else None


def _last_requeue(context: Context, run: Run) -> str | None:
    return context.time(run.active_at) if run.outcome.requeue_count else None


# What an execution shows of itself, each part None where it does not apply.
_PARTS: dict[str, Callable[[Context, Run], Any]] = {
    "state": lambda context, run: "completed" if _ended(context, run) else "running",
    "startTime": lambda context, run: context.time(run.starts_at) if _started(context, run) else None,
    "endTime": lambda context, run: context.time(run.ends_at) if _ended(context, run) else None,
    "exitCode": lambda context, run: run.outcome.exit_code if _ended(context, run) else None,
    "containerInfo": lambda context, run: run.outcome.container if _started(context, run) else None,
    "failureInfo": lambda context, run: run.outcome.failure if _ended(context, run) else None,
    "retryCount": _retry_count,
    "lastRetryTime": _last_retry,
    "requeueCount": lambda context, run: run.outcome.requeue_count,
    "lastRequeueTime": _last_requeue,
    "result": lambda context, run: run.outcome.result if _ended(context, run) else None,
}
OF_TASK = tuple(name for name in _PARTS if name != "state")
OF_START_TASK = tuple(name for name in _PARTS if name not in ("requeueCount", "lastRequeueTime"))
OF_RELEASE = tuple(name for name in OF_START_TASK if name not in ("retryCount", "lastRetryTime"))


def execution(context: Context, run: Run, names: Iterable[str]) -> dict[str, Any]:
    """Return the named parts of an execution, as far as they apply."""
    body = {}
    for name in names:
        value = _PARTS[name](context, run)
        if value is not None:
            body[name] = value
    return body


def part(context: Context, run: Run, name: str) -> Any:
    """Return one part of an execution, or None."""
    return _PARTS[name](context, run)
