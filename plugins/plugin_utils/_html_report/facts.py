# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the registered results of the modules hold, in the few words that a page needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account.execution import (
    FAILED,
    RUNNING,
    SUCCEEDED,
    UNKNOWN,
    outcome,
    outcome_on_node,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import moment

Facts = Mapping[str, Any]
START_TASK, PREPARATION, TASK, RELEASE = "start task", "preparation", "task", "release"
# A task that no node has taken, or that waits there for preparation.
WAITING = "waiting"
OUTCOMES = (FAILED, UNKNOWN, RUNNING, WAITING, SUCCEEDED)


class Execution(NamedTuple):
    """One run of something on a node, or of a task that waits for one."""

    kind: str
    id: str
    job: str
    pool: str
    node: str
    outcome: str
    start: float | None
    end: float | None
    created: float | None
    exit_code: Any
    failure: str
    # How often the service has run it again: the runs before are not known.
    again: int


class Node(NamedTuple):
    pool: str
    id: str
    state: str
    since: float | None
    allocated: float | None
    booted: float | None
    enabled: bool
    start_task_failed: bool
    errors: list[str]


@dataclass
class Found:
    """All that was read, each thing once: of two the later one."""

    jobs: dict[str, Facts] = field(default_factory=dict)
    nodes: dict[tuple[str, str], Node] = field(default_factory=dict)
    executions: list[Execution] = field(default_factory=list)
    pools: dict[str, Facts] = field(default_factory=dict)
    failures: list[Facts] = field(default_factory=list)
    # Whether there were such lists at all: an empty one is not the same as none.
    read: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    truncated: bool = False
    options: Facts = field(default_factory=dict)
    # Each once: one report may be made of reads with different ones.
    api_versions: list[str] = field(default_factory=list)
    url: str = ""


def found_in(results: Iterable[Facts]) -> Found:
    found = Found()
    executions: dict[tuple[str, ...], Execution] = {}
    for result in _each(results):
        _note(result, found)
        found.jobs.update({_word(job, "id"): job for job in _items(result, "jobs")})
        for task in _items(result, "tasks"):
            execution = _of_task(task)
            executions[TASK, execution.job, execution.id] = execution
            for execution in _of_subtasks(task):
                executions[TASK, execution.job, execution.id] = execution
        for node in _items(result, "nodes"):
            for execution in _of_node(node, found):
                executions[execution.kind, execution.job, execution.pool, execution.node] = execution
    found.executions = list(executions.values())
    return found


def _each(results: Iterable[Facts]) -> Iterator[Facts]:
    """The results of a loop one by one. What was skipped has read nothing."""
    for result in results:
        if isinstance(result.get("results"), list):
            yield from _each(result["results"])
        elif not result.get("skipped"):
            yield result


def _note(result: Facts, found: Found) -> None:
    """What a result says besides its lists."""
    read = {name for name in ("jobs", "tasks", "nodes", "pools") if isinstance(result.get(name), list)}
    found.read.update(read)
    if message := _why_unread(result, any_list=bool(read)):
        found.unread.append(message)
    found.failures += _items(result, "failures")
    summary = _part(result, "summary")
    found.truncated = found.truncated or bool(summary.get("truncated"))
    for pool, about in _pools_in(result):
        known = found.pools.get(pool, {})
        # One read may tell why nodes are missing, and another may not.
        errors = about.get("resize_errors") or known.get("resize_errors")
        found.pools[pool] = {**known, **about, "resize_errors": errors}
    if (version := _word(result, "api_version")) and version not in found.api_versions:
        found.api_versions.append(version)
    found.options = {**found.options, **_part(_part(result, "invocation"), "module_args")}
    for name in ("jobs", "tasks", "nodes"):
        found.url = found.url or next((str(item.get("url") or "") for item in _items(result, name)), "")


def _why_unread(result: Facts, *, any_list: bool) -> str:
    """Empty for what was read, for a verdict, and for a variable that was never registered."""
    if not result or result.get("verdict"):
        return ""
    if any(result.get(name) for name in ("failed", "unreachable", "failure")):
        return str(result.get("msg") or "a read failed without a message")
    # Such as one that still runs, or that is hidden: what is missing on the page would be taken for what is not there.
    if not any_list and not any(isinstance(result.get(name), Mapping) for name in ("summary", "by_pool")):
        return str(result.get("msg") or result.get("censored") or "a result has nothing that was read")
    return ""


def _pools_in(result: Facts) -> Iterator[tuple[str, Facts]]:
    """Facts of pools, and what summaries say of each pool or of the one that was read."""
    of_each, summary = _part(result, "by_pool"), _part(result, "summary")
    yield from ((str(pool), about) for pool, about in of_each.items() if _about_a_pool(about))
    if not of_each and _about_a_pool(summary):
        args = _part(_part(result, "invocation"), "module_args")
        named = {_word(node, "pool_id") for node in _items(result, "nodes")} or {_word(args, "pool_id")}
        yield from ((pool, summary) for pool in named if pool and len(named) == 1)
    yield from ((_word(pool, "id"), pool) for pool in _items(result, "pools"))


def _about_a_pool(summary: Facts) -> bool:
    return "pool_state" in summary or "by_allocation_state" in summary


def _items(result: Facts, name: str) -> list[Facts]:
    items = result.get(name)
    if not isinstance(items, list):
        return []
    # Since ansible-core 2.19, each value in a variable is looked at for templates when it is read, which takes ten times as long
    # as all that is done here. What modules returned holds none. Where there is no such method, it only takes its time.
    plain = getattr(items, "_non_lazy_copy", None)
    items = plain() if callable(plain) else items
    if not all(isinstance(item, Mapping) for item in items):
        raise ValueError(f"{name!r} holds what is no fact of the modules of this collection")
    return items


def _of_task(task: Facts) -> Execution:
    created, state = moment(task.get("creation_time")), str(task.get("state"))
    info = _part(task, "execution_info")
    ended = _outcome(info, state)
    if ended == RUNNING and state != "running":
        # Times of a run before this wait would be taken for those of a run that goes on.
        ended = WAITING if state in ("active", "preparing") else UNKNOWN
        info = {**info, "start_time": None, "end_time": None}
        created = moment(task.get("state_transition_time")) or created
    job, place = _word(task, "job_id"), _part(task, "node_info")
    return _execution(TASK, _word(task, "id"), place, ended, info, job=job, created=created)


def _of_subtasks(task: Facts) -> Iterator[Execution]:
    for subtask in _items(task, "subtasks"):
        name = f"{_word(task, 'id')}/{_word(subtask, 'id')}"
        ended = _outcome(subtask, str(subtask.get("state")))
        yield _execution(TASK, name, _part(subtask, "node_info"), ended, subtask, job=_word(task, "job_id"))


def _of_node(node: Facts, found: Found) -> Iterator[Execution]:
    """Of a node of a pool its start task, of one of the status of a job what ran there for the job."""
    if "node_id" in node:
        for kind in (PREPARATION, RELEASE):
            if info := _part(node, kind):
                yield _execution(kind, kind, node, outcome_on_node(_on_the_wire(info)), info, job=_word(node, "job_id"))
        return
    pool, name, info = _word(node, "pool_id"), _word(node, "id"), _part(node, "start_task_info")
    ended = outcome_on_node(_on_the_wire(info)) if info else SUCCEEDED
    found.nodes[pool, name] = Node(
        pool,
        name,
        str(node.get("state") or "unknown"),
        moment(node.get("state_transition_time")),
        moment(node.get("allocation_time")),
        moment(node.get("last_boot_time")),
        node.get("scheduling_state") != "disabled",
        ended == FAILED,
        [_error(error) for error in _items(node, "errors")],
    )
    if info:
        yield _execution(START_TASK, START_TASK, {"pool_id": pool, "node_id": name}, ended, info)


def _execution(
    kind: str, name: str, place: Facts, ended: str, info: Facts, *, job: str = "", created: float | None = None
) -> Execution:
    start, end = moment(info.get("start_time")), moment(info.get("end_time"))
    return Execution(
        kind,
        name,
        job,
        _word(place, "pool_id"),
        _word(place, "node_id"),
        ended,
        # What has ended without having started is seen at its end.
        end if start is None else start,
        None if ended in (RUNNING, WAITING) else end,
        created,
        info.get("exit_code"),
        _word(_part(info, "failure_info"), "code") if info.get("failure_info") else "",
        _count(info, "retry_count") + _count(info, "requeue_count"),
    )


def _outcome(info: Facts, state: str) -> str:
    # The common case of a large job, in as few steps as Python allows.
    if state == "completed" and info.get("result") == "success" and not info.get("failure_info"):
        return SUCCEEDED
    return outcome(_on_the_wire(info), state)


def _on_the_wire(info: Facts) -> dict[str, Any]:
    """How something ended is decided by the modules, about what the service sends."""
    wire = {"state": "state", "result": "result", "failure_info": "failureInfo", "exit_code": "exitCode"}
    return {sent: info[name] for name, sent in wire.items() if info.get(name) is not None}


def _error(error: Facts) -> str:
    return ": ".join(part for part in (_word(error, "code"), _word(error, "message")) if part)


def _part(facts: Facts, name: str) -> Facts:
    part = facts.get(name)
    # Told apart from a mapping of another kind first, because that is slow to ask.
    return part if isinstance(part, (dict, Mapping)) else {}


def _count(facts: Facts, name: str) -> int:
    count = facts.get(name)
    return count if isinstance(count, int) else 0


def _word(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return "" if value is None else str(value)
