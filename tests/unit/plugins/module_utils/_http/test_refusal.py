# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A refusal keeps what helps, in one shape, whoever refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._http.refusal import excerpt, failure_of, why_refused
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import LONGEST_WORDS
from ansible_collections.batchops.azure.tests.support.loopback import refusal

URL = "https://myaccount.westeurope.batch.azure.com/jobs/a?sig=hunter2"


def failure(status: int, body: Any, **headers: str) -> dict[str, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return failure_of(status, {name.replace("_", "-"): value for name, value in headers.items()}, content, URL)


def test_a_refusal_keeps_what_the_service_said_without_its_trailer() -> None:
    body = refusal(400, "InvalidQueryParameterValue", "Value is wrong.", ("QueryParameterName", "maxresults")).body
    assert failure(400, body, request_id="r-1", client_request_id="c-1") == {
        "status": 400,
        "code": "InvalidQueryParameterValue",
        "message": "Value is wrong.",
        "values": [{"key": "QueryParameterName", "value": "maxresults"}],
        "request_id": "r-1",
        "client_request_id": "c-1",
        "url": "https://myaccount.westeurope.batch.azure.com/jobs/a?sig=REDACTED",
    }


def test_a_refusal_prints_as_one_sentence_with_all_that_helps() -> None:
    body = refusal(400, "InvalidQueryParameterValue", "Value is wrong.", ("Reason", "above 1000")).body
    error = ServiceError(failure(400, body, request_id="r-1"))
    assert str(error).startswith(
        "InvalidQueryParameterValue (400): Value is wrong. - Reason: above 1000 - request id r-1"
    )
    assert error.as_result() == {"msg": str(error), "failure": error.failure}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"<html><style>h1{}</style><h1>Bad  Gateway</h1></html>",
            "something other than the Batch service: Bad Gateway",
        ),
        (b"", "an answer without a body"),
        (b'{"error": {"code": "X"}}', "something other than the Batch service"),
        (b"[]", "something other than the Batch service"),
        (b'{"code": 7, "message": {"value": 8}}', "something other than the Batch service"),
    ],
)
def test_a_refusal_of_a_gateway_has_the_same_shape(content: bytes, words: str) -> None:
    facts = failure(502, content)
    assert words in facts["message"]
    assert (facts["status"], facts["code"], facts["values"], facts["request_id"]) == (502, None, [], None)


@pytest.mark.parametrize("values", [None, "text", [1, None], {}])
def test_values_of_a_strange_shape_are_left_out(values: Any) -> None:
    assert failure(400, {"code": "X", "message": {"value": "No."}, "values": values})["values"] == []


def test_secrets_in_a_refusal_are_masked() -> None:
    body = refusal(400, "InvalidUri", "See https://x/?sig=hunter2", ("Uri", "https://x/?a=b&sig=hunter2")).body
    assert "hunter2" not in str(failure(400, body))


@pytest.mark.parametrize("length", range(100, 200, 7))
def test_an_excerpt_is_masked_before_it_is_cut(length: int) -> None:
    """Without its @, nobody could tell the beginning of a password."""
    page = f"{'x' * length} https://admin:hunter2hunter2hunter2@host/ <password>hunter2</password>".encode()
    assert "hunter2" not in excerpt(page)
    assert "hunter2" not in excerpt(b"y " * (2000 - length) + page)


def test_the_url_of_a_failure_is_ours_and_stays_readable() -> None:
    url = "https://a.batch.azure.com/jobs/token-refresh:1?$skiptoken=abc&$filter=id eq 'password=x'"
    assert failure_of(404, {}, b"{}", url)["url"] == url


def test_a_detail_whose_key_tells_is_masked_and_so_is_a_secret_in_the_key() -> None:
    details = (("accountKey", "hunter2"), ("https://x/?sig=hunter2", "is wrong"), ("Key", "a plain value"))
    values = failure(400, refusal(400, "InvalidProperty", "No.", *details).body)["values"]
    assert [value["value"] for value in values] == ["REDACTED", "is wrong", "a plain value"]
    assert "hunter2" not in str(values)


@pytest.mark.parametrize("hidden", ["", "\x1b[1m", "\xad", "\u200b"])
def test_a_secret_in_a_code_or_a_header_is_masked(hidden: str) -> None:
    text = f"pass{hidden}word=hunter2"
    facts = failure(400, {"code": text, "message": "No."}, request_id=text, client_request_id=text)
    assert [facts[name] for name in ("code", "request_id", "client_request_id")] == ["password=REDACTED"] * 3
    assert "hunter2" not in str(why_refused(200, {"Content-Type": f"text/html; {text}"}, b"x", URL))


def test_of_two_codes_under_one_name_neither_is_believed() -> None:
    body = b'{"code": "Forbidden", "code": "JobNotFound", "message": {"value": "Which?"}}'
    assert failure_of(404, {}, body, "u")["code"] is None


def test_of_very_many_details_the_first_are_kept_and_of_a_long_message_its_beginning() -> None:
    """Whoever answers could hold up a wait otherwise: all of it is searched for secrets."""
    details = [("Key", "--password hunter2 " * 10)] * 1_000
    facts = failure(400, refusal(400, "X", "--password hunter2 " * 10_000, *details).body)
    assert len(facts["values"]) == 20
    assert facts["message"] == "--password REDACTED " * (LONGEST_WORDS // len("--password hunter2 ")) + "…"
    assert "hunter2" not in str(facts)


@pytest.mark.parametrize(
    "content",
    [
        b'{"commandLine": "tool hunter2", "exitCode": NaN}',
        b'{"id": "a", "environmentSettings": [{"name": "X", "value": "hunter2"}], "id": "a"}',
        b'[{"commandLine": "tool hunter2"}]',
        b'mandLine": "tool hunter2"}',
        '{"commandLine": "tool hunter2"'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("status", [200, 203, 206])
def test_of_an_answer_that_cannot_be_read_nothing_is_quoted_that_strict_masks_by_place(
    content: bytes, status: int
) -> None:
    for kind in ("application/json", "text/plain"):
        sentence = str(why_refused(status, {"Content-Type": kind}, content, URL))
        assert "hunter2" not in sentence
        assert f"{len(content)} bytes, not shown because they may hold objects of the account" in sentence


def test_of_an_error_with_status_200_only_the_error_is_quoted() -> None:
    body = {"value": [{"commandLine": "tool hunter2"}], "error": {"message": "Try again."}}
    sentence = str(why_refused(200, {"Content-Type": "application/json"}, json.dumps(body).encode(), URL))
    assert sentence.endswith('the body of an error: {"error": {"message": "Try again."}}')


@pytest.mark.parametrize("page", [b'<p class="x">Sign in</p>', b'\xef\xbb\xbf\r\n<p class="x">Sign in</p>', b"Sign in"])
def test_a_page_that_is_called_json_is_quoted(page: bytes) -> None:
    assert str(why_refused(200, {"Content-Type": "application/json"}, page, URL)).endswith("Sign in")
