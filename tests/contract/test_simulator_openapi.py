# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every body of the simulator, in every scenario, is one that Microsoft's description of its version allows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.contract.shared_data import needs_shared, official_description
from ansible_collections.batchops.azure.tests.simulator import bundled_names, load_scenario
from ansible_collections.batchops.azure.tests.simulator.service.asked import Asked
from ansible_collections.batchops.azure.tests.simulator.service.data_plane import DataPlane
from ansible_collections.batchops.azure.tests.simulator.world import World
from jsonschema import Draft4Validator

DESCRIBED = {
    "2019-08-01.10.0": "2019-08-01.10.0",
    "2020-09-01.12.0": "2020-09-01.12.0",
    "2023-11-01.18.0": "2023-11-01.18.0",
    "2024-07-01.20.0": "2024-07-01.20.0",
    "2024-07-01.20.0-typespec": "2024-07-01.20.0",
    "2025-06-01": "2025-06-01",
}
# The form that Microsoft generates clients from leaves out what it does not want to see used; the service does not.
LEFT_OUT = {"2024-07-01.20.0-typespec": {"certificateReferences"}}
MOMENTS = (0, 4, 12, 22, 45, 95)
# A hundred thousand tasks look like a few of them, and so do jobs, pools and nodes.
SCENARIOS = tuple(name for name in bundled_names() if name not in ("large", "many_jobs", "many_pools"))
# The names of a kind of body in the old descriptions and in the new ones.
MODELS = {
    "job": ("CloudJob", "BatchJob"),
    "task": ("CloudTask", "BatchTask"),
    "subtask": ("SubtaskInformation", "BatchSubtask"),
    "status": ("JobPreparationAndReleaseTaskExecutionInformation", "BatchJobPreparationAndReleaseTaskStatus"),
    "pool": ("CloudPool", "BatchPool"),
    "node": ("ComputeNode", "BatchNode"),
    "file": ("NodeFile", "BatchNodeFile"),
    "job schedule": ("CloudJobSchedule", "BatchJobSchedule"),
    "supported image": ("ImageInformation", "BatchSupportedImage"),
    "node counts": ("PoolNodeCounts", "BatchPoolNodeCounts"),
    "task counts": ("TaskCountsResult", "BatchTaskCountsResult", "TaskCounts"),
    "remote login": ("ComputeNodeGetRemoteLoginSettingsResult", "BatchNodeRemoteLoginSettings"),
    "error": ("BatchError",),
}
pytestmark = needs_shared


class OpenGate:
    """Lets everybody read."""

    def check(self, asked: Asked) -> None:
        """Refuse nobody."""


def strict(schema: Any) -> Any:
    """Return a schema that also refuses what it does not name, and takes values as they are on the wire."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: strict(value) for key, value in schema.items() if not key.startswith("x-")}
    if isinstance(kept.get("properties"), dict) and "allOf" not in kept:
        kept.setdefault("additionalProperties", False)
    if isinstance(kept.get("enum"), list):
        # The service has changed the case of its words over the years.
        kept = {"type": "string", "pattern": f"(?i)^({'|'.join(kept['enum'])})$"}
    if kept.get("type") in ("integer", "number") and kept.get("format") != "int32":
        kept = {"anyOf": [kept, {"type": "string", "pattern": r"^\d+$"}]}
    if kept.get("format") == "date-time":
        kept["pattern"] = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3,7})?Z$"
    if kept.get("format") == "duration":
        kept["pattern"] = r"^P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$"
    return kept


@cache
def validator(description: str, kind: str) -> Draft4Validator:
    """Return what checks one kind of body."""
    definitions = official_description(description)["definitions"]
    model = next(name for name in MODELS[kind] if name in definitions)
    return Draft4Validator({"definitions": strict(definitions), "$ref": f"#/definitions/{model}"})


def bodies(plane: DataPlane, version: str, now: float) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Read everything there is, following the ids in the answers, and yield kind, path and body."""

    def read(kind: str, path: str, more: str = "") -> list[Mapping[str, Any]]:
        answer = plane.answer(Asked("GET", path, f"api-version={version}{more}", {}, "http://h", now))
        body = json.loads(answer.body)
        if answer.status != 200:
            found.append(("error", path, body))
            return []
        items: list[Mapping[str, Any]] = body.get("value", [body])
        found.extend((kind, path, item) for item in items[:12])
        return items

    found: list[tuple[str, str, Mapping[str, Any]]] = []
    for job in read("job", "/jobs", "&$expand=stats")[:3]:
        path = f"/jobs/{job['id'].replace(':', '%3A')}"
        read("job", path)
        read("task counts", f"{path}/taskcounts")
        read("status", f"{path}/jobpreparationandreleasetaskstatus")
        for task in read("task", f"{path}/tasks", "&$expand=stats")[:8]:
            read("task", f"{path}/tasks/{task['id']}")
            read("subtask", f"{path}/tasks/{task['id']}/subtasksinfo")
            read("file", f"{path}/tasks/{task['id']}/files")
    for schedule in read("job schedule", "/jobschedules", "&$expand=stats"):
        read("job schedule", f"/jobschedules/{schedule['id']}")
        read("job", f"/jobschedules/{schedule['id']}/jobs", "&$expand=stats")
    for pool in read("pool", "/pools", "&$expand=stats"):
        path = f"/pools/{pool['id']}"
        read("pool", path)
        for node in read("node", f"{path}/nodes")[:7]:
            read("node", f"{path}/nodes/{node['id']}")
            read("remote login", f"{path}/nodes/{node['id']}/remoteloginsettings")
            read("file", f"{path}/nodes/{node['id']}/files", "&recursive=true")
    read("node counts", "/nodecounts")
    read("supported image", "/supportedimages")
    read("job", "/jobs/no-such-job")
    read("job", "/jobs", "&maxresults=0")
    return iter(found)


def problems(description: str, kind: str, body: Mapping[str, Any]) -> list[str]:
    """Return what a description has against a body."""
    ignored = {"odata.metadata", *LEFT_OUT.get(description, ())}
    plain = {key: value for key, value in body.items() if key not in ignored}
    return [
        f"{'/'.join(map(str, error.path))}: {error.message}"
        for error in validator(description, kind).iter_errors(plain)
    ]


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("description", DESCRIBED)
def test_bodies_follow_the_description(name: str, description: str) -> None:
    """Whatever a scenario shows at any moment is in the words of the version that was asked for."""
    plane = DataPlane(World(load_scenario(name)), OpenGate())
    kinds, seen = set(), set()
    for now in MOMENTS:
        for kind, path, body in bodies(plane, DESCRIBED[description], now):
            kinds.add(kind)
            text = json.dumps(body)
            if text not in seen:
                seen.add(text)
                assert problems(description, kind, body) == [], f"{path} at {now}: {body}"
    assert {"pool", "node", "node counts", "supported image", "error"} <= kinds


def test_the_check_finds_what_is_wrong() -> None:
    """A property that a version does not know, a word that is none, and a missing part are found."""
    assert problems("2019-08-01.10.0", "task", {"id": "a", "requiredSlots": 1})
    assert problems("2025-06-01", "task", {"state": "failed"})
    assert problems("2024-07-01.20.0", "node counts", {"poolId": "p", "dedicated": {"total": 1}})
    assert not problems("2024-07-01.20.0", "task", {"state": "Running", "stats": None} | {"stats": stats()})


def stats() -> dict[str, Any]:
    """Return the statistics of a task, with counters in strings as the service writes them."""
    times = dict.fromkeys(("startTime", "lastUpdateTime"), "2026-01-31T08:00:00.1234567Z")
    spent = dict.fromkeys(("userCPUTime", "kernelCPUTime", "wallClockTime", "waitTime"), "PT1H0.5S")
    return {**times, **spent, "url": "u", "readIOps": "1", "writeIOps": "2", "readIOGiB": 0.5, "writeIOGiB": 0}
