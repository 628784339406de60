# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the nodes of a pool come to, whoever asks: nodes are judged for themselves and for their pool.

Each rule is a function that returns its reasons; `judge` says what they mean.
"""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._account.accuse import accuse_node, accuse_pool
from ansible_collections.batchops.azure.plugins.module_utils._account.node import why_broken
from ansible_collections.batchops.azure.plugins.module_utils._account.node_scope import NodeScope
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    Judgement,
    Lasting,
    Offender,
    Reason,
    name_some,
)

# Nodes that may not be ready, as a filter: of one that runs a task, it cannot ask whether it is to get another.
UNREADY_FILTER = "state ne 'idle' or startTaskInfo/result eq 'failure'"

# Nodes in the same plight that are told one by one.
_MOST_SENTENCES = 3


def judge(scope: NodeScope) -> Judgement:
    failed, short = _failed_nodes(scope), _short(scope)
    # Nodes that are missing may still come, unless the pool is stuck.
    stuck = bool(scope.pool.stuck)
    return Judgement(
        failed=[
            *(failed if scope.too_many_failed else ()),
            *_going_away(scope),
            *_beyond_pool(scope),
            *(short if stuck else ()),
        ],
        missing=[
            *_disputed(scope),
            *_waited_for(scope),
            *(() if stuck else short),
            *_not_enough_yet(scope),
            *_unknown_pool(scope),
            *_not_listed(scope),
        ],
        tolerated=[*(() if scope.too_many_failed else failed), *_may_get_nodes_again(scope)],
        going_on=scope.going_on,
    )


def _failed_nodes(scope: NodeScope) -> list[Reason]:
    offenders = [(accuse_node(scope.pool.id, node), why_broken(node)) for node in scope.failed]
    return [Reason(f"{_named(scope, offender.node_id)}: {why}", offender) for offender, why in offenders]


def _going_away(scope: NodeScope) -> list[Reason]:
    if not (scope.total and scope.pool.state == "deleting" and scope.needs_health):
        return []
    return [accuse_pool(scope.pool, "its nodes go away, the pool is being deleted")]


def _beyond_pool(scope: NodeScope) -> list[Reason]:
    if not scope.beyond_pool:
        return []
    most = scope.pool.most
    why = f"min_nodes is {scope.least}, and the pool will not have more than {most} unless somebody resizes it"
    return [_more_nodes(scope, why)]


def _disputed(scope: NodeScope) -> list[Reason]:
    why = "is listed twice, in different states"
    return [Reason(f"{_named(scope, node_id)}: {why}", _node(scope, node_id, why)) for node_id in sorted(scope.doubted)]


def _waited_for(scope: NodeScope) -> list[Reason]:
    """A sentence for each node; one for all where many are the same: a pool has thousands that start at once."""
    if scope.enough:
        return []
    alike: dict[str, list[str]] = {}
    for node_id, why in scope.waiting.items():
        alike.setdefault(why, []).append(node_id)
    reasons: list[Reason] = []
    for why, node_ids in alike.items():
        names, offenders, lasting = (
            [_named(scope, node_id) for node_id in node_ids],
            [_node(scope, one, why) for one in node_ids],
            [_lasting(scope, one, why) for one in node_ids],
        )
        if len(names) > _MOST_SENTENCES:
            reasons.append(Reason(f"{name_some(names)}: each {why}", *offenders, lasting=lasting))
        else:
            reasons += [
                Reason(f"{name}: {why}", offender, lasting=[since])
                for name, offender, since in zip(names, offenders, lasting)
            ]
    return reasons


def _short(scope: NodeScope) -> list[Reason]:
    """Whether nodes are missing that the pool would have to get. The first that holds says it."""
    if scope.absent:
        return [_more_nodes(scope, f"does not have {name_some(scope.absent)}")]
    if scope.beyond_pool:
        return []
    if not scope.total:
        return [] if scope.emptied else [_more_nodes(scope, "no node was found")]
    if scope.too_few:
        return [] if scope.may_be_enough else [_more_nodes(scope, _so_few(scope))]
    if not scope.too_many_failed and not scope.may_be_enough:
        return [_more_nodes(scope, f"no node is {scope.options.condition}")]
    return _unfinished(scope)


def _unfinished(scope: NodeScope) -> list[Reason]:
    """All nodes that there are is not all nodes that there will be."""
    if not scope.needs_health or not scope.whole_pool:
        return []
    if not scope.pool.counted:
        return [_more_nodes(scope, "the service does not say how many nodes it has and should have")]
    if scope.pool.steady and not scope.pool.has_fewer:
        return []
    return [_more_nodes(scope, "not all of its nodes came" if scope.pool.stuck else "more nodes are to come")]


def _not_enough_yet(scope: NodeScope) -> list[Reason]:
    if scope.absent or not scope.too_few or not scope.may_be_enough:
        return []
    return [Reason(f"{scope.pool.id}: {_so_few(scope)}")]


def _unknown_pool(scope: NodeScope) -> list[Reason]:
    """What a pool is to have says nothing while it is not known what happens to it."""
    if scope.pool.known or not scope.needs_health or not scope.whole_pool or not scope.total:
        return []
    return [accuse_pool(scope.pool, f"its state {scope.pool.state} is not known")]


def _not_listed(scope: NodeScope) -> list[Reason]:
    """A pool that counts more nodes than are listed: of the others nothing is known. One that shrinks is seen smaller by the next look."""
    listed, current = scope.total, scope.pool.current or 0
    if not scope.whole_pool or not 0 < listed < current:
        return []
    return [accuse_pool(scope.pool, f"only {listed} of its {current} nodes {'is' if listed == 1 else 'are'} listed")]


def _may_get_nodes_again(scope: NodeScope) -> list[Reason]:
    """The verdict is right now, and a formula may make it wrong."""
    if scope.total or not scope.emptied or not scope.pool.autoscaled:
        return []
    return [Reason(f"{scope.pool}: it is drained because it is empty, and autoscaling may give it nodes again")]


def _so_few(scope: NodeScope) -> str:
    so_few = f"{scope.good} of at least {scope.least} nodes are {scope.options.condition}"
    target = scope.pool.target
    if scope.least is None or target is None or target >= scope.least:
        return so_few
    if scope.pool.autoscaled:
        return f"{so_few}, and its formula gives it {target} so far"
    return f"{so_few}, and it is being resized to {target}" if scope.pool.allocation_state == "resizing" else so_few


def _more_nodes(scope: NodeScope, sentence: str) -> Reason:
    why = scope.pool.stuck or scope.pool.short
    return accuse_pool(scope.pool, f"{sentence}, and {why}" if why else sentence)


def _node(scope: NodeScope, node_id: str, why: str) -> Offender:
    return Offender("node", why, pool_id=scope.pool.id, node_id=node_id)


def _lasting(scope: NodeScope, node_id: str, why: str) -> Lasting:
    return Lasting(_named(scope, node_id), why.removeprefix("is "), scope.since(node_id))


def _named(scope: NodeScope, node_id: str | None) -> str:
    return f"{scope.pool.id}/{node_id}" if scope.options.several else f"{node_id}"
