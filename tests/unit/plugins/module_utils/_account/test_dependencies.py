# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that wait in vain for one that failed: named, with the cause first, and only where they really are blocked."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.dependencies import read_blocked
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, page
from ansible_collections.batchops.azure.tests.support.modules import TASKS
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    UPLOAD_FAILED,
    Wire,
    job,
    task,
)

LIST = "/jobs/job-1/tasks"
DEPENDS = {"usesTaskDependencies": True}


def waits(task_id: str, *others: str, spans: tuple[tuple[int, int], ...] = ()) -> Wire:
    ranges = [{"start": start, "end": end} for start, end in spans]
    return task(task_id, "active", dependsOn={"taskIds": list(others), "taskIdRanges": ranges})


def failed(task_id: str = "a", info: Wire | None = None, **conditions: Any) -> Wire:
    return task(
        task_id, info=FAILURE if info is None else info, **({"exitConditions": conditions} if conditions else {})
    )


def say(service: Loopback, *tasks: Wire) -> None:
    """Answers the list with its filters as the service does."""

    def answer(request: Request) -> Answer:
        condition = request.query.get("$filter")
        kept = {
            None: lambda item: True,
            "executionInfo/result eq 'failure'": lambda item: item["executionInfo"].get("result") == "failure",
            "state eq 'active'": lambda item: item["state"] == "active",
        }[condition]
        return page(*(item for item in tasks if kept(item)))

    service.say(LIST, answer)
    for item in tasks:
        service.say(f"{LIST}/{item['id']}", item)


def blocked(service: Loopback, *tasks: Wire) -> dict[str, dict[str, str]]:
    say(service, *tasks)
    return read_blocked(connect(service.url), "job-1")


def judged(service: Loopback, *tasks: Wire, condition: str = "completed", **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", job(**{**DEPENDS, **options.pop("job", {})}))
    say(service, *tasks)
    return ask(service, TASKS, job_id="job-1", condition=condition, **options)


def test_what_depends_on_a_failed_task_is_blocked_directly_and_through_others(service: Loopback) -> None:
    tasks = failed("a"), waits("b", "a"), waits("c", "b"), waits("d", "c", "x"), waits("e", "x"), waits("f")
    assert blocked(service, *tasks) == {"a": {"b": "a", "c": "b", "d": "c"}}


def test_a_circle_comes_to_an_end(service: Loopback) -> None:
    assert blocked(service, failed("a"), waits("b", "a", "c"), waits("c", "b")) == {"a": {"b": "a", "c": "b"}}


def test_a_task_that_waits_anew_after_its_failure_does_not_block_itself(service: Loopback) -> None:
    assert blocked(service, failed("a"), waits("a", "b"), waits("b", "a")) == {"a": {"b": "a"}}


def test_what_runs_by_now_is_not_blocked(service: Loopback) -> None:
    service.say(LIST, page(failed("a"), {**waits("b", "a"), "state": "running"}))
    assert read_blocked(connect(service.url), "job-1") == {}


def test_a_failure_that_nothing_waits_for_blocks_nothing(service: Loopback) -> None:
    assert blocked(service, failed("a"), waits("b", "x")) == {}


def test_without_a_failure_the_waiting_tasks_are_not_read(service: Loopback) -> None:
    assert blocked(service, task("a", info=SUCCESS), waits("b", "a")) == {}
    assert [request.query["$filter"] for request in service.asked(LIST)] == ["executionInfo/result eq 'failure'"]


@pytest.mark.parametrize(
    ("task_id", "spans", "is_blocked"),
    [
        ("5", ((1, 9),), True),
        ("1", ((1, 9),), True),
        ("9", ((1, 9),), True),
        ("0", ((1, 9),), False),
        ("10", ((1, 9),), False),
        ("5", ((1, 2), (4, 6)), True),
        ("3", ((1, 2), (4, 6)), False),
        ("5", ((5, 5),), True),
        # A range stands for ids that are plain numbers.
        ("05", ((1, 9),), False),
        ("+5", ((1, 9),), False),
        ("task-5", ((1, 9),), False),
        ("0", ((0, 9),), True),
        ("2147483647", ((1, 2147483647),), True),
    ],
)
def test_a_range_of_ids_is_a_dependency_on_each(
    service: Loopback, task_id: str, spans: tuple[tuple[int, int], ...], is_blocked: bool
) -> None:
    found = blocked(service, failed(task_id), waits("after", spans=spans))
    assert found == ({task_id: {"after": task_id}} if is_blocked else {})


@pytest.mark.parametrize("number", range(10))
def test_of_many_ranges_those_that_hold_the_number_are_dependencies(service: Loopback, number: int) -> None:
    spans = [(start, end) for end in reversed(range(9)) for start in range(9)]
    tasks = [waits(f"from {start} to {end}", spans=((start, end),)) for start, end in spans]
    behind = {f"from {start} to {end}" for start, end in spans if start <= number <= end}
    assert set(blocked(service, failed(str(number)), *tasks).get(str(number), ())) == behind


@pytest.mark.parametrize(
    ("task_id", "span", "is_blocked"),
    [
        ("0", {"end": 3}, True),
        ("3", {"end": 3}, True),
        ("0", {"start": 0}, True),
        ("1", {"start": 0}, False),
        ("0", {}, True),
        ("1", {}, False),
    ],
    ids=str,
)
def test_an_end_of_a_range_that_is_not_told_is_0(service: Loopback, task_id: str, span: Wire, is_blocked: bool) -> None:
    after = task("after", "active", dependsOn={"taskIdRanges": [span]})
    assert bool(blocked(service, failed(task_id), after)) is is_blocked


def test_of_tasks_only_what_decides_is_read(service: Loopback) -> None:
    blocked(service, failed("a"), waits("b", "a"))
    assert [(request.query["$filter"], request.query["$select"]) for request in service.asked(LIST)] == [
        ("executionInfo/result eq 'failure'", "id,state,executionInfo,exitConditions"),
        ("state eq 'active'", "id,state,dependsOn"),
    ]


BLOCK, SATISFY = ({"exitOptions": {"dependencyAction": action}} for action in ("block", "satisfy"))
NO_SAY = {"exitOptions": {"jobAction": "none"}}
OTHER_CODE: Wire = {**FAILURE, "exitCode": 7}


@pytest.mark.parametrize(
    ("info", "conditions", "is_blocked"),
    [
        (FAILURE, {}, True),
        (FAILURE, {"default": {"dependencyAction": "block"}}, True),
        (FAILURE, {"default": {"dependencyAction": "satisfy"}}, False),
        (FAILURE, {"default": {"dependencyAction": "Satisfy"}}, False),
        (FAILURE, {"default": {"jobAction": "none"}}, True),
        (FAILURE, {"exitCodes": [{"code": 1, **SATISFY}]}, False),
        (FAILURE, {"exitCodes": [{"code": 2, **SATISFY}]}, True),
        (FAILURE, {"exitCodes": [{"code": 1, **NO_SAY}]}, True),
        (FAILURE, {"exitCodes": [{"code": 1, **BLOCK}], "default": {"dependencyAction": "satisfy"}}, True),
        (OTHER_CODE, {"exitCodeRanges": [{"start": 5, "end": 9, **SATISFY}]}, False),
        (OTHER_CODE, {"exitCodeRanges": [{"start": 7, "end": 7, **SATISFY}]}, False),
        (OTHER_CODE, {"exitCodeRanges": [{"start": 8, "end": 9, **SATISFY}]}, True),
        (OTHER_CODE, {"exitCodeRanges": [{"start": 5, "end": 9, **BLOCK}], "default": {"dependencyAction": "satisfy"}}, True),
        (OTHER_CODE, {"exitCodeRanges": [{"start": 7, **SATISFY}]}, True),
        (FAILURE, {"exitCodeRanges": [{"start": -1, **SATISFY}]}, True),
        (UPLOAD_FAILED, {"exitCodeRanges": [{"end": 3, **SATISFY}]}, False),
        # Without an exit code it is in no range.
        (NEVER_STARTED, {"exitCodeRanges": [{"start": 0, "end": 9, **SATISFY}]}, True),
        # How it ended is not known so well that a condition could be excluded: then it is waited for.
        (UPLOAD_FAILED, {"fileUploadError": {"dependencyAction": "satisfy"}}, False),
        (UPLOAD_FAILED, {"exitCodes": [{"code": 0, **SATISFY}]}, False),
        (NEVER_STARTED, {"preProcessingError": {"dependencyAction": "satisfy"}}, False),
        (NEVER_STARTED, {}, True),
        (UPLOAD_FAILED, {}, True),
    ],
    ids=str,
)  # fmt: skip
def test_exit_conditions_say_whether_others_may_go_on(
    service: Loopback, info: Wire, conditions: Wire, is_blocked: bool
) -> None:
    assert bool(blocked(service, failed("a", info, **conditions), waits("b", "a"))) is is_blocked


@pytest.mark.parametrize("other", [task("a", "active"), task("a", "running", {**STARTED, "result": "failure"})])
def test_a_task_that_runs_again_after_a_failure_blocks_nothing(service: Loopback, other: Wire) -> None:
    say(service, other, waits("b", "a"))
    assert read_blocked(connect(service.url), "job-1") == {}


@pytest.mark.parametrize(
    "depends_on",
    [{"taskIds": "a"}, {"taskIds": 7}, {"taskIdRanges": 7}, {"taskIdRanges": [{"start": "1"}]}, "a", ["a"]],
    ids=str,
)
def test_what_is_not_understood_is_an_error(service: Loopback, depends_on: Any) -> None:
    with pytest.raises(AnswerError):
        blocked(service, failed("a"), task("b", "active", dependsOn=depends_on))


@pytest.mark.parametrize(
    "conditions",
    [
        {"default": "x"},
        {"exitCodes": 7},
        {"exitCodeRanges": [7]},
        {"exitCodeRanges": [{"start": "a", "end": 2}]},
        {"exitCodes": [{"code": 1, "exitOptions": []}]},
    ],
    ids=str,
)
def test_conditions_that_are_not_understood_are_an_error(service: Loopback, conditions: Any) -> None:
    with pytest.raises(AnswerError):
        blocked(service, failed("a", **conditions), waits("b", "a"))


def test_a_long_chain_of_ranges_takes_about_as_long_as_one_of_ids(service: Loopback) -> None:
    """Ten thousand tasks, each behind the one before it. Looking at all of them for each would be a hundred million."""

    def cost(*chain: Wire) -> float:
        began = process_time()
        assert len(blocked(service, failed("1"), *chain)["1"]) == 9_999
        return process_time() - began

    numbers = range(2, 10_001)
    by_id = cost(*(waits(str(number), str(number - 1)) for number in numbers))
    assert cost(*(waits(str(number), spans=((number - 1, number - 1),)) for number in numbers)) < by_id * 4


class TestVerdict:
    """What the tasks' conditions make of it."""

    @pytest.mark.parametrize("condition", ["started", "completed", "succeeded"])
    def test_a_blocked_task_ends_the_wait(self, service: Loopback, condition: str) -> None:
        result = judged(service, failed("a"), waits("b", "a"), waits("c", "b"), condition=condition)
        assert result["verdict"] == "failed"
        assert "b, c: cannot run, they depend on a, which failed" in result["reasons"]

    def test_a_single_one_is_told_in_the_singular(self, service: Loopback) -> None:
        result = judged(service, failed("a"), waits("b", "a"))
        assert result["reasons"][0] == "b: cannot run, it depends on a, which failed"

    def test_of_several_jobs_the_job_is_named(self, service: Loopback) -> None:
        service.say("/jobs/job-1", job(**DEPENDS))
        say(service, failed("a"), waits("b", "a"))
        result = ask(service, TASKS, job_ids=["job-1"], condition="completed")
        assert result["reasons"][0] == "job-1/b: cannot run, it depends on a, which failed"

    def test_what_blocks_most_comes_first(self, service: Loopback) -> None:
        tasks = failed("idle"), failed("one"), failed("two"), waits("x", "one"), waits("y", "two"), waits("z", "y")
        result = judged(service, *tasks, condition="succeeded", diagnostics=True)
        assert [reason.split(":")[0] for reason in result["reasons"][:3]] == ["two", "one", "idle"]
        assert [(failure["task_id"], failure["blocks"]) for failure in result["failures"]] == [
            ("two", 2),
            ("one", 1),
            ("idle", 0),
        ]

    def test_a_named_task_is_blocked_by_one_that_is_not_named(self, service: Loopback) -> None:
        result = judged(service, failed("a"), waits("b", "a"), waits("c", "b"), task_ids=["c"])
        assert result["reasons"][0] == "c: cannot run, it depends on a, which failed"

    def test_a_named_task_that_is_not_blocked_is_waited_for(self, service: Loopback) -> None:
        result = judged(service, failed("a"), waits("b", "a"), waits("c", "x"), task("x", "running"), task_ids=["c"])
        assert result["verdict"] == "pending"

    def test_a_task_with_an_unknown_end_blocks_nothing(self, service: Loopback) -> None:
        assert judged(service, task("a", info=MYSTERY), waits("b", "a"))["verdict"] == "pending"

    @pytest.mark.parametrize("job_wire", [{"usesTaskDependencies": False}, {"usesTaskDependencies": None}])
    def test_a_job_without_dependencies_is_not_asked_for_them(self, service: Loopback, job_wire: Wire) -> None:
        assert judged(service, failed("a"), waits("b", "a"), job=job_wire)["verdict"] == "pending"
        assert [request.query.get("$filter") for request in service.asked(LIST)] == [None]

    def test_nobody_is_asked_where_nothing_waits_or_nothing_failed(self, service: Loopback) -> None:
        judged(service, failed("a"), task("b", "running", STARTED))
        judged(service, task("a", info=SUCCESS), waits("b", "a"))
        assert [request.query.get("$filter") for request in service.asked(LIST)] == [None, None]

    def test_a_task_that_ended_before_it_started_is_not_retried_by_anybody(self, service: Loopback) -> None:
        result = judged(service, failed("a", NEVER_STARTED), waits("b", "a"), diagnostics=True)
        assert (result["verdict"], result["failures"][0]["task_id"]) == ("failed", "a")
        assert result["failures"][0]["reason"] == "TaskEnded: Task was ended by user request"

    def test_a_job_whose_time_is_limited_completes_its_blocked_tasks(self, service: Loopback) -> None:
        limited = {"constraints": {"maxWallClockTime": "PT1H"}}
        result = judged(service, failed("a"), waits("b", "a"), job=limited)
        assert (result["verdict"], result["reasons"][0]) == (
            "pending",
            "b: cannot run, it depends on a, which failed",
        )
        assert judged(service, failed("a"), waits("b", "a"), job=limited, condition="started")["verdict"] == "failed"


def test_a_task_may_be_named_in_another_case(service: Loopback) -> None:
    say(service, failed("a"), waits("b", "A"), waits("c", "B"))
    assert read_blocked(connect(service.url), "job-1") == {"a": {"b": "a", "c": "b"}}


def test_an_id_of_thousands_of_digits_is_no_number(service: Loopback) -> None:
    service.say(LIST, page(failed("1" * 5_000)), page(waits("b", "a", spans=((1, 5),))))
    assert read_blocked(connect(service.url), "job-1") == {}
