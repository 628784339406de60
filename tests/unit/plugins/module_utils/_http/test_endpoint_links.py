# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links that may get the credential, authorities that may get a secret, and paths."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import (
    Endpoint,
    parse_authority,
    parse_endpoint,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.links import owns

PUBLIC = "myaccount.westeurope.batch.azure.com"


def endpoint(given: str | None = PUBLIC, **more: Any) -> Endpoint:
    params = {"account_name": None, "api_version": "2025-06-01", "cloud_environment": None, **more}
    return parse_endpoint({"account_endpoint": given, **params})


@pytest.mark.parametrize(
    "link",
    [
        f"https://{PUBLIC}/jobs?api-version=2025-06-01&$skiptoken=x",
        f"https://{PUBLIC}:443/another/path",
        f"https://{PUBLIC.upper()}/jobs",
        f"HTTPS://{PUBLIC}/jobs",
        f"https://{PUBLIC}",
    ],
)
def test_a_link_to_the_same_scheme_host_and_port_is_owned(link: str) -> None:
    assert owns(endpoint(), link)


@pytest.mark.parametrize(
    "link",
    [
        f"http://{PUBLIC}/jobs",
        f"http://{PUBLIC}:443/jobs",
        f"https://{PUBLIC}:8443/jobs",
        f"https://{PUBLIC}.evil.example/jobs",
        "https://evil.example/jobs",
        f"https://evil.example/{PUBLIC}",
        f"https://evil.example\\@{PUBLIC}/jobs",
        f"https://user@{PUBLIC}/jobs",
        f"https://user:pw@{PUBLIC}/jobs",
        f"https://@{PUBLIC}/jobs",
        f"https://{PUBLIC}@evil.example/jobs",
        f"https://{PUBLIC}:port/jobs",
        f"//{PUBLIC}/jobs",
        "/jobs?$skiptoken=x",
        "",
        "https://[:::]/jobs",
    ],
)
def test_a_link_to_anywhere_else_is_foreign(link: str) -> None:
    assert not owns(endpoint(), link)


@pytest.mark.parametrize(
    ("base", "link"),
    [
        ("http://127.0.0.1", "http://127.0.0.1:80/jobs"),
        ("http://127.0.0.1:80", "http://127.0.0.1/jobs"),
        ("http://[::1]:8080", "http://[::1]:8080/jobs"),
        (f"{PUBLIC}:443", f"https://{PUBLIC}/jobs"),
    ],
)
def test_the_default_port_is_the_same_written_or_not(base: str, link: str) -> None:
    assert owns(endpoint(base), link)


def test_segments_of_a_path_are_encoded_with_nothing_safe() -> None:
    assert endpoint().url("jobs", "sched:job-1/..", "a b") == f"https://{PUBLIC}/jobs/sched%3Ajob-1%2F../a%20b"


@pytest.mark.parametrize("given", ["login.microsoftonline.us", "https://login.microsoftonline.us/"])
def test_an_authority_becomes_a_url(given: str) -> None:
    assert parse_authority(given) == "https://login.microsoftonline.us"


@pytest.mark.parametrize(
    "given", ["http://login.example.com", "https://login.example.com/tenant", "https://u:hunter2@login.example.com"]
)
def test_an_authority_is_checked_like_the_endpoint_and_named_in_the_refusal(given: str) -> None:
    with pytest.raises(OptionError, match=r"^authority_host: ") as refused:
        parse_authority(given)
    assert "hunter2" not in str(refused.value)
