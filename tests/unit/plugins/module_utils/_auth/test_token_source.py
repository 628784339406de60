# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is made of an answer of azure-identity: a token that is kept, or one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth import entra, token_source
from ansible_collections.batchops.azure.plugins.module_utils._auth.token_source import Authority, Source
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError
from ansible_collections.batchops.azure.tests.support.proxies import UNUSABLE
from requests.exceptions import InvalidURL

AUTHORITY = Authority(
    "https://login.microsoftonline.com",
    "https://batch.core.windows.net//.default",
    verify=True,
    instance_discovery=False,
    timeout=1,
)


class Keeping(Source):
    """Counts how often a credential is made, and what it is asked for."""

    name = "a test"

    def __init__(self, parts: dict[str, str], where: str, authority: Authority) -> None:
        super().__init__(parts, where, authority)
        self.made = 0
        self.scopes: list[str] = []

    def credential(self, seconds: float) -> Any:
        self.made += 1
        return self

    def get_token(self, scope: str) -> Any:
        self.scopes.append(scope)
        if self.parts.get("words"):
            raise ValueError(self.parts["words"])
        if self.parts.get("wrong_url"):
            raise InvalidURL(f"Failed to parse: {self.parts['wrong_url']}")
        self.token, self.expires_on = f"token-{self.made}", 1_700_000_000
        return self


def test_a_token_that_was_refused_needs_a_new_credential_because_a_credential_keeps_its_tokens() -> None:
    source = Keeping({}, "here", AUTHORITY)
    assert [source.fetch(30).text for _number in range(2)] == ["token-1"] * 2
    source.drop("token-1")
    assert [source.fetch(30).text for _number in range(2)] == ["token-2"] * 2
    assert set(source.scopes) == {"https://batch.core.windows.net//.default"}


def test_the_providers_code_is_kept_and_its_trace_and_secrets_are_not() -> None:
    words = "AADSTS7000215: Invalid client secret provided, client_secret=hunter2\r\nTrace ID: 1\r\nCorrelation ID: 2"
    with pytest.raises(LoginError, match="AADSTS7000215: Invalid client secret") as failed:
        Keeping({"words": words}, "here", AUTHORITY).fetch(30)
    assert "hunter2" not in str(failed.value)
    assert "Trace" not in str(failed.value)


@pytest.mark.parametrize("hidden", ["\x1b[1m", "\u200b"])
def test_nothing_hides_a_secret_in_the_providers_words(hidden: str) -> None:
    words = f"AADSTS7000215: {hidden.join('not~so=secret')} is wrong, pass{hidden}word=hunter2"
    with pytest.raises(LoginError, match=r"failed: AADSTS7000215: REDACTED is wrong, password=REDACTED$"):
        Keeping({"words": words, "secret": "not~so=secret"}, "here", AUTHORITY).fetch(30)


def test_of_many_words_the_first_are_told() -> None:
    with pytest.raises(LoginError) as failed:
        Keeping({"words": "no " * 20_000}, "here", AUTHORITY).fetch(30)
    assert len(str(failed.value)) < 2_100


def test_the_providers_code_is_found_behind_a_warning() -> None:
    with pytest.raises(LoginError, match=r"failed: AADSTS700016: No such application$"):
        Keeping({"words": "WARNING: old\nAADSTS700016: No such application\nTrace ID: 1"}, "here", AUTHORITY).fetch(30)


@pytest.mark.parametrize("proxy", UNUSABLE)
def test_a_proxy_that_cannot_be_used_is_named_without_any_part_of_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    """Signing in comes first, and the account may be excepted from the proxy."""
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.setenv("no_proxy", "account.westeurope.batch.azure.com")
    source = entra.ClientSecret({"tenant": "t", "client_id": "c", "secret": "s3cr3t"}, "the options", AUTHORITY)
    with pytest.raises(LoginError) as failed:
        source.fetch(30)
    assert str(failed.value) == (
        "Signing in with a service principal's secret from the options failed: https://login.microsoftonline.com:"
        " the proxy that the environment names is not one of the form http://host:port"
    )
    assert not failed.value.transient


@pytest.mark.parametrize(("proxy", "no_proxy"), [("http://proxy.invalid:9", "*"), ("", "")])
def test_where_no_proxy_is_asked_none_is_accused(monkeypatch: pytest.MonkeyPatch, proxy: str, no_proxy: str) -> None:
    """The library raises the same for a URL that the sign-in host has named."""
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.setenv("no_proxy", no_proxy)
    with pytest.raises(LoginError, match=r"failed: Failed to parse: elsewhere$"):
        Keeping({"wrong_url": "elsewhere"}, "here", AUTHORITY).fetch(30)


def test_an_error_without_words_is_named() -> None:
    with pytest.raises(LoginError, match=r"failed: ValueError$"):
        Keeping({"words": "\n"}, "here", AUTHORITY).fetch(30)


def test_the_authority_is_handed_on_as_azure_identity_names_it() -> None:
    options = AUTHORITY.options()
    transport = options.pop("transport")
    assert transport.connection_config.verify is True
    assert (transport.connection_config.timeout, transport.connection_config.read_timeout) == (1, 1)
    assert options == {
        "authority": "https://login.microsoftonline.com",
        "disable_instance_discovery": True,
        "connection_timeout": 1,
        "read_timeout": 1,
        "retry_total": 0,
    }


def test_the_library_prints_no_warning_beside_the_error(tmp_path: Path) -> None:
    # In a Python of its own: a test runner listens to all loggers.
    done = subprocess.run(
        [sys.executable, "-c", _NO_CLI],
        env={"PATH": str(tmp_path), "PYTHONPATH": os.environ["PYTHONPATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("Azure CLI not found on path\n", "")


_NO_CLI = f"""
from {entra.__name__} import AzureCli, LoginError
from {token_source.__name__} import Authority
authority = Authority("https://login.invalid", "https://batch.core.windows.net//.default", True, False, 1)
try:
    AzureCli({{}}, "here", authority).fetch(30)
except LoginError as error:
    print(str(error).partition("failed: ")[2])
"""


@pytest.mark.parametrize(
    ("host", "url", "own"),
    [
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com/t/oauth2/v2.0/token", True),
        ("https://login.microsoftonline.com", "https://westeurope.login.microsoft.com/t/oauth2/v2.0/token", True),
        ("https://login.windows.net", "https://login.microsoftonline.com/t/oauth2/v2.0/token", True),
        ("https://login.microsoftonline.us", "https://region.login.microsoftonline.us/t/oauth2/v2.0/token", True),
        ("https://login.microsoftonline.us", "https://login.microsoftonline.com/t/oauth2/v2.0/token", False),
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com.example.net/t", False),
        ("https://login.microsoftonline.com", "https://xlogin.microsoft.com/t", False),
        ("https://login.microsoftonline.com", "http://login.microsoftonline.com/t", False),
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com:8443/t", False),
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com@example.net/t", False),
    ],
)
def test_where_a_credential_may_go(host: str, url: str, own: bool) -> None:
    request = SimpleNamespace(http_request=SimpleNamespace(method="POST", url=url))
    authority = replace(AUTHORITY, host=host)
    if own:
        authority.keep(request)
        return
    with pytest.raises(ValueError, match="no credential is sent"):
        authority.keep(request)
