# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the tasks that are asked for, page by page, and counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._base.json import same_id
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import SINCE, TaskTally

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

_NEEDED = ("id", "state", "executionInfo")

Page = list[dict[str, Any]]


def count_tasks(
    client: Client, options: ReadOptions, job_id: str, keep: Callable[[Page], None] | None = None
) -> TaskTally:
    """Those named, or the list of the job. Each page is counted, given to `keep`, and forgotten."""
    tally = TaskTally()
    needed = _NEEDED + (("multiInstanceSettings",) if options.subtasks else ()) + ((SINCE,) if options.watched else ())
    pages: Iterable[Page]
    if options.task_ids:
        found = _read_named(client, options, job_id, needed)
        tally.missing = [task_id for task_id, task in zip(options.task_ids, found) if task is None]
        pages = ([task for task in found if task is not None],)
    else:
        pages = options.limited(client.pages(("jobs", job_id, "tasks"), options.list_query(needed)))
    listed = 0
    for page in pages:
        listed += len(page)
        tally.add(page)
        if keep:
            keep(page)
    tally.close()
    tally.truncated = options.reached(listed)
    return tally


def _read_named(client: Client, options: ReadOptions, job_id: str, needed: tuple[str, ...]) -> list[Any]:
    """In the order of their ids; None for one that is absent and may be."""

    def read(task_id: str) -> Any:
        path = ("jobs", job_id, "tasks", task_id)
        task = none_if_missing("task", options.missing_ok, lambda: client.get(path, options.item_query(needed)))
        if task is not None:
            same_id(task, task_id, "task")
        return task

    return read_concurrently(client, options.task_ids, read)
