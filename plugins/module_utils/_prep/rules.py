# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When preparation or release has failed, and what is still missing. Each rule is a function that returns its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    SATISFIED,
    Judgement,
    Lasting,
    Offender,
    Reason,
    name_some,
)
from ansible_collections.batchops.azure.plugins.module_utils._prep.scope import PrepScope


@dataclass
class PrepJudgement(Judgement):
    """With what the summary says of it: on how many nodes it must have succeeded, and where the job stands, in one word."""

    expected: int | None = None
    situation: str | None = None


def judge(scope: PrepScope) -> PrepJudgement:
    """It has failed where too many nodes have, or where the job is too far gone for what is missing."""
    judgement = PrepJudgement(expected=len(scope.expected) or scope.options.min_nodes)
    for reasons, has_failed in (
        (_failed(scope), scope.too_many_failed),
        (_running(scope), scope.over),
        (_not_started(scope), scope.closed),
        (_too_few(scope), scope.never_enough),
        (_unknown(scope), False),
        (_disputed(scope), False),
        (_unplaced(scope), False),
    ):
        (judgement.failed if has_failed else judgement.missing).extend(reasons)
    judgement.tolerated.extend((*_left(scope), *_tolerated(scope)))
    return judgement


def situation(scope: PrepScope, judgement: Judgement) -> str:
    """One word for where a job stands, for playbooks that want to decide by it."""
    no_task = scope.job_nodes.task_nodes == frozenset() or bool(scope.job_nodes.why_none)
    # The first that holds, in the order of what an operator has to know first.
    for word, holds in (
        ("succeeded", judgement.verdict == SATISFIED),
        # Nodes that are tolerated, or that nobody asked about, are not why.
        ("retried", scope.too_many_failed and any(_later(scope, node) for node in scope.failed)),
        ("failed", scope.too_many_failed),
        ("job_ended", bool(judgement.failed and scope.job.ended)),
        ("no_node", bool(judgement.failed)),
        ("restarted", bool(scope.job_nodes.ended_before.intersection(scope.listed_running))),
        ("running", bool(scope.listed_running)),
        ("no_task_on_a_node", no_task),
    ):
        if holds:
            return word
    return "not_started"


def _failed(scope: PrepScope) -> list[Reason]:
    return [_accuse(scope, node) for node in scope.failed] if scope.too_many_failed else []


def _tolerated(scope: PrepScope) -> list[Reason]:
    return [] if scope.too_many_failed else [_accuse(scope, node) for node in scope.failed]


def _left(scope: PrepScope) -> list[Reason]:
    """Expected nodes that have left the pool. Said, because an id that was misspelled is as little in it."""
    if not scope.left:
        return []
    are, their = ("is", "its") if len(scope.left) == 1 else ("are", "their")
    where = f"{name_some(scope.left)} {are} not in pool {scope.job.pool_id}"
    return [Reason(f"{scope.job.id}: {where}, so {their} {scope.tally.name} is not expected")]


def _running(scope: PrepScope) -> list[Reason]:
    # With at least so many, the others may still be on their way.
    enough = scope.options.min_nodes is not None and len(scope.succeeded) >= scope.least
    if enough and not scope.must:
        return []
    ended_before = scope.job_nodes.ended_before
    first = [node for node in scope.running if node not in ended_before]
    again = [node for node in scope.running if node in ended_before]
    state = "preparing" if scope.tally.name == "preparation" else "releasing"
    return [
        _say(
            scope,
            f"{how} {_names(scope, nodes)}",
            scope.over,
            nodes,
            [Lasting(_named(scope, node), state, scope.tally.began.get(node)) for node in nodes],
        )
        for nodes, how in ((first, "is running on"), (again, "is running again, after a reboot or reimage, on"))
        if nodes
    ]


def _not_started(scope: PrepScope) -> list[Reason]:
    if not scope.absent:
        return []
    return [_say(scope, f"has not started on {_names(scope, scope.absent)}", scope.closed, scope.absent)]


def _too_few(scope: PrepScope) -> list[Reason]:
    """Whether it has succeeded on too few nodes, unless it is already said on which it has to."""
    good, hopeless = len(scope.succeeded), scope.never_enough
    if scope.absent or good >= scope.least:
        return []
    if not scope.tally.started:
        why = f": {scope.job_nodes.why_none}" if scope.job_nodes.why_none else ""
        return [_say(scope, f"has not started on any node{why}", hopeless)]
    if scope.job_nodes.task_nodes is not None and not scope.must:
        return [_say(scope, "is not needed on any node yet: no node of the pool has a task of the job", hopeless)]
    # That none has succeeded says nothing more where it is already said why.
    if hopeless and scope.options.min_nodes is None and (scope.too_many_failed or _running(scope)):
        return []
    return [_say(scope, f"has succeeded on {good} of at least {scope.least} nodes", hopeless)]


def _unknown(scope: PrepScope) -> list[Reason]:
    return [_about(scope, node, execution.why_unknown(scope.tally.others[node][1])) for node in scope.unknown]


def _disputed(scope: PrepScope) -> list[Reason]:
    return [_about(scope, node, "is listed twice, with different states") for node in scope.disputed]


def _unplaced(scope: PrepScope) -> list[Reason]:
    name, tasks = scope.tally.name, scope.job_nodes.unplaced
    if not tasks:
        return []
    sentence = f"where {name} is needed is not known yet: the service does not name the node of {name_some(tasks)}"
    return [Reason(f"{scope.job.id}: {sentence}", Offender(name, sentence, job_id=scope.job.id))]


def _accuse(scope: PrepScope, node: Node) -> Reason:
    item, info = scope.tally.others[node]
    name, why = scope.tally.name, execution.why(info)
    offender = Offender(
        name,
        why,
        job_id=scope.job.id,
        pool_id=str(item["poolId"]),
        node_id=scope.id_of(node),
        directory=str(info.get("taskRootDirectory") or "") or None,
        ran=True,
    )
    return Reason(f"{_named(scope, node)}: {name} failed, {why}{_where_retried(scope, node)}", offender)


def _where_retried(scope: PrepScope, node: Node) -> str:
    there = scope.job_nodes.task_nodes
    if there is None or node in there:
        return ""
    later = _later(scope, node)
    return (
        f"; its task was retried on another node, {_names(scope, later)}"
        if later
        else "; it no longer has a task of the job"
    )


def _later(scope: PrepScope, node: Node) -> list[Node]:
    """Where the task went on, as far as times tell: to nodes that began to prepare after this one had failed."""
    there, ended = scope.job_nodes.task_nodes, _time(scope.tally.others[node][1].get("endTime"))
    if there is None or node in there or not ended:
        return []
    return [other for other, began in scope.tally.began.items() if _time(began) >= ended and other in there]


def _time(written: Any) -> str:
    """Comparable: of two times in the same second, that without a fraction is the earlier one."""
    return str(written or "").rstrip("Zz")


def _about(scope: PrepScope, node: Node, what: str) -> Reason:
    name = scope.tally.name
    offender = Offender(name, what, job_id=scope.job.id, pool_id=_pool_of(scope, node), node_id=scope.id_of(node))
    return Reason(f"{_named(scope, node)}: {name} {what}", offender)


def _say(
    scope: PrepScope, what: str, hopeless: bool, nodes: Sequence[Node] = (), lasting: Iterable[Lasting] = ()
) -> Reason:
    name, job = scope.tally.name, scope.job
    why = f"{what}, and {job.why_ended}" if hopeless else what
    offenders = [
        Offender(name, why, job_id=job.id, pool_id=_pool_of(scope, node), node_id=scope.id_of(node)) for node in nodes
    ] or [Offender(name, why, job_id=job.id, pool_id=job.pool_id)]
    return Reason(f"{job.id}: {name} {why}", *offenders, lasting=lasting)


def _pool_of(scope: PrepScope, node: Node) -> str:
    """As the service writes it: nodes are compared by their pools in lower case."""
    pool_id = scope.job.pool_id
    return pool_id if pool_id and pool_id.lower() == node[0] else node[0]


def _named(scope: PrepScope, node: Node) -> str:
    name = scope.name_of(node)
    return f"{scope.job.id}/{name}" if scope.options.several else name


def _names(scope: PrepScope, nodes: Iterable[Node]) -> str:
    return name_some(map(scope.name_of, nodes))
