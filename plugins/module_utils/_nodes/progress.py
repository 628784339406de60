# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of compute nodes."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._read.progress import (
    Counts,
    Params,
    ProgressFormat,
    named,
    wanted_nodes,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

# Nodes in these states may be ready, or not because no task may be scheduled on them.
_WORKING = ("idle", "running")


def subject(params: Params) -> str:
    if params["node_id"] is not None:
        return f"node {params['pool_id']}/{params['node_id']}"
    return named("nodes", params, "pool")


def counts(snapshot: Snapshot, params: Params) -> Counts:
    summary, condition = snapshot.summary, params["condition"] or "ready"
    by_state = summary["by_state"]
    total = wanted_nodes(summary, params) or summary["total"] + len(summary["missing"])
    if condition == "drained":
        # Which of the nodes they run on is not in the summary.
        running = summary["running_tasks"]
        return Counts(running, 0, f"task{'' if running == 1 else 's'} running on {summary['total']} nodes")
    done = summary["succeeded"] if condition == "ready" else by_state.get(condition, 0)
    told = _WORKING if condition == "ready" else (condition,)
    others = tuple((number, state) for state, number in by_state.items() if state not in told)
    # They are among the others, by their states.
    stuck = summary["failed"] if condition == "ready" else 0
    return Counts(done, total, condition, 0, others, stuck=stuck)


PROGRESS = ProgressFormat(subject, counts)
