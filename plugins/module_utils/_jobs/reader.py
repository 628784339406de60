# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads jobs with the counts of their tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState, job_state
from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import COUNTS, flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, same_id
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot, Summary

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._jobs.condition import End, JobCondition
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

_NEEDED = ("id", "state", "executionInfo")


class JobReader:
    """Jobs by their ids, or those of the account."""

    kind = "jobs"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, question: ReadOptions) -> None:
        self._client = client
        self._facts = facts
        self._options = question
        # What depends on what is asked only where every failure is waited for.
        self._needed = _NEEDED if question.fail_fast else (*_NEEDED, "usesTaskDependencies")

    def read(self) -> Snapshot:
        question = self._options
        missing: list[str] = []
        if question.job_ids:
            found = read_concurrently(self._client, question.job_ids, self._read_job)
            missing = [job_id for job_id, job in zip(question.job_ids, found) if job is None]
            jobs = [job for job in found if job is not None]
        else:
            pages = self._client.pages(("jobs",), question.list_query(self._needed))
            jobs = [job for page in question.limited(pages) for job in page]
        # By id: a list that changes while it is read may name a job twice. The later entry replaces the earlier.
        by_id = {id_of(job, "a job of the list"): job for job in jobs}
        counts = read_concurrently(self._client, by_id.values(), self._read_counts)
        return self._assemble(list(zip(by_id.values(), counts)), missing, _disputed(jobs, by_id))

    def _read_job(self, job_id: str) -> Any:
        job = none_if_missing(
            "job",
            self._options.missing_ok,
            lambda: self._client.get(("jobs", job_id), self._options.item_query(self._needed)),
        )
        if job is not None:
            same_id(job, job_id, "job")
        return job

    def _read_counts(self, job: dict[str, Any]) -> dict[str, Any] | None:
        if not self._options.task_counts and self._options.condition != "succeeded":
            return None
        return none_if_missing(
            "job", self._options.jobs_may_go, lambda: self._client.get(("jobs", str(job.get("id")), "taskcounts"))
        )

    def _assemble(
        self, read: list[tuple[dict[str, Any], dict[str, Any] | None]], missing: list[str], disputed: list[str]
    ) -> Snapshot:
        look, states, counted = Snapshot(), [], {}
        ends: dict[str, End] = {}
        for job, counts in read:
            state = job_state(str(job.get("id")), job)
            tasks, slots = flat_counts(counts) if counts is not None else ({}, None)
            counted[state.id] = {name: tasks.get(name, 0) for name in COUNTS}
            states.append(state)
            ends[state.id] = end_by_counts(state, tasks)
            if not self._options.summary_only:
                look.facts.append(self._facts_of(job, counts, tasks, slots))
        total = {name: sum(counts[name] for counts in counted.values()) for name in COUNTS}
        verdict = self._verdict()
        if verdict and self._options.condition == "succeeded":
            ends = verdict.confirmed(states, ends)
        look.summary = _summary(states, ends, missing, total, self._options)
        if self._options.several:
            look.by_parent = {
                state.id: _summary([state], {state.id: ends[state.id]}, [], counted[state.id], self._options)
                for state in states
            }
        if verdict:
            look.judgement = verdict.judge(states, ends, missing, disputed)
            verdict.look_further(look.judgement, states, ends, counted, bool(missing or disputed))
        return look

    def _verdict(self) -> JobCondition | None:
        if not self._options.condition:
            return None
        # Only for those who use it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._jobs.condition import JobCondition

        return JobCondition(self._client, self._options)

    def _facts_of(self, job: dict[str, Any], counts: Any, tasks: dict[str, int], slots: Any) -> dict[str, Any]:
        facts = self._facts.of(job)
        if counts is not None:
            facts["task_counts"] = self._facts.of(tasks)
            facts["task_slot_counts"] = slots
        return facts


def _disputed(jobs: list[dict[str, Any]], by_id: Mapping[str, dict[str, Any]]) -> list[str]:
    """Ids of jobs that are listed twice, with something else in what is judged."""
    if len(jobs) == len(by_id):
        return []
    states = {job_id: _judged(job) for job_id, job in by_id.items()}
    return list(dict.fromkeys(str(job["id"]) for job in jobs if _judged(job) != states[job["id"]]))


def _judged(job: Mapping[str, Any]) -> tuple[str, str | None]:
    state = job_state(str(job["id"]), job)
    return state.state, state.scheduling_error


def end_by_counts(state: JobState, counts: Mapping[str, int]) -> tuple[str, str]:
    """Whether a job has succeeded, failed or not ended, and why, as far as its counts tell.

    `completed` alone says nothing about success: without counts the end is not known.
    """
    if state.scheduling_error:
        return execution.FAILED, f"scheduling error {state.scheduling_error}"
    if counts.get("failed"):
        total = sum(counts.get(name, 0) for name in ("active", "running", "completed"))
        return execution.FAILED, f"{counts['failed']} of {total} tasks failed"
    if state.state != "completed" or not counts:
        return execution.RUNNING, ""
    unfinished = counts.get("active", 0) + counts.get("running", 0)
    if unfinished:
        return execution.FAILED, f"completed with {unfinished} tasks that did not run"
    if not counts.get("succeeded"):
        return execution.FAILED, "completed without a task"
    return execution.SUCCEEDED, ""


def _summary(
    states: list[JobState],
    ends: dict[str, End],
    missing: list[str],
    counts: dict[str, int],
    question: ReadOptions,
) -> Summary:
    by_state: dict[str, int] = {}
    for state in states:
        by_state[state.state] = by_state.get(state.state, 0) + 1
    failed = [job_id for job_id, (end, why) in ends.items() if end == execution.FAILED]
    return {
        "total": len(states),
        "by_state": by_state,
        "succeeded": sum(end == execution.SUCCEEDED for end, why in ends.values()),
        "failed": len(failed),
        "failed_jobs": failed,
        "missing": missing,
        "task_counts": counts,
        "truncated": not question.job_ids and question.reached(len(states)),
    }
