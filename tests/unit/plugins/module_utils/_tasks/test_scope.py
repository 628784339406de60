# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tasks are waited for, and which of them may still run."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._tasks.scope import TaskScope
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, STARTED, SUCCESS, task


def scope(condition: str, **job: Any) -> TaskScope:
    """A failed task, one that waits for it, one that waits for a node, one that runs, and one that is listed twice."""
    tally = TaskTally()
    tally.add([task("bad", info=FAILURE), task("behind", "active"), task("next", "active")])
    tally.add([task("busy", "running", STARTED), task("twice", "active"), task("twice", info=SUCCESS)])
    tally.close()
    return TaskScope(condition, JobState("job-1", "active", **job), tally, {"bad": {"behind": "bad"}}, "job-1/")


@pytest.mark.parametrize(
    ("condition", "waiting"),
    [
        ("started", ["behind", "next"]),
        ("completed", ["behind", "next", "busy"]),
        ("succeeded", ["behind", "next", "busy"]),
    ],
)
def test_what_is_not_done_is_waited_for_and_what_is_blocked_does_not_come(condition: str, waiting: list[str]) -> None:
    found = scope(condition)
    assert list(found.waiting) == waiting
    assert list(found.coming) == [task_id for task_id in waiting if task_id != "behind"]
    assert found.disputed == ["twice"]


def test_a_job_whose_time_is_limited_completes_what_is_blocked() -> None:
    assert "behind" in scope("completed", limited=True).coming
    assert "behind" not in scope("succeeded", limited=True).coming


def test_a_reason_names_the_task_with_its_job_and_why_that_stays_so() -> None:
    reason = scope("completed").about("t", "is absent", and_the_job=True)
    assert reason.offenders[0].why == "is absent"
    assert reason.sentence == "job-1/t: is absent, and the job is active"
