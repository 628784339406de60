# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Confirms what several pages have said of the tasks of a job to which tasks may still be added.

A task that is added where the list has been read already is not seen, and the last of the others may have got there meanwhile: then each
was seen as it should be, and at no moment were all of them so.
"""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender, Reason
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

# What is not so, by the condition. A state that is not known is not so.
_WRONG = {
    "started": "state ne 'running' and state ne 'completed'",
    "completed": "state ne 'completed'",
    "succeeded": f"state ne 'completed' or {execution.FAILED_FILTER}",
}


def added_meanwhile(client: Client, options: ReadOptions, job: JobState) -> list[Reason]:
    """Why the tasks of the job are not what the condition asks for, by one list of those that are not; nothing where there is none."""
    condition = options.condition or ""
    query = {"$filter": options.narrowed(_WRONG[condition]), "$select": "id", "maxresults": 1}
    page = client.first(("jobs", job.id, "tasks"), query)
    if not page:
        return []
    why = f"task {id_of(page[0], 'a task of the list')} is not {condition}; the list has changed while it was read"
    return [Reason(f"job {job.id}: {why}", Offender("job", why, job_id=job.id))]
