# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition reads beside the tasks, look after look."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._tasks.condition import TaskCondition
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally
from ansible_collections.batchops.azure.tests.support.asking import ask, question
from ansible_collections.batchops.azure.tests.support.asking_tasks import (
    ENTRIES,
    LIST,
    SUBTASKS,
    judged,
    multi,
    subtask,
)
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, SUCCESS, Wire, counts, job, task

WAITS = task("w", "active")


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
    ("of", "others", "options", "asked"),
    [
        (job(usesTaskDependencies=True), [task("f", info=FAILURE), WAITS], {}, True),
        (job(usesTaskDependencies=True), [WAITS], {}, False),
        (job(usesTaskDependencies=True), [task("f", info=FAILURE)], {}, False),
        (job(), [task("f", info=FAILURE), WAITS], {}, False),
        (job(state="completed", usesTaskDependencies=True), [task("f", info=FAILURE), WAITS], {}, False),
        # What it waits for may be among those that nobody asked about.
        (job(usesTaskDependencies=True), [WAITS], {"filter": "state eq 'active'"}, True),
        (job(usesTaskDependencies=True), [], {"task_ids": ["w"]}, True),
    ],
    ids=["failed", "none failed", "none waits", "no dependencies", "job is over", "filter", "named"],
)
def test_what_depends_on_a_failure_is_read_only_where_something_may(
    service: Loopback, of: Wire, others: list[Wire], options: dict[str, Any], asked: bool
) -> None:
    service.say(f"{LIST}/w", WAITS)
    judged(service, "succeeded", ENTRIES["running"], *others, of=of, **options)
    filters = [request.query.get("$filter") for request in service.asked(LIST)]
    assert ("executionInfo/result eq 'failure'" in filters) is asked


ALL_OF_THEM = {"wait": True, "fail_fast": False, "wait_timeout": 1}


@pytest.mark.parametrize(
    ("tasks", "options", "asked"),
    [
        ([WAITS], {}, True),
        ([WAITS, ENTRIES["succeeded"]], {}, True),
        ([WAITS, ENTRIES["running"]], {}, False),
        ([WAITS, ENTRIES["unknown state"]], {}, False),
        ([ENTRIES["succeeded"]], {}, False),
        ([ENTRIES["unknown result"]], {}, False),
        # It is decided, unless every failure is wanted.
        ([WAITS, ENTRIES["failed"]], {}, False),
        ([WAITS, ENTRIES["failed"]], ALL_OF_THEM, True),
        ([ENTRIES["failed"]], ALL_OF_THEM, False),
    ],
    ids=[
        "waits",
        "beside a success",
        "one runs",
        "one does who knows what",
        "done",
        "none waits",
        "failed",
        "all",
        "none",
    ],
)
def test_whether_the_pool_has_a_node_is_asked_only_where_tasks_wait_for_one(
    service: Loopback, tasks: list[Wire], options: dict[str, Any], asked: bool
) -> None:
    service.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    judged(service, "succeeded", *tasks, **options)
    assert ("/pools/pool-1" in service.paths) is asked


def test_what_can_get_no_node_is_over_where_all_failures_are_wanted(service: Loopback) -> None:
    service.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    result = judged(service, "succeeded", WAITS, ENTRIES["failed"], **ALL_OF_THEM)
    assert (result["verdict"], result["timed_out"], result["polls"]) == ("failed", False, 1)


def test_of_the_job_is_read_what_decides(service: Loopback) -> None:
    judged(service, "succeeded", ENTRIES["succeeded"])
    select = service.asked("/jobs/job-1")[0].query["$select"]
    assert select == "id,state,executionInfo,usesTaskDependencies,constraints"


@pytest.mark.parametrize(("running", "verdict"), [(0, "failed"), (1, "pending")])
def test_a_small_look_asks_for_the_pool_only_where_nothing_runs(service: Loopback, running: int, verdict: str) -> None:
    service.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/taskcounts", counts(active=1, running=running))
    service.say(LIST, page(WAITS))
    options = question(TASKS.arguments, job_id="job-1", condition="completed", details="summary")
    condition, of = TaskCondition(connect(service.url), options), JobState("job-1", "active", pool_id="pool-1")
    tally = TaskTally()
    for tasks in ([WAITS], [ENTRIES["running"]]):
        tally.add(tasks)
    tally.close()
    condition.judge(of, tally)
    look = condition.probe(of)
    assert look
    assert look.judgement
    assert (look.judgement.verdict, "/pools/pool-1" in service.paths) == (verdict, verdict == "failed")
