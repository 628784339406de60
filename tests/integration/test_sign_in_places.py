# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the credential comes from: options, environment, file, Azure CLI, in this order, and never parts of two."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.integration.signing_in import (
    ACCESS_TOKEN,
    issued_token,
    login_failure,
    principal,
    read,
    schemes,
    ways,
)
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.azure_cli import AzureCli, prints_token
from ansible_collections.batchops.azure.tests.support.loopback import Loopback

_NOTHING = "no key, token, secret, certificate or password"


def write_file(home: Path, **profiles: dict[str, str]) -> Path:
    """The credentials file that azure.azcollection reads too."""
    path = home / ".azure" / "credentials"
    sections = (
        f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in parts.items()) for name, parts in profiles.items()
    )
    path.write_text("\n".join(sections), encoding="utf-8")
    return path


def test_the_places_are_tried_in_order(
    account: Simulator, home: Path, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A different kind of credential in each place, taken away one after the other."""
    cli = AzureCli(commands, prints_token(issued_token(account)))
    write_file(home, default=principal(account))
    monkeypatch.setenv("AZURE_BATCH_ACCESS_KEY", account.key)

    read(account, access_token=ACCESS_TOKEN)
    assert {exchange.headers["authorization"] for exchange in account.requests} == {f"Bearer {ACCESS_TOKEN}"}

    account.reset_requests()
    read(account)
    assert schemes(account) == {"SharedKey"}
    assert ways(account) == []

    monkeypatch.delenv("AZURE_BATCH_ACCESS_KEY")
    read(account)
    assert ways(account) == [("client_secret", 200)]
    assert cli.calls == []

    (home / ".azure" / "credentials").unlink()
    read(account)
    assert ways(account) == [("client_secret", 200)]
    assert len(cli.calls) == 1


def test_parts_of_two_places_never_make_one_credential(
    account: Simulator, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = principal(account)
    monkeypatch.setenv("AZURE_SECRET", account.secret)
    write_file(home, default={"tenant": account.tenant})
    sentence = login_failure(account, client_id=whole["client_id"])
    assert sentence == (
        "No credential was found. Signing in with the Azure CLI from this machine failed: Azure CLI not found on path."
        f" Passed over: the options: {_NOTHING};"
        " the environment: a service principal's secret without client_id and tenant;"
        f" profile default of ~/.azure/credentials: {_NOTHING}"
    )
    assert ways(account) == []


@pytest.mark.parametrize("stray", ["AZURE_PASSWORD", "AZURE_USERNAME", "AZURE_CLIENT_CERTIFICATE_PATH"])
def test_a_stray_part_of_another_credential_does_not_hide_a_whole_one(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, stray: str
) -> None:
    for name, value in principal(account).items():
        monkeypatch.setenv(f"AZURE_{name}".upper(), value)
    monkeypatch.setenv(stray, "hunter2")
    assert read(account)["jobs"]
    assert ways(account) == [("client_secret", 200)]


def test_a_whole_credential_that_is_refused_is_not_replaced_by_the_next_place(
    account: Simulator, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_BATCH_ACCESS_KEY", account.key)
    write_file(home, default=principal(account))
    assert "AADSTS7000215" in login_failure(account, **principal(account, secret="wrong"))
    assert ways(account) == [("client_secret", 401)]


@pytest.mark.parametrize("source", ["auto", "credential_file"])
def test_the_default_profile_of_the_file(account: Simulator, home: Path, source: str) -> None:
    write_file(home, default=principal(account), other={"secret": "wrong"})
    assert read(account, auth_source=source)["jobs"]


@pytest.mark.parametrize(("option", "variable"), [("batch", None), (None, "batch"), ("batch", "other")])
def test_a_profile_that_is_named(
    account: Simulator, home: Path, monkeypatch: pytest.MonkeyPatch, option: str | None, variable: str | None
) -> None:
    wrong = principal(account, secret="wrong")
    write_file(home, default=wrong, other=wrong, batch={**principal(account), "subscription_id": "any"})
    if variable:
        monkeypatch.setenv("AZURE_PROFILE", variable)
    assert read(account, auth_source="credential_file", profile=option)["jobs"]


def test_a_key_in_a_profile_signs(account: Simulator, home: Path) -> None:
    write_file(home, default={"account_key": account.key})
    assert read(account)["jobs"]
    assert schemes(account) == {"SharedKey"}


def test_a_profile_that_is_missing_is_named(account: Simulator, home: Path) -> None:
    write_file(home, default=principal(account))
    for source in ("auto", "credential_file"):
        sentence = login_failure(account, auth_source=source, profile="batch")
        assert sentence == (
            "profile: profile batch of ~/.azure/credentials: no such profile; nothing else is used in its place"
        )


def test_half_a_credential_among_the_options_does_not_sign_in_with_a_key_of_the_environment(
    account: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_BATCH_ACCESS_KEY", account.key)
    half = {"client_id": account.client_id, "secret": account.secret}
    assert login_failure(account, **half) == (
        "secret: is not enough to sign in with a service principal's secret: tenant is missing;"
        " give the rest, or leave secret out"
    )
    assert ways(account) == []


def test_a_profile_that_is_named_goes_before_a_key_of_the_environment(
    account: Simulator, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(home, batch=principal(account))
    monkeypatch.setenv("AZURE_BATCH_ACCESS_KEY", account.key)
    assert read(account, profile="batch")["jobs"]
    assert schemes(account) == {"Bearer"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[default]\nsecret hunter2\n", "ParsingError"),
        (b"secret=hunter2\n", "MissingSectionHeaderError"),
        (b"[default]\nsecret=hunter2\xff\n", "UnicodeDecodeError"),
        (None, "IsADirectoryError"),
    ],
)
def test_a_file_that_cannot_be_read_is_passed_over_without_a_word_of_it(
    account: Simulator, home: Path, content: bytes | None, reason: str
) -> None:
    path = home / ".azure" / "credentials"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    for source in ("auto", "credential_file"):
        sentence = login_failure(account, auth_source=source)
        assert f"profile default of ~/.azure/credentials: the file cannot be read ({reason})" in sentence
        assert "hunter2" not in sentence


def test_a_file_is_not_opened_when_another_place_was_named(account: Simulator, home: Path) -> None:
    write_file(home, default=principal(account))
    for source in ("env", "shared_key", "access_token"):
        sentence = login_failure(account, auth_source=source)
        assert sentence.startswith(f"No credential was found for auth_source {source}. Passed over: ")
        assert "credentials:" not in sentence
    assert ways(account) == []


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_a_sign_in_host_on_loopback_is_asked_without_a_proxy(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with Loopback() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert read(account, **principal(account))["jobs"]
        assert proxy.connections == 0
    assert ways(account) == [("client_secret", 200)]
