# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account's endpoint: what is accepted, and what is refused before a credential could go there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, OptionError
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import CLOUDS, Endpoint, parse_endpoint

PUBLIC = "myaccount.westeurope.batch.azure.com"


def endpoint(given: str | None = PUBLIC, **more: Any) -> Endpoint:
    params = {"account_name": None, "api_version": "2025-06-01", "cloud_environment": None, **more}
    return parse_endpoint({"account_endpoint": given, **params})


def refusal_of(given: str | None, **more: Any) -> str:
    with pytest.raises(OptionError) as refused:
        endpoint(given, **more)
    return str(refused.value)


@pytest.mark.parametrize(
    ("given", "base"),
    [
        (PUBLIC, f"https://{PUBLIC}"),
        (f"https://{PUBLIC}", f"https://{PUBLIC}"),
        (f"https://{PUBLIC}/", f"https://{PUBLIC}"),
        (f"HTTPS://{PUBLIC.upper()}", f"https://{PUBLIC}"),
        (f"{PUBLIC}:443", f"https://{PUBLIC}"),
        (f"https://{PUBLIC}:8443", f"https://{PUBLIC}:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.0.0.2:80", "http://127.0.0.2"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://LocalHost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://10.0.0.4:10443", "https://10.0.0.4:10443"),
        (f"{PUBLIC}:1", f"https://{PUBLIC}:1"),
        (f"{PUBLIC}:65535", f"https://{PUBLIC}:65535"),
    ],
)
def test_a_host_or_a_url_becomes_scheme_host_and_port(given: str, base: str) -> None:
    assert endpoint(given).base == base


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (None, "missing"),
        ("", "missing"),
        ("   ", "host name"),
        ("https://", "host name"),
        ("https:///", "host name"),
        (f"ftp://{PUBLIC}", "scheme"),
        (f"://{PUBLIC}", "scheme"),
        (f" https://{PUBLIC}", "scheme"),
        (f"{PUBLIC} ", "host name"),
        (f"my account{PUBLIC}", "host name"),
        (f"{PUBLIC}\n", "host name"),
        (f"https://{PUBLIC}/jobs", "path"),
        (f"https://{PUBLIC}//", "path"),
        (f"{PUBLIC}/jobs", "path"),
        (f"https://{PUBLIC}?a=b", "path or a query"),
        (f"https://{PUBLIC}#a", "path or a query"),
        (f"https://{PUBLIC}\\evil", "path"),
        (f"{PUBLIC}:0", "host name"),
        (f"{PUBLIC}:65536", "host name"),
        (f"{PUBLIC}:", "host name"),
        (f"{PUBLIC}:https", "host name"),
        (f"{PUBLIC}:-1", "host name"),
        (f"{PUBLIC}:４４３", "host name"),
        (f"{PUBLIC}:8443:8443", "host name"),
        ("https://..", "host name"),
        ("https://[:::]", "host name"),
        ("https://[127.0.0.1]", "host name"),
        ("konto_ä.batch.azure.com", "host name"),
        (f"http://{PUBLIC}", "plain http"),
        ("http://10.0.0.4:8080", "plain http"),
        ("http://localhost.example.com", "plain http"),
        ("http://127.0.0.1.example.com", "plain http"),
        ("http://0.0.0.0", "plain http"),
    ],
)
def test_what_is_no_endpoint_is_refused_with_the_option_and_the_accepted_form(given: str | None, word: str) -> None:
    sentence = refusal_of(given)
    assert sentence.startswith("account_endpoint: ")
    assert word in sentence
    assert "https://account.region.batch.azure.com" in sentence


@pytest.mark.parametrize(
    "given",
    [
        f"https://user:hunter2@{PUBLIC}",
        f"user:hunter2@{PUBLIC}",
        f"https://hunter2@{PUBLIC}",
        f"https://user:hunter2@{PUBLIC}/jobs?x=y",
        f"ftp://user:hunter2@{PUBLIC}",
        f"http://user:hunter2@{PUBLIC}",
        f"user:hunter2@https://{PUBLIC}",
        f"https://{PUBLIC}/?sig=hunter2",
    ],
)
def test_a_refusal_never_repeats_a_password(given: str) -> None:
    sentence = refusal_of(given)
    assert sentence.startswith("account_endpoint: ")
    assert "hunter2" not in sentence


def test_a_key_in_place_of_the_accounts_name_is_not_repeated() -> None:
    key = "hunter2" * 12 + "=="
    assert refusal_of(PUBLIC, account_name=key) == (
        "account_name: a text of 86 characters is not the name of a Batch account; give its letters and digits only"
    )


def test_a_refusal_says_where_else_the_endpoint_could_come_from() -> None:
    assert "AZURE_BATCH_ENDPOINT" in refusal_of(None)


def test_the_environment_is_not_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_BATCH_ENDPOINT", "https://other.region.batch.azure.com")
    monkeypatch.setenv("AZURE_BATCH_ACCOUNT", "other")
    assert refusal_of(None)
    assert endpoint().account == "myaccount"


@pytest.mark.parametrize(
    "version",
    [
        "2019-08-01.10.0",
        "2020-03-01.11.0",
        "2020-09-01.12.0",
        "2021-06-01.14.0",
        "2022-01-01.15.0",
        "2022-10-01.16.0",
        "2023-05-01.17.0",
        "2023-11-01.18.0",
        "2024-02-01.19.0",
        "2024-07-01.20.0",
        "2025-06-01",
    ],
)
def test_every_served_api_version_is_accepted(version: str) -> None:
    assert endpoint(api_version=version).api_version == version


@pytest.mark.parametrize(
    "version",
    [
        "",
        None,
        "2025",
        "latest",
        "2025-06",
        "2025-06-01 ",
        "2025-06-01\n",
        "2025-06-01.20",
        "v2025-06-01",
        "２０２５-06-01",
    ],
)
def test_what_is_no_api_version_is_refused_with_examples(version: str | None) -> None:
    sentence = refusal_of(PUBLIC, api_version=version)
    assert sentence.startswith("api_version: ")
    assert "2025-06-01 or 2024-07-01.20.0" in sentence


@pytest.mark.parametrize(
    ("given", "name", "account"),
    [
        (PUBLIC, None, "myaccount"),
        (PUBLIC, "other", "other"),
        ("http://127.0.0.1:8080", None, ""),
        ("http://127.0.0.1:8080", "other", "other"),
        ("http://localhost:8080", None, ""),
        ("https://[::1]", None, ""),
    ],
)
def test_the_account_is_the_one_named_or_the_first_label(given: str, name: str | None, account: str) -> None:
    assert endpoint(given, account_name=name).account == account


@pytest.mark.parametrize("name", ["my account", "my/account", "account:1", "a" * 65, "account\n"])
def test_what_is_no_account_name_is_refused(name: str) -> None:
    assert refusal_of(PUBLIC, account_name=name).startswith("account_name: ")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        (PUBLIC, "AzureCloud"),
        ("acc.usgovvirginia.batch.usgovcloudapi.net", "AzureUSGovernment"),
        ("acc.chinaeast2.batch.chinacloudapi.cn", "AzureChinaCloud"),
        ("ACC.CHINAEAST2.BATCH.CHINACLOUDAPI.CN", "AzureChinaCloud"),
        ("http://127.0.0.1:8080", "AzureCloud"),
        ("acc.batch.usgovcloudapi.net.example.com", "AzureCloud"),
    ],
)
def test_the_cloud_is_known_by_the_suffix_of_the_host(host: str, name: str) -> None:
    assert endpoint(host).cloud.name == name


@pytest.mark.parametrize("name", ["AzureUSGovernment", "azureusgovernment", "AZUREUSGOVERNMENT"])
def test_a_cloud_that_is_named_wins_over_the_suffix(name: str) -> None:
    assert endpoint(cloud_environment=name).cloud.name == "AzureUSGovernment"


def test_an_unknown_cloud_is_refused_with_the_known_ones() -> None:
    sentence = refusal_of(PUBLIC, cloud_environment="AzureMoonCloud")
    assert sentence.startswith("cloud_environment: ")
    assert "AzureCloud, AzureUSGovernment, AzureChinaCloud" in sentence


def test_scopes_have_two_slashes_because_the_audience_ends_in_one() -> None:
    assert {cloud.name: cloud.scope for cloud in CLOUDS} == {
        "AzureCloud": "https://batch.core.windows.net//.default",
        "AzureUSGovernment": "https://batch.core.usgovcloudapi.net//.default",
        "AzureChinaCloud": "https://batch.chinacloudapi.cn//.default",
    }


def test_each_cloud_logs_in_at_its_own_host() -> None:
    assert [cloud.authority for cloud in CLOUDS] == [
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.chinacloudapi.cn",
    ]


@pytest.mark.parametrize("segments", [("jobs", "\ud800"), ("jobs", "a\udfff", "tasks")])
def test_half_a_character_in_an_id_of_an_answer_is_an_error_of_the_answer(segments: tuple[str, ...]) -> None:
    with pytest.raises(AnswerError, match=r"'a?\\ud.*', which the service named, holds a character that no URL can"):
        endpoint("https://a.westeurope.batch.azure.com").url(*segments)
