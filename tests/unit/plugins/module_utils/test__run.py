# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to the printed result: verdicts, messages, queries, and what a wait adds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import Token
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, OptionError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Reset, Silence, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock, taking
from ansible_collections.batchops.azure.tests.support.wire import job

Scripts = Callable[..., ScriptedClock]
WAITING = {"elapsed", "polls", "timed_out", "transient_errors", "last_transient_error"}


def test_an_expression_that_is_true_of_something_is_satisfied(service: Loopback) -> None:
    service.say("/jobs", page(job("a"), job("b")))
    expression = "length(jobs) == `2` && !contains(jobs[].state, 'disabled')"
    result = ask(service, JOBS, task_counts=False, expression=expression)
    assert (result["verdict"], result["reasons"]) == ("satisfied", [])


@pytest.mark.parametrize(
    ("expression", "verdict"), [("summary.failed == `0`", "pending"), ("summary.failed == `1`", "pending")]
)
def test_an_expression_beside_a_condition_must_be_true_as_well(
    service: Loopback, expression: str, verdict: str
) -> None:
    service.say("/jobs", page(job("a", "enabling" if "0" in expression else "active")))
    result = ask(service, JOBS, task_counts=False, condition="active", expression=expression)
    assert result["verdict"] == verdict
    assert len(result["reasons"]) == 1


def test_an_expression_of_another_type_is_refused_with_its_option(service: Loopback) -> None:
    service.say("/jobs", page(job("a")))
    with pytest.raises(OptionError, match=r"^expression: "):
        ask(service, JOBS, task_counts=False, expression="length(jobs)")


@pytest.mark.parametrize("expression", ["!jbs", "summary.faild == summary.sum", "by_job == verdict"])
def test_an_expression_over_names_that_are_not_there_is_refused(service: Loopback, expression: str) -> None:
    """To JMESPath all of these are null, and the expressions are true."""
    service.say("/jobs", page(job("a")))
    with pytest.raises(
        OptionError, match=r"^expression: reads .*, which is not in the result; the (result|summary) has "
    ):
        ask(service, JOBS, task_counts=False, expression=expression)


class Kept:
    """A store in which there is a token for everybody."""

    def sharing(self, _source: object) -> Kept:
        return self

    def fetch(self, _seconds: float) -> Token:
        return Token("kept", time.time(), time.time() + 3_600)

    def drop(self, _text: str) -> None:
        raise AssertionError("nobody has refused it")


def test_the_token_of_another_task_is_taken_where_it_is_kept(service: Loopback) -> None:
    service.say("/jobs", page(job("a")))
    principal = {"client_id": "me", "secret": "s", "tenant": "t"}
    params = params_of(JOBS.arguments, account_endpoint=service.url, task_counts=False, **principal)
    run(params, JOBS, clock=ScriptedClock(), store=Kept())
    assert [request.headers["authorization"] for request in service.requests] == ["Bearer kept"]


def test_without_a_condition_there_is_no_verdict(service: Loopback) -> None:
    service.say("/jobs", page(job("a")))
    result = ask(service, JOBS, task_counts=False)
    assert set(result) == {"changed", "api_version", "jobs", "summary"}
    assert result["changed"] is False


@pytest.mark.parametrize("version", ["2019-08-01.10.0", "2025-06-01"])
def test_a_result_says_which_version_of_the_api_was_asked(service: Loopback, version: str) -> None:
    service.say("/jobs", page(job("a")))
    result = ask(service, JOBS, task_counts=False, api_version=version)
    assert result["api_version"] == version
    assert [request.query["api-version"] for request in service.requests] == [version]


def test_without_a_wait_a_condition_is_only_judged(service: Loopback) -> None:
    service.say("/jobs", page(job("a", "deleting")))
    result = ask(service, JOBS, task_counts=False, condition="active")
    assert result["verdict"] == "failed"
    assert result["msg"] == "Condition active can no longer be satisfied: a: is deleting, not active"
    assert not {"failed", *WAITING} & set(result)


def test_in_check_mode_it_looks_once(service: Loopback) -> None:
    service.say("/jobs", page(job("a", "enabling")))
    result = ask(service, JOBS, task_counts=False, condition="active", wait=True, check_mode=True)
    assert result["verdict"] == "pending"
    assert result["msg"] == "Condition active is not satisfied yet: a: is enabling, not active"
    assert not {"failed", *WAITING} & set(result)


def test_a_wait_that_is_satisfied_has_its_numbers_and_no_message(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs", page(job("a", "enabling")), page(job("a")))
    result = ask(service, JOBS, scripted(15), task_counts=False, condition="active", wait=True)
    assert {name: result[name] for name in WAITING} == {
        "elapsed": 15,
        "polls": 2,
        "timed_out": False,
        "transient_errors": 0,
        "last_transient_error": None,
    }
    assert result["verdict"] == "satisfied"
    assert not {"failed", "msg"} & set(result)


def test_a_wait_that_times_out_has_the_whole_result_in_it(service: Loopback, scripted: Scripts) -> None:
    clock = scripted(15, 15)
    service.say("/jobs", taking(clock, 4, page(job("a", "enabling"))))
    result = ask(service, JOBS, clock, task_counts=False, condition="active", wait=True, wait_timeout=45)
    assert result["msg"] == "Timed out after 42 s, condition active is not satisfied yet: a: is enabling, not active"
    assert (result["failure"]["code"], result["failure"]["message"]) == ("TimedOut", result["msg"])
    assert (result["failed"], result["timed_out"], result["polls"], result["verdict"]) == (True, True, 3, "pending")
    assert [fact["state"] for fact in result["jobs"]] == ["enabling"]
    assert result["summary"]["by_state"] == {"enabling": 1}


def test_a_wait_that_is_pointless_fails_early_with_the_whole_result(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs", page(job("a", "enabling")), page(job("a", "deleting")))
    result = ask(service, JOBS, scripted(15), task_counts=False, condition="active", wait=True)
    assert result["msg"].startswith(
        "Stopped waiting after 15 s, condition active can no longer be satisfied: a: is deleting"
    )
    assert (result["failed"], result["timed_out"], result["verdict"]) == (True, False, "failed")
    assert len(result["jobs"]) == 1


def test_a_message_names_the_expression_where_there_is_no_condition(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs", page(job("a")))
    options = {"expression": "summary.total == `2`", "wait": True, "wait_timeout": 5}
    result = ask(service, JOBS, scripted((4.9, 5)), task_counts=False, **options)
    assert "the expression is not satisfied yet: expression 'summary.total == `2`' gives false" in result["msg"]


def test_errors_that_were_survived_are_told_at_the_time_out(service: Loopback, scripted: Scripts) -> None:
    clock = scripted(15, 15)
    service.say("/jobs", page(job("a", "enabling")), taking(clock, 4, Reset()))
    result = ask(service, JOBS, clock, task_counts=False, condition="active", wait=True, wait_timeout=41)
    assert result["transient_errors"] == 2
    assert "the last transient error: " in result["msg"]
    assert result["last_transient_error"].startswith(service.url)
    assert len(result["jobs"]) == 1


def test_a_last_look_that_the_deadline_cuts_off_is_not_told_as_an_error(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs", page(job("a", "enabling")), Silence())
    clock = scripted(15, (0, 0.3))
    result = ask(service, JOBS, clock, task_counts=False, condition="active", wait=True, wait_timeout=15.3, retries=5)
    assert (result["timed_out"], result["verdict"], len(result["jobs"])) == (True, "pending", 1)
    assert (result["transient_errors"], result["last_transient_error"]) == (0, None)
    assert result["msg"].endswith("; wait_timeout cut off the last poll, and this is what the one before it saw")


def test_pauses_of_retries_count_against_the_one_deadline(service: Loopback, scripted: Scripts) -> None:
    busy = refusal(503, "ServerBusy", Retry_After="20")
    service.say("/jobs", page(job("a", "enabling")), busy, busy)
    options = {"condition": "active", "wait": True, "wait_timeout": 40, "retries": 5}
    clock = scripted(15, (20, 21))
    result = ask(service, JOBS, clock, task_counts=False, **options)
    assert result["timed_out"]
    assert result["elapsed"] <= 40


def test_an_object_that_vanishes_during_the_wait_ends_it(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs/a", job("a", "enabling"), refusal(404, "JobNotFound"))
    with pytest.raises(ServiceError, match="JobNotFound"):
        ask(service, JOBS, scripted(15), job_id="a", task_counts=False, condition="active", wait=True)


@pytest.mark.parametrize("wait", [False, True])
def test_names_at_any_depth_are_those_of_facts_to_expressions_and_queries(service: Loopback, wait: bool) -> None:
    service.say("/jobs", page(job("a", poolInfo={"poolId": "pool-1"})))
    name = "jobs[0].pool_info.pool_id"
    result = ask(service, JOBS, task_counts=False, condition="active", wait=wait, query=name)
    assert result["query_result"] == "pool-1"
    result = ask(service, JOBS, task_counts=False, wait=wait, expression=f"{name} == 'pool-1'")
    assert result["verdict"] == "satisfied"


@pytest.mark.parametrize("wait", [False, True])
def test_what_a_user_calls_a_check_is_never_masked(service: Loopback, wait: bool) -> None:
    service.say("/jobs/a", job("a"))
    check = {"check": "jobs", "name": "key=7", "job_id": "a", "condition": "active"}
    result = ask(service, GATE, checks=[check], wait=wait)
    assert [(found["name"], found["verdict"]) for found in result["checks"]] == [("key=7", "satisfied")]


def test_a_query_sees_the_whole_result(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs", page(job("a", "deleting")))
    options = {"condition": "active", "wait": True, "query": "[verdict, polls, jobs[0].id, failed]"}
    result = ask(service, JOBS, scripted(), task_counts=False, **options)
    assert result["query_result"] == ["failed", 1, "a", True]


def test_a_query_that_does_not_fit_is_refused_with_its_option(service: Loopback) -> None:
    service.say("/jobs", page(job("a")))
    with pytest.raises(OptionError, match=r"^query: "):
        ask(service, JOBS, task_counts=False, query="abs(jobs)")


@pytest.mark.parametrize("redact", ["strict", "patterns", "none"])
def test_secrets_are_masked_unless_the_user_wants_them(service: Loopback, redact: str) -> None:
    settings = [{"name": "DB_PASSWORD", "value": "hunter2"}]
    service.say("/jobs", page(job("a", commonEnvironmentSettings=settings, url="https://x/?sig=hunter2")))
    text = str(ask(service, JOBS, task_counts=False, redact=redact))
    assert text.count("hunter2") == (2 if redact == "none" else 0)


def test_a_time_out_that_one_look_outlasts_still_ends_with_a_sentence(service: Loopback, scripted: Scripts) -> None:
    clock = scripted()
    service.say("/jobs", taking(clock, 6, page(job("a", "enabling"))))
    result = ask(service, JOBS, clock, task_counts=False, condition="active", wait=True, wait_timeout=5)
    assert result["msg"] == "Timed out after 6 s, condition active is not satisfied yet: a: is enabling, not active"
    assert (result["timed_out"], result["polls"]) == (True, 1)


@pytest.mark.parametrize("nested", ['{"a":' * 400 + "1" + "}" * 400, "[" * 800 + "]" * 800])
@pytest.mark.parametrize("more", [{}, {"query": "jobs"}])
def test_an_answer_that_is_nested_too_deeply_is_an_error(service: Loopback, nested: str, more: dict[str, Any]) -> None:
    service.say("/jobs/a", Answer(f'{{"id": "a", "tags": {nested}, "other": {nested}}}'))
    with pytest.raises(AnswerError, match=r"nested too deeply|not valid JSON"):
        ask(service, JOBS, job_id="a", task_counts=False, **more)
