# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of tasks, from their summary."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._tasks.progress import PROGRESS

SUMMARY = {
    "total": 11,
    "by_state": {"active": 3, "preparing": 1, "running": 2, "completed": 5},
    "succeeded": 4,
    "failed": 1,
    "missing": ["gone"],
}


@pytest.mark.parametrize(
    ("condition", "done"),
    [
        ("started", "7/12 started"),
        ("completed", "5/12 completed"),
        ("succeeded", "4/12 succeeded"),
        (None, "5/12 completed"),
    ],
)
def test_done_is_what_the_condition_asks_for(condition: str | None, done: str) -> None:
    told = ", ".join(PROGRESS.counts(Snapshot(summary=SUMMARY), {"condition": condition}).parts)
    assert told == f"{done}, 1 failed, 2 running, 1 preparing, 3 active"


def test_one_task_is_named_with_its_job() -> None:
    assert PROGRESS.subject({"job_id": "job-1", "task_id": "t"}) == "task job-1/t"
    assert PROGRESS.subject({"job_id": "job-1", "job_ids": None, "task_id": None}) == "tasks job-1"
