# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each api-version gets its own words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.simulator.wire.versions import VERSIONS
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play

COUNTS = {"active", "running", "completed", "succeeded", "failed"}


@pytest.fixture(scope="module")
def pool() -> Iterator[Asking]:
    with Simulator("start_task_failed") as simulator:
        yield Asking(simulator)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_answers_every_operation(demo: Asking, version: str) -> None:
    demo.simulator.clock.set(30)
    for path in (
        "/jobs",
        "/jobs/job-7",
        "/jobs/job-7/tasks",
        "/jobs/job-7/tasks/frame-001",
        "/jobs/job-7/tasks/frame-001/subtasksinfo",
        "/jobs/job-7/tasks/frame-001/files",
        "/jobs/job-7/taskcounts",
        "/jobs/job-7/jobpreparationandreleasetaskstatus",
        "/pools",
        "/pools/pool-7",
        "/pools/pool-7/nodes",
        "/pools/pool-7/nodes/tvm-1",
        "/pools/pool-7/nodes/tvm-1/files",
        "/pools/pool-7/nodes/tvm-1/remoteloginsettings",
        "/nodecounts",
        "/supportedimages",
        "/jobschedules",
    ):
        assert demo.get(path, f"api-version={version}").status_code == 200, path


@pytest.mark.parametrize("version", VERSIONS)
def test_task_counts_were_flat_before_there_were_slots(demo: Asking, version: str) -> None:
    body = demo.json("/jobs/job-7/taskcounts", f"api-version={version}")
    if version < "2020-09":
        assert set(body) == COUNTS | {"odata.metadata"}
        assert body["odata.metadata"].endswith("#taskcounts/@Element")
    else:
        assert set(body) == {"odata.metadata", "taskCounts", "taskSlotCounts"}
        assert set(body["taskCounts"]) == set(body["taskSlotCounts"]) == COUNTS


@pytest.mark.parametrize(
    ("path", "name", "first", "last"),
    [
        ("/pools/pool-7", "maxTasksPerNode", None, "2020-03-01.11.0"),
        ("/pools/pool-7", "taskSlotsPerNode", "2020-09-01.12.0", None),
        ("/pools/pool-7", "targetNodeCommunicationMode", "2022-10-01.16.0", "2024-07-01.20.0"),
        ("/pools/pool-7", "certificateReferences", None, "2024-07-01.20.0"),
        ("/jobs/job-7", "maxParallelTasks", "2021-06-01.14.0", None),
        ("/jobs/job-7", "allowTaskPreemption", "2022-01-01.15.0", None),
        ("/jobs/job-7/tasks/frame-001", "requiredSlots", "2020-09-01.12.0", None),
        ("/pools/pool-7/nodes/tvm-1", "runningTaskSlotsCount", "2020-09-01.12.0", None),
        ("/pools/pool-7/nodes/tvm-1", "virtualMachineInfo", "2021-06-01.14.0", None),
        ("/pools/pool-7/nodes/tvm-1", "certificateReferences", None, "2024-07-01.20.0"),
    ],
)
def test_a_property_comes_and_goes(demo: Asking, path: str, name: str, first: str | None, last: str | None) -> None:
    for version in VERSIONS:
        expected = (first is None or version >= first) and (last is None or version <= last)
        assert (name in demo.json(path, f"api-version={version}")) is expected, version


def test_nested_properties_come_and_go(demo: Asking) -> None:
    for version, expected in (("2024-07-01.20.0", False), ("2025-06-01", True)):
        policy = demo.json("/pools/pool-7", f"api-version={version}")["taskSchedulingPolicy"]
        assert ("jobDefaultOrder" in policy) is expected


@pytest.mark.parametrize(
    ("now", "state", "since", "older"),
    [
        (45, "upgradingos", "2024-02-01.19.0", "reimaging"),
        (55, "deallocating", "2024-07-01.20.0", "leavingpool"),
        (65, "deallocated", "2024-07-01.20.0", "offline"),
    ],
)
def test_a_node_state_that_a_version_has_no_word_for_is_an_older_one(
    pool: Asking, now: float, state: str, since: str, older: str
) -> None:
    pool.simulator.clock.set(now)
    for version in VERSIONS:
        query = f"api-version={version}"
        expected = state if version >= since else older
        assert pool.json("/pools/pool-1/nodes/tvm-low-1", query)["state"] == expected
        counts = pool.json("/nodecounts", query)["value"][0]["lowPriority"]
        assert {name.lower(): count for name, count in counts.items() if count} == {expected: 1, "total": 1}
        assert ("upgradingOS" in counts) is (version >= "2024-02")
        assert ("deallocated" in counts) is (version >= "2024-07")


def test_ipv6_came_with_the_newest_version(pool: Asking) -> None:
    for version in VERSIONS:
        node = pool.json("/pools/pool-1/nodes/tvm-low-1", f"api-version={version}")
        assert ("ipv6Address" in node) is (version == "2025-06-01")


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_pool_has_what_newer_versions_do_not_know(play: Play, version: str) -> None:
    certificate = {"thumbprint": "0123", "thumbprintAlgorithm": "sha1", "storeLocation": "localmachine"}
    wire = {
        "virtualMachineConfiguration": None,
        "cloudServiceConfiguration": {"osFamily": "5", "osVersion": "*"},
        "certificateReferences": [certificate],
    }
    asking = play({"pools": [{"id": "p", "slots_per_node": 4, "wire": wire}]})
    body = asking.json("/pools/p", f"api-version={version}")
    assert body.get("cloudServiceConfiguration") == (
        wire["cloudServiceConfiguration"] if version <= "2024-02-01.19.0" else None
    )
    assert body.get("certificateReferences") == ([certificate] if version <= "2024-07-01.20.0" else None)
    assert body.get("maxTasksPerNode" if version < "2020-09" else "taskSlotsPerNode") == 4
    assert "virtualMachineConfiguration" not in body
