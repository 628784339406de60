# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look sees of an object: its state, or how it ended where it has ended. Judged on what the service sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import job_state
from ansible_collections.batchops.azure.plugins.module_utils._account.node import (
    WORKING,
    state_of,
    unsure_start,
    why_broken,
)
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import pool_state
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, part
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import PREPARATION_INFO, node_of

# By what an object is recognised in the next look, in lower case: to the service, ids that differ in case only are one.
Key = tuple[str, ...]

# Kinds of which there is one on each node.
_ON_A_NODE = ("node", "preparation")
# The service's times have 28 characters at most. What is longer is none.
_LONGEST_TIME = 32


class Seen(NamedTuple):
    """One object. `to` is its outcome where there is one, else its state; `at` is since when, as the service writes it."""

    kind: str
    id: str
    to: str
    reason: str | None = None
    at: str | None = None
    job_id: str | None = None
    pool_id: str | None = None
    node_id: str | None = None

    @property
    def key(self) -> Key:
        """A node of another pool is another node, whatever its id. A task stays the same one wherever it runs."""
        pool_id = self.pool_id if self.kind in _ON_A_NODE else None
        return tuple((found or "").lower() for found in (self.job_id, pool_id, self.id))


def see_node(wire: Mapping[str, Any], pool_id: str) -> Seen:
    """A start task that has failed does not show in the state of a node that goes on all the same."""
    node_id, state, broken = id_of(wire, "a node of the list"), state_of(wire), why_broken(wire)
    hidden = broken is not None and state in WORKING
    at = part(wire, "startTaskInfo").get("endTime") if hidden else wire.get("stateTransitionTime")
    to = execution.FAILED if hidden else mask_words(state)
    return Seen("node", node_id, to, broken or unsure_start(wire), _time(at), None, pool_id, node_id)


def see_preparation(wire: Mapping[str, Any], job_id: str) -> Seen | None:
    """None where it has not run: an entry may be about the release alone."""
    node_of(wire)
    if wire.get(PREPARATION_INFO) is None:
        return None
    info, node_id = part(wire, PREPARATION_INFO), str(wire["nodeId"])
    outcome = execution.outcome_on_node(info)
    at = info.get("startTime" if outcome == execution.RUNNING else "endTime")
    return Seen(
        "preparation", node_id, outcome, _why(outcome, info, info), _time(at), job_id, str(wire["poolId"]), node_id
    )


def see_task(wire: Mapping[str, Any], job_id: str) -> Seen:
    info, node = part(wire, "executionInfo"), part(wire, "nodeInfo")
    state = str(wire.get("state") or "unknown").lower()
    outcome = execution.outcome(info, state)
    to = mask_words(state) if outcome == execution.RUNNING else outcome
    return Seen(
        "task",
        id_of(wire, "a task of the list"),
        to,
        _why(outcome, info, {"state": state}),
        _time(wire.get("stateTransitionTime")),
        job_id,
        _named(node, "poolId"),
        _named(node, "nodeId"),
    )


def see_job(wire: Mapping[str, Any]) -> Seen:
    """How a completed job ended stands in no job: that is asked for separately."""
    job = job_state(id_of(wire, "a job of the list"), wire)
    to = execution.FAILED if job.scheduling_error else mask_words(job.state)
    reason = f"scheduling error {job.scheduling_error}" if job.scheduling_error else None
    return Seen("job", job.id, to, reason, _time(job.since), job.id, job.pool_id)


def see_pool(wire: Mapping[str, Any]) -> Seen:
    """Of an active pool, how far its nodes have come: a pool is active from its first moment to its last."""
    pool = pool_state(id_of(wire, "a pool of the list"), wire)
    active = pool.state == "active"
    to = execution.FAILED if pool.accused else mask_words(pool.allocation_state if active else pool.state)
    at = wire.get("allocationStateTransitionTime" if active else "stateTransitionTime")
    final = (pool.stuck or pool.kept) if active else None
    return Seen("pool", pool.id, to, final or pool.short, _time(at), None, pool.id)


def _why(outcome: str, info: Mapping[str, Any], ended: Mapping[str, Any]) -> str | None:
    if outcome == execution.FAILED:
        return execution.why(info)
    return execution.why_unknown(ended) if outcome == execution.UNKNOWN else None


def _named(node: Mapping[str, Any], name: str) -> str | None:
    """Of a task that waits for a node there is none, or an object without names."""
    return str(node[name]) if node.get(name) else None


def _time(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) < _LONGEST_TIME else None
