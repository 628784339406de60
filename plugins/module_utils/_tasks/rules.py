# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules about the tasks of a job. Pure: each says of what was read what has failed, or what is still missing.

A new condition is a line of CONDITIONS, a choice in `resource.py`, and what is done of it in `progress.py`.
How a single task ended is told by `_account/execution.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.place import place_of
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    Judgement,
    Lasting,
    Offender,
    Reason,
    name_some,
)
from ansible_collections.batchops.azure.plugins.module_utils._tasks.scope import TaskScope

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Instances

# States of a task that has not ended. A task in any other is waited for: nobody knows what it does.
_KNOWN = frozenset(("active", "preparing", "running"))


def disputed(scope: TaskScope) -> Judgement:
    """What one answer says two things about. Neither is believed, and the next look may see one only."""
    what = "listed twice in one answer, with different states"
    return Judgement(missing=[scope.about(name, what) for name in scope.disputed])


def failed(scope: TaskScope) -> Judgement:
    """Failed tasks and subtasks; first those that most others wait for."""
    found = [*_failed_tasks(scope), *_failed_subtasks(scope)]
    found.sort(key=lambda offender: -offender.blocks)
    return Judgement(
        failed=[Reason(f"{scope.prefix}{offender.task_id}: failed, {offender.why}", offender) for offender in found]
    )


def _failed_tasks(scope: TaskScope) -> Iterator[Offender]:
    for task_id, entry in scope.tally.others.items():
        if entry.outcome == execution.FAILED and task_id not in scope.tally.disputed:
            yield Offender(
                "task",
                entry.why,
                job_id=scope.job.id,
                task_id=task_id,
                blocks=len(scope.blocked.get(task_id, ())),
                ran=not entry.never_started,
            )


def _failed_subtasks(scope: TaskScope) -> Iterator[Offender]:
    for instances in scope.tally.instances.values():
        for name, subtask in instances.failed.items():
            if name not in instances.disputed:
                place = place_of(subtask)
                yield Offender(
                    "subtask",
                    execution.why(subtask),
                    job_id=scope.job.id,
                    task_id=name,
                    pool_id=place.pool_id,
                    node_id=place.node_id,
                    directory=place.directory,
                    ran=bool(subtask.get("startTime")),
                )


def not_known(scope: TaskScope) -> Judgement:
    """What ended in a way that is not known. It has ended, so that nobody who waits for more failures learns more of it."""
    tally = scope.tally
    found = [*tally.unknown.items(), *(item for instances in tally.instances.values() for item in instances.unknown)]
    return Judgement(
        missing=[
            Reason(
                f"{scope.prefix}{name} ({why}) is not known to be a success",
                Offender("task", f"{why} is not known", job_id=scope.job.id, task_id=name),
            )
            for name, why in found
        ],
        going_on=False,
    )


def never_started(scope: TaskScope) -> Judgement:
    """What ended without having started will not start."""
    tally = scope.tally
    names = [*tally.never_started, *(name for found in tally.instances.values() for name in found.never_started)]
    doubted, what = set(scope.disputed), "completed without having started"
    return Judgement(failed=[scope.about(name, what) for name in names if name not in doubted])


def absent(scope: TaskScope) -> Judgement:
    """Named tasks that are not there. As long as the job goes on, they may still be added."""
    ended, what = scope.job.ended, f"not found in job {scope.job.id}"
    reasons = [scope.about(task_id, what, and_the_job=ended) for task_id in scope.tally.missing]
    return Judgement(failed=[*reasons]) if ended else Judgement(missing=[*reasons])


def blocked(scope: TaskScope) -> Judgement:
    """What waits for a task that failed waits for ever."""
    reasons: list[Reason] = []
    for cause, behind in scope.blocked.items():
        stuck = [task_id for task_id in behind if task_id in scope.waiting]
        if stuck:
            why = f"cannot run, {'it depends' if len(stuck) == 1 else 'they depend'} on {cause}, which failed"
            failed_task = scope.tally.others.get(cause)
            offender = Offender(
                "task",
                # Of a task that nobody asked about it is read only where somebody wants to know.
                failed_task.why if failed_task else "",
                job_id=scope.job.id,
                task_id=cause,
                blocks=len(behind),
                ran=True,
            )
            reasons.append(Reason(f"{scope.prefix}{name_some(stuck)}: {why}", offender))
    return Judgement(missing=[*reasons]) if scope.blocked_complete else Judgement(failed=[*reasons])


def unfinished(scope: TaskScope) -> Judgement:
    """Tasks that are not done yet. In a job that is over they never will be, unless nobody knows what they do."""
    job, condition = scope.job, scope.condition
    known = {task_id: state for task_id, state in scope.coming.items() if state in _KNOWN}
    strange = {task_id: state for task_id, state in scope.coming.items() if state not in _KNOWN}
    # A terminating job still ends its running tasks, so that they complete; but none of them succeeds.
    still_ending = condition == "completed" and job.state == "terminating" and "active" not in known.values()
    if not job.ended or still_ending:
        known, strange = {}, scope.coming
    return Judgement(
        failed=[unfinished_reason(condition, job, known, len(known), more=f"; {job.why_ended}")] if known else [],
        missing=[unfinished_reason(condition, job, strange, len(strange), since=scope.tally.since)] if strange else [],
    )


def unfinished_subtasks(scope: TaskScope) -> Judgement:
    """Subtasks that are not done yet."""
    running = {
        name: state
        for instances in scope.tally.instances.values()
        for name, state in instances.unfinished.items()
        if not scope.is_done(state)
    }
    if not running:
        return Judgement()
    # Also in a job that is over: a task has been seen completed before its subtasks were, so their states come late.
    reason = unfinished_reason(scope.condition, scope.job, running, len(running), what="subtask")
    return Judgement(missing=[reason])


def absent_subtasks(scope: TaskScope) -> Judgement:
    """Subtasks that are not listed, or of which it is not known how many there are."""
    judgement = Judgement()
    for task_id, instances in scope.tally.instances.items():
        # About a task that is waited for, enough is said.
        if task_id in scope.coming:
            continue
        if instances.lacking:
            judgement.add(_lacking(scope, task_id, instances))
        elif instances.doubt:
            judgement.add(Judgement(missing=[scope.about(task_id, instances.doubt)]))
    return judgement


def _lacking(scope: TaskScope, task_id: str, instances: Instances) -> Judgement:
    """They may still come, unless the job is over or the task failed before it started."""
    are = "is" if instances.lacking == 1 else "are"
    names = name_some(instances.missing, total=instances.lacking)
    what = f"{instances.lacking} of its {instances.wanted} subtasks {are} not there: {names}"
    reason = scope.about(task_id, what, and_the_job=scope.job.ended)
    task = scope.tally.others.get(task_id)
    hopeless = scope.job.ended or (task and task.outcome == execution.FAILED and task.never_started)
    return Judgement(failed=[reason]) if hopeless else Judgement(missing=[reason])


def none_at_all(scope: TaskScope) -> Judgement:
    """No task is no success. It may still be added, unless the job is over."""
    job = scope.job
    if scope.tally.total or scope.tally.missing:
        return Judgement()
    why = "no task was found" + (f", and {job.why_ended}" if job.ended else "")
    reason = Reason(f"job {job.id}: {why}", Offender("job", why, job_id=job.id))
    return Judgement(failed=[reason]) if job.ended else Judgement(missing=[reason])


def unfinished_reason(
    condition: str,
    job: JobState,
    states: Mapping[str, str],
    total: int,
    *,
    what: str = "task",
    more: str = "",
    since: Mapping[str, Any] = MappingProxyType({}),
) -> Reason:
    """The sentence about so many tasks that are not done yet, of which some are named with their states.

    `since` says of some since when they are in it.
    """
    names = name_some([f"{name} ({state})" for name, state in states.items()], total=total)
    why = f"{total} {what}{'s' if total > 1 else ''} not {condition}: {names}{more}"
    lasting = [
        Lasting(f"{what} {name} of job {job.id}", states[name], time) for name, time in since.items() if name in states
    ]
    return Reason(f"job {job.id}: {why}", Offender("job", why, job_id=job.id), lasting=lasting, total=total)


# Those that hold whatever is asked for. Their order is that of the sentences.
_ALWAYS: tuple[Callable[[TaskScope], Judgement], ...] = (
    absent,
    blocked,
    unfinished,
    absent_subtasks,
    unfinished_subtasks,
    none_at_all,
)

CONDITIONS = {
    "started": (disputed, never_started, *_ALWAYS),
    "completed": (disputed, *_ALWAYS),
    "succeeded": (disputed, failed, not_known, *_ALWAYS),
}
