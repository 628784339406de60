# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cloud decides where to sign in and for what: real names of three clouds, led to loopback by a proxy."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._run_tokens import RunTokens
from ansible_collections.batchops.azure.plugins.plugin_utils._token_file import new_keys
from ansible_collections.batchops.azure.tests.integration.signing_in import (
    PASSWORD,
    SCOPE,
    USER,
    login_failure,
    principal,
    read,
    ways,
)
from ansible_collections.batchops.azure.tests.integration.tunnel import Tunnel
from ansible_collections.batchops.azure.tests.simulator import Simulator

# The simulator's certificate is for loopback and not for the names of the clouds.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Unverified HTTPS request",
    "ignore:UsernamePasswordCredential is deprecated",
    "ignore:This API has been deprecated for public client flows",
)
_GOVERNMENT = "https://batch.core.usgovcloudapi.net//.default"
_CHINA = "https://batch.chinacloudapi.cn//.default"


@pytest.fixture
def tunnel(account: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tunnel]:
    with Tunnel(account.port) as started:
        monkeypatch.setenv("HTTPS_PROXY", started.url)
        yield started


def named(endpoint: str, **options: Any) -> dict[str, Any]:
    """Options that leave the choice of the login host to the collection."""
    loose = {"authority_host": None, "ca_path": None, "cert_validation_mode": "ignore", "account_endpoint": endpoint}
    return {**loose, **options}


@pytest.mark.parametrize(
    ("suffix", "host", "scope"),
    [
        ("batch.azure.com", "login.microsoftonline.com", SCOPE),
        ("batch.usgovcloudapi.net", "login.microsoftonline.us", _GOVERNMENT),
        ("batch.chinacloudapi.cn", "login.chinacloudapi.cn", _CHINA),
    ],
)
def test_the_endpoint_tells_the_cloud(account: Simulator, tunnel: Tunnel, suffix: str, host: str, scope: str) -> None:
    endpoint = f"simulated.westus.{suffix}"
    assert read(account, **principal(account), **named(endpoint))["jobs"]
    assert set(tunnel.hosts) == {f"{host}:443", f"{endpoint}:443"}
    assert [login.scope for login in account.logins.snapshot()] == [scope]


def test_what_is_not_verified_is_not_warned_of_at_every_request(account: Simulator) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert read(account, **principal(account), ca_path=None, cert_validation_mode="ignore")["jobs"]
    assert [str(one.message) for one in told if "Unverified" in str(one.message)] == []


@pytest.mark.parametrize(
    ("cloud", "host", "scope"),
    [
        ("AzureCloud", "login.microsoftonline.com", SCOPE),
        ("AzureUSGovernment", "login.microsoftonline.us", _GOVERNMENT),
        ("azurechinacloud", "login.chinacloudapi.cn", _CHINA),
    ],
)
def test_a_cloud_that_is_named_goes_before_the_endpoint(
    account: Simulator, tunnel: Tunnel, cloud: str, host: str, scope: str
) -> None:
    other = "batch.azure.com" if "China" in cloud else "batch.chinacloudapi.cn"
    assert read(account, **principal(account), **named(f"simulated.westus.{other}", cloud_environment=cloud))["jobs"]
    assert f"{host}:443" in tunnel.hosts
    assert [login.scope for login in account.logins.snapshot()] == [scope]


def test_a_cloud_that_the_environment_names(
    account: Simulator, tunnel: Tunnel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_CLOUD_ENVIRONMENT", "AzureUSGovernment")
    assert read(account, **principal(account), **named("simulated.westus.batch.azure.com"))["jobs"]
    assert "login.microsoftonline.us:443" in tunnel.hosts
    assert [login.scope for login in account.logins.snapshot()] == [_GOVERNMENT]


@pytest.mark.parametrize("place", ["option", "environment"])
def test_a_private_cloud_is_named_by_authority_and_scope(
    account: Simulator, tunnel: Tunnel, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    options = named("simulated.region.batch.example.com", token_scope=_CHINA)
    if place == "option":
        options["authority_host"] = "https://login.example.com/"
    else:
        monkeypatch.setenv("AZURE_AUTHORITY_HOST", "login.example.com")
    assert read(account, **principal(account), **options)["jobs"]
    assert set(tunnel.hosts) == {"login.example.com:443", "simulated.region.batch.example.com:443"}
    assert [login.scope for login in account.logins.snapshot()] == [_CHINA]


def test_an_unknown_cloud_is_refused(account: Simulator) -> None:
    sentence = login_failure(account, **principal(account), cloud_environment="AzureMoon")
    assert sentence.startswith("cloud_environment: 'AzureMoon' is not known; give one of AzureCloud, ")


# Users are looked up at port 443 of the authority, whatever port it has: the proxy makes that possible here.
@pytest.mark.parametrize("place", ["options", "environment", "file"])
def test_a_user_with_a_password(
    account: Simulator, tunnel: Tunnel, monkeypatch: pytest.MonkeyPatch, home: Path, place: str
) -> None:
    options = named("simulated.westus.batch.azure.com")
    if place == "options":
        options.update(ad_user=USER, password=PASSWORD)
    elif place == "environment":
        monkeypatch.setenv("AZURE_USERNAME", USER)
        monkeypatch.setenv("AZURE_PASSWORD", PASSWORD)
    else:
        (home / ".azure" / "credentials").write_text(f"[default]\nad_user={USER}\npassword={PASSWORD}\n")
    assert read(account, **options)["jobs"]
    assert ways(account) == [("password", 200)]
    # The tenant of whoever it is, and the Azure CLI's application.
    assert account.logins.snapshot()[0].client_id == "04b07795-8ddb-461a-bbee-02f9e1bf7b46"


def test_a_user_of_a_tenant_and_an_application(account: Simulator, tunnel: Tunnel) -> None:
    options = named("simulated.westus.batch.azure.com", tenant=account.tenant, client_id=account.client_id)
    assert read(account, ad_user=USER, password=PASSWORD, **options)["jobs"]
    assert account.logins.snapshot()[0].client_id == account.client_id


@pytest.mark.parametrize("who", ["principal", "user"])
def test_a_run_signs_in_once_for_each_cloud_and_host(
    account: Simulator, tunnel: Tunnel, tmp_path: Path, who: str
) -> None:
    identity = principal(account) if who == "principal" else {"ad_user": USER, "password": PASSWORD}
    keys = new_keys()
    public, china = "simulated.westus.batch.azure.com", "simulated.westus.batch.chinacloudapi.cn"
    elsewhere = named(public, authority_host="login.example.com")
    for options in [named(public), named(china), elsewhere] * 2:
        store = RunTokens(str(tmp_path), lambda words: None, keys)
        assert read(account, store=store, **identity, **options)["jobs"]
    assert len(ways(account)) == 3
    assert [login.scope.split()[0] for login in account.logins.snapshot()] == [SCOPE, _CHINA, SCOPE]
    asked = [host for host in tunnel.hosts if host.startswith("login.")]
    assert list(dict.fromkeys(asked)) == [
        "login.microsoftonline.com:443",
        "login.chinacloudapi.cn:443",
        "login.example.com:443",
    ]


def test_a_wrong_password_is_named(account: Simulator, tunnel: Tunnel) -> None:
    options = named("simulated.westus.batch.azure.com")
    sentence = login_failure(account, ad_user=USER, password="hunter2-guessed", **options)
    assert sentence.startswith("Signing in with a user's password from the options failed: ")
    assert "AADSTS50126" in sentence
    assert "hunter2" not in sentence
