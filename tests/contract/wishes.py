# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users ask of the modules: every way to name objects, with every way to say how much, and with every condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchops.azure.tests.contract.play import JOB, NODE, POOL, PREP_STATUS, TASK, Module

Options = dict[str, Any]

# A job that a schedule made has a colon in its id.
JOBS = ("sched:job-1", "j-2")
TASKS = ("t-1", "t-2")
POOLS = ("a_pool", "p-2")
NODES = ("tvm-1", "tvm-2")

_SHARED_KEY = {"auth_source": "shared_key", "account_key": "a2V5", "account_name": "account", "access_token": None}


@dataclass(frozen=True)
class Wish:
    """What one user asks of one module."""

    module: Module
    options: Mapping[str, Any]

    def __str__(self) -> str:
        told = " ".join(f"{name}={value}" for name, value in self.options.items() if name not in _SHARED_KEY)
        return f"{self.module.resource.name} {told}"


@dataclass(frozen=True)
class Interest:
    """One module with the options that name objects, those that list them, and what suits the objects."""

    module: Module
    named: list[Options]
    listed: list[Options]
    filter: str
    select: list[str]

    def wishes(self) -> Iterator[Wish]:
        expand: Options = {"expand": "stats"} if "expand" in self.module.resource.arguments.spec else {}
        much: list[Options] = [
            {},
            {"select": self.select, **expand},
            {"page_size": 1},
            {"page_size": 1000, **_SHARED_KEY},
        ]
        lists: list[Options] = [{"filter": self.filter, "page_size": 7}, {"limit": 5}, {"limit": 2000, "page_size": 10}]
        judged: list[Options] = [{"condition": condition} for condition in self.module.conditions]
        summed: list[Options] = [{**condition, "details": "summary", "missing_ok": True} for condition in judged]
        for options in self.named:
            yield from (Wish(self.module, {**options, **more}) for more in (*much, *judged))
        for options in self.listed:
            yield from (Wish(self.module, {**options, **more}) for more in (*much, *lists, *judged, *summed))


_INTERESTS = (
    Interest(
        JOB,
        [{"job_id": JOBS[0]}, {"job_ids": list(JOBS)}],
        [{}],
        "state eq 'active' and executionInfo/startTime ge DateTime'2026-01-31T08:00:00Z'",
        ["id", "priority", "poolInfo"],
    ),
    Interest(
        TASK,
        [{"job_id": JOBS[0], "task_id": TASKS[0]}, {"job_id": JOBS[0], "task_ids": list(TASKS), "subtasks": True}],
        [{"job_id": JOBS[0]}, {"job_ids": list(JOBS), "subtasks": True}],
        "startswith(id,'t-') or executionInfo/exitCode ne 0",
        ["id", "commandLine", "executionInfo/result", "nodeInfo"],
    ),
    Interest(
        NODE,
        [{"pool_id": POOLS[0], "node_id": NODES[0]}, {"pool_id": POOLS[0], "node_ids": list(NODES)}],
        [{"pool_id": POOLS[0]}, {"pool_ids": list(POOLS), "min_nodes": 1}],
        "state eq 'idle' and startTaskInfo/result eq 'failure'",
        ["id", "ipAddress", "startTaskInfo/exitCode"],
    ),
    Interest(
        POOL,
        [{"pool_id": POOLS[0]}, {"pool_ids": list(POOLS), "node_counts": True}],
        [{"node_counts": True}, {"image_supported_for": 90}],
        "state eq 'active' and allocationState eq 'steady'",
        ["id", "vmSize", "virtualMachineConfiguration/imageReference"],
    ),
    Interest(
        PREP_STATUS,
        [],
        [{"job_id": JOBS[0]}, {"job_ids": list(JOBS), "expected_nodes": [NODES[0]]}],
        "nodeId eq 'tvm-1' and jobPreparationTaskExecutionInfo/state eq 'completed'",
        ["nodeUrl", "jobReleaseTaskExecutionInfo/exitCode"],
    ),
)


def wishes() -> list[Wish]:
    return [wish for interest in _INTERESTS for wish in interest.wishes()]
