# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where preparation and release have run: an empty list is never done, and a failure is told by its result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import PREP
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    UPLOAD_FAILED,
    Wire,
    job,
    prepared,
    troubled,
)

STATUS = "/jobs/job-1/jobpreparationandreleasetaskstatus"
BOTH = {"jobPreparationTask": {"id": "prep"}, "jobReleaseTask": {"id": "release"}}
ENDED = ["terminating", "completed", "deleting", "disabled"]


def judged(
    service: Loopback, *entries: Wire, condition: str = "prepared", state: str = "active", **options: Any
) -> dict[str, Any]:
    service.say("/jobs/job-1", job(state=state, **BOTH))
    service.say(STATUS, page(*entries))
    return ask(service, PREP, job_id="job-1", condition=condition, **options)


def released(node_id: str, info: Wire | None) -> Wire:
    return prepared(node_id, SUCCESS, info)


@pytest.mark.parametrize("condition", ["prepared", "released"])
@pytest.mark.parametrize("options", [{}, {"min_nodes": 1}, {"expected_nodes": ["a"]}, {"missing_ok": True}])
@pytest.mark.parametrize(
    "expression", [None, "length(nodes[?preparation.result != 'success']) == `0`", "summary.failed == `0`", "`true`"]
)
def test_an_empty_list_means_not_started_and_never_done(
    service: Loopback, condition: str, options: dict[str, Any], expression: str | None
) -> None:
    result = judged(service, condition=condition, expression=expression, **options)
    assert result["verdict"] == "pending"
    assert "has not started on" in result["reasons"][0]


@pytest.mark.parametrize("state", ["active", *ENDED])
@pytest.mark.parametrize("missing_ok", [True, False])
def test_an_empty_list_satisfies_no_expression_in_any_state(service: Loopback, state: str, missing_ok: bool) -> None:
    service.say("/jobs/job-1", job(state=state, **BOTH))
    service.say(STATUS, page())
    expression = "length(nodes[?preparation.result != 'success']) == `0`"
    result = ask(service, PREP, job_id="job-1", expression=expression, missing_ok=missing_ok)
    assert (result["verdict"], result["summary"]["total"]) == ("pending", 0)


@pytest.mark.parametrize("state", ENDED)
def test_an_empty_list_of_a_job_that_has_ended_is_hopeless_for_preparation(service: Loopback, state: str) -> None:
    result = judged(service, state=state)
    assert result["verdict"] == "failed"
    assert result["reasons"] == [f"job-1: preparation has not started on any node, and the job is {state}"]


@pytest.mark.parametrize(
    ("state", "verdict"), [("terminating", "pending"), ("disabled", "pending"), ("completed", "failed")]
)
def test_release_begins_only_when_the_job_ends(service: Loopback, state: str, verdict: str) -> None:
    assert judged(service, released("a", None), condition="released", state=state)["verdict"] == verdict


@pytest.mark.parametrize(
    ("info", "verdict"),
    [
        (SUCCESS, "satisfied"),
        ({**SUCCESS, "result": "Success"}, "satisfied"),
        ({**STARTED, "state": "completed", "exitCode": 0}, "satisfied"),
        (FAILURE, "failed"),
        ({**FAILURE, "result": "Failure"}, "failed"),
        (UPLOAD_FAILED, "failed"),
        (NEVER_STARTED, "failed"),
        ({"state": "completed"}, "failed"),
        (MYSTERY, "pending"),
        (STARTED, "pending"),
        ({"state": "hibernating"}, "pending"),
        ({}, "pending"),
        (None, "pending"),
    ],
    ids=str,
)
def test_an_entry_is_judged_by_its_result(service: Loopback, info: Wire | None, verdict: str) -> None:
    assert judged(service, prepared("a", info))["verdict"] == verdict
    assert judged(service, released("a", info), condition="released")["verdict"] == verdict


@pytest.mark.parametrize(
    ("info", "verdict"),
    [(SUCCESS, "satisfied"), (FAILURE, "failed"), (MYSTERY, "pending"), (STARTED, "pending")],
    ids=str,
)
def test_one_entry_is_enough_to_spoil_it(service: Loopback, info: Wire, verdict: str) -> None:
    assert judged(service, prepared("a", SUCCESS), prepared("b", info))["verdict"] == verdict


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (prepared("tvm-3", FAILURE), "tvm-3: preparation failed, exit code 1 (FailureExitCode)"),
        (prepared("tvm-3", UPLOAD_FAILED), "tvm-3: preparation failed, exit code 0 (FileUploadAccessDenied)"),
        (prepared("tvm-3", STARTED), "job-1: preparation is running on tvm-3"),
        (prepared("tvm-3", MYSTERY), "tvm-3: preparation ended with a result that is not known"),
    ],
)
def test_a_reason_names_the_node_and_what_is_wrong(service: Loopback, entry: Wire, reason: str) -> None:
    assert judged(service, prepared("a", SUCCESS), entry)["reasons"] == [reason]


def test_null_is_as_good_as_absent(service: Loopback) -> None:
    nulls = {"jobPreparationTaskExecutionInfo": None, "jobReleaseTaskExecutionInfo": None}
    result = judged(service, {"poolId": "pool-1", "nodeId": "a", **nulls})
    assert (result["verdict"], result["summary"]["running"]) == ("pending", 0)
    assert result["reasons"] == ["job-1: preparation has not started on any node: the job has no task yet"]


def test_a_release_is_needed_wherever_preparation_has_run(service: Loopback) -> None:
    entries = released("a", SUCCESS), released("b", None), prepared("c", FAILURE)
    result = judged(service, *entries, condition="released", state="terminating")
    assert (result["verdict"], result["reasons"]) == ("pending", ["job-1: release has not started on b, c"])


@pytest.mark.parametrize("state", ["terminating", "disabled"])
def test_what_runs_in_a_job_that_is_ending_may_still_succeed(service: Loopback, state: str) -> None:
    assert judged(service, prepared("a", STARTED), state=state)["verdict"] == "pending"


@pytest.mark.parametrize("state", ["completed", "deleting"])
@pytest.mark.parametrize("condition", ["prepared", "released"])
def test_what_runs_in_a_job_that_is_over_never_ends(service: Loopback, condition: str, state: str) -> None:
    entry = prepared("a", STARTED) if condition == "prepared" else released("a", STARTED)
    result = judged(service, entry, condition=condition, state=state)
    assert result["verdict"] == "failed"
    assert result["reasons"][0].endswith(f" is running on a, and the job is {state}")


@pytest.mark.parametrize("state", ["active", *ENDED])
def test_what_has_succeeded_everywhere_is_satisfied_in_any_state(service: Loopback, state: str) -> None:
    assert judged(service, released("a", SUCCESS), state=state)["verdict"] == "satisfied"
    assert judged(service, released("a", SUCCESS), state=state, condition="released")["verdict"] == "satisfied"


@pytest.mark.parametrize(
    ("code", "verdict"), [("PoolNotFound", "failed"), ("JobTerminationAwaitingNodeProcessing", "pending")]
)
def test_a_scheduling_error_is_the_end_unless_it_is_progress(service: Loopback, code: str, verdict: str) -> None:
    service.say("/jobs/job-1", troubled(code, "terminating", **BOTH))
    service.say(STATUS, page(released("a", STARTED)))
    assert ask(service, PREP, job_id="job-1", condition="released")["verdict"] == verdict


OK, RUNS, BAD = prepared("a", SUCCESS), prepared("b", STARTED), prepared("c", FAILURE)


@pytest.mark.parametrize(
    ("entries", "options", "verdict"),
    [
        ([OK], {"min_nodes": 1}, "satisfied"),
        ([OK], {"min_nodes": 2}, "pending"),
        ([OK, RUNS], {"min_nodes": 1}, "satisfied"),
        ([OK, RUNS], {"min_nodes": 2}, "pending"),
        ([OK, BAD], {"min_nodes": 1}, "failed"),
        ([OK], {"expected_nodes": ["a"]}, "satisfied"),
        ([OK, RUNS], {"expected_nodes": ["a"]}, "satisfied"),
        ([OK, BAD], {"expected_nodes": ["a"]}, "satisfied"),
        ([OK, RUNS], {"expected_nodes": ["a", "b"]}, "pending"),
        ([OK], {"expected_nodes": ["a", "z"]}, "pending"),
        ([OK, BAD], {"expected_nodes": ["a", "c"]}, "failed"),
        ([OK, RUNS], {"expected_nodes": ["z"]}, "pending"),
        ([OK], {"expected_nodes": ["a"], "min_nodes": 2}, "pending"),
        ([OK, RUNS], {"expected_nodes": ["a", "b"], "min_nodes": 1}, "pending"),
    ],
)
def test_at_least_so_many_and_the_expected_nodes_are_needed(
    service: Loopback, entries: list[Wire], options: dict[str, Any], verdict: str
) -> None:
    assert judged(service, *entries, **options)["verdict"] == verdict


def test_only_where_it_is_expected_a_release_is_needed(service: Loopback) -> None:
    entries = released("a", SUCCESS), released("b", None)
    result = judged(service, *entries, condition="released", state="terminating", expected_nodes=["a"])
    assert result["verdict"] == "satisfied"


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("active", "job-1: preparation has succeeded on 1 of at least 3 nodes"),
        ("terminating", "job-1: preparation has succeeded on 1 of at least 3 nodes, and the job is terminating"),
    ],
)
def test_too_few_nodes_are_told_in_numbers(service: Loopback, state: str, reason: str) -> None:
    result = judged(service, OK, RUNS, min_nodes=3, state=state)
    assert set(result["reasons"]) == {"job-1: preparation is running on b", reason}


def test_what_runs_in_a_job_that_is_ending_may_still_make_up_the_number(service: Loopback) -> None:
    assert judged(service, OK, RUNS, min_nodes=2, state="terminating")["verdict"] == "pending"


@pytest.mark.parametrize("options", [{"min_nodes": 2}, {"expected_nodes": ["a", "z"]}])
@pytest.mark.parametrize("state", ENDED)
def test_nodes_that_lack_in_a_job_that_has_ended_never_come(
    service: Loopback, options: dict[str, Any], state: str
) -> None:
    assert judged(service, OK, state=state, **options)["verdict"] == "failed"


@pytest.mark.parametrize("code", ["JobPreparationTaskOrReleaseTaskNotSpecified", "JobPreparationTaskNotSpecified"])
@pytest.mark.parametrize("condition", ["prepared", "released"])
@pytest.mark.parametrize(("missing_ok", "verdict"), [(True, "satisfied"), (False, "failed")])
def test_a_job_without_the_task_is_a_fact_and_fine_only_where_it_may_lack(
    service: Loopback, code: str, condition: str, missing_ok: bool, verdict: str
) -> None:
    service.say("/jobs/job-1", job())
    service.say(STATUS, refusal(409, code))
    result = ask(service, PREP, job_id="job-1", condition=condition, missing_ok=missing_ok)
    assert (result["verdict"], result["nodes"]) == (verdict, [])
    assert (result["summary"]["has_prep_task"], result["summary"]["has_release_task"]) == (False, False)


def test_the_service_has_the_last_word_on_whether_there_is_a_task(service: Loopback) -> None:
    service.say("/jobs/job-1", job(**BOTH))
    service.say(STATUS, refusal(409, "JobPreparationTaskOrReleaseTaskNotSpecified"))
    assert ask(service, PREP, job_id="job-1")["summary"]["has_prep_task"] is False


def test_a_job_without_a_task_satisfies_no_expression(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(STATUS, refusal(409, "JobPreparationTaskOrReleaseTaskNotSpecified"))
    options = {"expression": "length(nodes) == `0`", "missing_ok": True}
    assert ask(service, PREP, job_id="job-1", **options)["verdict"] == "pending"
