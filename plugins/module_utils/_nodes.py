# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads compute nodes and judges them."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._answer import number
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._look import (
    Look,
    Question,
    Summary,
    each,
    merge,
    unless_absent,
)
from ansible_collections.batchops.azure.plugins.module_utils._pool_state import (
    NO_POOL,
    WORKING,
    PoolState,
    accuse_node,
    read_pool_state,
    state_of,
    why_broken,
)
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, Offender, Reason, name_some

_NEEDED = ("id", "state", "schedulingState", "startTaskInfo", "runningTasksCount", "errors")

# Nodes in the same plight that are told one by one.
_MOST_SENTENCES = 3
# Conditions that a node with a failed start task cannot come to.
_HEALTHY = ("ready", "idle")
# Every state that is known: a node in another one is never counted as drained.
_KNOWN = frozenset(
    "idle rebooting reimaging running unusable creating starting waitingforstarttask starttaskfailed leavingpool offline preempted"
    " upgradingos deallocated deallocating".split()
)
# Versions without runningTasksCount: in these states no task runs.
_AT_REST = frozenset(
    "idle creating starting waitingforstarttask starttaskfailed rebooting reimaging preempted deallocated".split()
)


def lacking(condition: str, node: dict[str, Any]) -> str | None:
    """What the node still lacks for the condition; None where it holds. An unknown state never satisfies."""
    state = state_of(node)
    if condition == "ready":
        if state not in WORKING:
            return f"is {state}"
        scheduling = str(node.get("schedulingState") or "unknown").lower()
        return None if scheduling == "enabled" else f"is {state} with scheduling {scheduling}"
    if condition == "drained":
        return _undrained(node, state)
    return None if state == condition else f"is {state}"


def _undrained(node: dict[str, Any], state: str) -> str | None:
    running = number(node, "runningTasksCount")
    if running:
        return f"runs {running} task{'s' if running > 1 else ''}"
    if state == "running" or state not in _KNOWN or (running is None and state not in _AT_REST):
        return f"is {state}"
    return None


class NodeTally:
    """Counts nodes page by page; keeps those that do not satisfy the condition."""

    def __init__(self, pool_id: str, question: Question) -> None:
        self._pool_id = pool_id
        self._condition = question.condition
        self._expected = frozenset(question.expected_nodes)
        self.by_state: dict[str, int] = {}
        self.ready = 0
        self.running_tasks = 0
        self.broken: dict[str, Offender] = {}
        self.lacking: dict[str, str] = {}
        self.satisfying: set[str] = set()
        self.truncated = False

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    def add(self, nodes: list[dict[str, Any]]) -> None:
        for node in nodes:
            node_id, state, why = str(node.get("id")), state_of(node), why_broken(node)
            self.by_state[state] = self.by_state.get(state, 0) + 1
            self.running_tasks += number(node, "runningTasksCount") or 0
            if why:
                self.broken[node_id] = accuse_node(self._pool_id, node)
            elif lacking("ready", node) is None:
                self.ready += 1
            if self._condition and (not self._expected or node_id in self._expected):
                self._weigh(node_id, node, why)

    def _weigh(self, node_id: str, node: dict[str, Any], why: str | None) -> None:
        needs_health = self._condition in _HEALTHY
        missing = why if needs_health and why else lacking(self._condition or "", node)
        if missing is None:
            self.satisfying.add(node_id)
        else:
            self.lacking[node_id] = missing

    def summary(self) -> Summary:
        return {
            "total": self.total,
            "by_state": self.by_state,
            "succeeded": self.ready,
            "failed": len(self.broken),
            "failed_nodes": list(self.broken),
            "running_tasks": self.running_tasks,
            "missing": [],
            "truncated": self.truncated,
        }


class NodeReader:
    """Nodes of one pool or of several: all of a pool's, or those named."""

    kind = "nodes"
    parent = "pool"

    def __init__(self, client: Client, facts: Facts, question: Question) -> None:
        self._client = client
        self._facts = facts
        self._question = question

    def look(self) -> Look:
        pools = self._question.pool_ids
        looks = dict(zip(pools, each(self._client, pools, self._look_at_pool)))
        return merge(looks) if self._question.several else looks[pools[0]]

    def _look_at_pool(self, pool_id: str) -> Look:
        # Before the nodes: a pool seen steady has no nodes still to come after those that are read now.
        pool = read_pool_state(self._client, pool_id) if self._question.condition else None
        look, tally = Look(), NodeTally(pool_id, self._question)
        if self._question.node_ids:
            missing = self._read_named(pool_id, tally, look)
        else:
            missing = []
            for page in self._question.limited(
                self._client.pages(("pools", pool_id, "nodes"), self._question.params(_NEEDED))
            ):
                self._take(pool_id, page, tally, look)
            tally.truncated = self._question.reached(tally.total)
        look.summary = {**tally.summary(), "missing": missing, **(pool.summary() if pool else NO_POOL)}
        if pool is not None:
            look.judgement = judge(self._question, tally, pool, missing)
        return look

    def _read_named(self, pool_id: str, tally: NodeTally, look: Look) -> list[str]:
        def read(node_id: str) -> Any:
            path = ("pools", pool_id, "nodes", node_id)
            return unless_absent(
                "node", self._question.missing_ok, lambda: self._client.get(path, self._question.narrow(_NEEDED))
            )

        found = each(self._client, self._question.node_ids, read)
        self._take(pool_id, [node for node in found if node is not None], tally, look)
        return [node_id for node_id, node in zip(self._question.node_ids, found) if node is None]

    def _take(self, pool_id: str, nodes: list[dict[str, Any]], tally: NodeTally, look: Look) -> None:
        tally.add(nodes)
        if not self._question.summary_only:
            look.facts += [{"pool_id": pool_id, **self._facts.of(node)} for node in nodes]


def judge(question: Question, tally: NodeTally, pool: PoolState, missing: list[str]) -> Judgement:
    """All nodes of the pool, those expected, or at least so many; but for as many failed ones as are tolerated."""
    judgement = Judgement()
    condition = question.condition or ""
    failed = [tally.broken[node] for node in tally.lacking if node in tally.broken and condition in _HEALTHY]
    prefix = f"{pool.id}/" if question.several else ""
    accused = [Reason(f"{prefix}{offender.node_id}: {offender.why}", offender) for offender in failed]
    if len(accused) > question.max_failed_nodes:
        judgement.failed += accused
    else:
        judgement.tolerated += accused
    known = {offender.node_id for offender in failed}
    waiting = {node_id: why for node_id, why in tally.lacking.items() if node_id not in known}
    if not (question.min_nodes is not None and not question.expected_nodes and _enough(question, tally)):
        judgement.missing += _waited_for(pool.id, waiting, prefix)
    if tally.total and pool.state == "deleting" and condition in _HEALTHY:
        why = f"{pool}: its nodes go away, the pool is being deleted"
        judgement.failed.append(Reason(why, Offender("pool", why, pool_id=pool.id)))
    absent = missing + sorted(set(question.expected_nodes) - tally.satisfying - set(tally.lacking))
    if absent:
        _more_nodes(judgement, pool, f"does not have {name_some(absent)}")
    else:
        _judge_number(judgement, question, tally, pool, len(waiting))
    return judgement


def _waited_for(pool_id: str, waiting: dict[str, str], prefix: str) -> list[Reason]:
    """A sentence for each node; one for all where many are the same: a pool has thousands that start at once."""
    alike: dict[str, list[Offender]] = {}
    for node_id, why in waiting.items():
        alike.setdefault(why, []).append(Offender("node", why, pool_id=pool_id, node_id=node_id))
    reasons = []
    for why, offenders in alike.items():
        names = [f"{prefix}{offender.node_id}" for offender in offenders]
        if len(names) > _MOST_SENTENCES:
            reasons.append(Reason(f"{name_some(names)}: each {why}", *offenders))
        else:
            reasons += [Reason(f"{name}: {why}", offender) for name, offender in zip(names, offenders)]
    return reasons


def _enough(question: Question, tally: NodeTally) -> bool:
    # One that is as wanted there must be, however many failed ones are tolerated.
    return len(tally.satisfying) >= max(1, question.min_nodes or 1)


def _judge_number(judgement: Judgement, question: Question, tally: NodeTally, pool: PoolState, waiting: int) -> None:
    """Whether there are as many nodes as there must be; `waiting` are those that may still get there."""
    condition, good = question.condition or "", len(tally.satisfying)
    if not tally.total:
        if not _emptied(question, pool):
            _more_nodes(judgement, pool, "no node was found")
    elif question.min_nodes is not None and not _enough(question, tally):
        sentence = f"{good} of at least {question.min_nodes} nodes are {condition}"
        if good + waiting < question.min_nodes:
            _more_nodes(judgement, pool, sentence)
        else:
            judgement.missing.append(f"{pool.id}: {sentence}")
    elif judgement.tolerated and not good and not waiting:
        _more_nodes(judgement, pool, f"no node is {condition}")
    elif condition in _HEALTHY and _whole_pool(question) and not (pool.steady and tally.total >= pool.target):
        # All nodes that there are is not all nodes that there will be.
        _more_nodes(judgement, pool, "more nodes are to come")


def _emptied(question: Question, pool: PoolState) -> bool:
    """Not the empty list says so, but the pool: it is to have no node, has none, and is not about to get any."""
    empty = pool.state == "active" and pool.steady and not pool.current and not pool.target
    return question.empty_ok and question.condition == "drained" and _whole_pool(question) and empty


def _whole_pool(question: Question) -> bool:
    return not (question.node_ids or question.expected_nodes or question.filter or question.min_nodes is not None)


def _more_nodes(judgement: Judgement, pool: PoolState, sentence: str) -> None:
    """Nodes are missing: they may still come, unless the pool is stuck."""
    if pool.stuck:
        sentence = f"{sentence}, and {pool.stuck}"
    reason = Reason(f"{pool}: {sentence}", Offender("pool", f"{pool}: {sentence}", pool_id=pool.id))
    (judgement.failed if pool.stuck else judgement.missing).append(reason)
