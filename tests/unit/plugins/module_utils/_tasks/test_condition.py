# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition reads beside the tasks, look after look."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_tasks import (
    ENTRIES,
    LIST,
    SUBTASKS,
    judged,
    multi,
    subtask,
)
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, SUCCESS, Wire, job, task


def test_a_wait_goes_on_until_one_answer_says_one_thing(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(LIST, page(ENTRIES["succeeded"], ENTRIES["running"]), page(ENTRIES["succeeded"]))
    result = ask(service, TASKS, ScriptedClock(5), job_id="job-1", condition="succeeded", wait=True, wait_sleep=5)
    assert (result["verdict"], result["polls"]) == ("satisfied", 2)


def test_a_gate_is_not_open_either(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(LIST, page(ENTRIES["succeeded"], ENTRIES["running"]))
    assert ask(service, GATE, checks=[{"check": "tasks", "job_id": "job-1"}])["verdict"] == "pending"


def test_before_waiting_tasks_are_given_up_they_are_read_again_without_their_subtasks(service: Loopback) -> None:
    service.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    service.say(SUBTASKS, page(subtask(1, SUCCESS), subtask(2, SUCCESS)))
    result = judged(service, "succeeded", task("t", "active"), multi(), subtasks=True)
    assert (result["verdict"], result["reasons"][0]) == (
        "failed",
        "job job-1: no node can take a task: pool pool-1 does not exist",
    )
    assert service.paths == ["/jobs/job-1", LIST, SUBTASKS, "/pools/pool-1", "/jobs/job-1", LIST]


def test_tasks_that_moved_on_meanwhile_are_not_given_up(service: Loopback) -> None:
    service.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    service.say("/jobs/job-1", job())
    service.say(LIST, page(task("t", "active")), page(ENTRIES["running"]))
    assert ask(service, TASKS, job_id="job-1", condition="succeeded")["verdict"] == "pending"


@pytest.mark.parametrize(
    ("of", "others", "asked"),
    [
        (job(usesTaskDependencies=True), [task("f", info=FAILURE)], True),
        (job(usesTaskDependencies=True), [], False),
        (job(), [task("f", info=FAILURE)], False),
        (job(state="completed", usesTaskDependencies=True), [task("f", info=FAILURE)], False),
    ],
    ids=["failed", "none failed", "no dependencies", "job is over"],
)
def test_what_depends_on_a_failure_is_read_only_where_something_may(
    service: Loopback, of: Wire, others: list[Wire], asked: bool
) -> None:
    judged(service, "succeeded", task("w", "active"), ENTRIES["running"], *others, of=of)
    filters = [request.query.get("$filter") for request in service.asked(LIST)]
    assert ("executionInfo/result eq 'failure'" in filters) is asked
