# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of pools."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._read.progress import Counts, Params, ProgressFormat, named
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot


def subject(params: Params) -> str:
    return named("pools" if params["pool_id"] is None else "pool", params, "pool")


def counts(snapshot: Snapshot, params: Params) -> Counts:
    summary, condition = snapshot.summary, params["condition"] or "steady"
    by_state = summary["by_allocation_state"]
    moving = tuple((number, state) for state, number in by_state.items() if state != "steady")
    if condition == "steady":
        return Counts(by_state.get("steady", 0), summary["total"] + len(summary["missing"]), "steady", 0, moving)
    target = summary["target_nodes"] or 0
    if condition == "resized":
        details = ", ".join(state if summary["total"] == 1 else f"{number} {state}" for number, state in moving)
        return Counts(
            summary["current_nodes"] or 0, target, "nodes", details=details, stuck=len(summary["resize_errors"])
        )
    done, failed = summary["succeeded_nodes"], len(summary["failed_nodes"])
    if condition == "sound":
        return Counts(done, target, "nodes ready", failed)
    return Counts(done, summary["judged_nodes"], "nodes with the image")


PROGRESS = ProgressFormat(subject, counts)
