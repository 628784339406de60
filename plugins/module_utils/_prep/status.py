# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one list of the service that tells where job preparation and job release tasks have run."""

from __future__ import annotations

from collections.abc import Iterator
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

# The first is what the service sends, the second what its documentation prints.
_NO_PREP_TASK = frozenset(("JobPreparationTaskOrReleaseTaskNotSpecified", "JobPreparationTaskNotSpecified"))


def read_status(client: Client, options: ReadOptions, job_id: str, tally: PrepTally) -> Iterator[list[dict[str, Any]]]:
    """The pages of the status, each counted in `tally` before it is handed on."""
    path = ("jobs", job_id, "jobpreparationandreleasetaskstatus")
    try:
        for page in options.limited(client.pages(path, options.list_query(_NEEDED))):
            tally.add(page)
            yield page
    except ServiceError as error:
        if error.status != 409 or error.code not in _NO_PREP_TASK:
            raise
        tally.refused = True
