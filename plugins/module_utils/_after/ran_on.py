# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On which node a failed task ran. Lists of tasks are read without it: few tasks fail, and it would make every look larger."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any, Optional

from ansible_collections.batchops.azure.plugins.module_utils._account.execution import FAILED_FILTER, why
from ansible_collections.batchops.azure.plugins.module_utils._account.place import place_of
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently

# Of the failed tasks of a job.
_MOST_PAGES = 5

# By the ids of job and task.
Found = dict[tuple[Optional[str], Optional[str]], Offender]


def with_nodes(client: Client, offenders: list[Offender]) -> list[Offender]:
    """The same, with the node of each task that ran, and how it failed where that was not read yet. One narrow list for each job."""
    wanted: dict[str, dict[str, Offender]] = {}
    for one in offenders:
        if one.kind == "task" and one.job_id and one.task_id and one.ran:
            wanted.setdefault(one.job_id, {})[one.task_id] = one
    read = read_concurrently(client, wanted, lambda job_id: _read(client, job_id, wanted[job_id]))
    found = {task: offender for of_job in read for task, offender in of_job.items()}
    return [found.get((one.job_id, one.task_id), one) for one in offenders]


def _read(client: Client, job_id: str, wanted: Mapping[str, Offender]) -> Found:
    """Those that are found. What cannot be read stays unknown: why, is said where the output is not read either."""
    query = {"$filter": FAILED_FILTER, "$select": "id,nodeInfo,executionInfo"}
    found: Found = {}
    with suppress(BatchError):
        for page in islice(client.pages(("jobs", job_id, "tasks"), query), _MOST_PAGES):
            for task in page:
                task_id = id_of(task, "a task of the list")
                if task_id in wanted:
                    found[job_id, task_id] = _at_its_node(wanted[task_id], task)
            if len(found) == len(wanted):
                break
    return found


def _at_its_node(offender: Offender, task: Mapping[str, Any]) -> Offender:
    place = place_of(task)
    return replace(
        offender,
        pool_id=place.pool_id or offender.pool_id,
        node_id=place.node_id or offender.node_id,
        why=offender.why or why(part(task, "executionInfo")),
    )
