# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an execution ended is told by its result: never by `completed`, and not by the exit code."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.execution import (
    FAILED,
    RUNNING,
    SUCCEEDED,
    UNKNOWN,
    has_ended,
    outcome,
    outcome_on_node,
    why,
    why_unknown,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError


@pytest.mark.parametrize("info", [None, {}, {"startTime": "2025-01-17T00:00:00Z"}, {"retryCount": 3}])
def test_completed_alone_is_never_a_success(info: dict[str, Any] | None) -> None:
    assert outcome(info, "completed") == FAILED


@pytest.mark.parametrize("code", ["FileUploadAccessDenied", "TaskEnded", None])
def test_exit_code_0_with_the_result_failure_is_a_failure(code: str | None) -> None:
    info = {"exitCode": 0, "result": "failure", "failureInfo": {"code": code}}
    assert outcome(info, "completed") == FAILED


def test_a_failure_without_an_exit_code_is_a_failure() -> None:
    assert outcome({"result": "failure", "failureInfo": {"code": "CommandProgramNotFound"}}, "completed") == FAILED


@pytest.mark.parametrize("result", ["mystery", "failed", "succeeded", "", "none", 1, True, "success "])
def test_a_result_that_is_not_known_is_never_a_success(result: Any) -> None:
    assert outcome({"exitCode": 0, "result": result}, "completed") == UNKNOWN


@pytest.mark.parametrize("result", ["success", "Success", "SUCCESS"])
@pytest.mark.parametrize("exit_code", [0, 1, None])
def test_the_result_success_counts_in_any_case_and_with_any_exit_code(result: str, exit_code: int | None) -> None:
    assert outcome({"exitCode": exit_code, "result": result}, "completed") == SUCCEEDED


@pytest.mark.parametrize("state", ["completed", "Completed"])
def test_a_success_with_a_failure_is_neither(state: str) -> None:
    assert outcome({"result": "success", "failureInfo": {"code": "DiskFull"}}, state) == UNKNOWN
    assert outcome({"result": "success", "failureInfo": None}, state) == SUCCEEDED


@pytest.mark.parametrize(
    ("info", "how", "ended", "unknown"),
    [
        ({"state": "Completed", "result": "success"}, SUCCEEDED, True, None),
        ({"state": "completed", "result": "failure"}, FAILED, True, None),
        ({"state": "Running", "result": "success"}, RUNNING, False, None),
        ({"state": "completed", "result": "mystery"}, UNKNOWN, True, "ended with a result that is not known"),
        ({"state": "strange", "result": "success"}, UNKNOWN, False, "is in a state that is not known"),
        ({}, UNKNOWN, False, "is in a state that is not known"),
    ],
    ids=str,
)
def test_a_task_of_a_node_tells_its_state_itself(
    info: dict[str, Any], how: str, ended: bool, unknown: str | None
) -> None:
    assert (outcome_on_node(info), has_ended(info)) == (how, ended)
    assert how != UNKNOWN or why_unknown(info) == unknown


@pytest.mark.parametrize("result", ["failure", "Failure"])
def test_the_result_failure_counts_in_any_case(result: str) -> None:
    assert outcome({"result": result}, "Completed") == FAILED


@pytest.mark.parametrize(
    ("info", "how"),
    [
        ({"exitCode": 0}, SUCCEEDED),
        ({"exitCode": 1}, FAILED),
        ({"exitCode": -1073741510}, FAILED),
        ({"exitCode": 0, "schedulingError": {"code": "BlobNotFound"}}, FAILED),
        ({"exitCode": 0, "failureInfo": {"code": "DiskFull"}}, FAILED),
        ({"schedulingError": {"code": "BlobNotFound"}}, FAILED),
        ({"result": None, "exitCode": 0}, SUCCEEDED),
    ],
)
def test_an_old_version_without_a_result_is_judged_by_its_errors_and_then_by_the_exit_code(
    info: dict[str, Any], how: str
) -> None:
    assert outcome(info, "completed") == how


@pytest.mark.parametrize("exit_code", [False, 0.0, "0"])
def test_an_exit_code_that_is_no_number_is_no_answer(exit_code: Any) -> None:
    with pytest.raises(AnswerError, match="exitCode of an item is not a number"):
        outcome({"exitCode": exit_code}, "completed")


@pytest.mark.parametrize("state", ["running", "preparing", "active", "mystery", "", None, "not completed"])
@pytest.mark.parametrize("info", [None, {"result": "success", "exitCode": 0}, {"result": "failure"}])
def test_what_is_not_completed_has_not_ended(state: str | None, info: dict[str, Any] | None) -> None:
    assert outcome(info, state) == RUNNING


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (
            {"exitCode": 1, "result": "failure", "failureInfo": {"code": "FailureExitCode"}},
            "exit code 1 (FailureExitCode)",
        ),
        ({"exitCode": 0, "result": "failure", "failureInfo": {"code": "DiskFull"}}, "exit code 0 (DiskFull)"),
        ({"exitCode": 137, "result": "failure"}, "exit code 137"),
        ({"result": "failure", "failureInfo": {"code": "TaskEnded", "message": "By user"}}, "TaskEnded: By user"),
        ({"result": "failure", "failureInfo": {"code": "TaskEnded"}}, "TaskEnded: no message"),
        ({"schedulingError": {"code": "BlobNotFound", "message": "Gone"}}, "BlobNotFound: Gone"),
        ({"result": "failure"}, "result failure"),
        ({"result": "failure", "failureInfo": "text"}, "result failure"),
        ({}, "it ended without a result"),
        (None, "it ended without a result"),
    ],
)
def test_a_failure_is_told_in_a_few_words(info: dict[str, Any] | None, words: str) -> None:
    assert why(info) == words
