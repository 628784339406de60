# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of jobs."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._read.progress import Counts, Params, ProgressFormat, named
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot


def subject(params: Params) -> str:
    schedule = params.get("job_schedule_id")
    if schedule is not None:
        return f"most recent job of schedule {schedule}"
    return named("jobs" if params["job_id"] is None else "job", params, "job")


def counts(snapshot: Snapshot, params: Params) -> Counts:
    summary, condition = snapshot.summary, params["condition"] or "completed"
    by_state, tasks = summary["by_state"], summary["task_counts"]
    of_tasks = sum(tasks[state] for state in ("active", "running", "completed"))
    if summary["total"] == 1 and of_tasks and condition in ("completed", "succeeded"):
        others = (tasks["running"], "running"), (tasks["active"], "active")
        done = tasks["completed" if condition == "completed" else "succeeded"]
        return Counts(done, of_tasks, f"tasks {condition}", tasks["failed"], others)
    done = summary["succeeded"] if condition == "succeeded" else by_state.get(condition, 0)
    states = tuple((number, state) for state, number in by_state.items() if state not in ("completed", condition))
    return Counts(done, summary["total"] + len(summary["missing"]), condition, summary["failed"], states)


PROGRESS = ProgressFormat(subject, counts)
