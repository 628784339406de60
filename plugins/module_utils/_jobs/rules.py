# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules about jobs: what a job's state and its end mean for a condition. Pure.

A new condition is a line of CONDITIONS, a case of `judge_job`, a choice in `resource.py`, and what is done of it in `progress.py`.
"""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    Consequence,
    Judgement,
    Lasting,
    Offender,
    Reason,
)
from ansible_collections.batchops.azure.plugins.module_utils._jobs.tally import End, JobTally

# For each condition, the states from which a job can still get there by itself.
CONDITIONS = {
    "active": ("enabling",),
    "disabled": ("active", "disabling", "enabling"),
    "completed": ("active", "disabling", "enabling", "terminating"),
    "succeeded": ("active", "disabling", "enabling", "terminating"),
}
# A job that has succeeded is in the state of one that is only to be completed.
_STATES = {"succeeded": "completed"}
# A job in any other is waited for: nobody knows what it does.
_KNOWN = frozenset(("active", "disabling", "disabled", "enabling", "terminating", "completed", "deleting"))


def state_for(condition: str) -> str:
    """The state in which the condition can hold."""
    return _STATES.get(condition, condition)


def judge(condition: str, tally: JobTally) -> Judgement:
    """What the condition comes to, as far as jobs and their ends tell."""
    judgement = Judgement(missing=[Reason(f"{job_id}: no such job") for job_id in tally.missing])
    if tally.schedule and not tally.schedule.recent_job:
        judgement = tally.schedule.judgement()
    elif not tally.jobs and not tally.missing:
        judgement.missing.append(Reason("no job was found"))
    for job_id, job in tally.jobs.items():
        if job_id in tally.disputed:
            # Neither is believed, and the next look may see one only.
            judgement.add(Judgement(missing=[accuse(job, "listed twice in one answer, with different states")]))
        else:
            judgement.add(judge_job(condition, job, tally.ends[job_id]))
    return judgement


def judge_job(condition: str, job: JobState, end: End) -> Judgement:
    """What one job comes to."""
    return _succeeded(job, end) if condition == "succeeded" else _in_state(condition, job, end)


def _succeeded(job: JobState, end: End) -> Judgement:
    if end.outcome == execution.FAILED:
        return Judgement(failed=[accuse(job, end.why, *end.offenders)])
    if end.outcome == execution.SUCCEEDED:
        return Judgement()
    if job.state == "completed":
        why = end.why or "is completed, but its tasks are not known to have succeeded"
        return Judgement(missing=[accuse(job, why, *end.offenders)], going_on=not end.final)
    return _elsewhere("succeeded", job)


def _in_state(condition: str, job: JobState, end: End) -> Judgement:
    if job.state == condition:
        return Judgement()
    if job.scheduling_error and condition != "disabled":
        return Judgement(failed=[accuse(job, end.why, *end.offenders)])
    return _elsewhere(condition, job)


def _elsewhere(condition: str, job: JobState) -> Judgement:
    """The job is in another state: it may still come, unless it cannot by itself."""
    why = f"is {job.state}, not {condition}"
    lasting = Lasting(job.id, job.state, job.since)
    reason = Reason(f"{job.id}: {why}", Offender("job", why, job_id=job.id), lasting=[lasting])
    may_come = job.state in CONDITIONS[condition] or job.state not in _KNOWN
    return Judgement(missing=[reason]) if may_come else Judgement(failed=[reason])


def accuse(job: JobState, why: str, *tasks: Offender) -> Reason:
    """The tasks that are to blame, where they are known; the job otherwise."""
    if tasks:
        return Consequence(f"{job.id}: {why}", *tasks)
    return Reason(f"{job.id}: {why}", Offender("job", why, job_id=job.id))
