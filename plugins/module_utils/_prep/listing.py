# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads where job preparation and job release tasks have run, page by page, and counts the nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import (
    PREPARATION_INFO,
    RELEASE_INFO,
    PrepTally,
)

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

_NEEDED = ("poolId", "nodeId", PREPARATION_INFO, RELEASE_INFO)

Page = list[dict[str, Any]]

# The first is what the service sends, the second what its documentation prints.
_NO_PREP_TASK = frozenset(("JobPreparationTaskOrReleaseTaskNotSpecified", "JobPreparationTaskNotSpecified"))


def count_again(
    client: Client,
    options: ReadOptions,
    job_id: str,
    wrong: str,
    *,
    tally: PrepTally,
    keep: Callable[[Page], None],
) -> None:
    """Of nodes of which this filter is true, what was said before is forgotten."""
    query = {**options.list_query(_NEEDED), "$filter": options.narrowed(wrong)}
    page = [item for page in client.pages(_path(job_id), query) for item in page]
    tally.forget(page)
    tally.add(page)
    keep(page)


def _path(job_id: str) -> tuple[str, ...]:
    return "jobs", job_id, "jobpreparationandreleasetaskstatus"


def count_nodes(
    client: Client, options: ReadOptions, job_id: str, keep: Callable[[Page], None] | None = None
) -> PrepTally:
    """Where the tasks of the job have run. Each page is counted, given to `keep`, and forgotten."""
    tally = PrepTally(options.expect_task_nodes)
    try:
        for page in options.limited(client.pages(_path(job_id), options.list_query(_NEEDED))):
            tally.add(page)
            if keep:
                keep(page)
    except ServiceError as error:
        if error.status != 409 or error.code not in _NO_PREP_TASK:
            raise
        tally.refused = True
    tally.truncated = options.reached(tally.listed)
    return tally
