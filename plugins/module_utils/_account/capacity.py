# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether work that waits for a node can still get one. Asked only when nothing of a job runs, so it costs a moving job nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account.accuse import accuse_node
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState, read_job_state
from ansible_collections.batchops.azure.plugins.module_utils._account.node import state_of, why_broken
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState, read_pool_state
from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    Consequence,
    Judgement,
    Offender,
    name_some,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently

# Reads again whether a job waits for a node and has none.
StillWaits = Callable[[JobState], bool]

_ABLE = "state ne 'starttaskfailed' and state ne 'unusable'"
_NAMED = 5


@dataclass(frozen=True)
class Shortage:
    """Why a pool has no node for work that waits. `final` where that stays so unless somebody acts."""

    why: str
    offenders: tuple[Offender, ...]
    final: bool


class PoolSeen(NamedTuple):
    """What was read of a pool, as one number, and what follows from it for work that waits."""

    digest: int
    shortage: Shortage | None


def judge_capacity(client: Client, jobs: Iterable[JobState], condition: str, still_waits: StillWaits) -> Judgement:
    """Why jobs cannot get a node any more, or why they do not have one now: one sentence for each pool."""
    by_pool = _by_pool(jobs)
    pools = read_concurrently(client, by_pool, lambda pool_id: see_pool(client, pool_id))
    found = [(waiting, seen.shortage) for waiting, seen in zip(by_pool.values(), pools) if seen.shortage]

    def wait_for_ever(waiting: list[JobState]) -> list[JobState]:
        """The jobs were read before the pool: they may have ended since, and their pool with them."""
        confirmed = read_concurrently(client, waiting, lambda job: _confirm(client, job, condition, still_waits))
        return [job for job, waits in zip(waiting, confirmed) if waits]

    failed = [_reasons(shortage, wait_for_ever(waiting)) for waiting, shortage in found if shortage.final]
    missing = [_reasons(shortage, waiting) for waiting, shortage in found if not shortage.final]
    seen = sum(pool.digest for pool in pools)
    return Judgement(failed=list(chain(*failed)), missing=list(chain(*missing)), digest=seen)


def _by_pool(jobs: Iterable[JobState]) -> dict[str, list[JobState]]:
    """Those that a pool can do something for."""
    by_pool: dict[str, list[JobState]] = {}
    for job in jobs:
        if job.pool_id is not None and not job.ended:
            by_pool.setdefault(job.pool_id, []).append(job)
    return by_pool


def _confirm(client: Client, job: JobState, condition: str, still_waits: StillWaits) -> bool:
    """Whether the job is still there and in that pool, goes on, and waits."""
    try:
        now = read_job_state(client, job.id, "constraints")
    except ServiceError as error:
        if error.code == "JobNotFound":
            return False
        raise
    if now.ended or (now.pool_id or "").lower() != (job.pool_id or "").lower():
        return False
    # A job whose time is limited gets completed without a node.
    return not (condition == "completed" and now.limited) and still_waits(job)


def _reasons(shortage: Shortage, jobs: list[JobState]) -> list[Consequence]:
    """One sentence about all jobs of the pool."""
    if not jobs:
        return []
    who = f"job{'s' if len(jobs) > 1 else ''} {name_some(job.id for job in jobs)}"
    return [Consequence(f"{who}: {shortage.why}", *shortage.offenders)]


def see_pool(client: Client, pool_id: str) -> PoolSeen:
    """What keeps every task of the pool from a node; no shortage where one may come, or where that is not known."""
    try:
        pool = read_pool_state(client, pool_id)
        shortage = _no_node(pool) or (_only_broken_nodes(client, pool) if _shows_all_its_nodes(pool) else None)
        return PoolSeen(digest(pool), shortage)
    except ServiceError as error:
        seen = digest(pool_id, error.status)
        if error.code == "PoolNotFound":
            why = f"no node can take a task: pool {pool_id} does not exist"
            return PoolSeen(seen, _of_pool(pool_id, why, True))
        if error.status == 403:
            # Who may read jobs and no pools waits as if nobody had asked.
            why = f"it is not known whether pool {pool_id} has a node for it: {error}"
            return PoolSeen(seen, _of_pool(pool_id, why, False))
        raise


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


def _shows_all_its_nodes(pool: PoolState) -> bool:
    """Whether no other node is about to come that may be better than those that there are."""
    if not pool.steady or not pool.current or pool.target is None:
        return False
    return bool(pool.current >= pool.target or pool.stuck)


def _only_broken_nodes(client: Client, pool: PoolState) -> Shortage | None:
    nodes = ("pools", pool.id, "nodes")
    if client.first(nodes, {"$filter": _ABLE, "$select": "id", "maxresults": 1}):
        return None
    # Read again without the filter: a node that came back in between is no offender, and an empty pool is another case.
    listed = client.first(nodes, {"$select": "id,state,startTaskInfo,errors,schedulingState", "maxresults": 1000})
    return _broken(pool, listed)


def _broken(pool: PoolState, nodes: list[dict[str, Any]]) -> Shortage | None:
    reasons = {str(node.get("id")): why_broken(node) for node in nodes}
    if not reasons or not all(reasons.values()):
        return None
    named = "; ".join(f"{node_id}: {why}" for node_id, why in list(reasons.items())[:_NAMED])
    more = f" and {len(reasons) - _NAMED} more" if len(reasons) > _NAMED else ""
    hope = _why_not_final(pool, nodes)
    why = f"none of the nodes of pool {pool.id} can take a task: {named}{more}{f'; {hope}' if hope else ''}"
    return Shortage(why, tuple(accuse_node(pool.id, node) for node in nodes), final=not hope)


def _why_not_final(pool: PoolState, nodes: list[dict[str, Any]]) -> str | None:
    """A formula may bring other nodes, and the service tries to recover unusable ones; a start task is not tried again."""
    if pool.autoscaled:
        return "the pool is autoscaled and may get others"
    if any(state_of(node) != "starttaskfailed" for node in nodes):
        return "the service may still recover what is unusable"
    return None


def _of_pool(pool_id: str, why: str, final: bool) -> Shortage:
    return Shortage(why, (Offender("pool", why, pool_id=pool_id),), final)
