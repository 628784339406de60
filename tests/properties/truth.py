# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is true of a generated lifecycle at a moment, said without the code under test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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


def has_no_node(pool: Pool | None, at: float) -> bool:
    """Whether nothing that waits for a node of the pool gets one unless somebody acts."""
    if pool is None:
        return False
    if at >= pool.deleting_at:
        return True
    there = [state for node, state in pool.there(at)]
    if at < pool.steady_at or pool.autoscaled or (len(there) < pool.target and not pool.stopped):
        return False
    return all(state == "starttaskfailed" for state in there) if there else len(there) < pool.target


def starves(job: Job, at: float) -> bool:
    """Whether tasks wait for a node that never comes."""
    waiting = [task for task in _there(job, at) if task.run_at(at) is None]
    return bool(waiting) and not has_ended(job, at) and has_no_node(job.pool, at)


def tasks_are_hopeless(job: Job, condition: str) -> Truth:
    def hopeless(at: float) -> bool:
        if starves(job, at):
            return True
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
        if condition in ("completed", "succeeded") and starves(job, at):
            return True
        if condition != "succeeded":
            return False
        return any(failed(task, at) for task in _there(job, at)) or (
            job.state_at(at) == "completed" and not job_is(job, condition)(at)
        )

    return hopeless


@dataclass(frozen=True)
class Preparation:
    """What is asked of a job's preparation."""

    least: int | None = None
    expected: tuple[str, ...] = ()
    tolerated: int = 0
    on_task_nodes: bool = False
    without_removed: bool = False

    def _concerned(self, job: Job, at: float) -> list[Work]:
        """The nodes on which a failure counts."""
        there = job.nodes_there(at)
        return [
            work
            for work in job.preparations
            if work.run_at(at) is not None
            and (not self.expected or work.id in self.expected)
            and (not self.without_removed or work.id in there)
        ]

    def holds(self, job: Job, at: float) -> bool:
        concerned, there = self._concerned(job, at), job.nodes_there(at)
        bad = {work.id for work in concerned if failed(work, at)}
        good = {work.id for work in concerned if succeeded(work, at)}
        wanted = set(self.expected)
        if self.on_task_nodes:
            wanted = job.task_nodes(at)
            good &= wanted
        if self.without_removed:
            wanted &= there
        if len(bad) > self.tolerated or len(good) < max(1, self.least or 1):
            return False
        if self.expected or self.on_task_nodes:
            return wanted <= good | bad
        return self.least is not None or good | bad == {work.id for work in concerned}

    def is_hopeless(self, job: Job, at: float) -> bool:
        bad = [work for work in self._concerned(job, at) if failed(work, at)]
        if len(bad) > self.tolerated or (has_ended(job, at) and not self.holds(job, at)):
            return True
        return not has_ended(job, at) and has_no_node(job.pool, at) and not self.holds(job, at)


BROKEN = ("starttaskfailed", "unusable")


def nodes_are(pool: Pool, condition: str, least: int | None = None, tolerated: int = 0) -> Truth:
    def holds(at: float) -> bool:
        states = pool.there(at)
        if condition == "offline":
            return bool(states) and all(state == "offline" for node, state in states)
        if condition == "drained":
            return bool(states) and all(state != "running" for node, state in states)
        wanted = ("idle", "running") if condition == "ready" else ("idle",)
        good = [state in wanted and (node.enabled or condition == "idle") for node, state in states]
        broken = [state in BROKEN for node, state in states]
        if sum(broken) > tolerated or not any(good) or at >= pool.deleting_at:
            return False
        if least is not None:
            return sum(good) >= least
        enough = at >= pool.steady_at and len(good) >= pool.target
        return all(well or bad for well, bad in zip(good, broken)) and enough

    return holds


def nodes_are_hopeless(pool: Pool, condition: str, least: int | None = None, tolerated: int = 0) -> Truth:
    def hopeless(at: float) -> bool:
        if condition in ("offline", "drained"):
            return at >= pool.deleting_at and not nodes_are(pool, condition)(at)
        broken = [state for node, state in pool.there(at) if state in BROKEN]
        if len(broken) > tolerated or at >= pool.deleting_at:
            return True
        if least is not None and at >= pool.steady_at and not pool.autoscaled and least > pool.target:
            return True
        stopped = at >= pool.steady_at and pool.stopped and not pool.autoscaled
        return stopped and len(pool.there(at)) < pool.target and not nodes_are(pool, condition, least, tolerated)(at)

    return hopeless
