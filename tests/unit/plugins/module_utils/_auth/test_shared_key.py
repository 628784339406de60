# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared Key: the published test vector, and what is signed."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
import requests
from ansible_collections.batchops.azure.plugins.module_utils._auth.shared_key import SharedKey
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import CLOUDS, Endpoint
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, Request, page, refusal
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

ACCOUNT = "myaccount"
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
BASE = "https://myaccount.westus.batch.azure.com"
DATE = "Fri, 17 Jan 2025 00:00:00 GMT"
VECTOR_URL = (
    f"{BASE}/jobs/sched%3Ajob-1/jobpreparationandreleasetaskstatus?api-version=2024-07-01.20.0&maxresults=10&timeout=30"
    "&%24filter=nodeId%20eq%20%27tvm-1%27&%24select=nodeId%2CpoolId"
)
VECTOR_SIGNATURE = "lbAedZASIG5JTXBCw/jaAnFGUDJi4tweifsW1WInp9Q="


def prepared(url: str, **headers: str) -> requests.PreparedRequest:
    request = requests.Request("GET", url, headers={"Accept": "application/json", **headers}).prepare()
    request.url = url
    return request


def signature_of(text: str, key: str = KEY) -> str:
    """The service's side, written anew."""
    digest = hmac.new(base64.b64decode(key), text.encode("utf-8"), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signed(url: str) -> str:
    """What is signed of a plain GET on the fixed date, without its eleven empty headers."""
    text = SharedKey(ACCOUNT, KEY).string_to_sign(prepared(url, **{"ocp-date": DATE}))
    beginning = "GET" + "\n" * 12 + f"ocp-date:{DATE}\n"
    assert text.startswith(beginning)
    return text[len(beginning) :]


def test_the_published_vector_is_signed_as_the_service_does() -> None:
    text = SharedKey(ACCOUNT, KEY).string_to_sign(prepared(VECTOR_URL, **{"ocp-date": DATE}))
    assert signature_of(text) == VECTOR_SIGNATURE


def test_the_header_names_the_account_and_holds_the_signature_of_what_was_sent() -> None:
    signer = SharedKey(ACCOUNT, KEY)
    request = signer(prepared(VECTOR_URL))
    expected = signature_of(signer.string_to_sign(request))
    assert request.headers["Authorization"] == f"SharedKey {ACCOUNT}:{expected}"
    assert request.headers["ocp-date"].endswith(" GMT")


def test_the_path_is_signed_as_sent_still_encoded() -> None:
    assert signed(f"{BASE}/jobs/sched%3Ajob-1") == f"/{ACCOUNT}/jobs/sched%3Ajob-1"


def test_the_query_is_signed_decoded_and_sorted_by_name() -> None:
    url = f"{BASE}/jobs?timeout=30&api-version=2025-06-01&%24filter=state%20eq%20%27active%27&$expand=stats"
    assert signed(url) == (
        f"/{ACCOUNT}/jobs\n$expand:stats\n$filter:state eq 'active'\napi-version:2025-06-01\ntimeout:30"
    )


def test_a_sign_of_equality_inside_a_value_is_signed() -> None:
    assert signed(f"{BASE}/jobs?$skiptoken=WATV2:ab%3D=") == f"/{ACCOUNT}/jobs\n$skiptoken:WATV2:ab=="


def test_ocp_headers_are_signed_in_lower_case_and_sorted_and_others_are_not() -> None:
    request = prepared(f"{BASE}/jobs", **{"Ocp-Range": "bytes=0-1", "ocp-date": DATE, "client-request-id": "abc"})
    text = SharedKey(ACCOUNT, KEY).string_to_sign(request)
    assert text == "GET" + "\n" * 12 + f"ocp-date:{DATE}\nocp-range:bytes=0-1\n/{ACCOUNT}/jobs"


HEADERS = (
    "Content-Encoding Content-Language Content-Length Content-MD5 Content-Type Date If-Modified-Since If-Match If-None-Match"
    " If-Unmodified-Since Range"
)


@pytest.mark.parametrize(("line", "header"), list(enumerate(HEADERS.split(), 1)))
def test_a_standard_header_is_signed_on_its_own_line(line: int, header: str) -> None:
    text = SharedKey(ACCOUNT, KEY).string_to_sign(prepared(f"{BASE}/jobs", **{header: "value"}))
    lines = text.split("\n")
    assert lines[line] == "value"
    assert lines.count("value") == 1


def test_blanks_around_a_key_are_those_of_copying() -> None:
    text = f"  {KEY}\n"
    request = SharedKey(ACCOUNT, text)(prepared(VECTOR_URL))
    expected = signature_of(SharedKey(ACCOUNT, KEY).string_to_sign(request))
    assert request.headers["Authorization"].endswith(f":{expected}")


@pytest.mark.parametrize("key", ["hunter2", "hunter2!", f"{KEY[:-4]}*hunter2", "hünter2=", " ", "hunter2 hunter2 ="])
def test_a_key_that_is_not_base64_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(OptionError) as refused:
        SharedKey(ACCOUNT, key)
    sentence = str(refused.value)
    assert sentence.startswith("account_key: is not base64")
    assert "nter2" not in sentence
    assert KEY[:8] not in sentence


def test_a_key_without_an_account_is_refused_with_the_option_that_lacks() -> None:
    with pytest.raises(OptionError, match=r"^account_name: "):
        SharedKey("", KEY)


def client(service: Loopback, clock: ScriptedClock, retries: int = 2) -> Client:
    endpoint = Endpoint(service.url, ACCOUNT, "2025-06-01", CLOUDS[0])
    return Client(endpoint, SharedKey(ACCOUNT, KEY), retries=retries, clock=clock)


def checks_out(service: Loopback, request: Request) -> bool:
    again = prepared(service.url + request.target, **{"ocp-date": request.headers["ocp-date"]})
    expected = signature_of(SharedKey(ACCOUNT, KEY).string_to_sign(again))
    return request.headers["authorization"] == f"SharedKey {ACCOUNT}:{expected}"


class Counting(SharedKey):
    """Counts its signatures, and moves the date on by a second at each, as time would."""

    def __init__(self) -> None:
        super().__init__(ACCOUNT, KEY)
        self.signatures = 0

    def string_to_sign(self, request: requests.PreparedRequest) -> str:
        self.signatures += 1
        request.headers["ocp-date"] = f"Fri, 17 Jan 2025 00:00:{self.signatures:02} GMT"
        return super().string_to_sign(request)


def test_every_attempt_is_signed_anew(service: Loopback) -> None:
    service.say("/jobs/a", refusal(502, "BadGateway"), refusal(500, "InternalError"), {"id": "a"})
    signer = Counting()
    endpoint = Endpoint(service.url, ACCOUNT, "2025-06-01", CLOUDS[0])
    Client(endpoint, signer, retries=2, clock=ScriptedClock((0, 1), (0, 2))).get(("jobs", "a"))
    assert [request.headers["ocp-date"][-12:] for request in service.requests] == [
        "00:00:01 GMT",
        "00:00:02 GMT",
        "00:00:03 GMT",
    ]
    assert len({request.headers["authorization"] for request in service.requests}) == 3
    assert all(checks_out(service, request) for request in service.requests)


def test_what_the_client_sends_checks_out_on_the_other_side(service: Loopback) -> None:
    service.say("/jobs/sched%3Ajob-1/tasks", page({"id": "t"}))
    filtered = {"$filter": "state eq 'active' and id ne 'ä+b'", "maxresults": 10}
    list(client(service, ScriptedClock()).pages(("jobs", "sched:job-1", "tasks"), filtered))
    assert checks_out(service, service.requests[0])


@pytest.mark.parametrize(
    "tail",
    ["/jobs?$skiptoken=WATV2:a/b%5Ec=&api-version=2025-06-01", "/jobs%3Aother?$skiptoken=1", "/jobs%3aother?a=%5e"],
    ids=["raw_and_encoded", "another_path", "lower_case_hexadecimal"],
)
def test_a_continuation_checks_out_on_the_other_side(service: Loopback, tail: str) -> None:
    service.say("/jobs", page({"id": "a"}, link=service.url + tail), page())
    service.say("/jobs%3Aother", page({"id": "b"}))
    service.say("/jobs%3aother", page({"id": "b"}))
    list(client(service, ScriptedClock()).pages(("jobs",)))
    assert checks_out(service, service.requests[1])


def test_a_refused_key_is_not_tried_again(service: Loopback) -> None:
    service.say("/jobs/a", refusal(401, "AuthenticationFailed"))
    with pytest.raises(ServiceError):
        client(service, ScriptedClock()).get(("jobs", "a"))
    assert len(service.requests) == 1
