# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job whose tasks were prepared or released on some nodes, and what its condition comes to."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._prep.scope import JobNodes, PrepScope
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import PrepTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import PREP
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    STARTED,
    SUCCESS,
    Wire,
    job,
    node,
    pool,
    prepared,
    task,
)

STATUS = "/jobs/job-1/jobpreparationandreleasetaskstatus"
BOTH = {"jobPreparationTask": {"id": "prep"}, "jobReleaseTask": {"id": "release"}}
ACTIVE = JobState("job-1", "active", has_prep_task=True, pool_id="pool-1")


def ok(node_id: str) -> Wire:
    return prepared(node_id, SUCCESS)


def runs(node_id: str, since: str = "2025-01-17T00:00:01Z") -> Wire:
    return prepared(node_id, {**STARTED, "startTime": since})


def bad(node_id: str, ended: str = "2025-01-17T00:00:09Z") -> Wire:
    return prepared(node_id, {**FAILURE, "endTime": ended})


def on(*node_ids: str) -> list[Wire]:
    """One running task on each of the nodes."""
    return [task(f"on-{node_id}", "running", STARTED, nodeInfo={"nodeId": node_id}) for node_id in node_ids]


def judged(
    service: Loopback,
    *entries: Wire,
    tasks: list[Wire] | None = None,
    there: tuple[str, ...] | None = None,
    state: str = "active",
    **options: Any,
) -> dict[str, Any]:
    """`tasks` make it expect their nodes, `there` are the nodes of the pool and make it forget others."""
    service.say("/jobs/job-1", job(state=state, **BOTH))
    service.say(STATUS, page(*entries))
    given = {"job_id": "job-1", "condition": "prepared", **options}
    if tasks is not None:
        service.say("/jobs/job-1/tasks", page(*tasks))
        given["expect_task_nodes"] = True
    if there is not None:
        service.say("/pools/pool-1", pool(len(there)))
        service.say("/pools/pool-1/nodes", page(*(node(node_id) for node_id in there)))
        given["ignore_removed_nodes"] = True
    return ask(service, PREP, **given)


def seen(result: dict[str, Any]) -> tuple[str, str]:
    return result["verdict"], result["summary"]["situation"]


def released(node_id: str, info: Wire | None) -> Wire:
    return prepared(node_id, SUCCESS, info)


def scope(
    *entries: Wire,
    of: JobState = ACTIVE,
    nodes: JobNodes | None = None,
    must: tuple[str, ...] = (),
    release: bool = False,
    **options: Any,
) -> PrepScope:
    """What is judged of a status, without a service. `must` are nodes that were prepared."""
    tally = PrepTally()
    tally.add(list(entries))
    one = tally.release if release else tally.preparation
    prepared_on = tuple(("pool-1", node_id) for node_id in must)
    return PrepScope(of, ReadOptions(**options), one, nodes or JobNodes(), prepared_on)


def where(*node_ids: str, **more: Any) -> JobNodes:
    """The nodes that tasks are on."""
    return JobNodes(frozenset(("pool-1", node_id) for node_id in node_ids), **more)
