# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait outlives its token: it signs in again, as often as tokens expire and no oftener."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError
from ansible_collections.batchops.azure.tests.integration.login_host import LoginHost
from ansible_collections.batchops.azure.tests.integration.signing_in import (
    LIFETIME,
    SCENARIO,
    AccountClock,
    failure,
    issued_token,
    principal,
    read,
    ways,
)
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Request

_LOGIN = ("client_secret", 200)
# Never true, so that the wait lasts as long as it may: at least three pauses of ten seconds.
_WAIT: dict[str, Any] = {
    "wait": True,
    "wait_timeout": 300,
    "wait_sleep": 10,
    "expression": "summary.total == `0`",
    "task_counts": False,
}


def statuses(account: Simulator) -> list[int | None]:
    return [exchange.status for exchange in account.requests]


def test_a_wait_logs_in_once_however_often_it_looks(account: Simulator) -> None:
    result = read(account, AccountClock(account, 1, 1, 1), **principal(account), **_WAIT)
    assert result["timed_out"]
    assert result["polls"] > 3
    assert ways(account) == [_LOGIN]


def test_a_token_that_expires_during_a_wait_is_replaced_once(account: Simulator) -> None:
    result = read(account, AccountClock(account, 1, LIFETIME, 1), **principal(account), **_WAIT)
    assert result["timed_out"]
    assert result["transient_errors"] == 0
    assert ways(account) == [_LOGIN] * 2
    assert statuses(account).count(401) == 1


def test_each_expiry_costs_one_more_login(account: Simulator) -> None:
    read(account, AccountClock(account, LIFETIME, LIFETIME, LIFETIME), **principal(account), **_WAIT)
    assert ways(account) == [_LOGIN] * 4
    assert statuses(account).count(401) == 3


def test_requests_at_the_same_time_share_one_new_login(account: Simulator) -> None:
    """Ten requests carry the expired token. The first answer replaces it; the others' answers are about the old one."""
    jobs = {"job_ids": [f"job-{number}" for number in range(1, 11)]}
    read(account, AccountClock(account, 1, LIFETIME, 1), **principal(account), **jobs, **_WAIT)
    assert ways(account) == [_LOGIN] * 2


def test_a_token_that_was_brought_and_expires_during_a_wait_ends_it(account: Simulator) -> None:
    token = issued_token(account)
    sentence = failure(account, AccountClock(account, 1, LIFETIME), access_token=token, **_WAIT)
    assert sentence.startswith("AuthenticationFailed (401): ")
    assert "The access token has expired" in sentence
    assert statuses(account) == [200, 200, 401]


@pytest.fixture
def login_host() -> Iterator[LoginHost]:
    with LoginHost() as host:
        yield host


def renewed_after(account: Simulator, host: LoginHost, *refusals: Answer) -> dict[str, Any]:
    """A wait whose token expires in its first pause. The host refuses to renew it as often as there are refusals."""
    left = [None, *refusals]

    def answer(request: Request) -> Answer:
        refusal = left.pop(0) if left else None
        return refusal or Answer({"token_type": "Bearer", "expires_in": 3600, "access_token": issued_token(account)})

    host.issues(account.tenant, answer)
    authority = host.url.removeprefix("https://")
    return read(account, AccountClock(account, LIFETIME), **principal(account, authority_host=authority), **_WAIT)


@pytest.mark.parametrize("away", [Answer("", 503), Answer("busy", 429), Answer("<html>no</html>", 502)])
def test_a_sign_in_host_that_is_away_for_a_moment_does_not_end_a_wait(
    account: Simulator, login_host: LoginHost, away: Answer
) -> None:
    result = renewed_after(account, login_host, away)
    assert result["timed_out"]
    assert result["transient_errors"] == 1
    assert result["last_transient_error"].startswith("Signing in with a service principal's secret from the options")
    assert statuses(account)[-1] == 200


@pytest.mark.parametrize("status", [400, 401])
def test_a_secret_that_is_no_longer_accepted_ends_a_wait_at_once(
    account: Simulator, login_host: LoginHost, status: int
) -> None:
    expired = Answer({"error": "invalid_client", "error_description": "AADSTS7000222: The secret has expired."}, status)
    with pytest.raises(LoginError, match="AADSTS7000222"):
        renewed_after(account, login_host, expired)
    assert statuses(account) == [200, 401]


def test_a_principal_that_was_shut_out_during_a_wait_ends_it(account: Simulator) -> None:
    class Locked(AccountClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            account.faults.add("status", status=401, code="AuthenticationFailed", match="/jobs")

    sentence = failure(account, Locked(account, 1), **principal(account), **_WAIT)
    assert sentence.startswith("AuthenticationFailed (401): ")
    assert ways(account) == [_LOGIN] * 2
    assert statuses(account) == [200, 401, 401]


@pytest.mark.parametrize("lifetime", [60, 299])
def test_tokens_that_live_shorter_than_they_are_renewed_before_do_not_cause_a_storm(
    lifetime: int, home: object
) -> None:
    short = {**SCENARIO, "account": {**SCENARIO["account"], "token_lifetime": lifetime}}
    jobs = {"job_ids": [f"job-{number}" for number in range(1, 11)]}
    with Simulator(short, https=True) as account:
        assert read(account, **principal(account), **jobs)["summary"]["total"] == 10
        assert ways(account) == [_LOGIN]
