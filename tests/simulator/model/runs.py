# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One execution of anything that runs: a task, a subtask, a preparation, release or start task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .errors import ScenarioError
from .reader import Reader
from .spread import Spread
from .timeline import NEVER

RESULTS = ("success", "failure")
CATEGORIES = ("usererror", "servererror")
_EXIT_CODE_FAILURE = "The task exited with an exit code representing a failure"


@dataclass(frozen=True)
class Outcome:
    """How an execution ends. Any part may be missing, as it may on the wire."""

    result: str | None = "success"
    exit_code: int | None = 0
    failure: Mapping[str, Any] | None = None
    retry_count: int = 0
    requeue_count: int = 0
    container: Mapping[str, Any] | None = None


class Run(NamedTuple):
    """The times of one execution in seconds, NEVER where something does not happen."""

    active_at: float
    prepares_at: float
    starts_at: float
    ends_at: float
    node: str | None
    outcome: Outcome

    def starts(self) -> bool:
        """Tell whether it runs at all, and does not end before."""
        return self.starts_at != NEVER and self.starts_at <= self.ends_at

    def phase(self, now: float) -> str:
        """Return active, preparing, running or completed."""
        if now >= self.ends_at:
            return "completed"
        if now >= self.starts_at:
            return "running"
        return "preparing" if now >= self.prepares_at else "active"

    def transitions(self) -> list[tuple[str, float]]:
        """Return the states that this execution passes, with their times."""
        steps = [("active", self.active_at), ("preparing", self.prepares_at), ("running", self.starts_at)]
        passed = [(state, at) for state, at in steps if at < self.ends_at and at != NEVER]
        return passed + ([("completed", self.ends_at)] if self.ends_at != NEVER else [])


@dataclass(frozen=True)
class RunTimes:
    """The times of one execution for all members of a group."""

    prepares_at: Spread | None
    starts_at: Spread | None
    ends_at: Spread | None
    takes: Spread | None
    outcome: Outcome

    def make(self, index: int, active_at: float, node: str | None) -> Run:
        """Return the execution of one member."""
        starts = self.starts_at.at(index) if self.starts_at else NEVER
        prepares = self.prepares_at.at(index) if self.prepares_at else NEVER
        ends = NEVER
        if self.ends_at:
            ends = self.ends_at.at(index)
        elif self.takes:
            ends = starts + self.takes.at(index)
        return Run(active_at, prepares, starts, ends, node, self.outcome)


def read_run(reader: Reader, count: int, starts_key: str = "starts_at") -> RunTimes:
    """Read the times and the outcome of an execution; the caller finishes the reader."""
    times = RunTimes(
        prepares_at=reader.times("prepares_at", count) if starts_key == "runs_at" else None,
        starts_at=reader.times(starts_key, count),
        ends_at=reader.times("ends_at", count),
        takes=reader.spread("takes", count),
        outcome=read_outcome(reader),
    )
    if times.ends_at and times.takes:
        raise ScenarioError(f"{reader.where} has both ends_at and takes; one of them says it all")
    return times


def read_outcome(reader: Reader) -> Outcome:
    """Read result, exit_code, failure and the retries. A failure without details is a wrong exit code."""
    result = reader.choice("result", "success", RESULTS)
    failed = result.lower() == "failure"
    section = reader.section("failure")
    failure = read_failure(section) if section else None
    exit_code = reader.integer("exit_code")
    if not reader.has("exit_code") and section is None:
        exit_code = int(failed)
    if failed and failure is None and exit_code is not None:
        failure = _failure_exit_code()
    retries, requeues = reader.integer("retry_count", 0), reader.integer("requeue_count", 0)
    return Outcome(result, exit_code, failure, retries, requeues, reader.mapping("container") or None)


def failed_with_exit_code(exit_code: int) -> Outcome:
    """Return the most common failure: the command ended with an exit code that means failure."""
    return Outcome("failure", exit_code, _failure_exit_code())


def _failure_exit_code() -> dict[str, Any]:
    return {
        "category": "UserError",
        "code": "FailureExitCode",
        "message": _EXIT_CODE_FAILURE,
        "details": [{"name": "Message", "value": _EXIT_CODE_FAILURE}],
    }


def read_failure(reader: Reader) -> dict[str, Any]:
    """Read category, code, message and details as they go on the wire. Details may be a mapping of names to values."""
    failure: dict[str, Any] = {"category": reader.choice("category", "UserError", CATEGORIES)}
    failure["code"] = reader.required_text("code")
    failure["message"] = reader.text("message", failure["code"])
    details = reader.raw("details")
    if isinstance(details, Mapping):
        failure["details"] = [{"name": name, "value": str(value)} for name, value in details.items()]
    elif details is not None:
        failure["details"] = reader.items("details")
    reader.finish()
    return failure


def current_run(runs: tuple[Run, ...], now: float) -> Run:
    """Return the execution that an object shows: the last one that is active already."""
    for run in reversed(runs):
        if run.active_at <= now:
            return run
    return runs[0]


def unchanged(runs: tuple[Run, ...], now: float) -> tuple[float, float]:
    """Return from when until when an object with these executions looks as it does now."""
    since, until = -NEVER, NEVER
    for run in runs:
        for at in (run.active_at, run.prepares_at, run.starts_at, run.ends_at):
            if at <= now:
                since = max(since, at)
            elif at < until:
                until = at
    return since, until
