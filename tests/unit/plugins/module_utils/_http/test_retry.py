# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which request is sent again, and after which pause: what the service asks for, or a growing one by chance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    AnswerError,
    BatchError,
    ServiceError,
    TransportError,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.retry import (
    Retry,
    busy_seconds,
    how_often,
    pause_before,
)
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from hypothesis import example, given, settings
from hypothesis import strategies as st

# No database: a run leaves nothing behind. No deadline: a slow machine is not a fault.
THOROUGH = settings(database=None, deadline=None, max_examples=150)


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (60, 30), (2000, 30)]
)
def test_a_pause_grows_with_the_attempts_up_to_half_a_minute(attempt: int, longest: float) -> None:
    pauses = [pause_before(attempt, None) for _number in range(200)]
    assert 0 <= min(pauses) < longest / 2 < max(pauses) <= longest


def test_clients_that_were_refused_together_do_not_come_back_together() -> None:
    assert len({pause_before(1, None) for _number in range(50)}) > 40
    assert len({pause_before(1, "5") for _number in range(50)}) > 40


@pytest.mark.parametrize("text", ["0", "7", " 7 ", "120", "3600"])
def test_seconds_that_the_service_asks_for_count_in_full(text: str) -> None:
    assert int(text) <= pause_before(1, text) <= int(text) + 1


@pytest.mark.parametrize(
    "then",
    [
        lambda now: format_datetime(now + timedelta(seconds=90), usegmt=True),
        lambda now: format_datetime(now + timedelta(seconds=90)),
        lambda now: format_datetime((now + timedelta(seconds=90)).astimezone(timezone(timedelta(hours=5)))),
        lambda now: (now + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S -0000"),
    ],
    ids=["GMT", "+0000", "+0500", "-0000"],
)
def test_a_date_that_the_service_asks_for_counts_in_full(then: Callable[[datetime], str]) -> None:
    assert 60 < pause_before(1, then(datetime.now(timezone.utc))) <= 91


def test_a_date_that_has_passed_asks_for_nothing() -> None:
    assert 0 <= pause_before(6, "Fri, 17 Jan 2025 00:00:00 GMT") <= 1


@THOROUGH
@given(st.one_of(st.text(), st.text("0123456789 \u00b2\u0664-+.,:GMTFriJan")), st.integers(1, 60))
@example("\u00b2", 1)
@example("9" * 400, 1)
@example("0\x1f", 1)
@example("Fri, 31 Dec 9999 23:59:59 -2359", 1)
@example("Fri, 31 Dec 9999 23:59:59 GMT", 1)
@example("Mon, 01 Jan 0001 00:00:00 +2359", 1)
@example("Fri, 17 Jan 2025 00:00:00 +9999", 1)
def test_no_text_in_the_header_breaks_the_retry(text: str, attempt: int) -> None:
    # What a clock can sleep: about thirty years.
    assert 0 <= pause_before(attempt, text) <= 1e9 + 1


def answered(status: int, retry_after: str | None = None, renewed: bool = False) -> ServiceError:
    nothing = dict.fromkeys(("code", "request_id", "client_request_id"))
    error = ServiceError({**nothing, "status": status, "message": "no", "values": [], "url": "https://x"})
    error.retry_after, error.renewed = retry_after, renewed
    return error


def retry(retries: int = 5, seconds: float | None = None) -> Retry:
    return Retry(retries, Deadline(ScriptedClock(), seconds))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_as_often_as_retries_say(status: int) -> None:
    request = retry(retries=2)
    assert request.pause_after(answered(status)) is not None
    assert request.pause_after(answered(status)) is not None
    with pytest.raises(ServiceError):
        request.pause_after(answered(status))


@pytest.mark.parametrize("error", [answered(404), answered(409), answered(403)])
def test_a_refusal_is_not_tried_again(error: BatchError) -> None:
    with pytest.raises(ServiceError):
        retry().pause_after(error)


@pytest.mark.parametrize(("status", "busy"), [(429, True), (503, True), (500, False), (404, False)])
def test_the_service_is_busy_when_it_says_so(status: int, busy: bool) -> None:
    assert busy_seconds(answered(status), 3.5) == (3.5 if busy else None)
    assert busy_seconds(AnswerError("no"), 3.5) is None


def test_a_busy_service_is_left_alone_for_as_long_as_it_asks_and_without_the_jitter_of_one_request() -> None:
    assert busy_seconds(answered(429, "3"), 3.5) == 3
    assert busy_seconds(answered(429, "soon"), 0.4) == 0.4


def test_a_renewed_credential_is_tried_at_once_and_only_once() -> None:
    request = retry(retries=0)
    assert request.pause_after(answered(401, renewed=True)) is None
    with pytest.raises(ServiceError):
        request.pause_after(answered(401, renewed=True))


@pytest.mark.parametrize(
    ("seconds", "asked", "paused"), [(None, "100", True), (None, "121", False), (600, "500", True), (60, "70", False)]
)
def test_no_pause_is_longer_than_the_deadline_or_than_two_minutes_without_one(
    seconds: float | None, asked: str, paused: bool
) -> None:
    request = retry(seconds=seconds)
    if paused:
        assert request.pause_after(answered(429, asked)) >= float(asked)
    else:
        with pytest.raises(ServiceError) as refused:
            request.pause_after(answered(429, asked))
        why = " (tried once: the service asks for a pause of 121 s, and without a wait none is above 120 s)"
        assert str(refused.value).endswith(why) is (seconds is None)


@pytest.mark.parametrize("asked", ["9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"], ids=["digits", "date"])
def test_a_pause_without_end_is_a_number_in_sentences_and_clocks(asked: str) -> None:
    with pytest.raises(ServiceError, match="the service asks for a pause of 1000000000 s, and without a wait"):
        retry().pause_after(answered(429, asked))
    with pytest.raises(ServiceError, match=r"https://x$"):
        retry(seconds=600).pause_after(answered(429, asked))
    assert busy_seconds(answered(429, asked), 0.4) == 1e9


def test_how_often_is_said_in_words() -> None:
    assert [how_often(number) for number in (1, 2, 3, 6)] == ["once", "twice", "3 times", "6 times"]


def test_an_error_knows_the_one_before_it() -> None:
    request, first, second = retry(), answered(500), answered(503)
    request.pause_after(first)
    request.pause_after(second)
    assert (first.before, second.before) == (None, first)


def test_nobody_there_is_tried_twice_until_something_has_answered() -> None:
    error = TransportError("no such host")
    error.absent = True
    request = retry()
    assert request.pause_after(error, unanswered_for=1.0) <= 2.0
    with pytest.raises(TransportError, match="tried twice, nothing has answered yet"):
        request.pause_after(error, unanswered_for=2.0)
    assert retry().pause_after(error) is not None
