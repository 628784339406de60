# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a pool comes to by itself. Pure. When it is accused is decided in `_account.pool`, and what its nodes come to in `_account.node_rules`.

A new condition is a line of CONDITIONS, the read of `condition.py` that it needs of nodes, a choice in `resource.py`, and what is done of it
in `progress.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.batchops.azure.plugins.module_utils._account.accuse import accuse_pool
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Reason, name_some
from ansible_collections.batchops.azure.plugins.module_utils._pools.tally import PoolTally

_ON_THE_WAY = ("resizing", "stopping")


def of_list(tally: PoolTally) -> Judgement:
    """What is missing of the pools themselves."""
    missing = [Reason(f"{pool_id}: no such pool") for pool_id in tally.missing]
    if not tally.pools and not tally.missing:
        missing.append(Reason("no pool was found"))
    # Neither entry is believed, and the next look may see one only.
    twice = "is listed twice in one answer, with different states or images"
    missing += [accuse_pool(tally.pools[pool_id], twice) for pool_id in sorted(tally.disputed)]
    return Judgement(missing=missing)


def gone(pool: PoolState) -> Judgement:
    """Its nodes were asked for after it, and then it was not there any more."""
    return Judgement(missing=[Reason(f"{pool.id}: it was deleted after it had been listed")])


def steady(pool: PoolState) -> Judgement:
    """Active, and not resizing. Whether it has its nodes is another condition."""
    if pool.state == "deleting":
        return Judgement(failed=[accuse_pool(pool, f"{pool.stuck}")])
    why, formula = _unsteady(pool), pool.failing_formula
    if why:
        return Judgement(missing=[accuse_pool(pool, f"{why}, and {formula}" if formula else why)])
    # Its numbers are those of the last evaluation that succeeded: the verdict is right, and the user should know.
    return Judgement(tolerated=[Reason(f"{pool}: {formula}")] if formula else [])


def _unsteady(pool: PoolState) -> str | None:
    if not pool.known:
        return f"its state {pool.state} is not known"
    if pool.state != "active":
        return f"it is {pool.state}"
    if pool.steady:
        return None
    state = pool.allocation_state
    return f"it is {state}" if state in _ON_THE_WAY else f"its allocation state {state} is not known"


def resized(pool: PoolState) -> Judgement:
    """Steady, and as many nodes of each kind as there are to be."""
    judgement = steady(pool)
    if judgement.verdict != "satisfied":
        return judgement
    final = pool.stuck or pool.kept
    if final:
        return Judgement(failed=[accuse_pool(pool, f"{_kinds(pool)}{final}")])
    why = _not_as_wanted(pool)
    return Judgement(missing=[accuse_pool(pool, f"{_kinds(pool)}{why}")]) if why else judgement


def _not_as_wanted(pool: PoolState) -> str | None:
    if not pool.counted:
        return "the service does not say how many nodes it has and should have"
    if pool.has_fewer:
        return pool.short or "it has not got all its nodes yet"
    if pool.has_more:
        errors = f", {'; '.join(pool.resize_errors)}" if pool.errors else ""
        return f"it has more nodes than it should have{errors}"
    return None


def _kinds(pool: PoolState) -> str:
    """The numbers of both kinds, where there are both: together they may look right."""
    if not all((kind.current or kind.target) for kind in (pool.dedicated, pool.spot)):
        return ""
    return f"{pool.dedicated} dedicated and {pool.spot} Spot nodes, "


def preempted(pool: PoolState, node_ids: Sequence[str]) -> Judgement:
    """Spot nodes that were taken away still count among the nodes that the pool has."""
    if not node_ids:
        return Judgement()
    are = "is" if len(node_ids) == 1 else "are"
    return Judgement(missing=[accuse_pool(pool, f"{len(node_ids)} of them {are} preempted, {name_some(node_ids)}")])


# What a pool by itself must be for each condition. What its nodes must be besides, `condition.py` reads.
CONDITIONS = {"steady": steady, "resized": resized, "sound": resized, "image_reached": steady}


def with_nodes(pool: Judgement, nodes: Judgement) -> Judgement:
    """What the pool and its nodes come to. Where its nodes say what is wrong with the pool, it is not said again."""
    told = [reason for reason in (*nodes.failed, *nodes.missing) if _names_pool(reason)]
    failed_told = any(_names_pool(reason) for reason in nodes.failed)
    return Judgement(
        failed=[*nodes.failed, *(() if failed_told else pool.failed)],
        missing=[*nodes.missing, *(() if told else pool.missing)],
        tolerated=[*nodes.tolerated, *pool.tolerated],
        going_on=not (pool.settled and nodes.settled),
    )


def _names_pool(reason: Reason) -> bool:
    return any(offender.kind == "pool" for offender in reason.offenders)
