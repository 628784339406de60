# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays an exchange through the module that reads it: options as a user gives them, checked as Ansible checks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from ansible_collections.batchops.azure.plugins.module_utils import _run
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import CLOUDS, Endpoint
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import Exchange, recorded_exchanges, target_of
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.modules import JOBS, NODES, POOLS, PREP, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

TOKEN = "a-token-of-the-test"

_OPTION_OF = {"{jobId}": "job_id", "{taskId}": "task_id", "{poolId}": "pool_id", "{nodeId}": "node_id"}
_RESIZING = {"state": "active", "allocationState": "resizing"}
_STEADY = {"state": "active", "allocationState": "steady"}
_WELL = {"state": "idle", "schedulingState": "enabled"}
# Of a pool that does not tell its own.
_IMAGE = {"publisher": "p", "offer": "o", "sku": "s"}
_SUCCESS = {"id": "a-task", "state": "completed", "executionInfo": {"result": "success"}}


@dataclass(frozen=True)
class Module:
    """A module, the condition that looks at most, and options without which it reads something else."""

    resource: Resource
    strictest: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def conditions(self) -> list[str]:
        return list(self.resource.arguments.spec["condition"]["choices"])


JOB = Module(JOBS, "succeeded")
TASK = Module(TASKS, "succeeded")
NODE = Module(NODES, "ready")
POOL = Module(POOLS, "sound")
PREP_STATUS = Module(PREP, "prepared")

# Who reads what.
MODULE_OF = {
    "/jobs": JOB,
    "/jobs/{jobId}": JOB,
    "/jobs/{jobId}/taskcounts": JOB,
    "/jobs/{jobId}/tasks": TASK,
    "/jobs/{jobId}/tasks/{taskId}": TASK,
    "/jobs/{jobId}/tasks/{taskId}/subtasksinfo": Module(TASKS, "succeeded", {"subtasks": True}),
    "/jobs/{jobId}/jobpreparationandreleasetaskstatus": PREP_STATUS,
    "/pools": POOL,
    "/pools/{poolId}": POOL,
    "/nodecounts": Module(POOLS, "sound", {"node_counts": True}),
    "/pools/{poolId}/nodes": NODE,
    "/pools/{poolId}/nodes/{nodeId}": NODE,
}


def client_of(server: ReplayServer, api_version: str) -> Client:
    endpoint = Endpoint(server.origin, "account", api_version, CLOUDS[0])
    # No recorded answer is one to wait for: the script of the clock holds no pause.
    return Client(endpoint, ReadyToken(TOKEN), clock=ScriptedClock())


def run(server: ReplayServer, module: Module, options: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the module for a user who gives these options."""
    given = {"account_endpoint": server.origin, "auth_source": "access_token", "access_token": TOKEN}
    params = params_of(module.resource.arguments, **{**given, **module.options, **options})
    return _run.run(params, module.resource, clock=ScriptedClock())


def play(server: ReplayServer, exchange: Exchange, **options: Any) -> dict[str, Any]:
    """Answers with the exchange, and with what the reader asks for beside it; gives the module's result."""
    for path, body in beside(exchange).items():
        server.put(path, body)
    if exchange.is_list and "odata.nextLink" in exchange.body:
        server.put(target_of(exchange.body["odata.nextLink"]), {"value": []})
    server.replay(with_id(exchange))
    return run(server, MODULE_OF[exchange.path_template], {**named_by(exchange), **options})


def with_id(exchange: Exchange) -> Exchange:
    """Some recorded pools were asked for without their id; we always ask for it. Examples are about another object than their path."""
    option = _OPTION_OF.get(exchange.path_template.rpartition("/")[2])
    if option is None or not exchange.body or exchange.status != 200:
        return exchange
    asked = {"id": named_by(exchange)[option]}
    body = {**exchange.body, **asked} if exchange.source.startswith("examples/") else {**asked, **exchange.body}
    return replace(exchange, body=body)


def named_by(exchange: Exchange) -> dict[str, Any]:
    """The options that the path stands for."""
    names = {
        _OPTION_OF[placeholder]: segment
        for placeholder, segment in zip(exchange.path_template.split("/")[1:], exchange.segments)
        if placeholder.startswith("{")
    }
    return {"api_version": exchange.api_version, **names}


def beside(exchange: Exchange) -> dict[str, Any]:
    """Bodies, by path, of what readers ask for beside the exchange: recorded ones, or the least that they need."""
    names = named_by(exchange)
    job, pool = f"/jobs/{names.get('job_id')}", f"/pools/{names.get('pool_id')}"
    active_job = {"id": names.get("job_id"), "state": "active"}
    if exchange.path_template in ("/jobs", "/jobs/{jobId}"):
        # The id of a scheduled job holds a colon, which travels encoded.
        jobs = [f"/jobs/{quote(item['id'], safe='')}" for item in exchange.items]
        counts = {f"{path}/taskcounts": counts_of(exchange.api_version) for path in jobs}
        # Asked for where tasks wait for a node: one that may still get some.
        pools = [str(item.get("executionInfo", {}).get("poolId")) for item in exchange.items]
        resizing = {f"/pools/{quote(pool_id, safe='')}": {**_RESIZING, "id": pool_id} for pool_id in pools}
        return {**counts, **{f"{path}/tasks": {"value": [_SUCCESS]} for path in jobs}, **resizing}
    if exchange.path_template.endswith("/jobpreparationandreleasetaskstatus"):
        tasks = {"jobPreparationTask": {"id": "prepares"}, "jobReleaseTask": {"id": "releases"}}
        return {
            job: {**active_job, **(tasks if exchange.status == 200 else {})},
            f"{job}/taskcounts": counts_of(exchange.api_version),
        }
    if exchange.path_template.endswith("/subtasksinfo"):
        task = {"id": names["task_id"], "state": "running", "multiInstanceSettings": {"numberOfInstances": 2}}
        return {job: active_job, f"{job}/tasks/{names['task_id']}": task}
    if exchange.path_template in ("/pools", "/pools/{poolId}"):
        return {_nodes_path(item["id"]): {"value": nodes_of(item)} for item in with_id(exchange).items}
    if exchange.path_template == "/nodecounts":
        pools = [{"id": item["poolId"], **_STEADY, **_sizes(1)} for item in exchange.items]
        return {"/pools": {"value": pools}, **{_nodes_path(item["id"]): {"value": nodes_of(item)} for item in pools}}
    count = len(exchange.items)
    return {
        job: active_job,
        f"{job}/tasks": {"value": []},
        pool: {"id": names.get("pool_id"), **_STEADY, **_sizes(count)},
    }


def _sizes(count: int) -> dict[str, int]:
    return {"currentDedicatedNodes": count, "targetDedicatedNodes": count}


def _nodes_path(pool_id: str) -> str:
    return f"/pools/{quote(pool_id, safe='')}/nodes"


def nodes_of(pool: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As many nodes as the pool counts, all well."""
    count = sum(max(0, pool.get(f"current{kind}Nodes", 0)) for kind in ("Dedicated", "LowPriority"))
    image = pool.get("virtualMachineConfiguration", {}).get("imageReference", _IMAGE)
    runs = {"virtualMachineInfo": {"imageReference": {**image, "exactVersion": "1"}}}
    return [{"id": f"tvm-{number}", **_WELL, **runs} for number in range(count)]


def counts_of(api_version: str) -> dict[str, Any]:
    """The recorded task counts of that version, or of the nearest one before it that has the same shape."""
    recorded = {
        exchange.api_version: exchange.body
        for exchange in recorded_exchanges()
        if exchange.path_template.endswith("/taskcounts")
    }
    version = max((version for version in recorded if version <= api_version), default=min(recorded))
    return dict(recorded[version])
