# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads jobs with the counts of their tasks, and judges them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._answer import part
from ansible_collections.batchops.azure.plugins.module_utils._capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._job_state import JobState, job_state
from ansible_collections.batchops.azure.plugins.module_utils._look import Look, Question, Summary, each, unless_absent
from ansible_collections.batchops.azure.plugins.module_utils._task_counts import COUNTS, flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Consequence, Judgement, Offender, Reason

_NEEDED = ("id", "state", "executionInfo")

# States from which a job can still get into the wanted one by itself.
_ON_THE_WAY = {
    "active": ("enabling",),
    "disabled": ("active", "disabling", "enabling"),
    "completed": ("active", "disabling", "enabling", "terminating"),
    "succeeded": ("active", "disabling", "enabling", "terminating"),
}
_KNOWN = frozenset(("active", "disabling", "disabled", "enabling", "terminating", "completed", "deleting"))


class JobReader:
    """Jobs by their ids, or those of the account."""

    kind = "jobs"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, question: Question) -> None:
        self._client = client
        self._facts = facts
        self._question = question

    def look(self) -> Look:
        question = self._question
        missing: list[str] = []
        if question.job_ids:
            found = each(self._client, question.job_ids, self._read_job)
            missing = [job_id for job_id, job in zip(question.job_ids, found) if job is None]
            jobs = [job for job in found if job is not None]
        else:
            pages = self._client.pages(("jobs",), question.params(_NEEDED))
            jobs = [job for page in question.limited(pages) for job in page]
        counts = each(self._client, jobs, self._read_counts)
        return self._assemble(list(zip(jobs, counts)), missing)

    def _read_job(self, job_id: str) -> Any:
        return unless_absent(
            "job", self._question.missing_ok, lambda: self._client.get(("jobs", job_id), self._question.narrow(_NEEDED))
        )

    def _read_counts(self, job: dict[str, Any]) -> dict[str, Any] | None:
        if not self._question.task_counts and self._question.condition != "succeeded":
            return None
        # A job of a list may have been deleted since the list was read; a named one may not.
        missing_ok = self._question.missing_ok or not self._question.job_ids
        return unless_absent("job", missing_ok, lambda: self._client.get(("jobs", str(job.get("id")), "taskcounts")))

    def _assemble(self, read: list[tuple[dict[str, Any], dict[str, Any] | None]], missing: list[str]) -> Look:
        look, states, ends, counted = Look(), [], {}, {}
        for job, counts in read:
            state = job_state(str(job.get("id")), job)
            tasks, slots = flat_counts(counts) if counts is not None else ({}, None)
            counted[state.id] = {name: tasks.get(name, 0) for name in COUNTS}
            states.append(state)
            ends[state.id] = end_by_counts(state, tasks)
            if not self._question.summary_only:
                look.facts.append(self._facts_of(job, counts, tasks, slots))
        total = {name: sum(counts[name] for counts in counted.values()) for name in COUNTS}
        if self._question.condition == "succeeded":
            confirmed = each(self._client, states, lambda state: self._confirmed(state, *ends[state.id]))
            # By id, not by place: a list that changes while it is read may name a job twice.
            ends = {state.id: end for state, end in zip(states, confirmed)}
        look.summary = _summary(states, ends, missing, total, self._question)
        if self._question.several:
            look.by_parent = {
                state.id: _summary([state], {state.id: ends[state.id]}, [], counted[state.id], self._question)
                for state in states
            }
        if self._question.condition:
            look.judgement = self._judge(states, ends, missing)
            if self._question.condition in ("completed", "succeeded"):
                self._judge_capacity(look.judgement, states, counted)
        return look

    def _judge_capacity(
        self, judgement: Judgement, states: list[JobState], counted: Mapping[str, Mapping[str, int]]
    ) -> None:
        """Jobs whose tasks all wait for a node, and may wait for ever."""
        idle = [state for state in states if counted[state.id]["active"] and not counted[state.id]["running"]]
        judge_capacity(self._client, judgement, idle, self._question.condition or "", self._still_waits)

    def _still_waits(self, state: JobState) -> bool:
        # The counts lag behind; the list does not.
        query = {"$filter": "state eq 'active'", "$select": "id,state", "maxresults": 1}
        return bool(self._client.first(("jobs", state.id, "tasks"), query))

    def _facts_of(self, job: dict[str, Any], counts: Any, tasks: dict[str, int], slots: Any) -> dict[str, Any]:
        facts = self._facts.of(job)
        if counts is not None:
            facts["task_counts"] = self._facts.of(tasks)
            facts["task_slot_counts"] = slots
        return facts

    def _judge(self, states: list[JobState], ends: dict[str, tuple[str, str]], missing: list[str]) -> Judgement:
        judgement = Judgement(missing=[f"{job_id}: no such job" for job_id in missing])
        if not states and not missing:
            judgement.missing.append("no job was found")
        for state in states:
            _judge_state(judgement, self._question.condition or "", state, *ends[state.id])
        return judgement

    def _confirmed(self, state: JobState, end: str, why: str) -> tuple[str, str]:
        """Counts lag behind, in both directions. A narrow list has the last word, and names the tasks."""
        if state.scheduling_error or (end == _execution.RUNNING and state.state != "completed"):
            return end, why
        # A job of a list may have been deleted since the list was read; a named one may not.
        missing_ok = self._question.missing_ok or not self._question.job_ids
        return unless_absent("job", missing_ok, lambda: self._end_by_list(state, end, why)) or (_execution.RUNNING, "")

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


def end_by_counts(state: JobState, counts: Mapping[str, int]) -> tuple[str, str]:
    """Whether a job has succeeded, failed or not ended, and why, as far as its counts tell.

    `completed` alone says nothing about success: without counts the end is not known.
    """
    if state.scheduling_error:
        return _execution.FAILED, f"scheduling error {state.scheduling_error}"
    if counts.get("failed"):
        total = sum(counts.get(name, 0) for name in ("active", "running", "completed"))
        return _execution.FAILED, f"{counts['failed']} of {total} tasks failed"
    if state.state != "completed" or not counts:
        return _execution.RUNNING, ""
    unfinished = counts.get("active", 0) + counts.get("running", 0)
    if unfinished:
        return _execution.FAILED, f"completed with {unfinished} tasks that did not run"
    if not counts.get("succeeded"):
        return _execution.FAILED, "completed without a task"
    return _execution.SUCCEEDED, ""


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


def _summary(
    states: list[JobState],
    ends: dict[str, tuple[str, str]],
    missing: list[str],
    counts: dict[str, int],
    question: Question,
) -> Summary:
    by_state: dict[str, int] = {}
    for state in states:
        by_state[state.state] = by_state.get(state.state, 0) + 1
    failed = [job_id for job_id, (end, why) in ends.items() if end == _execution.FAILED]
    return {
        "total": len(states),
        "by_state": by_state,
        "succeeded": sum(end == _execution.SUCCEEDED for end, why in ends.values()),
        "failed": len(failed),
        "failed_jobs": failed,
        "missing": missing,
        "task_counts": counts,
        "truncated": not question.job_ids and question.reached(len(states)),
    }
