# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is true of a generated lifecycle at a moment, said without the code under test."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.batchops.azure.tests.properties.lifecycles import Job, Pool, Work

Truth = Callable[[float], bool]

ENDED = ("completed", "terminating", "deleting", "disabled")


def _done(work: Work, at: float) -> bool:
    run = work.run_at(at)
    return run is not None and run.ends <= at


def succeeded(work: Work, at: float) -> bool:
    run = work.run_at(at)
    return _done(work, at) and run is not None and run.ok


def failed(work: Work, at: float) -> bool:
    run = work.run_at(at)
    return _done(work, at) and run is not None and not run.ok


def _there(job: Job, at: float) -> list[Work]:
    return [task for task in job.tasks if task.created <= at]


def tasks_are(job: Job, condition: str) -> Truth:
    holds = {"started": lambda task, at: task.run_at(at) is not None, "completed": _done, "succeeded": succeeded}[
        condition
    ]
    return lambda at: bool(_there(job, at)) and all(holds(task, at) for task in _there(job, at))


def tasks_are_hopeless(job: Job, condition: str) -> Truth:
    def hopeless(at: float) -> bool:
        if condition == "succeeded" and any(failed(task, at) for task in _there(job, at)):
            return True
        return has_ended(job, at) and not tasks_are(job, condition)(at)

    return hopeless


def has_ended(job: Job, at: float) -> bool:
    return job.state_at(at) in ENDED or job.scheduling_error_at <= at


def job_is(job: Job, condition: str) -> Truth:
    if condition != "succeeded":
        return lambda at: job.state_at(at) == condition
    return lambda at: job.state_at(at) == "completed" and tasks_are(job, "succeeded")(at)


# States from which a job does not get into another one unless somebody acts. Terminating is on the way to completed.
_STUCK = {
    "active": ENDED,
    "disabled": ("completed", "terminating", "deleting"),
    "completed": ("disabled", "deleting"),
    "succeeded": ("disabled", "deleting"),
}


def job_is_hopeless(job: Job, condition: str) -> Truth:
    def hopeless(at: float) -> bool:
        if job.scheduling_error_at <= at or job.state_at(at) in _STUCK[condition]:
            return True
        if condition != "succeeded":
            return False
        return any(failed(task, at) for task in _there(job, at)) or (
            job.state_at(at) == "completed" and not job_is(job, condition)(at)
        )

    return hopeless


def nodes_are_prepared(job: Job, least: int | None, expected: tuple[str, ...]) -> Truth:
    def prepared(at: float) -> bool:
        begun = [work for work in job.preparations if work.run_at(at) is not None]
        concerned = [work for work in begun if not expected or work.id in expected]
        good = [work for work in concerned if succeeded(work, at)]
        if any(failed(work, at) for work in concerned) or len(good) < max(1, least or 1):
            return False
        if expected:
            return len(good) == len(set(expected))
        return least is not None or len(good) == len(begun)

    return prepared


def preparation_is_hopeless(job: Job, least: int | None, expected: tuple[str, ...]) -> Truth:
    def hopeless(at: float) -> bool:
        concerned = [work for work in job.preparations if not expected or work.id in expected]
        return any(failed(work, at) for work in concerned) or (
            has_ended(job, at) and not nodes_are_prepared(job, least, expected)(at)
        )

    return hopeless


def nodes_are(pool: Pool, condition: str) -> Truth:
    def holds(at: float) -> bool:
        states = [(node, node.state_at(at)) for node in pool.nodes if node.state_at(at) is not None]
        if condition == "offline":
            return bool(states) and all(state == "offline" for node, state in states)
        wanted = ("idle", "running") if condition == "ready" else ("idle",)
        good = [state in wanted and (node.enabled or condition == "idle") for node, state in states]
        return bool(good) and all(good) and at >= pool.steady_at and len(good) >= pool.target

    return holds


def nodes_are_hopeless(pool: Pool, condition: str) -> Truth:
    return lambda at: (
        condition in ("ready", "idle")
        and any(node.state_at(at) in ("starttaskfailed", "unusable") for node in pool.nodes)
    )
