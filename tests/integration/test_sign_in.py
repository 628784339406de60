# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys, tokens, service principals and federated tokens open the account; what is wrong with one is a sentence."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.integration.signing_in import (
    ACCESS_TOKEN,
    FEDERATED_TOKEN,
    SCOPE,
    failure,
    issued_token,
    login_failure,
    principal,
    read,
    schemes,
    ways,
)
from ansible_collections.batchops.azure.tests.simulator import Simulator

ONCE_WITH_A_SECRET = [("client_secret", 200)]
ONCE_WITH_AN_ASSERTION = [("client_assertion", 200)]


def test_a_shared_key_signs_every_request_and_nobody_is_asked_for_a_token(account: Simulator) -> None:
    assert read(account, account_key=account.key)["jobs"][0]["id"] == "job-1"
    assert schemes(account) == {"SharedKey"}
    assert ways(account) == []


def test_a_wrong_key_is_refused_by_the_service_and_asked_once(account: Simulator) -> None:
    key = base64.b64encode(b"another key").decode()
    sentence = failure(account, account_key=key)
    assert sentence.startswith("AuthenticationFailed (403): ")
    assert key not in sentence
    assert len(account.requests) == 1


def test_a_token_that_was_brought_is_sent_as_it_is(account: Simulator) -> None:
    assert read(account, access_token=f" {ACCESS_TOKEN}\n")["jobs"]
    assert {exchange.headers["authorization"] for exchange in account.requests} == {f"Bearer {ACCESS_TOKEN}"}
    token = issued_token(account)
    assert read(account, access_token=token)["jobs"]
    assert ways(account) == []


def test_a_token_that_was_brought_and_is_refused_is_sent_once(account: Simulator) -> None:
    sentence = failure(account, access_token="not-a-token-of-this-account")
    assert sentence.startswith("AuthenticationFailed (401): ")
    assert len(account.requests) == 1


@pytest.mark.parametrize("option", ["secret", "client_secret"])
def test_a_secret_among_the_options_logs_in_once_for_all_requests(account: Simulator, option: str) -> None:
    jobs = [f"job-{number}" for number in range(1, 21)]
    whose = {"client_id": account.client_id, "tenant": account.tenant}
    result = read(account, job_ids=jobs, **whose, **{option: account.secret})
    assert result["summary"]["total"] == 20
    assert len(account.requests) > 20
    assert ways(account) == ONCE_WITH_A_SECRET
    assert account.logins.snapshot()[0].scope == SCOPE


@pytest.mark.parametrize("names", ["AZURE_SECRET AZURE_TENANT", "AZURE_CLIENT_SECRET AZURE_TENANT_ID"])
@pytest.mark.parametrize("source", ["auto", "env"])
def test_a_secret_in_the_environment_logs_in(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, names: str, source: str
) -> None:
    for name, value in zip((*names.split(), "AZURE_CLIENT_ID"), (account.secret, account.tenant, account.client_id)):
        monkeypatch.setenv(name, value)
    assert read(account, auth_source=source)["jobs"]
    assert ways(account) == ONCE_WITH_A_SECRET


def test_a_wrong_secret_keeps_the_providers_code_and_says_where_it_stood(
    account: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in principal(account, secret="hunter2-wrong").items():
        monkeypatch.setenv(f"AZURE_{name}".upper(), str(value))
    sentence = login_failure(account)
    assert sentence.startswith("Signing in with a service principal's secret from the environment failed: ")
    assert "AADSTS7000215: Invalid client secret" in sentence
    assert sentence.endswith("Passed over: the options: no key, token, secret, certificate or password")
    assert "hunter2" not in sentence
    assert ways(account) == [("client_secret", 401)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "AADSTS700016"),
        ({"tenant": "00000000-0000-0000-0000-000000000000"}, "authority"),
        ({"tenant": "no tenant!"}, "tenant"),
    ],
)
def test_a_wrong_client_or_tenant_is_named(account: Simulator, changes: dict[str, str], words: str) -> None:
    sentence = login_failure(account, **principal(account, **changes))
    assert sentence.startswith("Signing in with a service principal's secret from the options failed: ")
    assert words in sentence
    assert account.secret not in sentence


def test_a_federated_token_among_the_options_is_exchanged(account: Simulator) -> None:
    assert read(account, oidc_token=FEDERATED_TOKEN, client_id=account.client_id, tenant=account.tenant)["jobs"]
    assert ways(account) == ONCE_WITH_AN_ASSERTION


def test_a_federated_token_in_a_file_is_exchanged(account: Simulator, home: Path) -> None:
    (home / "token").write_text(f"{FEDERATED_TOKEN}\n", encoding="utf-8")
    whose = {"client_id": account.client_id, "tenant": account.tenant}
    assert read(account, oidc_token_file_path="~/token", **whose)["jobs"]
    assert ways(account) == ONCE_WITH_AN_ASSERTION


def test_a_federated_token_file_that_the_environment_names_is_exchanged(
    account: Simulator, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "token").write_text(FEDERATED_TOKEN, encoding="utf-8")
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(home / "token"))
    monkeypatch.setenv("AZURE_CLIENT_ID", account.client_id)
    monkeypatch.setenv("AZURE_TENANT_ID", account.tenant)
    assert read(account)["jobs"]
    assert ways(account) == ONCE_WITH_AN_ASSERTION


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("oidc_token", "hunter2.wrong.token", "AADSTS700027"),
        ("oidc_token_file_path", "~/none", "No such file"),
        ("oidc_token_file_path", "~/binary", "decode"),
        ("oidc_token_file_path", "~", "directory"),
    ],
)
def test_a_federated_token_that_does_not_help_is_named(
    account: Simulator, home: Path, option: str, value: str, words: str
) -> None:
    (home / "binary").write_bytes(b"hunter2\xff")
    sentence = login_failure(account, client_id=account.client_id, tenant=account.tenant, **{option: value})
    assert sentence.startswith("Signing in with a federated token (workload identity) from the options failed: ")
    assert words in sentence
    assert "hunter2" not in sentence


def test_no_subscription_is_needed_and_one_that_is_given_changes_nothing(
    account: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", "no subscription")
    assert read(account, **principal(account), subscription_id="no subscription either")["jobs"]
    assert ways(account) == ONCE_WITH_A_SECRET


def test_a_scope_with_one_slash_is_refused_with_the_services_reason(account: Simulator) -> None:
    sentence = failure(account, **principal(account), token_scope="https://batch.core.windows.net/.default")
    assert sentence.startswith("AuthenticationFailed (401): ")
    assert "wrong audience or resource 'https://batch.core.windows.net'" in sentence
    # Signing in again is tried once, and no more.
    assert ways(account) == ONCE_WITH_A_SECRET * 2
    assert len(account.requests) == 2


@pytest.mark.parametrize("scope", ["nonsense", "a b", "", "{}"])
def test_a_scope_that_is_none_ends_in_a_sentence(account: Simulator, scope: str) -> None:
    if scope:
        assert "failed: " in login_failure(account, **principal(account), token_scope=scope)
    else:
        assert read(account, **principal(account), token_scope=scope)["jobs"]
