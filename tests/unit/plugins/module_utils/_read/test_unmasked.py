# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking opens no gate: what an expression is judged on, what a query says, and what `redact` accepts."""

from __future__ import annotations

import traceback

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.tests.support.asking import ask, validate
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS
from ansible_collections.batchops.azure.tests.support.wire import job


@pytest.mark.parametrize("redact", [True, False, "yes", "no", "true", "false", "", "Strict", 0])
def test_what_redact_was_before_is_refused_with_a_sentence_that_names_the_three(redact: object) -> None:
    for arguments in (JOBS.arguments, GATE.arguments):
        (message,) = [text for text in validate(arguments, redact=redact).error_messages if "redact" in text]
        assert "strict, patterns, none" in message


VARIABLE = "jobs[0].common_environment_settings[?name=='MODE'] | [0].value"


@pytest.fixture
def forbidden(service: Loopback) -> Loopback:
    """A job with a setting that everybody sees masked."""
    settings = [{"name": "MODE", "value": "hunter2"}]
    service.say("/jobs", page(job("a", commonEnvironmentSettings=settings, displayName="shown")))
    return service


@pytest.mark.parametrize("redact", ["strict", "patterns", "none"])
def test_an_expression_is_judged_on_what_the_service_sent(forbidden: Loopback, redact: str) -> None:
    result = ask(forbidden, JOBS, task_counts=False, redact=redact, expression=f"{VARIABLE} != 'hunter2'")
    assert result["verdict"] == "pending"
    result = ask(forbidden, JOBS, task_counts=False, redact=redact, expression=f"{VARIABLE} == 'hunter2'")
    assert result["verdict"] == "satisfied"


@pytest.mark.parametrize("wait", [False, True])
def test_the_result_of_an_expression_is_masked_all_the_same(forbidden: Loopback, wait: bool) -> None:
    result = ask(forbidden, JOBS, task_counts=False, expression=f"{VARIABLE} == 'hunter2'", wait=wait)
    assert "hunter2" not in str(result)
    plain = ask(forbidden, JOBS, task_counts=False)
    assert result["jobs"] == plain["jobs"]


@pytest.mark.parametrize("expression", [f"abs({VARIABLE})", f"{VARIABLE}", f"sum([{VARIABLE}])", f"keys({VARIABLE})"])
def test_what_does_not_fit_an_expression_does_not_say_the_value(forbidden: Loopback, expression: str) -> None:
    with pytest.raises(OptionError, match=r"^expression: ") as refused:
        ask(forbidden, JOBS, task_counts=False, expression=expression)
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "query",
    [
        VARIABLE,
        f"{VARIABLE} != 'hunter2'",
        f"{VARIABLE} == 'something else'",
        "jobs[].common_environment_settings[]",
        "jobs[]",
        "@",
        "values(jobs[0])",
        "contains(to_string(@), 'hunter2')",
    ],
)
def test_a_query_over_values_that_are_masked_warns(forbidden: Loopback, query: str) -> None:
    (warning,) = ask(forbidden, JOBS, task_counts=False, query=query)["warnings"]
    assert warning.startswith("query: ")
    assert "common_environment_settings.value" in warning
    assert "hunter2" not in warning
    assert "warnings" not in ask(forbidden, JOBS, task_counts=False, redact="none", query=query)


@pytest.mark.parametrize(
    "query",
    ["jobs[].id", "summary", "jobs[].display_name", "jobs[].common_environment_settings[].name", "length(jobs)"],
)
def test_a_query_over_other_values_does_not_warn(forbidden: Loopback, query: str) -> None:
    result = ask(forbidden, JOBS, task_counts=False, query=query)
    assert "warnings" not in result
    assert "hunter2" not in str(result)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "sumary.failed",
            "query: it gives null, because sumary.failed is not in the result; the result has jobs, summary",
        ),
        ("summary.faild", "query: it gives null, because summary.faild is not in the result; the summary has "),
        ("jobs[0].nothing", "query: it gives null; nothing in the result has what it asks for"),
    ],
)
def test_a_query_that_gives_null_warns(forbidden: Loopback, query: str, words: str) -> None:
    result = ask(forbidden, JOBS, task_counts=False, query=query)
    assert (result["query_result"], len(result["warnings"])) == (None, 1)
    assert result["warnings"][0].startswith(words)


def test_a_query_that_gives_something_does_not_warn(forbidden: Loopback) -> None:
    for query in ("summary.total", "jobs[?id=='none']", "jobs[0].execution_info == null"):
        assert "warnings" not in ask(forbidden, JOBS, task_counts=False, query=query)
