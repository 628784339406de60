# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service, a network and a clock on bad days: what the operator reads, for every way to misbehave."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.modules import TASKS


def read(endpoint: str, account: Simulator, **options: Any) -> dict[str, Any]:
    given = {**options_of(account), "account_endpoint": endpoint, "job_id": "job-7", "retries": 0, **options}
    return run(params_of(TASKS.arguments, **given), TASKS)


def message(account: Simulator, **options: Any) -> str:
    with pytest.raises(BatchError) as error:
        read(account.url, account, **options)
    return str(error.value)


@pytest.mark.parametrize(
    ("fault", "options", "words"),
    [
        ("status", {"status": 429}, "TooManyRequests (429)"),
        ("status", {"status": 500}, "InternalError (500)"),
        ("status", {"status": 503}, "ServerBusy (503)"),
        ("status", {"status": 504}, "HTTP error (504): answered by something other than the Batch service"),
        ("reset", {}, "the connection broke"),
        ("reset_in_body", {}, "the connection broke"),
        ("truncated", {}, "is not valid JSON"),
        ("html", {}, "is text/html; charset=utf-8, not JSON: Gateway Our services aren't available"),
        ("html", {"status": 502}, "HTTP error (502): answered by something other than the Batch service: Gateway"),
        ("empty", {}, "is empty"),
        ("content_type", {}, "is text/plain, not JSON"),
        ("error_in_200", {}, "has status 200 and the body of an error"),
        ("huge", {}, "is larger than 64 MiB"),
        ("repeated_next_link", {}, "repeated a continuation token"),
        ("foreign_next_link", {}, "pointed to another host for the next page"),
        ("redirect", {}, "redirected to"),
    ],
)
def test_a_bad_answer_is_an_error_and_never_an_empty_list(fault: str, options: dict[str, Any], words: str) -> None:
    with Simulator("demo") as account:
        account.faults.add(fault, **options)
        sentence = message(account)
        assert words in sentence
        assert "\n" not in sentence


def test_a_service_that_drips_or_hangs_is_left_when_the_time_of_the_request_is_over() -> None:
    for fault in ("drip", "hang"):
        with Simulator("demo") as account:
            account.faults.add(fault, seconds=0.3, pieces=50)
            assert message(account, timeout=0.2) == f"{account.url} did not answer within 0.2 s"


def test_a_host_that_does_not_resolve_is_named() -> None:
    with Simulator("demo") as account, pytest.raises(BatchError) as error:
        read("https://nowhere.invalid", account)
    assert str(error.value) == "https://nowhere.invalid: the host name does not resolve; check account_endpoint"


def test_a_clock_that_is_wrong_is_told_by_the_service() -> None:
    demo: dict[str, Any] = {"account": {"clock_skew": 1000}, "pools": [], "jobs": []}
    with Simulator(demo) as account:
        assert "Request date header too old" in message(account)


def test_what_passes_after_a_while_is_retried_and_counted() -> None:
    with Simulator("demo") as account:
        account.faults.add("status", status=503, retry_after=0, times=2)
        result = read(account.url, account, job_id="job-8", retries=3, condition="completed", wait=True)
        assert result["verdict"] == "satisfied"
        assert result["transient_errors"] == 2
