# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads with azure-batch. Runs in the environment of that client, which holds nothing of the collection."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from azure.batch import BatchClient
from azure.core.credentials import AzureNamedKeyCredential


def states(client: BatchClient, job_id: str, select: list[str] | None) -> Counter[str]:
    """What a script would do to judge: walk the tasks and count how they ended."""
    found: Counter[str] = Counter()
    for task in client.list_tasks(job_id, select=select):
        info = task.execution_info
        found[f"{task.state} {info.result if info else None}"] += 1
    return found


def pools(client: BatchClient, asked: dict[str, Any]) -> Counter[str]:
    """Which of them have what they are to have."""
    return Counter(
        f"{pool.state} {pool.allocation_state} {pool.current_dedicated_nodes == pool.target_dedicated_nodes}"
        for pool in client.list_pools(filter=asked["filter"], select=asked["select"])
    )


def nodes(client: BatchClient, pool_id: str, select: list[str] | None) -> Counter[str]:
    """Which of them can take tasks."""
    return Counter(f"{node.state} {node.scheduling_state}" for node in client.list_nodes(pool_id, select=select))


def kept(client: BatchClient, job_id: str) -> list[Any]:
    return list(client.list_tasks(job_id))


def work(client: BatchClient, asked: dict[str, Any]) -> int:
    if asked["what"] == "jobs":
        jobs = client.list_jobs(filter=asked["filter"], select=["id", "state", "executionInfo"])
        return sum(states(client, str(job.id), asked["select"]).total() for job in jobs)
    if asked["what"] == "pools":
        return pools(client, asked).total()
    if asked["what"] == "nodes":
        return nodes(client, asked["pool_id"], asked["select"]).total()
    if asked["what"] == "full":
        return len(kept(client, asked["job_id"]))
    return states(client, asked["job_id"], asked["select"]).total()


def peak_megabytes() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    asked = json.load(sys.stdin)
    credential = AzureNamedKeyCredential(asked["account"], asked["key"])
    with BatchClient(asked["endpoint"], credential) as client:
        for job_id in asked["warm_up"]:
            states(client, job_id, asked["select"])
        if "warm_up_as" in asked:
            work(client, asked["warm_up_as"])
        started = time.perf_counter()
        total = work(client, asked)
        took = time.perf_counter() - started
    print(json.dumps({"seconds": took, "total": total, "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main()
