# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts as the modules return them, of as many nodes and tasks as one likes, for what draws them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

START = datetime(2026, 1, 31, 8)
# When it was read: some tasks still run.
READ_AT = "2026-01-31T09:00:00Z"
Facts = dict[str, Any]


def at(seconds: float) -> str:
    """As the service writes times."""
    return f"{(START + timedelta(seconds=seconds)).isoformat(timespec='microseconds')}7Z"


def ran(start: float, end: float | None, result: str = "success", **more: Any) -> Facts:
    """How something ran, or runs where it has no end."""
    if end is None:
        return {"state": "running", "start_time": at(start), "retry_count": 0, **more}
    ended = {"state": "completed", "start_time": at(start), "end_time": at(end), "result": result}
    return {**ended, "exit_code": 0 if result == "success" else 1, "retry_count": 0, **more}


def task(number: int, node: str | None, info: Facts | None = None, state: str = "completed", **more: Any) -> Facts:
    """A task of job-7 on a node of pool-7, or on none."""
    info = dict(info or {})
    info.pop("state", None)
    return {
        "job_id": "job-7",
        "id": f"task-{number:06d}",
        "state": state,
        "creation_time": at(0),
        "state_transition_time": at(0),
        "execution_info": info,
        **({"node_info": {"pool_id": "pool-7", "node_id": node}} if node else {}),
        **more,
    }


def node(name: str, state: str = "idle", **more: Any) -> Facts:
    return {
        "pool_id": "pool-7",
        "id": name,
        "url": f"https://myaccount.westeurope.batch.azure.com/pools/pool-7/nodes/{name}",
        "state": state,
        "scheduling_state": "enabled",
        "allocation_time": at(-60),
        "last_boot_time": at(-50),
        "start_task_info": ran(-40, -10),
        **more,
    }


def prepared(name: str, info: Facts, release: Facts | None = None) -> Facts:
    return {"job_id": "job-7", "pool_id": "pool-7", "node_id": name, "preparation": info, "release": release}


def account(nodes: int, tasks: int) -> list[Facts]:
    """Results of all reads. Every 97th node fails to prepare, every 1,000th task fails, the last one of each still runs."""
    names = [f"tvm-{number}" for number in range(1, nodes + 1)]
    failed = {name for number, name in enumerate(names, 1) if number % 97 == 0}
    listed = [
        node(name, "running" if name == names[-1] else "unusable" if name in failed else "idle") for name in names
    ]
    preparation = [
        prepared(
            name, ran(10 + 60 * number / nodes, 40 + 60 * number / nodes, "failure" if name in failed else "success")
        )
        for number, name in enumerate(names)
    ]
    waves = max(1, tasks // nodes)
    ended = [
        task(
            number,
            names[number % nodes],
            ran(
                110 + 300 * (number // nodes) / waves,
                109 + 300 * (number // nodes + 1) / waves,
                "failure" if number % 1000 == 999 else "success",
            ),
        )
        for number in range(tasks - 1)
    ]
    runs = task(tasks - 1, names[-1], ran(420, None), "running")
    pool = {
        "total": nodes,
        "pool_state": "active",
        "allocation_state": "steady",
        "current_nodes": nodes,
        "target_nodes": nodes,
        "resize_errors": [],
    }
    return [
        {"changed": False, "tasks": [*ended, runs], "summary": {"truncated": False}},
        {"changed": False, "nodes": preparation, "summary": {"truncated": False}},
        {"changed": False, "nodes": listed, "summary": {"truncated": False}, "by_pool": {"pool-7": pool}},
    ]
