# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared Key is checked as the service checks it."""

from __future__ import annotations

from email.utils import formatdate
from urllib.parse import urlsplit

import pytest
from ansible_collections.batchops.azure.tests.simulator.auth.shared_key import SharedKey, sign, string_to_sign
from ansible_collections.batchops.azure.tests.simulator.service.errors import ServiceError
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play, refusal

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
DATE = "Fri, 17 Jan 2025 00:00:00 GMT"
SENT = 1737072000.0
URL = urlsplit(
    "https://myaccount.westus.batch.azure.com/jobs/sched%3Ajob-1/jobpreparationandreleasetaskstatus"
    "?api-version=2024-07-01.20.0&maxresults=10&timeout=30&%24filter=nodeId%20eq%20%27tvm-1%27&%24select=nodeId%2CpoolId"
)
SIGNATURE = "lbAedZASIG5JTXBCw/jaAnFGUDJi4tweifsW1WInp9Q="


def request_headers(signature: str = SIGNATURE, date: str = DATE) -> dict[str, str]:
    return {"ocp-date": date, "authorization": f"SharedKey myaccount:{signature}"}


def check(headers: dict[str, str], now: float = SENT) -> None:
    SharedKey("myaccount", KEY, clock=lambda: now).check("GET", URL.path, URL.query, headers)


def detail(headers: dict[str, str], now: float = SENT) -> str:
    """Return why a request is refused."""
    with pytest.raises(ServiceError) as refused:
        check(headers, now)
    assert (refused.value.status, refused.value.code) == (403, "AuthenticationFailed")
    return str(dict(refused.value.values)["AuthenticationErrorDetail"])


def test_the_known_signature_is_computed_and_accepted() -> None:
    text = string_to_sign("GET", "myaccount", URL.path, URL.query, {"ocp-date": DATE})
    assert sign(KEY, text) == SIGNATURE
    check(request_headers())


def test_the_path_is_signed_as_it_was_sent_and_the_query_decoded_and_sorted() -> None:
    text = string_to_sign("GET", "myaccount", URL.path, URL.query, {"ocp-date": DATE})
    assert text.split("\n")[12:] == [
        f"ocp-date:{DATE}",
        "/myaccount/jobs/sched%3Ajob-1/jobpreparationandreleasetaskstatus",
        "$filter:nodeId eq 'tvm-1'",
        "$select:nodeId,poolId",
        "api-version:2024-07-01.20.0",
        "maxresults:10",
        "timeout:30",
    ]


def test_every_ocp_header_and_every_standard_header_is_signed() -> None:
    headers = {"ocp-range": "bytes=0-1", "ocp-date": DATE, "if-match": '"e"', "range": "bytes=2-3", "accept": "x"}
    lines = string_to_sign("GET", "a", "/p", "", headers).split("\n")
    assert lines[:12] == ["GET", "", "", "", "", "", "", "", '"e"', "", "", "bytes=2-3"]
    assert lines[12:] == [f"ocp-date:{DATE}", "ocp-range:bytes=0-1", "/a/p"]


def test_a_wrong_signature_is_told_what_was_signed() -> None:
    reason = detail(request_headers("AAAA"))
    assert "'AAAA'" in reason
    assert string_to_sign("GET", "myaccount", URL.path, URL.query, {"ocp-date": DATE}) in reason


@pytest.mark.parametrize("seconds", [-899, 899])
def test_a_date_within_a_quarter_of_an_hour_is_fresh(seconds: int) -> None:
    check(request_headers(), SENT + seconds)


@pytest.mark.parametrize("seconds", [-901, 901])
def test_an_older_or_later_date_is_refused(seconds: int) -> None:
    assert "too old" in detail(request_headers(), SENT + seconds)


@pytest.mark.parametrize("headers", [{"ocp-date": "yesterday"}, {"ocp-date": ""}])
def test_a_date_that_cannot_be_read_is_refused(headers: dict[str, str]) -> None:
    assert "date" in detail({**request_headers(), **headers}).lower()


def test_another_account_is_refused() -> None:
    headers = {**request_headers(), "authorization": f"SharedKey other:{SIGNATURE}"}
    assert "other" in detail(headers)


def test_a_signed_request_is_answered(demo: Asking) -> None:
    assert demo.get("/jobs").status_code == 200


def test_a_wrong_key_is_refused_over_the_wire(demo: Asking) -> None:
    answer = demo.get("/jobs", key=KEY)
    status, code, values = refusal(answer)
    assert (status, code) == (403, "AuthenticationFailed")
    assert "\nocp-date:" in values["AuthenticationErrorDetail"]
    assert "WWW-Authenticate" not in answer.headers


def test_a_stale_request_is_refused_over_the_wire(demo: Asking) -> None:
    answer = demo.get("/jobs", headers={"ocp-date": formatdate(0, usegmt=True)})
    assert refusal(answer)[0] == 403


def test_an_account_can_forbid_shared_key(play: Play) -> None:
    asking = play({"account": {"allow_shared_key": False}})
    status, code, values = refusal(asking.get("/jobs"))
    assert (status, code) == (403, "AuthenticationFailed")
    assert "not allowed" in values["AuthenticationErrorDetail"]
