# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges the subtasks of multi-instance tasks: all must be there, and be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState
from ansible_collections.batchops.azure.plugins.module_utils._task_tally import TaskTally
from ansible_collections.batchops.azure.plugins.module_utils._task_verdict import about, named, unfinished
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, Reason, name_some

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._subtasks import Instances


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
        return Judgement([Reason(f"{reason}, and {job.why_ended}", *reason.offenders)])
    if task and task.outcome == _execution.FAILED and task.never_started:
        return Judgement([reason])
    return Judgement(missing=[reason])
