# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges the tasks of a job. Each rule is a function that says what it finds: what has failed, or what is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.json import part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Offender, Reason, name_some
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Instances

# States of a task that has not ended. A task in any other is waited for: nobody knows what it does.
_KNOWN = frozenset(("active", "preparing", "running"))


def judge(condition: str, tally: TaskTally, job: JobState, missing: list[str], prefix: str = "") -> Judgement:
    """What the condition comes to. `prefix` names the job in sentences about several."""
    judgement = Judgement(missing=_disputed(tally, job, prefix))
    if condition == "succeeded":
        judgement.failed += _failures(tally, job, prefix)
        judgement.missing += _not_known(tally, job, prefix)
    if condition == "started":
        judgement.failed += _never_started(tally, job, prefix)
    waiting = {
        task_id: state
        for task_id, state in tally.unfinished.items()
        if not _done(condition, state) and task_id not in tally.disputed
    }
    judgement.add(_absent(missing, job, prefix))
    judgement.add(_blocked(condition, tally, job, waiting, prefix))
    judgement.add(_unfinished(condition, job, waiting))
    if tally.instances:
        judgement.add(judge_subtasks(condition, tally, job, waiting, prefix))
    if not tally.total and not missing:
        judgement.add(_none_at_all(job))
    return judgement


def _done(condition: str, state: str) -> bool:
    """Whether a task that has not ended need not be waited for."""
    return condition == "started" and state == "running"


def _failures(tally: TaskTally, job: JobState, prefix: str) -> list[Reason]:
    """Failed tasks and subtasks; first those that most others wait for."""
    found = [
        Offender(
            "task",
            entry.why,
            job_id=job.id,
            task_id=task_id,
            blocks=len(tally.blocked.get(task_id, ())),
            ran=not entry.never_started,
        )
        for task_id, entry in tally.others.items()
        if entry.outcome == execution.FAILED and task_id not in tally.disputed
    ]
    found += [
        _accuse_subtask(job, name, subtask)
        for instances in tally.instances.values()
        for name, subtask in instances.failed.items()
        if name not in instances.disputed
    ]
    found.sort(key=lambda offender: -offender.blocks)
    return [Reason(f"{prefix}{offender.task_id}: failed, {offender.why}", offender) for offender in found]


def _accuse_subtask(job: JobState, name: str, subtask: Mapping[str, Any]) -> Offender:
    node = part(subtask, "nodeInfo")
    return Offender(
        "subtask",
        execution.why(subtask),
        job_id=job.id,
        task_id=name,
        pool_id=node.get("poolId"),
        node_id=node.get("nodeId"),
        directory=node.get("taskRootDirectory"),
        ran=bool(subtask.get("startTime")),
    )


def _not_known(tally: TaskTally, job: JobState, prefix: str) -> list[Reason]:
    """What ended in a way that is not known."""
    found = [*tally.unknown.items(), *(item for found in tally.instances.values() for item in found.unknown)]
    return [
        Reason(
            f"{prefix}{name} ({why}) is not known to be a success",
            Offender("task", f"{why} is not known", job_id=job.id, task_id=name),
        )
        for name, why in found
    ]


def _disputed(tally: TaskTally, job: JobState, prefix: str) -> list[Reason]:
    """What one answer says two things about. Neither is believed, and the next look may see one only."""
    names = [*tally.disputed, *(name for found in tally.instances.values() for name in found.disputed)]
    return [about(job, name, "listed twice in one answer, with different states", prefix) for name in names]


def _never_started(tally: TaskTally, job: JobState, prefix: str) -> list[Reason]:
    names = [*tally.never_started, *(name for found in tally.instances.values() for name in found.never_started)]
    disputed = {*tally.disputed, *(name for found in tally.instances.values() for name in found.disputed)}
    return [about(job, name, "completed without having started", prefix) for name in names if name not in disputed]


def _absent(missing: list[str], job: JobState, prefix: str) -> Judgement:
    """Named tasks that are not there. As long as the job goes on, they may still be added."""
    if job.ended:
        return Judgement(
            [_but(about(job, task_id, f"not found in job {job.id}", prefix), job.why_ended) for task_id in missing]
        )
    return Judgement(missing=[about(job, task_id, f"not found in job {job.id}", prefix) for task_id in missing])


def _blocked(condition: str, tally: TaskTally, job: JobState, waiting: dict[str, str], prefix: str) -> Judgement:
    """What waits for a task that failed waits for ever. It is taken out of what is waited for."""
    # A job whose time is limited gets its tasks completed in the end, also those that never ran.
    if condition == "completed" and job.limited:
        return Judgement(missing=list(_blocked_reasons(tally, job, waiting, prefix)))
    judgement = Judgement(list(_blocked_reasons(tally, job, waiting, prefix)))
    for behind in tally.blocked.values():
        for task_id in behind:
            waiting.pop(task_id, None)
    return judgement


def _blocked_reasons(tally: TaskTally, job: JobState, waiting: Mapping[str, str], prefix: str) -> Iterator[Reason]:
    for cause, behind in tally.blocked.items():
        stuck = [task_id for task_id in behind if task_id in waiting]
        if stuck:
            why = f"cannot run, {'it depends' if len(stuck) == 1 else 'they depend'} on {cause}, which failed"
            offender = Offender(
                "task",
                f"failed, and {len(behind)} task{'s that depend' if len(behind) > 1 else ' that depends'} on it cannot run",
                job_id=job.id,
                task_id=cause,
                blocks=len(behind),
                ran=True,
            )
            yield Reason(f"{prefix}{name_some(stuck)}: {why}", offender)


def _unfinished(condition: str, job: JobState, waiting: Mapping[str, str]) -> Judgement:
    """Tasks that are not done yet. In a job that is over they never will be, unless nobody knows what they do."""
    known = {task_id: state for task_id, state in waiting.items() if state in _KNOWN}
    strange = {task_id: state for task_id, state in waiting.items() if state not in _KNOWN}
    # A terminating job still ends its running tasks, so that they complete; but none of them succeeds.
    still_ending = condition == "completed" and job.state == "terminating" and "active" not in known.values()
    if not job.ended or still_ending:
        return Judgement(missing=_waiting_reasons(job, condition, waiting))
    judgement = Judgement(missing=_waiting_reasons(job, condition, strange))
    if known:
        lost = unfinished(job, condition, named(known.items()), len(known))
        judgement.failed.append(_but(lost, job.why_ended, "; "))
    return judgement


def _waiting_reasons(job: JobState, condition: str, waiting: Mapping[str, str]) -> list[Reason]:
    return [unfinished(job, condition, named(waiting.items()), len(waiting))] if waiting else []


def _none_at_all(job: JobState) -> Judgement:
    sentence = f"job {job.id}: no task was found"
    if job.ended:
        sentence = f"{sentence}, and {job.why_ended}"
    reason = Reason(sentence, Offender("job", sentence, job_id=job.id))
    return Judgement([reason]) if job.ended else Judgement(missing=[reason])


def about(job: JobState, task_id: str, what: str, prefix: str) -> Reason:
    return Reason(f"{prefix}{task_id}: {what}", Offender("task", what, job_id=job.id, task_id=task_id))


def _but(reason: Reason, why: str, between: str = ", and ") -> Reason:
    return Reason(f"{reason.sentence}{between}{why}", *reason.offenders)


def named(states: Iterable[tuple[str, str]]) -> list[str]:
    """Ids with their states, for a sentence."""
    return [f"{name} ({state})" for name, state in states]


def unfinished(job: JobState, condition: str, names: list[str], number: int, what: str = "task") -> Reason:
    """The sentence about so many tasks that are not done yet, of which some are named."""
    sentence = (
        f"job {job.id}: {number} {what}{'s' if number > 1 else ''} not {condition}: {name_some(names, total=number)}"
    )
    return Reason(sentence, Offender("job", sentence, job_id=job.id))


def judge_subtasks(
    condition: str, tally: TaskTally, job: JobState, waiting: Mapping[str, str], prefix: str
) -> Judgement:
    """What keeps the condition from being true beside failures. `waiting` are tasks that are not done themselves."""
    judgement = Judgement()
    for task_id, instances in tally.instances.items():
        # About a task that is waited for, enough is said.
        if task_id not in waiting:
            judgement.add(_missing(task_id, instances, tally, job, prefix))
    running = {
        name: state
        for instances in tally.instances.values()
        for name, state in instances.unfinished.items()
        if not (condition == "started" and state == "running")
    }
    if running:
        # Also in a job that is over: a task has been seen completed before its subtasks were, so their states come late.
        judgement.missing.append(unfinished(job, condition, named(running.items()), len(running), "subtask"))
    return judgement


def _missing(task_id: str, instances: Instances, tally: TaskTally, job: JobState, prefix: str) -> Judgement:
    """Subtasks that are not listed. They may still come, unless the job is over or the task failed before it started."""
    if not instances.lacking:
        return Judgement()
    what = (
        f"{instances.lacking} of its {instances.wanted} subtasks {'is' if instances.lacking == 1 else 'are'} not there"
    )
    reason = about(job, task_id, f"{what}: {name_some(instances.missing, total=instances.lacking)}", prefix)
    task = tally.others.get(task_id)
    if job.ended:
        return Judgement([Reason(f"{reason.sentence}, and {job.why_ended}", *reason.offenders)])
    if task and task.outcome == execution.FAILED and task.never_started:
        return Judgement([reason])
    return Judgement(missing=[reason])
