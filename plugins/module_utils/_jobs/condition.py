# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges jobs: by their state, and where they must have succeeded by what a list says of their tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Union

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    Consequence,
    Judgement,
    Offender,
    Reason,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently

# What a job came to, and why: in words, or with the tasks that are to blame.
Why = Union[str, Reason]
End = tuple[str, Why]

# States from which a job can still get into the wanted one by itself.
_ON_THE_WAY = {
    "active": ("enabling",),
    "disabled": ("active", "disabling", "enabling"),
    "completed": ("active", "disabling", "enabling", "terminating"),
    "succeeded": ("active", "disabling", "enabling", "terminating"),
}
# So many tasks are named in a sentence about a job.
_NAMED = 3
_KNOWN = frozenset(("active", "disabling", "disabled", "enabling", "terminating", "completed", "deleting"))


class JobCondition:
    """What the condition comes to. `ends` are of each job by its id: whether it has succeeded, failed or not ended, and why."""

    def __init__(self, client: Client, question: ReadOptions) -> None:
        self._client = client
        self._options = question

    def confirmed(self, states: list[JobState], ends: Mapping[str, End]) -> dict[str, End]:
        """What lists say of the ends that counts tell."""
        found = read_concurrently(self._client, states, lambda state: self._confirmed(state, *ends[state.id]))
        # By id, not by place: a list that changes while it is read may name a job twice.
        return {state.id: end for state, end in zip(states, found)}

    def judge(self, states: list[JobState], ends: dict[str, End], missing: list[str], disputed: list[str]) -> Judgement:
        """`disputed` are the ids of jobs of which one answer says two things."""
        judgement = Judgement(missing=[Reason(f"{job_id}: no such job") for job_id in missing])
        if not states and not missing:
            judgement.missing.append(Reason("no job was found"))
        for state in states:
            if state.id in disputed:
                # Neither is believed, and the next look may see one only.
                judgement.missing.append(_accuse(state, "listed twice in one answer, with different states"))
                continue
            judgement.add(_judge_state(self._options.condition or "", state, *ends[state.id]))
        return judgement

    def look_further(
        self,
        judgement: Judgement,
        states: list[JobState],
        ends: Mapping[str, End],
        counted: Mapping[str, Mapping[str, int]],
        open_ones: bool,
    ) -> None:
        """What is asked beside the jobs: tasks that contradict them, and whether those that wait can still run.

        `open_ones` says that there are jobs beside the states that may still come, or of which it is not known what they do.
        """
        condition = self._options.condition or ""
        if condition not in ("completed", "succeeded"):
            return
        if condition == "completed":
            judgement.missing += self._still_running(states, counted)
        # Jobs whose tasks all wait for a node, and may wait for ever.
        idle = [state for state in states if _idle(counted[state.id])]
        judgement.add(judge_capacity(self._client, idle, condition, self._still_waits))
        if judgement.failed and not self._options.fail_fast:
            judgement.going_on = open_ones or any(
                read_concurrently(
                    self._client, states, lambda state: self._goes_on(state, ends[state.id], counted[state.id])
                )
            )

    def _goes_on(self, state: JobState, end: End, counts: Mapping[str, int]) -> bool:
        """Whether what is said of the job may change, or get longer."""
        # Only for those who need it: what is imported is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._account.prospects import gets_no_node, goes_on

        condition = self._options.condition or ""
        own = _judge_state(condition, state, *end)
        if own.missing:
            return not (_idle(counts) and gets_no_node(self._client, state, condition, self._still_waits))
        if not own.failed or condition == "completed":
            return False
        return bool(
            none_if_missing(
                "job",
                self._options.jobs_may_go,
                lambda: goes_on(self._client, state, counts, condition, self._still_waits),
            )
        )

    def _still_waits(self, state: JobState) -> bool:
        # The counts lag behind; the list does not.
        query = {"$filter": "state eq 'active'", "$select": "id,state", "maxresults": 1}
        return bool(self._client.first(("jobs", state.id, "tasks"), query))

    def _still_running(self, states: list[JobState], counted: Mapping[str, Mapping[str, int]]) -> list[Reason]:
        """Jobs that are completed, of which a list says that a task runs. Only where the counts, which lag, say so."""
        suspects = [state for state in states if state.state == "completed" and counted[state.id]["running"]]
        query = {"$filter": "state eq 'running' or state eq 'preparing'", "$select": "id,state", "maxresults": 1}

        def running(state: JobState) -> list[dict[str, Any]] | None:
            return none_if_missing(
                "job", self._options.jobs_may_go, lambda: self._client.first(("jobs", state.id, "tasks"), query)
            )

        return [
            _accuse(state, f"is completed, but its task {id_of(task, 'a task of the list')} is {task.get('state')}")
            for state, found in zip(suspects, read_concurrently(self._client, suspects, running))
            for task in found or ()
            if str(task.get("state")).lower() in ("running", "preparing")
        ]

    def _confirmed(self, state: JobState, end: str, why: Why) -> End:
        """Counts lag behind, in both directions. A narrow list has the last word, and names the tasks."""
        if state.scheduling_error or (end == execution.RUNNING and state.state != "completed"):
            return end, why
        return none_if_missing("job", self._options.jobs_may_go, lambda: self._end_by_list(state, end, why)) or (
            execution.RUNNING,
            "",
        )

    def _end_by_list(self, state: JobState, end: str, why: Why) -> End:
        """`end` and `why` are what the counts say."""
        ended = state.state == "completed"
        tasks = ("jobs", state.id, "tasks")
        wrong = "state ne 'completed' or executionInfo/result ne 'success'" if ended else execution.FAILED_FILTER
        unclear: list[Offender] = []
        for page in self._client.pages(tasks, {"$filter": wrong, "$select": "id,state,executionInfo"}):
            failed, doubtful = _offenders(state.id, page)
            unclear += doubtful[:_NAMED]
            if failed:
                more = f"; {why}" if len(failed) > _NAMED else ""
                sentence = f"{'completed, but ' if ended else ''}{_named(failed)}{more}"
                return execution.FAILED, Reason(sentence, *failed)
        if not ended:
            return execution.RUNNING, ""
        if unclear:
            return execution.UNKNOWN, Reason(f"is completed, but {_named(unclear)}", *unclear)
        # No task is wrong. That there is one, the counts have said, or a list must.
        if end == execution.SUCCEEDED or self._client.first(tasks, {"$select": "id", "maxresults": 1}):
            return execution.SUCCEEDED, ""
        return execution.FAILED, "completed without a task"


def _idle(counts: Mapping[str, int]) -> bool:
    """Whether tasks wait for a node, and none has one."""
    return bool(counts["active"]) and not counts["running"]


def _named(offenders: list[Offender]) -> str:
    return "; ".join(f"task {offender.task_id} {offender.why}" for offender in offenders[:_NAMED])


def _offenders(job_id: str, tasks: list[dict[str, Any]]) -> tuple[list[Offender], list[Offender]]:
    """Those that failed or will not run any more; and those that say what cannot be, or what is not known."""
    failed: list[Offender] = []
    unclear: list[Offender] = []
    for task in tasks:
        info, state = part(task, "executionInfo"), str(task.get("state") or "unknown").lower()
        task_id, end = id_of(task, "a task of the list"), execution.outcome(info, state)
        if end == execution.SUCCEEDED:
            continue
        why = f"is {state}"
        if end == execution.FAILED:
            why = f"failed, {execution.why(info)}"
        elif end == execution.UNKNOWN:
            why = f"ended with a result that is not known to be a success ({info.get('result')})"
        offender = Offender("task", why, job_id=job_id, task_id=task_id, ran=bool(info.get("startTime")))
        (failed if end == execution.FAILED or state == "active" else unclear).append(offender)
    return failed, unclear


def _judge_state(condition: str, state: JobState, end: str, why: Why) -> Judgement:
    if condition == "succeeded":
        if end == execution.FAILED:
            return Judgement([_accuse(state, why)])
        if end == execution.SUCCEEDED:
            return Judgement()
        if state.state == "completed":
            return Judgement(
                missing=[_accuse(state, why or "is completed, but its tasks are not known to have succeeded")]
            )
    elif state.state == condition:
        return Judgement()
    elif state.scheduling_error and condition != "disabled":
        return Judgement([_accuse(state, why)])
    sentence = _accuse(state, f"is {state.state}, not {condition}")
    may_come = state.state in _ON_THE_WAY[condition] or state.state not in _KNOWN
    return Judgement(missing=[sentence]) if may_come else Judgement([sentence])


def _accuse(state: JobState, why: Why) -> Reason:
    """The tasks that are to blame, where they are known; the job otherwise."""
    if isinstance(why, Reason):
        return Consequence(f"{state.id}: {why.sentence}", *why.offenders)
    return Reason(f"{state.id}: {why}", Offender("job", why, job_id=state.id))
