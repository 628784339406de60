# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The choice of a credential: the first place that holds a whole one, parts never mixed, and no secret in a message."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.batchops.azure.plugins.module_utils._auth.choose import SignIn, sign_in
from ansible_collections.batchops.azure.plugins.module_utils._auth.entra import SOURCES
from ansible_collections.batchops.azure.plugins.module_utils._auth.kinds import KINDS
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError, OptionError
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import parse_endpoint
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.modules import JOBS

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
# Refused before anything is sent, so that the message tells which credential was chosen.
NO_TENANT = "no tenant!"
NOTHING = "no key, token, secret, certificate or password"
NO_FILE = "profile default of ~/.azure/credentials: there is no such file"


@pytest.fixture(autouse=True)
def no_azure_cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def auth_of(environ: Mapping[str, str] | None = None, **options: Any) -> Any:
    params = params_of(JOBS.arguments, account_endpoint="myaccount.westeurope.batch.azure.com", **options)
    return SignIn(params, parse_endpoint(params), True, environ or {}).auth()


def header_of(auth: Any) -> str:
    request = requests.Request("GET", "https://myaccount.westeurope.batch.azure.com/jobs").prepare()
    return str(auth(request).headers["Authorization"])


def failure_of(environ: Mapping[str, str] | None = None, **options: Any) -> str:
    with pytest.raises(LoginError) as failed:
        header_of(auth_of(environ, **options))
    return str(failed.value)


@pytest.fixture
def credentials_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".azure"
    folder.mkdir()
    return folder / "credentials"


def test_a_key_among_the_options_comes_first() -> None:
    auth = auth_of({"AZURE_CLIENT_ID": "c"}, account_key=KEY, access_token="token-1")
    assert header_of(auth).startswith("SharedKey myaccount:")


def test_a_token_among_the_options_comes_before_the_environment() -> None:
    assert header_of(auth_of({"AZURE_BATCH_ACCESS_KEY": KEY}, access_token="token-1")) == "Bearer token-1"


def test_the_options_come_before_the_environment() -> None:
    principal = {"client_id": "c", "secret": "hunter2", "tenant": NO_TENANT}
    assert "a service principal's secret from the options" in failure_of({"AZURE_BATCH_ACCESS_KEY": KEY}, **principal)


def test_the_environment_comes_before_the_file(credentials_file: Path) -> None:
    credentials_file.write_text(f"[default]\nclient_id=c\nsecret=hunter2\ntenant={NO_TENANT}\n")
    assert header_of(auth_of({"AZURE_BATCH_ACCESS_KEY": KEY})).startswith("SharedKey ")
    assert "from profile default of ~/.azure/credentials" in failure_of()


def test_the_azure_cli_comes_last_and_what_lacked_before_is_said() -> None:
    assert failure_of() == (
        "No credential was found. Signing in with the Azure CLI from this machine failed: Azure CLI not found on path."
        f" Passed over: the options: {NOTHING}; the environment: {NOTHING}; {NO_FILE}"
    )


# What is begun, the option that a refusal names, and what is missing. Another place has each of the missing parts.
HALF: list[tuple[dict[str, str], str, str]] = [
    ({"client_id": "c", "secret": "hunter2"}, "secret", "tenant is missing"),
    ({"secret": "hunter2", "tenant": "t"}, "secret", "client_id is missing"),
    ({"secret": "hunter2"}, "secret", "client_id and tenant are missing"),
    ({"password": "hunter2"}, "password", "ad_user is missing"),
    ({"ad_user": "u"}, "ad_user", "password is missing"),
    ({"oidc_token": "hunter2"}, "oidc_token", "client_id and tenant are missing"),
    ({"oidc_token_file_path": "/t", "client_id": "c"}, "oidc_token_file_path", "tenant is missing"),
    ({"x509_certificate_path": "/c.pem", "client_id": "c"}, "x509_certificate_path", "tenant is missing"),
    ({"x509_certificate_path": "/c.pem", "thumbprint": "00"}, "x509_certificate_path", "client_id and tenant are"),
    # Nor does another whole credential in the same place make up for it.
    ({"access_token": "token-1", "secret": "hunter2", "client_id": "c"}, "secret", "tenant is missing"),
    ({"account_key": KEY, "secret": "hunter2"}, "secret", "client_id and tenant are missing"),
    ({"client_id": "c", "tenant": "t", "secret": "hunter2", "password": "hunter2"}, "password", "ad_user is missing"),
]
ELSEWHERE = {
    "AZURE_BATCH_ACCESS_KEY": KEY,
    "AZURE_CLIENT_ID": "c",
    "AZURE_SECRET": "hunter2",
    "AZURE_TENANT": NO_TENANT,
    "AZURE_AD_USER": "u",
    "AZURE_PASSWORD": "hunter2",
}


@pytest.mark.parametrize(("options", "named", "missing"), HALF)
@pytest.mark.parametrize("environ", [{}, ELSEWHERE], ids=["nothing", "everything"])
def test_half_a_credential_among_the_options_is_refused_whatever_other_places_hold(
    environ: dict[str, str], options: dict[str, str], named: str, missing: str
) -> None:
    with pytest.raises(OptionError) as refused:
        auth_of(environ, **options)
    assert refused.value.option == named
    assert missing in str(refused.value)
    assert str(refused.value).endswith(f"give the rest, or leave {named} out")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "options", [{"tenant": "t"}, {"client_id": "c"}, {"client_id": "c", "tenant": "t"}, {"thumbprint": "0"}]
)
def test_what_the_azure_cli_and_a_managed_identity_take_is_no_half_credential(options: dict[str, str]) -> None:
    assert header_of(auth_of({"AZURE_BATCH_ACCESS_KEY": KEY}, **options)).startswith("SharedKey ")
    sentence = failure_of({"AZURE_TENANT": "t", "AZURE_SECRET": "hunter2"}, **options)
    assert f"the options: {NOTHING}; the environment: a service principal's secret without " in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize("options", [options for options, _named, _missing in HALF])
def test_a_key_that_was_asked_for_is_used_beside_half_of_something_else(options: dict[str, str]) -> None:
    auth = auth_of(auth_source="shared_key", **{**options, "account_key": KEY})
    assert header_of(auth).startswith("SharedKey ")


@pytest.mark.parametrize(
    "options",
    [
        {"secret": "", "password": "", "access_token": "", "account_key": "", "client_id": "", "tenant": ""},
        # The Azure CLI takes the tenant.
        {"secret": "", "client_id": "", "tenant": "t"},
        {"oidc_token": "", "client_id": None, "tenant": "t"},
    ],
)
def test_an_empty_option_is_not_given(options: dict[str, str]) -> None:
    assert header_of(auth_of({"AZURE_BATCH_ACCESS_KEY": KEY}, **options)).startswith("SharedKey ")


@pytest.mark.parametrize("part", ["secret", "x509_certificate_path", "oidc_token", "oidc_token_file_path", "password"])
@pytest.mark.parametrize("environ", [{}, ELSEWHERE], ids=["nothing", "everything"])
def test_a_client_id_with_an_empty_secret_is_refused_whatever_other_places_hold(
    environ: dict[str, str], part: str
) -> None:
    for options in ({"client_id": "c", part: ""}, {"client_id": "c", "tenant": "t", "account_key": "", part: ""}):
        with pytest.raises(OptionError) as refused:
            auth_of(environ, **options)
        assert (
            str(refused.value) == f"{part}: is empty, so that nobody signs in with client_id; give it, or leave it out"
        )


@pytest.mark.parametrize("source", ["env", "shared_key", "credential_file", "msi", "cli"])
def test_an_empty_secret_is_no_matter_where_the_options_are_not_asked_for_one(
    source: str, credentials_file: Path
) -> None:
    credentials_file.write_text("[default]\naccess_token=token-1\n")
    assert auth_of(ELSEWHERE, auth_source=source, client_id="c", tenant="t", secret="")


@pytest.mark.parametrize(
    "whole", [{"account_key": KEY}, {"access_token": "token-1"}, {"oidc_token": "hunter2", "tenant": NO_TENANT}]
)
def test_an_empty_secret_is_no_matter_beside_a_whole_credential(whole: dict[str, str]) -> None:
    """A play may give each option from a variable of its own."""
    assert auth_of(**{"client_id": "c", "secret": "", **whole})


@pytest.mark.parametrize(
    ("environ", "lacking"),
    [
        ({"AZURE_SECRET": "hunter2"}, "a service principal's secret without client_id and tenant"),
        ({"AZURE_USERNAME": "u", "AZURE_CLIENT_ID": "c"}, "a user's password without password"),
        (
            {"AZURE_CLIENT_ID": "c", "AZURE_FEDERATED_TOKEN_FILE": "/t", "AZURE_PASSWORD": "hunter2"},
            "a federated token (workload identity) without tenant, a user's password without ad_user",
        ),
    ],
)
def test_half_a_credential_in_the_environment_is_passed_over_and_named(environ: dict[str, str], lacking: str) -> None:
    assert f"; the environment: {lacking}; profile default" in failure_of(environ)
    assert f"the environment: {lacking}" in failure_of(environ, auth_source="env")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[default]\n", "no such profile"),
        ("[batch]\ntenant=t\n", NOTHING),
        ("[batch]\nsecret=hunter2\ntenant=t\n", "a service principal's secret without client_id"),
        (None, "there is no such file"),
    ],
)
@pytest.mark.parametrize("source", ["auto", "credential_file"])
def test_a_profile_that_the_option_names_is_used_or_refused(
    credentials_file: Path, content: str | None, why: str, source: str
) -> None:
    if content is not None:
        credentials_file.write_text(content)
    with pytest.raises(OptionError) as refused:
        auth_of(ELSEWHERE, profile="batch", auth_source=source)
    assert str(refused.value) == (
        f"profile: profile batch of ~/.azure/credentials: {why}; nothing else is used in its place"
    )


def test_a_profile_that_the_option_names_comes_before_the_environment_and_one_of_the_environment_after_it(
    credentials_file: Path,
) -> None:
    credentials_file.write_text("[batch]\naccess_token=token-1\n")
    assert header_of(auth_of({"AZURE_BATCH_ACCESS_KEY": KEY}, profile="batch")) == "Bearer token-1"
    environ = {"AZURE_BATCH_ACCESS_KEY": KEY, "AZURE_PROFILE": "batch"}
    assert header_of(auth_of(environ)).startswith("SharedKey ")
    assert header_of(auth_of({"AZURE_PROFILE": "batch"})) == "Bearer token-1"
    assert header_of(auth_of(profile="batch", account_key=KEY)).startswith("SharedKey ")


PRINCIPAL = {"client_id": "c-1", "secret": "hunter2", "tenant": "t-1"}


@pytest.mark.parametrize(
    ("environ", "options", "said"),
    [
        ({"AZURE_BATCH_ACCESS_KEY": KEY}, {}, "the account key from the environment (AZURE_BATCH_ACCESS_KEY)"),
        (
            {"AZURE_BATCH_ACCESS_KEY": KEY},
            {"access_token": "hunter2"},
            "an access token from the options (access_token)",
        ),
        ({}, {"account_key": KEY, **PRINCIPAL}, "the account key from the options (account_key)"),
        ({}, PRINCIPAL, "a service principal's secret from the options (client_id, secret, tenant)"),
        (
            {"AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "hunter2", "AZURE_TENANT": "t"},
            {},
            "a service principal's secret from the environment (AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT)",
        ),
        ({}, {"auth_source": "msi"}, "a managed identity from this machine"),
        ({"AZURE_BATCH_ACCESS_KEY": KEY}, {"auth_source": "cli"}, "the Azure CLI from this machine"),
        (
            {"AZURE_SECRET": "hunter2"},
            {},
            "the Azure CLI from this machine; passed over: the environment: a service principal's secret without client_id"
            " and tenant",
        ),
    ],
)
def test_what_is_used_is_said_with_its_place_and_names_and_without_a_value(
    environ: dict[str, str], options: dict[str, str], said: str
) -> None:
    heard: list[str] = []
    params = params_of(JOBS.arguments, account_endpoint="myaccount.westeurope.batch.azure.com", **options)
    SignIn(params, parse_endpoint(params), True, environ, heard.append).auth()
    assert heard == [said]


def test_each_kind_of_credential_has_its_way_to_sign_in() -> None:
    assert {kind.name for kind in KINDS} | {"the Azure CLI", "a managed identity"} == set(SOURCES)


@pytest.mark.filterwarnings("ignore:UsernamePasswordCredential is deprecated")
@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ("AZURE_CLIENT_ID AZURE_SECRET AZURE_TENANT", "a service principal's secret"),
        ("AZURE_CLIENT_ID AZURE_CLIENT_SECRET AZURE_TENANT_ID", "a service principal's secret"),
        ("AZURE_CLIENT_ID AZURE_FEDERATED_TOKEN_FILE AZURE_TENANT_ID", "a federated token (workload identity)"),
        ("AZURE_USERNAME AZURE_PASSWORD AZURE_TENANT", "a user's password"),
        ("AZURE_CLIENT_ID AZURE_CLIENT_CERTIFICATE_PATH AZURE_TENANT", "a service principal's certificate"),
    ],
)
def test_the_environment_makes_a_whole_credential(names: str, chosen: str) -> None:
    environ = {name: NO_TENANT if "TENANT" in name else "/hunter2" for name in names.split()}
    assert f"Signing in with {chosen} from the environment failed" in failure_of(environ)


def test_of_two_names_the_one_of_azcollection_counts() -> None:
    tenants = {"AZURE_TENANT": "no tenant!", "AZURE_TENANT_ID": "other!"}
    whole = {"AZURE_CLIENT_ID": "c", "AZURE_SECRET": "hunter2", **tenants}
    assert "Invalid tenant" in failure_of(whole)
    assert header_of(auth_of({**whole, "AZURE_BATCH_ACCESS_KEY": KEY})).startswith("SharedKey ")


def test_an_empty_variable_is_not_set() -> None:
    environ = {"AZURE_CLIENT_ID": "c", "AZURE_SECRET": "", "AZURE_CLIENT_SECRET": "hunter2", "AZURE_TENANT": NO_TENANT}
    assert "a service principal's secret from the environment" in failure_of(environ)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("shared_key", "the options: no account_key; the environment: no account_key"),
        ("access_token", "the options: no access_token; the environment: no access_token"),
        ("env", f"the environment: {NOTHING}"),
        ("credential_file", NO_FILE),
    ],
)
def test_a_named_source_says_what_it_lacked(source: str, words: str) -> None:
    assert failure_of(auth_source=source) == f"No credential was found for auth_source {source}. Passed over: {words}"


@pytest.mark.parametrize(
    ("source", "environ", "options"),
    [
        ("shared_key", {}, {"access_token": "hunter2"}),
        ("access_token", {"AZURE_BATCH_ACCESS_KEY": KEY}, {"account_key": KEY}),
        ("env", {}, {"account_key": KEY, "access_token": "hunter2"}),
        ("credential_file", {"AZURE_BATCH_ACCESS_KEY": KEY}, {"account_key": KEY}),
    ],
)
def test_a_named_source_uses_nothing_else(source: str, environ: dict[str, str], options: dict[str, str]) -> None:
    sentence = failure_of(environ, auth_source=source, **options)
    assert sentence.startswith("No credential was found")
    assert KEY not in sentence
    assert "hunter2" not in sentence


def test_a_token_is_chosen_over_a_key_where_it_is_named() -> None:
    assert header_of(auth_of(auth_source="access_token", account_key=KEY, access_token="token-1")) == "Bearer token-1"


def test_a_named_cli_or_managed_identity_passes_over_what_else_there_is() -> None:
    assert failure_of(auth_source="cli", account_key=KEY).startswith("Signing in with the Azure CLI from this machine")
    assert not hasattr(auth_of(auth_source="msi", account_key=KEY), "string_to_sign")


@pytest.mark.parametrize("key", ["hunter2!", "hunter2"])
def test_a_key_that_is_none_is_refused_and_not_passed_over(key: str) -> None:
    with pytest.raises(OptionError, match=r"^account_key: ") as refused:
        auth_of({"AZURE_BATCH_ACCESS_KEY": KEY}, account_key=key)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("profile", "environ"), [("batch", {}), (None, {"AZURE_PROFILE": "batch"}), ("batch", {"AZURE_PROFILE": "other"})]
)
def test_a_profile_of_the_file_is_read_as_it_stands(
    credentials_file: Path, profile: str | None, environ: dict[str, str]
) -> None:
    credentials_file.write_text(f"[default]\n[other]\n[batch]\nsecret=100%hunter2\nclient_id=c\ntenant={NO_TENANT}\n")
    sentence = failure_of(environ, auth_source="credential_file", profile=profile)
    assert "a service principal's secret from profile batch of ~/.azure/credentials" in sentence
    assert "hunter2" not in sentence


def test_a_key_in_the_file_signs(credentials_file: Path) -> None:
    credentials_file.write_text(f"[default]\naccount_key={KEY}\n")
    assert header_of(auth_of()).startswith("SharedKey myaccount:")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"secret=hunter2\n", "cannot be read (MissingSectionHeaderError)"),
        (b"[default]\nhunter2\n", "cannot be read (ParsingError)"),
        (b"[default]\nsecret=hunter2\nsecret=hunter2\n", "cannot be read (DuplicateOptionError)"),
        (b"[default]\nsecret=hunter2\xff\n", "cannot be read (UnicodeDecodeError)"),
        (b"[other]\nsecret=hunter2\n", "no such profile"),
        (b"[default]\nsecret=hunter2\n", "without client_id and tenant"),
        (b"", "no such profile"),
    ],
)
def test_a_file_that_does_not_help_is_passed_over_without_a_word_of_its_content(
    credentials_file: Path, content: bytes, words: str
) -> None:
    credentials_file.write_bytes(content)
    sentence = failure_of(auth_source="credential_file")
    assert words in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    "host", ["http://login.example.com", "https://u:hunter2@login.example.com", "login.example.com/x"]
)
def test_an_authority_that_secrets_may_not_go_to_is_refused(host: str) -> None:
    principal = {"client_id": "c", "secret": "hunter2", "tenant": "t"}
    for given, environ in (({"authority_host": host}, {}), ({}, {"AZURE_AUTHORITY_HOST": host})):
        with pytest.raises(OptionError, match=r"^authority_host: ") as refused:
            auth_of(environ, **principal, **given)
        assert "hunter2" not in str(refused.value)


def test_the_environment_of_the_process_is_the_one_that_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_BATCH_ACCESS_KEY", KEY)
    params = params_of(JOBS.arguments, account_endpoint="myaccount.westeurope.batch.azure.com")
    assert header_of(sign_in(params, parse_endpoint(params), True)).startswith("SharedKey myaccount:")
