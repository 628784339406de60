# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes back in place of an answer is never taken for one."""

from __future__ import annotations

import gzip
import json
import re
import socket
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken
from ansible_collections.batchops.azure.plugins.module_utils._auth.shared_key import SharedKey
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    AnswerError,
    BatchError,
    ServiceError,
    TransportError,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.json import number, objects, part
from ansible_collections.batchops.azure.plugins.module_utils._http import answer, client
from ansible_collections.batchops.azure.plugins.module_utils._http.answer import body_of
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import (
    JSON_TYPE,
    Answer,
    Loopback,
    Request,
    page,
    refusal,
)

URL = "https://myaccount.westeurope.batch.azure.com/jobs/a?sig=hunter2"
JSON = {"Content-Type": JSON_TYPE}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            Answer("<html><body>Sign in</body></html>", 200, {"Content-Type": "text/html"}),
            "text/html, not JSON: Sign in",
        ),
        (Answer('{"id": "a"}', 200, {"Content-Type": "text/plain"}), "text/plain, not JSON"),
        (Answer("", 200), "is empty"),
        (Answer('{"id": "a", "state":', 200), "not valid JSON"),
        (Answer('{"id": "a", "state": "active", "state": "completed"}', 200), "a name stands twice in one object"),
        (Answer('{"id": "a", "inner": {"result": "failure", "result": "success"}}', 200), "a name stands twice"),
        (Answer('{"id": "a", "exitCode": NaN}', 200), "NaN is no number"),
        (Answer('{"id": "a", "exitCode": -Infinity}', 200), "-Infinity is no number"),
        (Answer('{"id": "a", "exitCode": 1e999}', 200), "a number is too large"),
        (Answer("null", 200), "not an object"),
        (Answer("[]", 200), "not an object"),
        (Answer('"text"', 200), "not an object"),
        (Answer("7", 200), "not an object"),
        (Answer(b"\xff\xfe\xff{}", 200), "not valid JSON"),
        (Answer("[" * 100_000, 200), "not valid JSON"),
        (refusal(200, "JobNotFound"), "the body of an error"),
        (Answer({"code": "JobNotFound", "message": "No."}, 200), "the body of an error"),
        (Answer({"error": {"code": "JobNotFound"}}, 200), "the body of an error"),
        (Answer({"odata.error": {"code": "ServerBusy"}, "value": []}, 200), "the body of an error"),
    ],
)
def test_a_200_that_is_no_answer_is_an_error(service: Loopback, answer: Answer, words: str) -> None:
    service.say("/jobs/a", answer)
    with pytest.raises(AnswerError, match=words) as wrong:
        connect(service.url).get(("jobs", "a"))
    assert wrong.value.transient
    assert "\n" not in str(wrong.value)
    assert len(str(wrong.value)) < 400


def test_a_content_type_may_be_written_in_capitals() -> None:
    assert body_of(200, {"Content-Type": "Application/JSON"}, b'{"id": "a"}', URL) == {"id": "a"}


def test_an_answer_without_a_content_type_is_an_error() -> None:
    with pytest.raises(AnswerError, match="of no content type"):
        body_of(200, {}, b"{}", URL)


@pytest.mark.parametrize("status", [201, 202, 204, 206])
def test_only_a_200_is_an_answer(service: Loopback, status: int) -> None:
    service.say("/jobs/a", Answer({"id": "a"} if status != 204 else "", status))
    with pytest.raises(ServiceError) as wrong:
        connect(service.url).get(("jobs", "a"))
    assert wrong.value.status == status


def test_messages_about_an_answer_hold_no_signature() -> None:
    with pytest.raises(AnswerError) as wrong:
        body_of(200, {"Content-Type": "text/html"}, b"<p>https://x/?sig=hunter2</p>", URL)
    assert "hunter2" not in str(wrong.value)


def test_a_long_page_is_quoted_with_its_first_words() -> None:
    for length, end in ((160, "x"), (161, "x…")):
        with pytest.raises(AnswerError) as wrong:
            body_of(200, {"Content-Type": "text/html"}, b"x" * length, URL)
        assert str(wrong.value).endswith(f"not JSON: {'x' * 159}{end}")


def test_an_excerpt_of_raw_json_holds_no_signature() -> None:
    cut_off = b'{"resourceFiles":[{"httpUrl":"https://x/c?sv=2021\\u0026sig=hunter2'
    with pytest.raises(AnswerError) as wrong:
        body_of(200, JSON, cut_off, URL)
    assert "hunter2" not in str(wrong.value)


@pytest.fixture
def small_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "_LARGEST_BODY", 1000)
    monkeypatch.setattr(client, "JSON_OBJECT", answer.Expected({}, 1000, answer.body_of))


@pytest.mark.usefixtures("small_cap")
@pytest.mark.parametrize(
    "answer",
    [
        Answer({"id": "a" * 1000}),
        Answer(gzip.compress(json.dumps({"id": "a" * 100_000}).encode()), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["plain", "gzip"],
)
def test_a_body_above_the_cap_is_an_error(service: Loopback, answer: Answer) -> None:
    service.say("/jobs/a", answer)
    with pytest.raises(AnswerError, match="larger than"):
        connect(service.url).get(("jobs", "a"))


@pytest.mark.usefixtures("small_cap")
def test_a_body_below_the_cap_is_an_answer(service: Loopback) -> None:
    service.say("/jobs/a", Answer({"id": "a" * 900}))
    assert connect(service.url).get(("jobs", "a")) == {"id": "a" * 900}


def test_a_compressed_answer_is_read(service: Loopback) -> None:
    content = gzip.compress(json.dumps({"value": [{"id": "ä" * 10_000}]}).encode())
    service.say("/jobs", Answer(content, headers={"Content-Encoding": "gzip"}))
    assert list(connect(service.url).pages(("jobs",))) == [[{"id": "ä" * 10_000}]]


def test_a_mark_of_byte_order_before_the_json_is_no_fault() -> None:
    assert body_of(200, JSON, b'\xef\xbb\xbf{"id": "a"}', URL) == {"id": "a"}


@pytest.mark.parametrize("word", ["code", "message"])
def test_an_object_that_has_a_code_or_a_message_is_no_error_body(service: Loopback, word: str) -> None:
    service.say("/jobs", page({"id": "a", word: "text"}))
    assert list(connect(service.url).pages(("jobs",))) == [[{"id": "a", word: "text"}]]
    assert body_of(200, JSON, json.dumps({word: "text"}).encode(), URL) == {word: "text"}


@pytest.mark.parametrize(
    ("read", "value", "found"),
    [
        (part, {"a": 1}, {"a": 1}),
        (part, None, {}),
        (objects, [{"a": 1}], [{"a": 1}]),
        (objects, [], []),
        (objects, None, []),
        (number, 7, 7),
        (number, 0, 0),
        (number, None, None),
    ],
)
def test_what_stands_inside_an_item_is_read_and_null_is_as_good_as_absent(read: Any, value: Any, found: Any) -> None:
    assert read({"id": "a", "it": value}, "it") == found
    if value is None:
        assert read({"id": "a"}, "it") == found


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (part, "text"),
        (part, [1]),
        (part, 0),
        (objects, {}),
        (objects, [1]),
        (objects, ""),
        (number, "7"),
        (number, 1.5),
    ],
)
def test_what_has_another_shape_is_an_error_that_names_it_and_its_item(read: Any, value: Any) -> None:
    with pytest.raises(AnswerError, match=r"^it of a is not ") as wrong:
        read({"id": "a", "it": value}, "it")
    assert wrong.value.transient


@pytest.mark.parametrize(
    "answer",
    [
        lambda said: Answer(f"<p>You sent {said}", 502, {"Content-Type": "text/html"}),
        lambda said: Answer(f"<p>You sent {said}", 200, {"Content-Type": "text/html"}),
        lambda said: refusal(
            403, "AuthenticationFailed", f"{said} is wrong", ("AuthenticationErrorDetail", f"'{said}'")
        ),
    ],
)
@pytest.mark.parametrize("auth", [ReadyToken("a-token-without-looks"), SharedKey("myaccount", "aHVudGVyMg==")])
def test_what_repeats_the_credential_is_masked(service: Loopback, auth: Any, answer: Any) -> None:
    """Of a token that was signed in for, nobody else knows that it is one."""

    def said(request: Request) -> str:
        return re.split("[ :]", request.headers["authorization"])[-1]

    service.say("/jobs/a", lambda request: answer(said(request)))
    with pytest.raises(BatchError, match="REDACTED") as wrong:
        connect(service.url, auth).get(("jobs", "a"))
    assert said(service.requests[0]) not in str(wrong.value.as_result())


def test_a_short_token_does_not_hide_what_a_refusal_says(service: Loopback) -> None:
    service.say("/jobs/a", refusal(404, "JobNotFound"))
    with pytest.raises(ServiceError, match="JobNotFound"):
        connect(service.url, ReadyToken("o")).get(("jobs", "a"))


class Chunk(Answer):
    """A chunk whose length is what the body says."""

    def send(self, connection: socket.socket) -> bool:
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode() + self.content())
        return False


@pytest.mark.parametrize("length", ["-5", "zz", ""])
def test_a_chunk_of_no_length_is_a_broken_connection(service: Loopback, length: str) -> None:
    service.say("/jobs/a", Chunk(f"{length}\r\n{{}}\r\n"))
    with pytest.raises(TransportError, match="the connection broke"):
        connect(service.url).get(("jobs", "a"))


class OutOfStep(Answer):
    """What is left of another answer, in place of the head of this one."""

    def send(self, connection: socket.socket) -> bool:
        connection.sendall(self.content() + b"\r\n\r\n")
        return False


@pytest.mark.parametrize("answer", [OutOfStep('mandLine": "tool hunter2"}'), Chunk('mandLine": "tool hunter2"}')])
def test_what_is_no_http_is_not_quoted(service: Loopback, answer: Answer) -> None:
    """It may be the middle of an object, in which nobody can tell what must be masked."""
    service.say("/jobs/a", answer)
    with pytest.raises(TransportError, match=r"the connection broke \(what came back is no HTTP\)"):
        connect(service.url).get(("jobs", "a"))
