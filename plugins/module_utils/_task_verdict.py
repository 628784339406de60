# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts the tasks of a job and judges them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._answer import part
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState
from ansible_collections.batchops.azure.plugins.module_utils._look import Summary
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, Offender, Reason, name_some


class TaskTally:
    """Counts tasks page by page and keeps the offenders only, so that 100,000 tasks cost no memory."""

    def __init__(self) -> None:
        self.by_state = {"active": 0, "preparing": 0, "running": 0, "completed": 0}
        self.succeeded = 0
        self.failed: dict[str, str] = {}
        self.unknown: list[str] = []
        self.never_started: list[str] = []
        self.unfinished: list[str] = []
        self.failed_subtasks: dict[str, Offender] = {}
        # What waits in vain for each failed task, and for which one directly; read only where that can be.
        self.blocked: dict[str, dict[str, str]] = {}
        self.truncated = False
        self.pages = 0

    def add(self, tasks: list[dict[str, Any]]) -> None:
        succeeded = 0
        for task in tasks:
            # The common case of a large job, in as few steps as Python allows.
            info = task.get("executionInfo")
            if info.__class__ is dict and info.get("result") == "success" and task.get("state") == "completed":
                succeeded += 1
            else:
                self._add_other(task)
        self.by_state["completed"] += succeeded
        self.succeeded += succeeded

    def _add_other(self, task: dict[str, Any]) -> None:
        task_id, info = str(task.get("id")), part(task, "executionInfo")
        state = str(task.get("state") or "unknown").lower()
        self.by_state[state] = self.by_state.get(state, 0) + 1
        how = _execution.outcome(info, state)
        if how == _execution.RUNNING:
            self.unfinished.append(f"{task_id} ({state})")
        elif how == _execution.SUCCEEDED:
            self.succeeded += 1
        elif how == _execution.FAILED:
            self.failed[task_id] = _execution.why(info)
        else:
            self.unknown.append(f"{task_id} (result {info.get('result')})")
        if state == "completed" and not info.get("startTime"):
            self.never_started.append(task_id)

    def add_subtask(self, name: str, subtask: dict[str, Any]) -> None:
        how = _execution.outcome(subtask, subtask.get("state"))
        if how == _execution.FAILED:
            node = part(subtask, "nodeInfo")
            self.failed_subtasks[name] = Offender(
                "subtask",
                _execution.why(subtask),
                task_id=name,
                pool_id=node.get("poolId"),
                node_id=node.get("nodeId"),
                directory=node.get("taskRootDirectory"),
                ran=bool(subtask.get("startTime")),
            )
        elif how == _execution.UNKNOWN:
            self.unknown.append(f"{name} (result {subtask.get('result')})")

    @property
    def only_waits(self) -> bool:
        """Whether there are tasks that wait for a node, and none that has one."""
        return bool(self.by_state["active"]) and not self.by_state["preparing"] and not self.by_state["running"]

    def summary(self) -> Summary:
        return {
            "total": sum(self.by_state.values()),
            "by_state": self.by_state,
            "succeeded": self.succeeded,
            "failed": len(self.failed),
            "failed_tasks": list(self.failed),
            "failed_subtasks": list(self.failed_subtasks),
            "missing": [],
            "truncated": self.truncated,
        }


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
    found += [replace(offender, job_id=job.id) for offender in tally.failed_subtasks.values()]
    found.sort(key=lambda offender: -offender.blocks)
    return [Reason(f"{prefix}{offender.task_id}: failed, {offender.why}", offender) for offender in found]


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
