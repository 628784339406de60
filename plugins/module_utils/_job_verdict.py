# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges jobs: by their state, and where they must have succeeded by what a list says of their tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._answer import part
from ansible_collections.batchops.azure.plugins.module_utils._capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState
from ansible_collections.batchops.azure.plugins.module_utils._look import each, unless_absent
from ansible_collections.batchops.azure.plugins.module_utils._question import Question
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Consequence, Judgement, Offender, Reason

# States from which a job can still get into the wanted one by itself.
_ON_THE_WAY = {
    "active": ("enabling",),
    "disabled": ("active", "disabling", "enabling"),
    "completed": ("active", "disabling", "enabling", "terminating"),
    "succeeded": ("active", "disabling", "enabling", "terminating"),
}
_KNOWN = frozenset(("active", "disabling", "disabled", "enabling", "terminating", "completed", "deleting"))


class JobVerdict:
    """What the condition comes to. `ends` are of each job by its id: whether it has succeeded, failed or not ended, and why."""

    def __init__(self, client: Client, question: Question) -> None:
        self._client = client
        self._question = question

    def confirmed(self, states: list[JobState], ends: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
        """What lists say of the ends that counts tell."""
        found = each(self._client, states, lambda state: self._confirmed(state, *ends[state.id]))
        # By id, not by place: a list that changes while it is read may name a job twice.
        return {state.id: end for state, end in zip(states, found)}

    def judge(self, states: list[JobState], ends: dict[str, tuple[str, str]], missing: list[str]) -> Judgement:
        judgement = Judgement(missing=[f"{job_id}: no such job" for job_id in missing])
        if not states and not missing:
            judgement.missing.append("no job was found")
        for state in states:
            _judge_state(judgement, self._question.condition or "", state, *ends[state.id])
        return judgement

    def judge_capacity(
        self, judgement: Judgement, states: list[JobState], counted: Mapping[str, Mapping[str, int]]
    ) -> None:
        """Jobs whose tasks all wait for a node, and may wait for ever."""
        idle = [state for state in states if counted[state.id]["active"] and not counted[state.id]["running"]]
        judgement.add(judge_capacity(self._client, idle, self._question.condition or "", self._still_waits))

    def _still_waits(self, state: JobState) -> bool:
        # The counts lag behind; the list does not.
        query = {"$filter": "state eq 'active'", "$select": "id,state", "maxresults": 1}
        return bool(self._client.first(("jobs", state.id, "tasks"), query))

    def _confirmed(self, state: JobState, end: str, why: str) -> tuple[str, str]:
        """Counts lag behind, in both directions. A narrow list has the last word, and names the tasks."""
        if state.scheduling_error or (end == _execution.RUNNING and state.state != "completed"):
            return end, why
        return unless_absent("job", self._question.jobs_may_go, lambda: self._end_by_list(state, end, why)) or (
            _execution.RUNNING,
            "",
        )

    def _end_by_list(self, state: JobState, end: str, why: str) -> tuple[str, str]:
        """`end` and `why` are what the counts say."""
        ended = state.state == "completed"
        tasks = ("jobs", state.id, "tasks")
        wrong = "state ne 'completed' or executionInfo/result ne 'success'" if ended else _execution.FAILED_FILTER
        for page in self._client.pages(tasks, {"$filter": wrong, "$select": "id,state,executionInfo"}):
            offenders = _offenders(state.id, page)
            if offenders:
                named = "; ".join(f"task {offender.task_id} {offender.why}" for offender in offenders[:3])
                more = f"; {why}" if len(offenders) > 3 else ""
                return _execution.FAILED, Reason(f"{'completed, but ' if ended else ''}{named}{more}", *offenders)
        if not ended:
            return _execution.RUNNING, ""
        # No task is wrong. That there is one, the counts have said, or a list must.
        if end == _execution.SUCCEEDED or self._client.first(tasks, {"$select": "id", "maxresults": 1}):
            return _execution.SUCCEEDED, ""
        return _execution.FAILED, "completed without a task"


def _offenders(job_id: str, tasks: list[dict[str, Any]]) -> list[Offender]:
    """Those that failed or did not run."""
    found = []
    for task in tasks:
        info = part(task, "executionInfo")
        end = _execution.outcome(info, task.get("state"))
        if end != _execution.SUCCEEDED:
            why = f"failed, {_execution.why(info)}" if end == _execution.FAILED else f"is {task.get('state')}"
            found.append(
                Offender("task", why, job_id=job_id, task_id=str(task.get("id")), ran=bool(info.get("startTime")))
            )
    return found


def _judge_state(judgement: Judgement, condition: str, state: JobState, end: str, why: str) -> None:
    if condition == "succeeded":
        if end == _execution.FAILED:
            judgement.failed.append(_accuse(state, why))
            return
        if end == _execution.SUCCEEDED:
            return
        if state.state == "completed":
            judgement.missing.append(_accuse(state, "is completed, but its tasks are not known to have succeeded"))
            return
    elif state.state == condition:
        return
    elif state.scheduling_error and condition != "disabled":
        judgement.failed.append(_accuse(state, why))
        return
    sentence = _accuse(state, f"is {state.state}, not {condition}")
    if state.state in _ON_THE_WAY[condition] or state.state not in _KNOWN:
        judgement.missing.append(sentence)
    else:
        judgement.failed.append(sentence)


def _accuse(state: JobState, why: str) -> Reason:
    """The tasks that are to blame, where they are known; the job otherwise."""
    offenders = getattr(why, "offenders", ())
    if offenders:
        return Consequence(f"{state.id}: {why}", *offenders)
    return Reason(f"{state.id}: {why}", Offender("job", str(why), job_id=state.id))
