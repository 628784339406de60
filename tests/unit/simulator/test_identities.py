# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Managed identities get tokens as on a virtual machine, and logins can be counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.simulator.auth.tokens import read_claims

RESOURCE = "https://batch.core.windows.net/"
IDENTITY = "77777777-8888-9999-AAAA-bbbbbbbbbbbb"
SCENARIO: dict[str, Any] = {"account": {"identities": [IDENTITY], "token_lifetime": 900}}


@pytest.fixture
def machine() -> Iterator[Simulator]:
    with Simulator(SCENARIO) as simulator:
        yield simulator


def ask(machine: Simulator, metadata: str = "true", **changes: str) -> requests.Response:
    params = {"api-version": "2018-02-01", "resource": RESOURCE, **changes}
    url = f"{machine.url}/metadata/identity/oauth2/token"
    given = {name: value for name, value in params.items() if value}
    return requests.get(url, given, headers={"Metadata": metadata} if metadata else {}, timeout=60)


def test_the_systems_identity_gets_a_token_that_says_for_how_long(machine: Simulator) -> None:
    body = ask(machine).json()
    claims = read_claims(body["access_token"]) or {}
    assert (body["resource"], body["token_type"], body["expires_in"]) == (RESOURCE, "Bearer", "900")
    assert claims["aud"] == RESOURCE
    assert int(body["expires_on"]) == claims["exp"]


def test_an_identity_of_the_scenario_gets_a_token_however_it_is_written(machine: Simulator) -> None:
    for written in (IDENTITY, IDENTITY.lower(), IDENTITY.upper()):
        assert ask(machine, client_id=written).json()["client_id"] == written


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"metadata": ""}, "bad_request_102"),
        ({"metadata": "false"}, "bad_request_102"),
        ({"resource": ""}, "invalid_request"),
        ({"api-version": ""}, "invalid_request"),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "invalid_request"),
    ],
)
def test_what_is_missing_or_unknown_is_refused(machine: Simulator, changes: dict[str, str], error: str) -> None:
    answer = ask(machine, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_machine_without_an_identity_refuses() -> None:
    with Simulator({"account": {"system_identity": False}}) as bare:
        assert ask(bare).json()["error_description"] == "Identity not found"


def test_its_tokens_open_an_account_of_the_same_scenario_under_https(machine: Simulator) -> None:
    token = ask(machine).json()["access_token"]
    with Simulator(SCENARIO, https=True) as account:
        answer = requests.get(
            f"{account.url}/jobs?api-version=2025-06-01",
            headers={"Authorization": f"Bearer {token}"},
            verify=account.ca_path,
            timeout=60,
        )
    assert answer.status_code == 200


def test_logins_are_listed_until_they_are_forgotten(machine: Simulator) -> None:
    ask(machine, client_id=IDENTITY)
    ask(machine, metadata="")
    listed = machine.logins.snapshot()
    assert [(login.way, login.client_id, login.scope, login.status) for login in listed] == [
        ("managed_identity", IDENTITY, RESOURCE, 200),
        ("managed_identity", "", RESOURCE, 400),
    ]
    assert not machine.requests
    machine.reset_requests()
    assert machine.logins.snapshot() == []
