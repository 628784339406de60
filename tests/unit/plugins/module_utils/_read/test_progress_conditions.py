# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What satisfies a condition is what its progress line counts, for each condition of each resource."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.progress import progress_format
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import JUDGED, reads
from ansible_collections.batchops.azure.tests.support.wire import SUCCESS, Wire, counts, job, node, pool, prepared, task

_TASKS, _NODES, _STATUS = "/jobs/job-1/tasks", "/pools/pool-1/nodes", "/jobs/job-1/jobpreparationandreleasetaskstatus"
_ENDED = {"/jobs/job-1": job(state="completed"), "/jobs/job-1/taskcounts": counts(succeeded=1)}
_BOTH = {"/jobs/job-1": job(state="completed", jobPreparationTask={"id": "p"}, jobReleaseTask={"id": "r"})}
_POOL = {"/pools/pool-1": pool(1)}
_UPGRADED = node(virtualMachineInfo={"imageReference": {"virtualMachineImageId": "/galleries/g/images/i/versions/2"}})
# Of each resource, what satisfies each condition: one object.
SATISFYING: dict[tuple[str, str], dict[str, Wire]] = {
    ("jobs", "active"): {"/jobs/job-1": job()},
    ("jobs", "disabled"): {"/jobs/job-1": job(state="disabled")},
    ("jobs", "completed"): _ENDED,
    ("jobs", "succeeded"): {**_ENDED, _TASKS: page(task(info=SUCCESS))},
    ("tasks", "started"): {"/jobs/job-1": job(), _TASKS: page(task(state="running"))},
    ("tasks", "completed"): {**_ENDED, _TASKS: page(task(info=SUCCESS))},
    ("tasks", "succeeded"): {**_ENDED, _TASKS: page(task(info=SUCCESS))},
    ("nodes", "ready"): {**_POOL, _NODES: page(node())},
    ("nodes", "idle"): {**_POOL, _NODES: page(node())},
    ("nodes", "drained"): {**_POOL, _NODES: page(node())},
    ("nodes", "offline"): {**_POOL, _NODES: page(node(state="offline"))},
    ("pools", "steady"): _POOL,
    ("pools", "resized"): _POOL,
    ("pools", "sound"): {**_POOL, _NODES: page(node())},
    ("pools", "image_reached"): {**_POOL, _NODES: page(_UPGRADED)},
    ("preparation", "prepared"): {**_BOTH, _STATUS: page(prepared(info=SUCCESS))},
    ("preparation", "released"): {**_BOTH, _STATUS: page(prepared(info=SUCCESS, release=SUCCESS))},
}


@pytest.mark.parametrize(
    ("resource", "condition"),
    [
        (resource, condition)
        for resource in JUDGED.values()
        for condition in resource.arguments.spec["condition"]["choices"]
    ],
)
def test_what_satisfies_a_condition_is_counted_in_its_line(
    service: Loopback, resource: Resource, condition: str
) -> None:
    """A condition that `progress` does not know would show none of all until the end."""
    for path, body in SATISFYING[resource.name, condition].items():
        service.say(path, body)
    options = {**reads(job="job-1", pool="pool-1")[resource.module], "condition": condition}
    result = ask(service, resource, **options)
    assert result["verdict"] == "satisfied"
    params = params_of(resource.arguments, account_endpoint=service.url, **options)
    told = progress_format(resource).counts(Snapshot(summary=result["summary"]), params)
    # What runs on nodes that are to be drained has no total, and is to become none.
    assert (told.done, told.total) == ((0, 0) if condition == "drained" else (1, 1))
