# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether anything of a job still runs or may start. Asked only where a wait goes on after a failure, to name every other."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.batchops.azure.plugins.module_utils._account.capacity import StillWaits, judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._account.dependencies import read_blocked
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client

_UNFINISHED = {"$filter": "state ne 'completed'", "$select": "id,state"}


def goes_on(client: Client, job: JobState, counts: Mapping[str, int], condition: str, still_waits: StillWaits) -> bool:
    """Whether a task of the job runs, or waits and may still run."""
    if job.state == "terminating":
        return True
    if job.ended:
        return False
    if counts["running"]:
        return True
    # The counts lag behind; the list does not.
    waiting = client.first(("jobs", job.id, "tasks"), {**_UNFINISHED, "maxresults": 1})
    if not waiting or str(waiting[0].get("state")).lower() != "active":
        return bool(waiting)
    if gets_no_node(client, job, condition, still_waits):
        return False
    return not job.uses_dependencies or _has_unblocked(client, job)


def gets_no_node(client: Client, job: JobState, condition: str, still_waits: StillWaits) -> bool:
    """Whether what waits for a node of the job's pool waits for ever."""
    return bool(judge_capacity(client, [job], condition, still_waits).failed)


def _has_unblocked(client: Client, job: JobState) -> bool:
    """Whether a task waits, or runs by now, that does not wait for one that failed."""
    blocked = {task_id for behind in read_blocked(client, job.id).values() for task_id in behind}
    pages = client.pages(("jobs", job.id, "tasks"), _UNFINISHED)
    return any(id_of(task, "a task of the list") not in blocked for page in pages for task in page)
