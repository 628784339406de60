# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges the tasks of a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._answer import part
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState
from ansible_collections.batchops.azure.plugins.module_utils._task_tally import TaskTally
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, Offender, Reason, name_some


def judge(condition: str, tally: TaskTally, job: JobState, missing: list[str], prefix: str = "") -> Judgement:
    """What the condition comes to. `prefix` names the job in sentences about several."""
    judgement = Judgement()
    if condition == "succeeded":
        judgement.failed += _failures(tally, job, prefix)
        judgement.missing += [f"{prefix}{name} is not known to be a success" for name in tally.unknown]
    if condition == "started":
        judgement.failed += [
            _about(job, task_id, "completed without having started", prefix) for task_id in tally.never_started
        ]
        waiting = [name for name in tally.unfinished if not name.endswith("(running)")]
    else:
        waiting = tally.unfinished
    # A job whose time is limited gets its tasks completed in the end, also those that never ran.
    in_vain = judgement.missing if condition == "completed" and job.limited else judgement.failed
    in_vain += _blocked_reasons(tally, job, waiting, prefix)
    absent = [_about(job, task_id, f"not found in job {job.id}", prefix) for task_id in missing]
    if job.ended:
        judgement.failed += [Reason(f"{sentence}, and {job.why_ended}", *sentence.offenders) for sentence in absent]
    else:
        judgement.missing += absent
    if waiting:
        _judge_waiting(judgement, condition, waiting, job)
    if not sum(tally.by_state.values()) and not missing:
        sentence = f"job {job.id}: no task was found"
        if job.ended:
            sentence = f"{sentence}, and {job.why_ended}"
        reason = Reason(sentence, Offender("job", sentence, job_id=job.id))
        (judgement.failed if job.ended else judgement.missing).append(reason)
    return judgement


def _failures(tally: TaskTally, job: JobState, prefix: str) -> list[str]:
    """Failed tasks and subtasks; first those that most others wait for."""
    never_started = set(tally.never_started)
    found = [
        Offender(
            "task",
            why,
            job_id=job.id,
            task_id=task_id,
            blocks=len(tally.blocked.get(task_id, ())),
            ran=task_id not in never_started,
        )
        for task_id, why in tally.failed.items()
    ]
    found += [_accuse_subtask(job, name, subtask) for name, subtask in tally.failed_subtasks.items()]
    found.sort(key=lambda offender: -offender.blocks)
    return [Reason(f"{prefix}{offender.task_id}: failed, {offender.why}", offender) for offender in found]


def _accuse_subtask(job: JobState, name: str, subtask: dict[str, Any]) -> Offender:
    node = part(subtask, "nodeInfo")
    return Offender(
        "subtask",
        _execution.why(subtask),
        job_id=job.id,
        task_id=name,
        pool_id=node.get("poolId"),
        node_id=node.get("nodeId"),
        directory=node.get("taskRootDirectory"),
        ran=bool(subtask.get("startTime")),
    )


def _blocked_reasons(tally: TaskTally, job: JobState, waiting: list[str], prefix: str) -> Iterator[Reason]:
    """What waits for a task that failed waits for ever."""
    unfinished = {name.split(" ")[0] for name in waiting}
    for cause, behind in tally.blocked.items():
        stuck = [task_id for task_id in behind if task_id in unfinished]
        if stuck:
            why = f"cannot run, {'it depends' if len(stuck) == 1 else 'they depend'} on {cause}, which failed"
            offender = Offender(
                "task",
                f"failed, and {len(behind)} task{'s wait' if len(behind) > 1 else ' waits'} for it in vain",
                job_id=job.id,
                task_id=cause,
                blocks=len(behind),
                ran=True,
            )
            yield Reason(f"{prefix}{name_some(stuck)}: {why}", offender)


def _about(job: JobState, task_id: str, what: str, prefix: str) -> Reason:
    return Reason(f"{prefix}{task_id}: {what}", Offender("task", what, job_id=job.id, task_id=task_id))


def _judge_waiting(judgement: Judgement, condition: str, waiting: list[str], job: JobState) -> None:
    sentence = unfinished(job, condition, waiting, len(waiting))
    # A terminating job still ends its running tasks, so that they complete; but none of them succeeds.
    still_ending = (
        condition == "completed" and job.state == "terminating" and not any("(active)" in name for name in waiting)
    )
    hopeless = job.ended and not still_ending
    if hopeless:
        sentence = f"{sentence}; {job.why_ended}"
    (judgement.failed if hopeless else judgement.missing).append(
        Reason(sentence, Offender("job", sentence, job_id=job.id))
    )


def unfinished(job: JobState, condition: str, names: list[str], number: int) -> str:
    """The sentence about so many tasks that are not done yet, of which some are named."""
    return f"job {job.id}: {number} task{'s' if number > 1 else ''} not {condition}: {name_some(names, total=number)}"
