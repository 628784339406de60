# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of tasks."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._read.progress import Counts, Params, ProgressFormat, named
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

_STATES = ("active", "preparing", "running")


def subject(params: Params) -> str:
    if params["task_id"] is not None:
        return f"task {params['job_id']}/{params['task_id']}"
    return named("tasks", params, "job")


def counts(snapshot: Snapshot, params: Params) -> Counts:
    summary, condition = snapshot.summary, params["condition"] or "completed"
    by_state = summary["by_state"]
    total = summary["total"] + len(summary["missing"])
    active, preparing, running = (by_state.get(state, 0) for state in _STATES)
    others = (running, "running"), (preparing, "preparing"), (active, "active")
    if condition == "started":
        return Counts(summary["total"] - active - preparing, total, condition, summary["failed"], others)
    done = summary["succeeded"] if condition == "succeeded" else by_state.get("completed", 0)
    return Counts(done, total, condition, summary["failed"], others)


PROGRESS = ProgressFormat(subject, counts)
