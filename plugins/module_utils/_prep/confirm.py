# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Confirms that a job is prepared or released, where what says so was read one after the other.

Each node was seen as it should be, and at no moment need all of them have been: on one it may have begun, or begun again, while it ended on
another. It is so with a status of several pages, and with the nodes of tasks, which are read before the status.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account.task_nodes import read_task_nodes
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._prep.scope import JobNodes, PrepScope
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import (
    PREPARATION_INFO,
    RELEASE_INFO,
    PrepTally,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions


def confirmed(client: Client, options: ReadOptions, scope: PrepScope, both: PrepTally) -> PrepScope:
    """The scope of a condition that holds, with what has changed while it was read."""
    if both.pages > 1:
        both.renew(_not_succeeded(client, options, scope))
        scope = _again(scope, both, scope.job_nodes)
    there = scope.job_nodes.task_nodes
    if there is None or there.issuperset(scope.listed_running):
        return scope
    # It runs where no task was: one has come there since, or has gone on from there.
    now = read_task_nodes(client, scope.job)
    return _again(scope, both, replace(scope.job_nodes, task_nodes=there | now.nodes, unplaced=now.unplaced))


def _again(scope: PrepScope, both: PrepTally, job_nodes: JobNodes) -> PrepScope:
    prepared = () if scope.tally is both.preparation else tuple(both.preparation.started)
    return PrepScope(scope.job, scope.options, scope.tally, job_nodes, prepared)


def _not_succeeded(client: Client, options: ReadOptions, scope: PrepScope) -> list[dict[str, Any]]:
    """What the status says now of nodes where it runs or has failed."""
    info = PREPARATION_INFO if scope.tally.name == "preparation" else RELEASE_INFO
    wrong = options.narrowed(f"{info}/state eq 'running' or {info}/result eq 'failure'")
    query = {"$filter": wrong, "$select": f"poolId,nodeId,{PREPARATION_INFO},{RELEASE_INFO}"}
    path = ("jobs", scope.job.id, "jobpreparationandreleasetaskstatus")
    return [item for page in client.pages(path, query) for item in page]
