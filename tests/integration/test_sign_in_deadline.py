# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in lives under the deadline of a wait and, without one, under `timeout` and `retries`, however it is done."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.integration.login_host import LoginHost
from ansible_collections.batchops.azure.tests.integration.signing_in import (
    LIFETIME,
    WAYS,
    AccountClock,
    failure,
    issued_token,
    login_failure,
    principal,
    read,
)
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.azure_cli import AzureCli, complains
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Reply, Request, Silence
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.slow_hosts import HANDSHAKE, Dripping

_WAIT: dict[str, Any] = {"wait": True, "wait_sleep": 10, "expression": "summary.total == `0`", "task_counts": False}
_LEFT = ", the time that wait_timeout left"


@pytest.fixture
def login_host() -> Iterator[LoginHost]:
    with LoginHost() as host:
        yield host


def at(host: Loopback) -> str:
    return host.url.partition("://")[2]


def asked(attempt: Callable[[float], int], enough: int) -> int:
    """How often somebody was asked in so many seconds, of which a busy machine gets more: they may be over before it has asked."""
    counted = 0
    for seconds in (0.4, 2, 8, 32):
        counted = attempt(seconds)
        if counted >= enough:
            break
    return counted


@pytest.mark.filterwarnings("ignore:UsernamePasswordCredential is deprecated")
@pytest.mark.parametrize("way", WAYS)
def test_a_silent_sign_in_host_ends_with_the_wait(account: Simulator, home: Path, way: str) -> None:
    def attempt(seconds: float) -> int:
        # It says something again and again, so that no read from its socket ever times out.
        with Dripping(HANDSHAKE, most=200 * int(seconds + 1)) as host:
            options = {**WAYS[way](account, home), "authority_host": host.address, "retries": 5}
            sentence = login_failure(account, clock=ScriptedClock(), **options, **_WAIT, wait_timeout=seconds)
        assert sentence == f"Signing in with {way} from the options failed: no answer within {seconds:g} s{_LEFT}"
        return host.connections

    assert asked(attempt, 1) == 1


@pytest.mark.filterwarnings("ignore:UsernamePasswordCredential is deprecated")
@pytest.mark.parametrize("way", WAYS)
def test_without_a_wait_an_attempt_ends_with_the_timeout_and_is_made_as_often_as_retries_say(
    account: Simulator, home: Path, way: str
) -> None:
    def attempt(seconds: float) -> int:
        with Dripping(HANDSHAKE, most=200 * int(seconds + 1)) as host:
            options = {**WAYS[way](account, home), "authority_host": host.address, "retries": 1, "timeout": seconds}
            clock = ScriptedClock((0, 1))
            sentence = login_failure(account, clock=clock, **options)
        assert (
            sentence == f"Signing in with {way} from the options failed: no answer within {seconds:g} s (tried twice)"
        )
        clock.assert_used_up()
        return host.connections

    assert asked(attempt, 2) == 2


def test_a_sign_in_host_that_asks_for_more_time_than_is_left_is_not_waited_for(
    account: Simulator, login_host: LoginHost
) -> None:
    login_host.issues(account.tenant, lambda request: Answer("busy", 429, {"Retry-After": "40"}))
    clock = ScriptedClock()
    options = principal(account, authority_host=at(login_host))
    sentence = login_failure(account, clock=clock, **options, **_WAIT, retries=5, wait_timeout=4)
    assert sentence.startswith("Signing in with a service principal's secret from the options failed: ")
    assert sentence.endswith(" (the answer had status 429)")
    assert len(tokens_asked(login_host, account)) == 1
    assert clock.slept == []


@pytest.mark.parametrize("status", [429, 503])
def test_without_a_wait_what_the_sign_in_host_asks_for_is_honoured(
    account: Simulator, login_host: LoginHost, status: int
) -> None:
    first = [Answer("busy", status, {"Retry-After": "40"})]
    login_host.issues(account.tenant, lambda request: first.pop() if first else token_of(account))
    clock = ScriptedClock((40, 41))
    assert read(account, clock, **principal(account, authority_host=at(login_host)), retries=1)["jobs"]
    clock.assert_used_up()
    assert len(tokens_asked(login_host, account)) == 2


def test_a_busy_sign_in_host_is_asked_as_often_as_retries_say(account: Simulator, login_host: LoginHost) -> None:
    login_host.issues(account.tenant, lambda request: Answer("", 503))
    clock = ScriptedClock((0, 1), (0, 2), (0, 4))
    login_failure(account, clock=clock, **principal(account, authority_host=at(login_host)), retries=3)
    clock.assert_used_up()
    assert len(tokens_asked(login_host, account)) == 4


def test_a_sign_in_host_that_is_not_there_is_tried_twice(account: Simulator) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{listener.getsockname()[1]}"
        clock = ScriptedClock((0, 1))
        sentence = login_failure(account, clock=clock, **principal(account, authority_host=nobody), retries=5)
    clock.assert_used_up()
    assert sentence.endswith(" (tried twice, nothing has answered yet)")


def test_a_renewal_that_takes_too_long_is_survived(account: Simulator, login_host: LoginHost) -> None:
    answers: list[Reply] = [token_of(account), Silence()]
    login_host.issues(account.tenant, lambda request: answers.pop(0) if answers else token_of(account))
    options = principal(account, authority_host=at(login_host))
    result = read(account, AccountClock(account, LIFETIME), **options, **_WAIT, wait_timeout=300, timeout=2)
    assert result["timed_out"]
    assert result["transient_errors"] == 1
    assert result["last_transient_error"].endswith("failed: no answer within 2 s")
    assert account.requests.snapshot()[-1].status == 200


def test_a_renewal_that_the_deadline_cuts_off_is_no_error(account: Simulator, login_host: LoginHost) -> None:
    answers: list[Reply] = [token_of(account, lives=0)]
    login_host.issues(account.tenant, lambda request: answers.pop(0) if answers else Silence())
    options = principal(account, authority_host=at(login_host))
    # The second look has about two seconds left, which are real ones.
    result = read(account, DrivenClock(glance=0.1), **options, **_WAIT, wait_timeout=13)
    assert result["timed_out"]
    assert (result["transient_errors"], result["last_transient_error"]) == (0, None)
    assert "wait_timeout cut off the last poll" in result["msg"]


def test_a_silent_managed_identity_ends_with_the_wait(account: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def attempt(seconds: float) -> int:
        over = threading.Event()

        def late(request: Request) -> Answer:
            # Whoever waits for longer hears something after all.
            over.wait(10 * seconds)
            return Answer({"error": "late"}, 400)

        with Loopback() as machine:
            machine.otherwise(".*", {})
            machine.say("/metadata/identity/oauth2/token", late)
            monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.url)
            waiting = {**_WAIT, "wait_timeout": seconds, "retries": 5}
            sentence = login_failure(account, clock=ScriptedClock(), auth_source="msi", **waiting)
            start = "Signing in with a managed identity from this machine failed: "
            over.set()
            assert sentence == f"{start}no answer within {seconds:g} s{_LEFT}"
            return len(machine.requests)

    assert asked(attempt, 1) == 1


@pytest.mark.parametrize("status", [404, 410, 429, 500])
def test_a_managed_identity_that_is_not_ready_is_asked_as_often_as_retries_say(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    with Loopback() as machine:
        refused = Answer({"error": "busy"}, status, {"Content-Type": "application/json", "Retry-After": "3"})
        machine.say("/metadata/identity/oauth2/token", refused)
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.url)
        clock = ScriptedClock((3, 4), (3, 4))
        login_failure(account, clock=clock, auth_source="msi", retries=2)
        clock.assert_used_up()
        assert len(machine.requests) == 3


def test_a_command_that_hangs_ends_with_the_wait(account: Simulator, commands: Path) -> None:
    def attempt(seconds: float) -> int:
        cli = AzureCli(commands, f"/bin/sleep {10 * seconds:g}\n{complains('late')}")
        waiting = {**_WAIT, "wait_timeout": seconds}
        before = len(cli.calls)
        sentence = login_failure(account, clock=ScriptedClock(), auth_source="cli", retries=5, **waiting)
        start = "Signing in with the Azure CLI from this machine failed: "
        assert sentence == f"{start}no answer within {seconds:g} s{_LEFT}"
        return len(cli.calls) - before

    assert asked(attempt, 1) == 1


def test_without_a_wait_a_command_that_hangs_ends_with_the_timeout(account: Simulator, commands: Path) -> None:
    def attempt(seconds: float) -> int:
        cli = AzureCli(commands, f"/bin/sleep {10 * seconds:g}\n{complains('late')}")
        clock, before = ScriptedClock((0, 1)), len(cli.calls)
        sentence = login_failure(account, clock=clock, auth_source="cli", retries=1, timeout=seconds)
        start = "Signing in with the Azure CLI from this machine failed: "
        assert sentence == f"{start}no answer within {seconds:g} s (tried twice)"
        clock.assert_used_up()
        return len(cli.calls) - before

    assert asked(attempt, 2) == 2


def token_of(account: Simulator, lives: float = 3600) -> Answer:
    return Answer({"token_type": "Bearer", "expires_in": lives, "access_token": issued_token(account)})


def tokens_asked(host: LoginHost, account: Simulator) -> list[Request]:
    return host.asked(f"/{account.tenant}/oauth2/v2.0/token")


def test_a_read_that_was_refused_is_not_tried_again(account: Simulator, login_host: LoginHost) -> None:
    expired = Answer({"error": "invalid_client", "error_description": "AADSTS7000222: The secret has expired."}, 401)
    login_host.issues(account.tenant, lambda request: expired)
    sentence = failure(account, ScriptedClock(), **principal(account, authority_host=at(login_host)), retries=5)
    assert "AADSTS7000222" in sentence
    assert len(tokens_asked(login_host, account)) == 1
