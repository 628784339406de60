# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The numbers of a progress line: what of a look is done, what is not, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import PENDING, name_some
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Look

Params = Mapping[str, Any]
Summary = Mapping[str, Any]

_TASK_STATES = ("active", "preparing", "running")
# Of a gate, so many checks are told one by one.
_MOST_CHECKS = 3
# Nodes in these states may be ready, or not because no task may be scheduled on them.
_WORKING = ("idle", "running")


@dataclass(frozen=True)
class Counts:
    """`done` of `total`, which is 0 where nobody knows how many there will be; `word` says what is done; and the rest."""

    done: int
    total: int
    word: str
    failed: int = 0
    others: tuple[tuple[int, str], ...] = ()
    details: str = ""
    # Whether one takes about as long as another, so that their rate says something.
    alike: bool = True

    def sentence(self) -> str:
        done = f"{self.done}/{self.total}" if self.measurable else f"{self.done}"
        others = ((self.failed, "failed"), *self.others)
        told = ", ".join([f"{done} {self.word}", *(f"{number} {word}" for number, word in others if number)])
        return f"{told} ({self.details})" if self.details else told

    @property
    def measurable(self) -> bool:
        return self.total > 0 and self.done <= self.total


@dataclass(frozen=True)
class Topic:
    """What the lines of one module are about."""

    subject: Callable[[Params], str]
    counts: Callable[[Look, Params], Counts]


def _job_subject(params: Params) -> str:
    return _named("jobs" if params["job_id"] is None else "job", params, "job")


def _job_counts(look: Look, params: Params) -> Counts:
    summary, condition = look.summary, params["condition"] or "completed"
    by_state, tasks = summary["by_state"], summary["task_counts"]
    of_tasks = sum(tasks[state] for state in ("active", "running", "completed"))
    if summary["total"] == 1 and of_tasks and condition in ("completed", "succeeded"):
        others = (tasks["running"], "running"), (tasks["active"], "active")
        done = tasks["completed" if condition == "completed" else "succeeded"]
        return Counts(done, of_tasks, f"tasks {condition}", tasks["failed"], others)
    done = summary["succeeded"] if condition == "succeeded" else by_state.get(condition, 0)
    states = tuple((number, state) for state, number in by_state.items() if state not in ("completed", condition))
    return Counts(done, summary["total"] + len(summary["missing"]), condition, summary["failed"], states)


def _task_subject(params: Params) -> str:
    if params["task_id"] is not None:
        return f"task {params['job_id']}/{params['task_id']}"
    return _named("tasks", params, "job")


def _task_counts(look: Look, params: Params) -> Counts:
    summary, condition = look.summary, params["condition"] or "completed"
    by_state = summary["by_state"]
    total = summary["total"] + len(summary["missing"])
    active, preparing, running = (by_state.get(state, 0) for state in _TASK_STATES)
    others = (running, "running"), (preparing, "preparing"), (active, "active")
    if condition == "started":
        return Counts(summary["total"] - active - preparing, total, condition, summary["failed"], others)
    done = summary["succeeded"] if condition == "succeeded" else by_state.get("completed", 0)
    return Counts(done, total, condition, summary["failed"], others)


def _node_subject(params: Params) -> str:
    if params["node_id"] is not None:
        return f"node {params['pool_id']}/{params['node_id']}"
    return _named("nodes", params, "pool")


def _node_counts(look: Look, params: Params) -> Counts:
    summary, condition = look.summary, params["condition"] or "ready"
    by_state = summary["by_state"]
    total = _wanted(summary, params) or summary["total"] + len(summary["missing"])
    if condition == "drained":
        # Which of the nodes they run on is not in the summary.
        running = summary["running_tasks"]
        return Counts(running, 0, f"task{'' if running == 1 else 's'} running on {summary['total']} nodes")
    done = summary["succeeded"] if condition == "ready" else by_state.get(condition, 0)
    told = _WORKING if condition == "ready" else (condition,)
    others = tuple((number, state) for state, number in by_state.items() if state not in told)
    return Counts(done, total, condition, 0, others)


def _prep_subject(params: Params) -> str:
    return _named("release" if params["condition"] == "released" else "prep", params, "job")


def _prep_counts(look: Look, params: Params) -> Counts:
    summary, released = look.summary, params["condition"] == "released"
    how = summary["release"] if released else summary
    total = _wanted(summary, params) or summary["total"]
    return Counts(
        how["succeeded"], total, "released" if released else "ready", how["failed"], ((how["running"], "running"),)
    )


def _wanted(summary: Summary, params: Params) -> int:
    """How many nodes must be right, as far as that was said; 0 where it was not."""
    if summary.get("expected"):
        return int(summary["expected"])
    if params.get("expected_nodes"):
        return len(params["expected_nodes"])
    # Of each job or pool: several have no common number.
    several = params.get("job_ids") is not None or params.get("pool_ids") is not None
    return 0 if several else int(params.get("min_nodes") or 0)


def _named(word: str, params: Params, parent: str) -> str:
    """The word, and the ids of the jobs or pools that the task is about."""
    ids = [params[f"{parent}_id"]] if params[f"{parent}_id"] is not None else params[f"{parent}_ids"] or []
    return f"{word} {name_some(ids, 2)}".strip()


JOBS = Topic(_job_subject, _job_counts)
TASKS = Topic(_task_subject, _task_counts)
NODES = Topic(_node_subject, _node_counts)
PREPARATION = Topic(_prep_subject, _prep_counts)


def _gate_subject(params: Params) -> str:
    return "gate"


def _gate_counts(look: Look, params: Params) -> Counts:
    pending = [
        _check_words(check, given)
        for check, given in zip(look.facts, params["checks"])
        # A check that the service refused has no numbers.
        if check["verdict"] == PENDING and check["summary"]
    ]
    told = pending[:_MOST_CHECKS] + ([f"and {len(pending) - _MOST_CHECKS} more"] if len(pending) > _MOST_CHECKS else [])
    summary = look.summary
    return Counts(
        summary["succeeded"], summary["total"], "satisfied", summary["failed"], details="; ".join(told), alike=False
    )


def _check_words(check: Mapping[str, Any], given: Params) -> str:
    topic, params = _RESOURCES[check["check"]], {**given, "condition": check["condition"]}
    return f"{topic.subject(params)}: {topic.counts(Look(summary=check['summary']), params).sentence()}"


_RESOURCES = {"jobs": JOBS, "tasks": TASKS, "nodes": NODES, "preparation": PREPARATION}
GATE = Topic(_gate_subject, _gate_counts)
