# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client's requests: a GET, its headers, its address, and who may see the credential."""

from __future__ import annotations

import ssl
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    ForeignLinkError,
    ServiceError,
    TransportError,
)
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Drip, Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.proxies import UNUSABLE


def test_every_request_is_a_get(service: Loopback) -> None:
    service.say("/jobs/a", {"id": "a"})
    service.say("/jobs", page({"id": "a"}, link=f"{service.url}/jobs?next"), page())
    client = connect(service.url)
    assert client.get(("jobs", "a")) == {"id": "a"}
    assert list(client.pages(("jobs",))) == [[{"id": "a"}], []]
    assert [request.method for request in service.requests] == ["GET", "GET", "GET"]


def test_a_request_says_what_it_accepts_and_has_an_id_of_its_own(service: Loopback) -> None:
    service.say("/jobs/a", {"id": "a"})
    client = connect(service.url)
    client.get(("jobs", "a"))
    client.get(("jobs", "a"))
    first, second = (request.headers for request in service.requests)
    assert first["accept"] == "application/json"
    assert first["authorization"] == "Bearer a-token-for-tests"
    assert first["return-client-request-id"] == "true"
    assert first["user-agent"].startswith("batchops.azure")
    assert str(uuid.UUID(first["client-request-id"])) == first["client-request-id"]
    assert first["client-request-id"] != second["client-request-id"]


@pytest.mark.parametrize("name", ["content-type", "content-length", "if-none-match", "expect"])
def test_a_read_carries_no_header_of_a_body(service: Loopback, name: str) -> None:
    service.say("/jobs/a", {"id": "a"})
    connect(service.url).get(("jobs", "a"))
    assert name not in service.requests[0].headers


def test_the_query_has_the_api_version_and_no_absent_parameter(service: Loopback) -> None:
    service.say("/jobs/a", {"id": "a"})
    connect(service.url).get(("jobs", "a"), {"$select": "id,state", "$expand": None, "maxresults": 10})
    assert service.requests[0].query == {"api-version": "2025-06-01", "$select": "id,state", "maxresults": "10"}


def test_blanks_travel_as_percent_20_and_names_keep_their_dollar(service: Loopback) -> None:
    service.say("/jobs", page())
    list(connect(service.url).pages(("jobs",), {"$filter": "state eq 'active' and id ne 'a+b'"}))
    assert service.requests[0].target == (
        "/jobs?api-version=2025-06-01&$filter=state%20eq%20%27active%27%20and%20id%20ne%20%27a%2Bb%27"
    )


def test_a_segment_of_the_path_is_encoded_with_nothing_safe(service: Loopback) -> None:
    service.say("/jobs/sched%3Ajob-1/tasks/t%2F1", {"id": "t/1"})
    assert connect(service.url).get(("jobs", "sched:job-1", "tasks", "t/1")) == {"id": "t/1"}


def test_what_netrc_holds_for_the_host_is_not_sent(
    service: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    service.say("/jobs/a", {"id": "a"})
    connect(service.url).get(("jobs", "a"))
    assert service.requests[0].headers["authorization"] == "Bearer a-token-for-tests"


def test_the_proxy_of_the_environment_is_used(service: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", service.url)
    service.say("/jobs/a", {"id": "a"})
    connect("http://account.invalid:9").get(("jobs", "a"))
    assert service.requests[0].target.startswith("http://account.invalid:9/jobs/a?")


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_loopback_address_is_asked_without_a_proxy(
    service: Loopback, monkeypatch: pytest.MonkeyPatch, variable: str, host: str
) -> None:
    service.say("/jobs/a", {"id": "a"})
    with Loopback() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        # Naming others does not name this one.
        monkeypatch.setenv("no_proxy", "example.com")
        assert connect(service.url.replace("127.0.0.1", host)).get(("jobs", "a")) == {"id": "a"}
        assert proxy.requests == []
    assert service.paths == ["/jobs/a"]


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_a_loopback_address_under_https_is_asked_without_a_proxy(
    secured: Loopback, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    with Loopback() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert connect(secured.url, verify=str(pem)).get(("jobs", "a")) == {"id": "a"}
        assert proxy.connections == 0


@pytest.mark.parametrize("no_proxy", ["account.invalid", ".invalid", "other.example, account.invalid", "*"])
def test_who_is_excepted_from_the_proxy_is_asked_directly(
    service: Loopback, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", service.url)
    monkeypatch.setenv("no_proxy", no_proxy)
    with pytest.raises(TransportError, match="does not resolve"):
        connect("http://account.invalid:9").get(("jobs", "a"))
    assert service.requests == []


@pytest.mark.parametrize("proxy", UNUSABLE)
def test_a_proxy_that_cannot_be_used_is_named_without_any_part_of_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(TransportError, match="the proxy that the environment names is not one of the form") as refused:
        connect("https://account.invalid").get(("jobs", "a"))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_nothing_is_sent_to_its_target(service: Loopback, status: int) -> None:
    with Loopback() as other:
        target = f"{other.url}/jobs/a?sig=hunter2"
        service.say("/jobs/a", Answer({}, status, {"Location": target}))
        with pytest.raises(ForeignLinkError, match="redirect") as refused:
            connect(service.url, retries=3).get(("jobs", "a"))
        assert not other.requests
        assert len(service.requests) == 1
        assert "hunter2" not in str(refused.value)
        assert not refused.value.transient


def test_what_hides_a_secret_in_the_target_of_a_redirect_is_taken_out_before_it_is_masked(service: Loopback) -> None:
    service.say("/jobs/a", Answer({}, 302, {"Location": "https://other/?s\xadig=hunter2"}))
    with pytest.raises(ForeignLinkError, match="sig=REDACTED"):
        connect(service.url).get(("jobs", "a"))


def test_a_redirect_to_the_same_host_is_refused_too(service: Loopback) -> None:
    service.say("/jobs/a", Answer({}, 302, {"Location": f"{service.url}/jobs/b"}))
    with pytest.raises(ForeignLinkError):
        connect(service.url).get(("jobs", "a"))
    assert service.paths == ["/jobs/a"]


def test_a_redirect_whose_body_drips_ends_with_the_time_of_the_request(service: Loopback) -> None:
    dripping = Drip("x" * 200, 302, {"Location": "/jobs/b"}, quick=280)
    service.say("/jobs/a", dripping)
    with pytest.raises((ForeignLinkError, TransportError)):
        connect(service.url, timeout=0.1, clock=None).get(("jobs", "a"))
    assert not dripping.was_read_to_its_end()


@dataclass
class Renewing:
    """A credential that can be renewed; each renewal has a new token."""

    renewals: int = 0

    def ready(self, seconds: float) -> bool:
        return False

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer token-{self.renewals}"
        return request

    def refresh(self, refused: Any) -> bool:
        self.renewals += 1
        return True


def test_after_a_401_a_credential_is_renewed_once(service: Loopback) -> None:
    service.say("/jobs/a", refusal(401, "AuthenticationFailed"), {"id": "a"})
    assert connect(service.url, Renewing()).get(("jobs", "a")) == {"id": "a"}
    assert [request.headers["authorization"] for request in service.requests] == ["Bearer token-0", "Bearer token-1"]


def test_a_second_401_is_final(service: Loopback) -> None:
    service.say("/jobs/a", refusal(401, "AuthenticationFailed"))
    with pytest.raises(ServiceError, match="AuthenticationFailed"):
        connect(service.url, Renewing(), retries=5).get(("jobs", "a"))
    assert len(service.requests) == 2


def test_a_401_is_final_where_nothing_can_be_renewed(service: Loopback) -> None:
    service.say("/jobs/a", refusal(401, "AuthenticationFailed"))
    with pytest.raises(ServiceError):
        connect(service.url, retries=5).get(("jobs", "a"))
    assert len(service.requests) == 1


def test_a_403_does_not_renew_the_credential(service: Loopback) -> None:
    service.say("/jobs/a", refusal(403, "AuthenticationFailed"))
    auth = Renewing()
    with pytest.raises(ServiceError):
        connect(service.url, auth).get(("jobs", "a"))
    assert auth.renewals == 0


@pytest.fixture
def secured(secured: Loopback) -> Loopback:
    secured.say("/jobs/a", {"id": "a"})
    return secured


def test_a_certificate_of_an_unknown_authority_is_refused_at_once_with_the_option_that_helps(secured: Loopback) -> None:
    with pytest.raises(TransportError, match="ca_path") as refused:
        connect(secured.url, retries=3).get(("jobs", "a"))
    assert not refused.value.transient
    assert not secured.requests


def test_a_private_authority_is_accepted_when_it_is_named(
    secured: Loopback, authority: trustme.CA, tmp_path: Path
) -> None:
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    assert connect(secured.url, verify=str(pem)).get(("jobs", "a")) == {"id": "a"}


def test_verification_stays_off_whatever_bundle_the_environment_names(
    secured: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ssl.get_default_verify_paths().cafile or "")
    assert connect(secured.url, verify=False).get(("jobs", "a")) == {"id": "a"}


def test_the_bundle_of_the_environment_is_used(
    secured: Loopback, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    assert connect(secured.url).get(("jobs", "a")) == {"id": "a"}
