# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules about the tasks of a job. Pure: each says of what was seen what has failed, or what is still missing.

CONDITIONS names the rules of each condition. A new condition for tasks is an entry there, and a choice in `resource.py`.
How a single task ended is told by `_account/execution.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.json import part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Offender, Reason, name_some
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Instances

# States of a task that has not ended. A task in any other is waited for: nobody knows what it does.
_KNOWN = frozenset(("active", "preparing", "running"))


@dataclass(frozen=True)
class Seen:
    """A job, its tasks, and what waits in vain for each failed task: for which one directly, by its id."""

    condition: str
    job: JobState
    tally: TaskTally
    blocked: Mapping[str, Mapping[str, str]]
    # Names the job in sentences about several.
    prefix: str = ""

    def is_done(self, state: str) -> bool:
        """Whether a task or subtask that has not ended need not be waited for."""
        return self.condition == "started" and state == "running"

    @cached_property
    def waiting(self) -> dict[str, str]:
        """Tasks that are not done, and their states."""
        unfinished = self.tally.unfinished.items()
        disputed = self.tally.disputed
        return {task_id: state for task_id, state in unfinished if not self.is_done(state) and task_id not in disputed}

    @cached_property
    def coming(self) -> dict[str, str]:
        """Those that may still run, unless the job is over."""
        if self.blocked_complete:
            return self.waiting
        blocked = {task_id for behind in self.blocked.values() for task_id in behind}
        return {task_id: state for task_id, state in self.waiting.items() if task_id not in blocked}

    @property
    def blocked_complete(self) -> bool:
        """A job whose time is limited gets its tasks completed in the end, also those that never ran."""
        return self.condition == "completed" and self.job.limited

    @cached_property
    def disputed(self) -> list[str]:
        """Tasks and subtasks of which one answer says two things."""
        return [*self.tally.disputed, *(name for found in self.tally.instances.values() for name in found.disputed)]

    def about(self, task_id: str, what: str, *, and_the_job: bool = False) -> Reason:
        """`and_the_job` where it is so for good because the job has ended."""
        more = f", and {self.job.why_ended}" if and_the_job else ""
        offender = Offender("task", what, job_id=self.job.id, task_id=task_id)
        return Reason(f"{self.prefix}{task_id}: {what}{more}", offender)


def judge(seen: Seen) -> Judgement:
    """What the condition comes to."""
    judgement = Judgement()
    for rule in CONDITIONS[seen.condition]:
        judgement.add(rule(seen))
    return judgement


def _disputed(seen: Seen) -> Judgement:
    """Neither is believed, and the next look may see one only."""
    what = "listed twice in one answer, with different states"
    return Judgement(missing=[seen.about(name, what) for name in seen.disputed])


def _failed(seen: Seen) -> Judgement:
    """Failed tasks and subtasks; first those that most others wait for."""
    found = [*_failed_tasks(seen), *_failed_subtasks(seen)]
    found.sort(key=lambda offender: -offender.blocks)
    return Judgement(
        [Reason(f"{seen.prefix}{offender.task_id}: failed, {offender.why}", offender) for offender in found]
    )


def _failed_tasks(seen: Seen) -> Iterator[Offender]:
    for task_id, entry in seen.tally.others.items():
        if entry.outcome == execution.FAILED and task_id not in seen.tally.disputed:
            yield Offender(
                "task",
                entry.why,
                job_id=seen.job.id,
                task_id=task_id,
                blocks=len(seen.blocked.get(task_id, ())),
                ran=not entry.never_started,
            )


def _failed_subtasks(seen: Seen) -> Iterator[Offender]:
    for instances in seen.tally.instances.values():
        for name, subtask in instances.failed.items():
            if name not in instances.disputed:
                node = part(subtask, "nodeInfo")
                yield Offender(
                    "subtask",
                    execution.why(subtask),
                    job_id=seen.job.id,
                    task_id=name,
                    pool_id=node.get("poolId"),
                    node_id=node.get("nodeId"),
                    directory=node.get("taskRootDirectory"),
                    ran=bool(subtask.get("startTime")),
                )


def _not_known(seen: Seen) -> Judgement:
    """What ended in a way that is not known."""
    tally = seen.tally
    found = [*tally.unknown.items(), *(item for instances in tally.instances.values() for item in instances.unknown)]
    return Judgement(
        missing=[
            Reason(
                f"{seen.prefix}{name} ({why}) is not known to be a success",
                Offender("task", f"{why} is not known", job_id=seen.job.id, task_id=name),
            )
            for name, why in found
        ]
    )


def _never_started(seen: Seen) -> Judgement:
    tally = seen.tally
    names = [*tally.never_started, *(name for found in tally.instances.values() for name in found.never_started)]
    disputed, what = set(seen.disputed), "completed without having started"
    return Judgement([seen.about(name, what) for name in names if name not in disputed])


def _absent(seen: Seen) -> Judgement:
    """Named tasks that are not there. As long as the job goes on, they may still be added."""
    ended, what = seen.job.ended, f"not found in job {seen.job.id}"
    reasons = [seen.about(task_id, what, and_the_job=ended) for task_id in seen.tally.missing]
    return Judgement([*reasons]) if ended else Judgement(missing=[*reasons])


def _blocked(seen: Seen) -> Judgement:
    """What waits for a task that failed waits for ever."""
    reasons: list[Reason] = []
    for cause, behind in seen.blocked.items():
        stuck = [task_id for task_id in behind if task_id in seen.waiting]
        if stuck:
            why = f"cannot run, {'it depends' if len(stuck) == 1 else 'they depend'} on {cause}, which failed"
            offender = Offender(
                "task",
                f"failed, and {len(behind)} task{'s wait' if len(behind) > 1 else ' waits'} for it in vain",
                job_id=seen.job.id,
                task_id=cause,
                blocks=len(behind),
                ran=True,
            )
            reasons.append(Reason(f"{seen.prefix}{name_some(stuck)}: {why}", offender))
    return Judgement(missing=[*reasons]) if seen.blocked_complete else Judgement([*reasons])


def _unfinished(seen: Seen) -> Judgement:
    """Tasks that are not done yet. In a job that is over they never will be, unless nobody knows what they do."""
    job, condition = seen.job, seen.condition
    known = {task_id: state for task_id, state in seen.coming.items() if state in _KNOWN}
    strange = {task_id: state for task_id, state in seen.coming.items() if state not in _KNOWN}
    # A terminating job still ends its running tasks, so that they complete; but none of them succeeds.
    still_ending = condition == "completed" and job.state == "terminating" and "active" not in known.values()
    if not job.ended or still_ending:
        known, strange = {}, seen.coming
    return Judgement(
        [unfinished_reason(condition, job, known, len(known), more=f"; {job.why_ended}")] if known else [],
        [unfinished_reason(condition, job, strange, len(strange))] if strange else [],
    )


def _unfinished_subtasks(seen: Seen) -> Judgement:
    running = {
        name: state
        for instances in seen.tally.instances.values()
        for name, state in instances.unfinished.items()
        if not seen.is_done(state)
    }
    if not running:
        return Judgement()
    # Also in a job that is over: a task has been seen completed before its subtasks were, so their states come late.
    reason = unfinished_reason(seen.condition, seen.job, running, len(running), what="subtask")
    return Judgement(missing=[reason])


def _absent_subtasks(seen: Seen) -> Judgement:
    """Subtasks that are not listed."""
    judgement = Judgement()
    for task_id, instances in seen.tally.instances.items():
        # About a task that is waited for, enough is said.
        if instances.lacking and task_id not in seen.coming:
            judgement.add(_lacking(seen, task_id, instances))
    return judgement


def _lacking(seen: Seen, task_id: str, instances: Instances) -> Judgement:
    """They may still come, unless the job is over or the task failed before it started."""
    are = "is" if instances.lacking == 1 else "are"
    names = name_some(instances.missing, total=instances.lacking)
    what = f"{instances.lacking} of its {instances.wanted} subtasks {are} not there: {names}"
    reason = seen.about(task_id, what, and_the_job=seen.job.ended)
    task = seen.tally.others.get(task_id)
    hopeless = seen.job.ended or (task and task.outcome == execution.FAILED and task.never_started)
    return Judgement([reason]) if hopeless else Judgement(missing=[reason])


def _none_at_all(seen: Seen) -> Judgement:
    job = seen.job
    if seen.tally.total or seen.tally.missing:
        return Judgement()
    sentence = f"job {job.id}: no task was found" + (f", and {job.why_ended}" if job.ended else "")
    reason = Reason(sentence, Offender("job", sentence, job_id=job.id))
    return Judgement([reason]) if job.ended else Judgement(missing=[reason])


def unfinished_reason(
    condition: str, job: JobState, states: Mapping[str, str], total: int, *, what: str = "task", more: str = ""
) -> Reason:
    """The sentence about so many tasks that are not done yet, of which some are named with their states."""
    names = name_some([f"{name} ({state})" for name, state in states.items()], total=total)
    sentence = f"job {job.id}: {total} {what}{'s' if total > 1 else ''} not {condition}: {names}"
    return Reason(f"{sentence}{more}", Offender("job", sentence, job_id=job.id))


Rule = Callable[[Seen], Judgement]

# Those that hold whatever is asked for. Their order is that of the sentences.
_ALWAYS: tuple[Rule, ...] = (_absent, _blocked, _unfinished, _absent_subtasks, _unfinished_subtasks, _none_at_all)

CONDITIONS: dict[str, tuple[Rule, ...]] = {
    "started": (_disputed, _never_started, *_ALWAYS),
    "completed": (_disputed, *_ALWAYS),
    "succeeded": (_disputed, _failed, _not_known, *_ALWAYS),
}
