# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of jobs, from their summary."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._jobs.progress import PROGRESS
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

NO_TASK = {"active": 0, "running": 0, "completed": 0, "succeeded": 0, "failed": 0}


def sentence(condition: str | None, **summary: Any) -> str:
    whole = {
        "total": 1,
        "by_state": {"active": 1},
        "succeeded": 0,
        "failed": 0,
        "missing": [],
        "task_counts": NO_TASK,
        **summary,
    }
    return ", ".join(PROGRESS.counts(Snapshot(summary=whole), {"condition": condition}).parts)


def test_of_one_job_its_tasks_are_counted_where_they_decide() -> None:
    tasks = {"active": 3, "running": 2, "completed": 5, "succeeded": 4, "failed": 1}
    assert sentence("completed", task_counts=tasks) == "5/10 tasks completed, 1 failed, 2 running, 3 active"
    assert sentence("succeeded", task_counts=tasks) == "4/10 tasks succeeded, 1 failed, 2 running, 3 active"
    assert sentence("disabled", task_counts=tasks) == "0/1 disabled, 1 active"


@pytest.mark.parametrize("condition", ["completed", None])
def test_several_jobs_are_counted_with_those_that_are_missing(condition: str | None) -> None:
    states = {"active": 2, "completed": 1}
    assert sentence(condition, total=3, by_state=states, missing=["gone"]) == "1/4 completed, 2 active"


def test_jobs_are_named_and_an_account_is_not() -> None:
    assert PROGRESS.subject({"job_id": "job-1", "job_ids": None}) == "job job-1"
    assert PROGRESS.subject({"job_id": None, "job_ids": ["a", "b", "c"]}) == "jobs a, b and 1 more"
    assert PROGRESS.subject({"job_id": None, "job_ids": None}) == "jobs"
