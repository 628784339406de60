# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens come from endpoints that azure-identity accepts, and are checked as the service checks them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.simulator.auth.tokens import read_claims
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play, refusal
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientAssertionCredential, ClientSecretCredential

SCOPE = "https://batch.core.windows.net//.default"
SCENARIO = {
    "account": {
        "access_token": "static-token",
        "federated_token": "federated-token",
        "users": {"ann@example.com": "password-of-ann"},
        "token_lifetime": 900,
    }
}


@pytest.fixture(scope="module")
def account() -> Iterator[Asking]:
    with Simulator(SCENARIO, https=True) as simulator:
        yield Asking(simulator)


@pytest.fixture(autouse=True)
def first_moment(account: Asking) -> None:
    account.simulator.clock.set(0)


def credential(account: Asking, **changes: str) -> ClientSecretCredential:
    simulator = account.simulator
    options = {"tenant_id": simulator.tenant, "client_id": simulator.client_id, "client_secret": simulator.secret}
    return ClientSecretCredential(**{**options, **changes}, **settings(account))


def settings(account: Asking) -> dict[str, Any]:
    simulator = account.simulator
    return {
        "authority": simulator.authority,
        "disable_instance_discovery": True,
        "connection_verify": simulator.ca_path,
        "retry_total": 0,
    }


def read_with(account: Asking, token: str) -> requests.Response:
    answer: requests.Response = account.get("/jobs", headers={"Authorization": f"Bearer {token}"}, signed=False)
    return answer


@pytest.mark.parametrize(
    "scope",
    [SCOPE, "https://batch.core.usgovcloudapi.net//.default", "https://batch.chinacloudapi.cn//.default"],
)
def test_a_client_secret_opens_the_account_in_every_cloud(account: Asking, scope: str) -> None:
    token = credential(account).get_token(scope)
    assert read_with(account, token.token).status_code == 200


def test_a_token_says_whose_it_is_and_for_how_long(account: Asking) -> None:
    claims = read_claims(credential(account).get_token(SCOPE).token) or {}
    assert claims["aud"] == "https://batch.core.windows.net/"
    assert claims["tid"] == account.simulator.tenant
    assert claims["appid"] == account.simulator.client_id
    assert claims["exp"] - claims["iat"] == 900


def test_a_scope_with_one_slash_gives_a_token_that_is_refused(account: Asking) -> None:
    token = credential(account).get_token("https://batch.core.windows.net/.default")
    answer = read_with(account, token.token)
    status, code, values = refusal(answer)
    assert (status, code) == (401, "AuthenticationFailed")
    assert "wrong audience or resource 'https://batch.core.windows.net'" in values["AuthenticationErrorDetail"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")


def test_a_wrong_secret_is_named(account: Asking) -> None:
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215: Invalid client secret"):
        credential(account, client_secret="wrong").get_token(SCOPE)


def test_an_unknown_tenant_is_named(account: Asking) -> None:
    with pytest.raises(ClientAuthenticationError) as error:
        credential(account, tenant_id="00000000-0000-0000-0000-000000000000").get_token(SCOPE)
    assert "AADSTS90002" in str(error.value) or "Unable to get authority configuration" in str(error.value)


def test_the_discovery_document_of_an_unknown_tenant_is_an_error(account: Asking) -> None:
    url = f"{account.simulator.url}/nobody/v2.0/.well-known/openid-configuration"
    answer = requests.get(url, verify=account.simulator.ca_path, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["error_description"].startswith("AADSTS90002: Tenant 'nobody' not found")


def test_an_unknown_client_is_named(account: Asking) -> None:
    with pytest.raises(ClientAuthenticationError, match="AADSTS700016"):
        credential(account, client_id="00000000-0000-0000-0000-000000000000").get_token(SCOPE)


def test_a_federated_token_opens_the_account(account: Asking) -> None:
    simulator = account.simulator
    given = ClientAssertionCredential(
        simulator.tenant, simulator.client_id, lambda: "federated-token", **settings(account)
    )
    assert read_with(account, given.get_token(SCOPE).token).status_code == 200


def test_another_assertion_does_not(account: Asking) -> None:
    simulator = account.simulator
    given = ClientAssertionCredential(simulator.tenant, simulator.client_id, lambda: "a.b.c", **settings(account))
    with pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        given.get_token(SCOPE)


def test_a_user_with_a_password_gets_a_token_and_an_identity(account: Asking) -> None:
    """Asked for directly: azure-identity looks users up on port 443 only, whatever the authority."""
    answer = log_in(account, "password-of-ann")
    body = answer.json()
    assert read_with(account, body["access_token"]).status_code == 200
    assert (read_claims(body["id_token"]) or {})["preferred_username"] == "ann@example.com"


def test_a_wrong_password_is_named(account: Asking) -> None:
    answer = log_in(account, "guessed")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert answer.json()["error_description"].startswith("AADSTS50126")


def log_in(account: Asking, password: str) -> requests.Response:
    """Ask for a token as a user."""
    simulator = account.simulator
    form = {
        "grant_type": "password",
        "client_id": simulator.client_id,
        "username": "ann@example.com",
        "password": password,
        "scope": f"{SCOPE} offline_access openid profile",
    }
    url = f"{simulator.url}/organizations/oauth2/v2.0/token"
    return requests.post(url, form, verify=simulator.ca_path, timeout=60)


def test_a_token_expires_when_the_scenario_has_gone_on_for_its_lifetime(account: Asking) -> None:
    token = credential(account).get_token(SCOPE).token
    account.simulator.clock.set(899)
    assert read_with(account, token).status_code == 200
    account.simulator.clock.set(900)
    status, code, values = refusal(read_with(account, token))
    assert (status, code) == (401, "AuthenticationFailed")
    assert "expired" in values["AuthenticationErrorDetail"]
    assert read_with(account, credential(account).get_token(SCOPE).token).status_code == 200


def test_a_spoilt_token_is_refused(account: Asking) -> None:
    header, claims, signature = credential(account).get_token(SCOPE).token.split(".")
    for token in (f"{header}.{claims}.{signature[::-1]}", "nonsense", "a.b.c"):
        assert refusal(read_with(account, token))[0] == 401


def test_a_static_token_of_the_scenario_is_accepted(account: Asking) -> None:
    assert read_with(account, "static-token").status_code == 200


def test_no_authorization_is_refused_with_a_challenge(account: Asking) -> None:
    answer = account.get("/jobs", signed=False)
    assert refusal(answer)[:2] == (401, "AuthenticationFailed")
    assert account.simulator.tenant in answer.headers["WWW-Authenticate"]


def test_over_http_only_the_static_token_is_accepted_and_there_is_no_login(account: Asking, play: Play) -> None:
    issued = credential(account).get_token(SCOPE).token
    plain = play(SCENARIO)
    assert read_with(plain, "static-token").status_code == 200
    assert "plain http" in refusal(read_with(plain, issued))[2]["AuthenticationErrorDetail"]
    assert plain.simulator.authority is None
    assert (
        requests.post(f"{plain.simulator.url}/{plain.simulator.tenant}/oauth2/v2.0/token", timeout=60).status_code
        != 200
    )


def test_the_token_endpoint_refuses_other_grants_and_scopes(account: Asking) -> None:
    simulator = account.simulator
    url = f"{simulator.url}/{simulator.tenant}/oauth2/v2.0/token"
    form = {"grant_type": "client_credentials", "client_id": simulator.client_id, "client_secret": simulator.secret}
    for change, error in (({"grant_type": "device_code"}, "unsupported_grant_type"), ({"scope": "x"}, "invalid_scope")):
        answer = requests.post(url, {**form, **change}, verify=simulator.ca_path, timeout=60)
        assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert json.loads(json.dumps(answer.json()))["error_codes"] == [70011]


def test_reads_of_tokens_leave_no_trace_among_the_requests(account: Asking) -> None:
    account.simulator.reset_requests()
    credential(account).get_token(SCOPE)
    assert len(account.simulator.requests) == 0
