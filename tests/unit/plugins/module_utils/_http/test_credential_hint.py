# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a credential that was refused: read from what was sent and received, and nothing where nothing is known."""

from __future__ import annotations

import base64
import json
import time
from email.utils import formatdate
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken
from ansible_collections.batchops.azure.plugins.module_utils._auth.shared_key import SharedKey
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._http.credential_hint import claims_of, hint_of
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import Endpoint, parse_endpoint
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, refusal

BATCH = "https://batch.core.windows.net/"
OWN, OTHER = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
CHALLENGE = f'Bearer authorization_uri="https://login.microsoftonline.com/{OWN}", resource_id="{BATCH}"'
KEY = base64.b64encode(b"the key of the account").decode()


def endpoint_of(host: str = "myaccount.westeurope.batch.azure.com", **options: str) -> Endpoint:
    given = {"account_name": None, "api_version": "2025-06-01", "cloud_environment": None, **options}
    return parse_endpoint({"account_endpoint": host, **given})


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def token_of(payload: Any) -> str:
    """As Entra ID makes them; the signature is none."""
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return f"{encoded(b'{}')}.{encoded(content)}.signature-hunter2"


def said_of(payload: Any, challenge: str = CHALLENGE, endpoint: Endpoint | None = None, status: int = 401) -> str:
    sent = {"Authorization": f"Bearer {token_of(payload)}"}
    return hint_of(endpoint or endpoint_of(), sent, status, {"WWW-Authenticate": challenge})


def lasting(**claims: Any) -> dict[str, Any]:
    return {"aud": BATCH, "exp": time.time() + 3600, "nbf": time.time() - 60, "tid": OWN, **claims}


@pytest.mark.parametrize(
    ("ago", "span"), [(30, "30 s"), (90, "1 minute"), (7300, "2 hours"), (86400 + 60, "1 day"), (9e8, "10416 days")]
)
def test_a_token_that_has_expired(ago: float, span: str) -> None:
    words = said_of(lasting(exp=time.time() - ago, aud="another"))
    assert words.startswith(f"the token expired {span} ago, at ")
    assert words.endswith("Z by the clock of this machine; get a new one")


def test_a_token_that_is_not_valid_yet() -> None:
    assert said_of(lasting(nbf=4_000_000_000)) == (
        "the token is not valid before 2096-10-02T07:06:40Z; check the clock of this machine"
    )


@pytest.mark.parametrize(
    ("audience", "shown"),
    [
        ("https://management.azure.com/", "https://management.azure.com/"),
        # One slash matters to the service.
        ("https://batch.core.windows.net", "https://batch.core.windows.net"),
        (["a", "b"], "a, b"),
        ("a\x1b[31m\nb", "a?[31m?b"),
        ("x" * 5000, "x" * 120),
        ("https://x/?sig=hunter2", "https://x/?sig=REDACTED"),
    ],
)
def test_a_token_for_another_audience(audience: Any, shown: str) -> None:
    assert said_of(lasting(aud=audience)) == f"the token is for {shown}, not for {BATCH}; get one for that audience"


def test_the_audience_is_that_of_the_cloud_or_of_the_scope_that_was_given() -> None:
    china = endpoint_of("a.chinaeast2.batch.chinacloudapi.cn")
    assert "not for https://batch.chinacloudapi.cn/;" in said_of(lasting(), endpoint=china)
    own = endpoint_of("a.region.batch.example.net", token_scope="https://batch.core.example.net//.default")
    assert "not for https://batch.core.example.net/;" in said_of(lasting(), endpoint=own)
    assert said_of(lasting(aud="https://batch.core.example.net/"), endpoint=own) == ""
    assert said_of(lasting(aud="ddbf3205-c6bd-46ae-8127-60eb93363864")) == ""


def test_a_token_of_another_tenant() -> None:
    expected = f"the token is of tenant {OTHER}, and the account of tenant {OWN}; sign in there"
    assert said_of(lasting(tid=OTHER)) == expected


@pytest.mark.parametrize(
    "challenge",
    ["", "Bearer", "Basic realm=x", 'Bearer authorization_uri="https://login.example/common"', 'authorization_uri="'],
)
def test_where_the_service_names_no_tenant_none_is_compared(challenge: str) -> None:
    assert said_of(lasting(tid=OTHER), challenge) == ""


def test_of_a_token_that_looks_right_nothing_is_known() -> None:
    assert said_of(lasting()) == ""
    assert said_of(lasting(tid=OWN.upper())) == ""
    assert said_of(lasting(exp=0), status=403) == ""


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"7",
        b'{"exp": ',
        b"[" * 100_000,
        {"exp": "soon", "aud": 7, "nbf": None, "tid": []},
        {"exp": True, "aud": {"a": "b"}, "tid": {}},
        {"exp": 1e400, "nbf": -1e400, "aud": [None, 7]},
        {"exp": -5, "nbf": 10**400, "aud": ""},
        b'{"exp": NaN, "nbf": NaN}',
    ],
)
def test_junk_in_a_token_is_nothing_known(payload: Any) -> None:
    assert said_of(payload) == ""


@pytest.mark.parametrize("token", ["", "opaque", "a.b", "a.b.c.d.e", "..", "a.!.c", "a.%%%%.c", "a.x.c", "ä.ö.ü"])
def test_what_is_no_json_web_token_says_nothing(token: str) -> None:
    assert claims_of(token) == {}


def said_of_key(account: str, date: float | None, host: str = "myaccount.westeurope.batch.azure.com") -> str:
    received = {} if date is None else {"Date": formatdate(date, usegmt=True)}
    return hint_of(endpoint_of(host), {"Authorization": f"SharedKey {account}:c2lnbg=="}, 403, received)


@pytest.mark.parametrize("dated", [False, True])
def test_a_key_that_is_refused(dated: bool) -> None:
    date = time.time() if dated else None
    words = "check account_key and account_name; the key is not one of account myaccount, or it has been renewed"
    assert said_of_key("myaccount", date) == words
    assert said_of_key("myaccount", date, "http://127.0.0.1:9") == words


def test_a_name_that_is_not_that_of_the_endpoint() -> None:
    assert said_of_key("another", None) == (
        "check account_name, which is another where the endpoint is that of myaccount, then account_key"
    )


def test_a_clock_that_is_off() -> None:
    assert said_of_key("myaccount", time.time() - 7205) == (
        "check the clock of this machine, which is 2 hours ahead of the service's"
    )
    assert said_of_key("another", time.time() + 1805) == (
        "check the clock of this machine, which is 30 minutes behind the service's"
    )


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Jan 2026", "Fri, 02 Jan 99999999999 00:00:00 GMT"])
def test_a_date_that_is_none_says_nothing_of_the_clock(date: str) -> None:
    sent = {"Authorization": "SharedKey myaccount:c2lnbg=="}
    assert hint_of(endpoint_of(), sent, 403, {"Date": date}).startswith("check account_key and account_name")


@pytest.mark.parametrize("authorization", ["", "Basic x", "SharedKey", "Bearer"])
def test_of_what_was_sent_otherwise_nothing_is_said_that_is_not_known(authorization: str) -> None:
    assert "is for" not in hint_of(endpoint_of(), {"Authorization": authorization}, 401, {})


def test_what_to_check_stands_before_the_string_that_was_signed(service: Loopback) -> None:
    detail = "Server used following string to sign: 'GET\n\n\n/myaccount/jobs'."
    service.say("/jobs", refusal(403, "AuthenticationFailed", "Not you.", ("AuthenticationErrorDetail", detail)))
    with pytest.raises(ServiceError) as refused:
        connect(service.url, SharedKey("myaccount", KEY)).get(("jobs",))
    sentence = str(refused.value)
    assert sentence.startswith("AuthenticationFailed (403): check account_key and account_name")
    assert ". The service says: Not you. - AuthenticationErrorDetail: Server used following" in sentence
    assert refused.value.as_result()["failure"]["message"] == "Not you."


def test_an_expired_token_is_told_over_a_socket_without_the_token(service: Loopback) -> None:
    service.say("/jobs", refusal(401, "AuthenticationFailed", "Not you.", WWW_Authenticate=CHALLENGE))
    with pytest.raises(ServiceError) as refused:
        connect(service.url, ReadyToken(token_of(lasting(exp=1_700_000_000)))).get(("jobs",))
    sentence = str(refused.value)
    assert sentence.startswith("AuthenticationFailed (401): the token expired ")
    assert (
        ", at 2023-11-14T22:13:20Z by the clock of this machine; get a new one. The service says: Not you." in sentence
    )
    assert "hunter2" not in sentence


def test_a_refusal_for_another_reason_is_as_the_service_says_it(service: Loopback) -> None:
    service.say("/jobs", refusal(403, "InsufficientAccountPermissions", "Not you."))
    with pytest.raises(ServiceError, match=r"^InsufficientAccountPermissions \(403\): Not you\."):
        connect(service.url, ReadyToken(token_of(lasting(exp=1)))).get(("jobs",))
