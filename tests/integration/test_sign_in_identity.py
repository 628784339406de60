# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A managed identity of the machine opens the account, and is asked only when it was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.integration.login_host import LoginHost
from ansible_collections.batchops.azure.tests.integration.signing_in import (
    FEDERATED_TOKEN,
    IDENTITY,
    SCENARIO,
    issued_token,
    login_failure,
    read,
    schemes,
    ways,
)
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback

_START = "Signing in with a managed identity from this machine failed: "
_OTHER = "00000000-0000-0000-0000-000000000000"
_WITHOUT: dict[str, Any] = {**SCENARIO, "account": {**SCENARIO["account"], "system_identity": False}}


@pytest.fixture(scope="module")
def started_machine() -> Iterator[Simulator]:
    with Simulator(SCENARIO) as simulator:
        yield simulator


@pytest.fixture
def machine(started_machine: Simulator, account: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """The machine that the module runs on. Its endpoint speaks plain http, the account https."""
    started_machine.reset_requests()
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", started_machine.url)
    return started_machine


def test_the_identity_of_the_system(account: Simulator, machine: Simulator) -> None:
    assert read(account, auth_source="msi", job_ids=["job-1", "job-2"])["summary"]["total"] == 2
    [login] = machine.logins.snapshot()
    assert login == ("managed_identity", "", "https://batch.core.windows.net/", 200)
    assert schemes(account) == {"Bearer"}
    assert ways(account) == []


def test_an_identity_that_the_option_names(account: Simulator, machine: Simulator) -> None:
    assert read(account, auth_source="msi", client_id=IDENTITY)["jobs"]
    assert [login.client_id for login in machine.logins.snapshot()] == [IDENTITY]


def test_an_identity_that_the_environment_names(
    account: Simulator, machine: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_ID", IDENTITY)
    assert read(account, auth_source="msi")["jobs"]
    assert read(account, auth_source="msi", client_id=IDENTITY.upper())["jobs"]
    assert [login.client_id.lower() for login in machine.logins.snapshot()] == [IDENTITY, IDENTITY]


def test_an_identity_that_the_machine_does_not_have(account: Simulator, machine: Simulator) -> None:
    sentence = login_failure(account, auth_source="msi", client_id=_OTHER)
    assert sentence.startswith(_START)
    assert ways(machine) == [("managed_identity", 400)]


def test_a_machine_without_an_identity(account: Simulator, machine: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(_WITHOUT) as bare:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", bare.url)
        assert login_failure(account, auth_source="msi").startswith(_START)
        assert ways(bare) == [("managed_identity", 400)]
    assert ways(machine) == []


def test_another_cloud_is_another_resource(account: Simulator, machine: Simulator) -> None:
    assert read(account, auth_source="msi", cloud_environment="AzureChinaCloud")["jobs"]
    assert [login.scope for login in machine.logins.snapshot()] == ["https://batch.chinacloudapi.cn/"]


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_the_machine_is_asked_without_a_proxy_and_without_a_password_of_netrc(
    account: Simulator, machine: Simulator, home: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    (home / ".netrc").write_text("default login me password hunter2\n", encoding="utf-8")
    (home / ".netrc").chmod(0o600)
    with Loopback() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert read(account, auth_source="msi")["jobs"]
        assert proxy.connections == 0
    assert ways(machine) == [("managed_identity", 200)]


@pytest.mark.parametrize(
    "variables",
    [
        {"IDENTITY_ENDPOINT": "/msi/token", "IDENTITY_HEADER": "a-header"},
        {"IDENTITY_ENDPOINT": "/msi/token", "IMDS_ENDPOINT": "/imds"},
        {"MSI_ENDPOINT": "/msi/token"},
        {"MSI_ENDPOINT": "/msi/token", "MSI_SECRET": "a-header"},
    ],
    ids="+".join,
)
def test_other_endpoints_of_a_machine_are_asked_without_a_proxy(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    with Loopback() as machine, Loopback() as proxy:
        for name, value in variables.items():
            monkeypatch.setenv(name, machine.url + value if value.startswith("/") else value)
        monkeypatch.setenv("http_proxy", proxy.url)
        # They know no identity.
        login_failure(account, auth_source="msi")
        assert machine.connections > 0
        assert proxy.connections == 0


@pytest.mark.parametrize("source", ["auto", "env", "credential_file", "cli"])
def test_no_other_source_asks_the_machine(account: Simulator, machine: Simulator, source: str) -> None:
    login_failure(account, auth_source=source)
    login_failure(account, auth_source=source, client_id=IDENTITY)
    assert machine.logins.snapshot() == []


@pytest.fixture
def kubernetes(account: Simulator, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoginHost]:
    """What Kubernetes sets in a pod with a workload identity, and the sign-in host that it names."""
    (home / "token").write_text(FEDERATED_TOKEN, encoding="utf-8")
    with LoginHost() as host:
        for name, value in {
            "AZURE_AUTHORITY_HOST": f"{host.url}/",
            "AZURE_TENANT_ID": account.tenant,
            "AZURE_CLIENT_ID": account.client_id,
            "AZURE_FEDERATED_TOKEN_FILE": str(home / "token"),
        }.items():
            monkeypatch.setenv(name, value)
        yield host


def test_a_federated_token_of_the_machine_goes_to_the_sign_in_host_of_the_options(
    account: Simulator, kubernetes: LoginHost
) -> None:
    assert read(account, auth_source="msi")["jobs"]
    assert [(login.way, login.client_id) for login in account.logins.snapshot()] == [
        ("client_assertion", account.client_id)
    ]
    assert kubernetes.requests == []


def test_a_federated_token_of_the_machine_goes_to_the_sign_in_host_of_the_environment_where_the_options_name_none(
    account: Simulator, kubernetes: LoginHost
) -> None:
    token = issued_token(account)
    answer = Answer({"token_type": "Bearer", "expires_in": 3600, "access_token": token})
    kubernetes.issues(account.tenant, lambda request: answer)
    assert read(account, auth_source="msi", authority_host=None, client_id=IDENTITY)["jobs"]
    [_asked] = kubernetes.asked(f"/{account.tenant}/oauth2/v2.0/token")
    assert ways(account) == []


def test_an_endpoint_of_the_machine_goes_before_a_federated_token(
    account: Simulator, kubernetes: LoginHost, machine: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{machine.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "a-header")
    login_failure(account, auth_source="msi")
    assert kubernetes.requests == []
