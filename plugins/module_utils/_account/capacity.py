# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether work that waits for a node can still get one. Asked only when nothing of a job runs, so it costs a moving job nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState, read_job_state
from ansible_collections.batchops.azure.plugins.module_utils._account.node import state_of, why_broken
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import (
    PoolState,
    accuse_node,
    read_pool_state,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    Consequence,
    Judgement,
    Offender,
    name_some,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently

_ABLE = "state ne 'starttaskfailed' and state ne 'unusable'"
_NAMED = 5


@dataclass(frozen=True)
class Shortage:
    """Why a pool has no node for work that waits. `final` where that stays so unless somebody acts."""

    why: str
    offenders: tuple[Offender, ...]
    final: bool


def judge_capacity(
    client: Client, jobs: Iterable[JobState], condition: str, still_waits: Callable[[JobState], bool]
) -> Judgement:
    """Why jobs cannot get a node any more, or why they do not have one now.

    `still_waits` reads again whether the job waits for a node and has none.
    """
    by_pool: dict[str, list[JobState]] = {}
    for job in jobs:
        if job.pool_id is not None and not job.ended:
            by_pool.setdefault(job.pool_id, []).append(job)
    shortages = read_concurrently(client, by_pool, lambda pool_id: read_shortage(client, pool_id))
    judgement = Judgement()
    for waiting, shortage in zip(by_pool.values(), shortages):
        if shortage and shortage.final:
            # The jobs were read before the pool: they may have ended since, and their pool with them.
            hopeless = read_concurrently(client, waiting, lambda job: _hopeless(client, job, condition, still_waits))
            judgement.failed += _reasons(shortage, [job for job, yes in zip(waiting, hopeless) if yes])
        elif shortage:
            judgement.missing += _reasons(shortage, waiting)
    return judgement


def _reasons(shortage: Shortage, jobs: list[JobState]) -> list[Consequence]:
    """One sentence about all jobs of the pool."""
    if not jobs:
        return []
    who = f"job{'s' if len(jobs) > 1 else ''} {name_some(job.id for job in jobs)}"
    return [Consequence(f"{who}: {shortage.why}", *shortage.offenders)]


def read_shortage(client: Client, pool_id: str) -> Shortage | None:
    try:
        return _shortage(client, read_pool_state(client, pool_id))
    except ServiceError as error:
        if error.code == "PoolNotFound":
            return _of_pool(pool_id, f"no node can take a task: pool {pool_id} does not exist", True)
        if error.status == 403:
            # Who may read jobs and no pools waits as if nobody had asked.
            return _of_pool(pool_id, f"it is not known whether pool {pool_id} has a node for it: {error}", False)
        raise


def _hopeless(client: Client, job: JobState, condition: str, still_waits: Callable[[JobState], bool]) -> bool:
    try:
        now = read_job_state(client, job.id, "constraints")
    except ServiceError as error:
        if error.code == "JobNotFound":
            return False
        raise
    # A job whose time is limited gets completed without a node.
    return not now.ended and not (condition == "completed" and now.limited) and still_waits(job)


def _shortage(client: Client, pool: PoolState) -> Shortage | None:
    """What keeps every task of the pool from a node; None where one may come, or where that is not known."""
    return _no_node(pool) or _only_broken_nodes(client, pool)


def _no_node(pool: PoolState) -> Shortage | None:
    if pool.stuck and (pool.state == "deleting" or pool.current == 0):
        return _of_pool(pool.id, f"no node can take a task: {pool}, {pool.stuck}", True)
    if pool.current != 0:
        return None
    if pool.short:
        return _of_pool(pool.id, f"no node can take a task yet: {pool}, {pool.short}", False)
    if pool.steady and pool.target == 0 and not pool.autoscaled:
        return _of_pool(pool.id, f"no node can take a task until the pool is resized: {pool}", False)
    return None


def _only_broken_nodes(client: Client, pool: PoolState) -> Shortage | None:
    if not pool.steady or not pool.current or pool.target is None:
        return None
    if pool.current < pool.target and not pool.stuck:
        return None
    if client.first(_nodes_of(pool), {"$filter": _ABLE, "$select": "id", "maxresults": 1}):
        return None
    return _all_broken(client, pool)


def _all_broken(client: Client, pool: PoolState) -> Shortage | None:
    query = {"$select": "id,state,startTaskInfo,errors,schedulingState", "maxresults": 1000}
    broken = client.first(_nodes_of(pool), query)
    reasons = {str(node.get("id")): why_broken(node) for node in broken}
    # Read again without the filter: a node that came back in between is no offender, and an empty pool is another case.
    if not reasons or not all(reasons.values()):
        return None
    named = "; ".join(f"{node_id}: {why}" for node_id, why in list(reasons.items())[:_NAMED])
    more = f" and {len(reasons) - _NAMED} more" if len(reasons) > _NAMED else ""
    why = f"none of the nodes of pool {pool.id} can take a task: {named}{more}"
    offenders = tuple(accuse_node(pool.id, node) for node in broken)
    # A formula may bring other nodes, and the service tries to recover unusable ones; a start task is not tried again.
    if pool.autoscaled:
        return Shortage(f"{why}; the pool is autoscaled and may get others", offenders, False)
    if any(state_of(node) != "starttaskfailed" for node in broken):
        return Shortage(f"{why}; the service may still recover what is unusable", offenders, False)
    return Shortage(why, offenders, True)


def _nodes_of(pool: PoolState) -> tuple[str, ...]:
    return ("pools", pool.id, "nodes")


def _of_pool(pool_id: str, why: str, final: bool) -> Shortage:
    return Shortage(why, (Offender("pool", why, pool_id=pool_id),), final)
