# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Confirms that a job is prepared or released, where what says so was read one after the other.

Each node was seen as it should be, and at no moment need all of them have been: on one it may have begun, or begun again, while it ended on
another. It is so with a status of several pages, and with the nodes of tasks, which are read before the status.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ansible_collections.batchops.azure.plugins.module_utils._account.task_nodes import read_task_nodes
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._prep import rules
from ansible_collections.batchops.azure.plugins.module_utils._prep.rules import PrepJudgement
from ansible_collections.batchops.azure.plugins.module_utils._prep.scope import JobNodes, PrepScope
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import (
    PREPARATION_INFO,
    RELEASE_INFO,
    PrepTally,
)


def confirmed(
    client: Client, before: PrepScope, both: PrepTally, read_again: Callable[[str], None]
) -> tuple[PrepScope, PrepJudgement]:
    """What a condition that holds comes to with what has changed while it was read. `read_again` counts nodes anew."""
    scope = before
    if both.pages > 1:
        info = PREPARATION_INFO if scope.tally is both.preparation else RELEASE_INFO
        read_again(f"{info}/state eq 'running' or {info}/result eq 'failure'")
        scope = _again(scope, both, scope.job_nodes)
    there = scope.job_nodes.task_nodes
    if there is not None and not there.issuperset(scope.listed_running):
        # It runs where no task was: one has come there since, or has gone on from there.
        now = read_task_nodes(client, scope.job, "state eq 'preparing' or state eq 'running'")
        scope = _again(scope, both, replace(scope.job_nodes, task_nodes=there | now.nodes, unplaced=now.unplaced))
    judgement = rules.judge(scope)
    if judgement.failed:
        judgement = judgement.as_pending()
    return scope, judgement


def _again(scope: PrepScope, both: PrepTally, job_nodes: JobNodes) -> PrepScope:
    prepared = () if scope.tally is both.preparation else tuple(both.preparation.started)
    return PrepScope(scope.job, scope.options, scope.tally, job_nodes, prepared)
