# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges the nodes of a pool."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._nodes import HEALTHY, NodeTally
from ansible_collections.batchops.azure.plugins.module_utils._pool_state import PoolState, accuse_node
from ansible_collections.batchops.azure.plugins.module_utils._question import Question
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, Offender, Reason, name_some

# Nodes in the same plight that are told one by one.
_MOST_SENTENCES = 3


def judge(question: Question, tally: NodeTally, pool: PoolState, missing: list[str]) -> Judgement:
    """All nodes of the pool, those expected, or at least so many; but for as many failed ones as are tolerated."""
    judgement = Judgement()
    condition = question.condition or ""
    broken = [tally.broken[node] for node in tally.lacking if node in tally.broken and condition in HEALTHY]
    failed = [accuse_node(pool.id, node) for node in broken]
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
    if tally.total and pool.state == "deleting" and condition in HEALTHY:
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
    elif condition in HEALTHY and _whole_pool(question) and not (pool.steady and tally.total >= pool.target):
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
