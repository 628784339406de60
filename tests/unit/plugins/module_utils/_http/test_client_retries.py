# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client's second attempts: when, how often, after how long, and when not."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock, Deadline
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    BatchError,
    ServiceError,
    TransportError,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.tests.simulator.limit import Limit
from ansible_collections.batchops.azure.tests.support.clock_of_threads import ClockOfThreads
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import (
    Answer,
    Drip,
    Loopback,
    Reply,
    Request,
    Reset,
    Silence,
    Truncated,
    page,
    refusal,
)
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

Scripts = Callable[..., ScriptedClock]
JOB = ("jobs", "a")


@pytest.fixture
def unused_url() -> str:
    """Where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    "first",
    [
        *(refusal(status, "ServerBusy") for status in (408, 429, 500, 502, 503, 504)),
        Answer("<html><h1>502 Bad Gateway</h1></html>", 502, {"Content-Type": "text/html"}),
        Answer("", 503),
        Reset(),
        Truncated({"id": "a"}),
        Truncated(gzip.compress(b'{"id": "a"}'), headers={"Content-Encoding": "gzip"}),
    ],
    ids=lambda first: f"{type(first).__name__}-{getattr(first, 'status', '')}",
)
def test_what_passes_is_tried_again(service: Loopback, scripted: Scripts, first: Reply) -> None:
    service.say("/jobs/a", first, {"id": "a"})
    client = connect(service.url, retries=1, clock=scripted((0, 1)))
    assert client.get(JOB) == {"id": "a"}
    assert client.retried == 1


class CutOffChunk(Answer):
    """Hangs up in the middle of a chunk."""

    def send(self, connection: socket.socket) -> bool:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"
        )
        return False


class CutOffBetweenChunks(Answer):
    """Hangs up after a whole chunk, without the last one."""

    def send(self, connection: socket.socket) -> bool:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
        )
        return False


@pytest.mark.parametrize("first", [CutOffChunk(), CutOffBetweenChunks()], ids=["in_a_chunk", "between_chunks"])
def test_a_chunked_answer_that_is_cut_off_is_tried_again(service: Loopback, scripted: Scripts, first: Answer) -> None:
    service.say("/jobs/a", first, {"id": "a"})
    assert connect(service.url, retries=1, clock=scripted((0, 1))).get(JOB) == {"id": "a"}


def test_a_refused_connection_is_tried_twice_where_nothing_has_answered(unused_url: str, scripted: Scripts) -> None:
    client = connect(unused_url, retries=5, clock=scripted((0, 1)))
    sentence = rf"^{unused_url}: the connection was refused \(tried twice, nothing has answered yet\)$"
    with pytest.raises(TransportError, match=sentence) as refused:
        client.get(JOB)
    assert refused.value.transient
    assert client.retried == 1


def test_a_name_that_does_not_resolve_is_tried_twice_where_nothing_has_answered(
    monkeypatch: pytest.MonkeyPatch, scripted: Scripts
) -> None:
    asked = unresolved(monkeypatch)
    with pytest.raises(TransportError, match=r"does not resolve; check account_endpoint \(tried twice, "):
        connect("https://mistyped.example", retries=5, clock=scripted((0, 1))).get(JOB)
    assert asked == ["mistyped.example"] * 2


def test_where_the_first_try_took_three_seconds_there_is_no_second(
    monkeypatch: pytest.MonkeyPatch, scripted: Scripts
) -> None:
    clock = scripted()
    asked = unresolved(monkeypatch, lambda: clock.work(3))
    with pytest.raises(TransportError, match=r"does not resolve; check account_endpoint \(tried once, "):
        connect("https://mistyped.example", retries=5, clock=clock).get(JOB)
    assert asked == ["mistyped.example"]


def test_without_retries_it_is_tried_once(unused_url: str) -> None:
    with pytest.raises(TransportError, match=r"the connection was refused$"):
        connect(unused_url, retries=0).get(JOB)


def test_a_host_that_has_answered_is_tried_as_often_as_retries_say(scripted: Scripts) -> None:
    client = connect("http://127.0.0.1:9", retries=2, clock=scripted((0, 1), (0, 2)))
    with Loopback() as service:
        service.say("/jobs/a", {"id": "a"})
        client = connect(service.url, retries=2, clock=client.clock)
        assert client.get(JOB) == {"id": "a"}
    client._transport.close()
    with pytest.raises(TransportError, match=r"the connection was refused \(tried 3 times\)$"):
        client.get(JOB)


def unresolved(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None] = lambda: None) -> list[str]:
    """No name resolves. The list of those that were looked up."""
    asked: list[str] = []

    def look_up(host: str, *_rest: object) -> None:
        asked.append(host)
        meanwhile()
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_connection_that_breaks_is_told_in_few_words(service: Loopback) -> None:
    service.say("/jobs/a", Reset())
    with pytest.raises(TransportError, match=r"^http://127\.0\.0\.1:[0-9]+: the connection broke \([^<>]+\)$"):
        connect(service.url).get(JOB)


def test_a_proxy_that_does_not_answer_is_told_as_such(unused_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", unused_url)
    with pytest.raises(TransportError, match="the proxy of the environment did not answer"):
        connect("http://account.invalid:9").get(JOB)


def test_a_service_that_speaks_no_tls_is_not_told_that_its_certificate_is_wrong(service: Loopback) -> None:
    with pytest.raises(TransportError) as refused:
        connect(service.url.replace("http:", "https:")).get(JOB)
    assert "SSL" in str(refused.value)
    assert "certificate was not accepted" not in str(refused.value)
    # It will speak none in a second either: no pause was asked for.
    assert not refused.value.transient


def test_a_host_that_does_not_resolve_is_told_with_the_option(scripted: Scripts) -> None:
    with pytest.raises(TransportError, match="does not resolve; check account_endpoint"):
        connect("https://no-such-account.invalid").get(JOB)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 416, 501, 505])
def test_a_refusal_that_will_not_change_is_final(service: Loopback, status: int) -> None:
    service.say("/jobs/a", refusal(status, "SomeCode"))
    with pytest.raises(ServiceError) as refused:
        connect(service.url, retries=5).get(JOB)
    assert len(service.requests) == 1
    assert (refused.value.status, refused.value.code) == (status, "SomeCode")
    assert not refused.value.transient


def test_there_are_no_more_attempts_than_retries_allow(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs/a", refusal(503, "ServerBusy"))
    with pytest.raises(ServiceError, match="ServerBusy"):
        connect(service.url, retries=3, clock=scripted((0, 1), (0, 2), (0, 4))).get(JOB)
    assert len(service.requests) == 4


def test_after_all_retries_it_is_said_how_often_it_was_tried(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs/a", refusal(503, "ServerBusy"))
    with pytest.raises(ServiceError, match=r"^ServerBusy \(503\): .* \(tried 3 times\)$"):
        connect(service.url, retries=2, clock=scripted((0, 1), (0, 2))).get(JOB)
    with pytest.raises(ServiceError) as once:
        connect(service.url).get(JOB)
    assert "tried" not in str(once.value)


def test_each_page_has_retries_of_its_own(service: Loopback, scripted: Scripts) -> None:
    link = f"{service.url}/jobs?$skiptoken=2"
    busy = refusal(503, "ServerBusy")
    service.say("/jobs", busy, page({"id": "a"}, link=link), busy, page({"id": "b"}))
    # The second page has the turn after that of the first.
    client = connect(service.url, retries=1, clock=scripted((0, 1), 1 / 16, (0, 1)))
    assert list(client.pages(("jobs",))) == [[{"id": "a"}], [{"id": "b"}]]


def test_retry_after_in_seconds_counts_in_full(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs/a", refusal(429, "TooManyRequests", Retry_After="7"), {"id": "a"})
    connect(service.url, retries=1, clock=scripted((7, 8))).get(JOB)


def test_retry_after_as_a_date_counts_in_full(service: Loopback, scripted: Scripts) -> None:
    then = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=60), usegmt=True)
    service.say("/jobs/a", refusal(503, "ServerBusy", Retry_After=then), {"id": "a"})
    connect(service.url, retries=1, clock=scripted((30, 61))).get(JOB)


@pytest.mark.parametrize("text", ["soon", "-5", "1.5e", "Fri, 99 Jan 2025", "\u00b2", ""])
def test_a_retry_after_that_says_nothing_counts_as_absent(service: Loopback, scripted: Scripts, text: str) -> None:
    service.say("/jobs/a", refusal(503, "ServerBusy", Retry_After=text), {"id": "a"})
    connect(service.url, retries=1, clock=scripted((0, 1))).get(JOB)


def test_a_retry_after_beyond_the_deadline_is_not_begun(service: Loopback) -> None:
    service.say("/jobs/a", refusal(503, "ServerBusy", Retry_After="10"))
    client = connect(service.url, retries=5)
    client.deadline = Deadline(client.clock, 10)
    with pytest.raises(ServiceError, match="ServerBusy"):
        client.get(JOB)
    assert len(service.requests) == 1


def test_a_read_without_a_deadline_does_not_sit_out_an_hour(service: Loopback) -> None:
    service.say("/jobs/a", refusal(503, "ServerBusy", Retry_After="3600"))
    with pytest.raises(ServiceError, match="ServerBusy"):
        connect(service.url, retries=5).get(JOB)
    assert len(service.requests) == 1


def test_a_wait_with_time_enough_sits_out_what_the_service_asks(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs/a", refusal(503, "ServerBusy", Retry_After="3600"), {"id": "a"})
    client = connect(service.url, retries=1, clock=scripted((3600, 3601)))
    client.deadline = Deadline(client.clock, 4000)
    assert client.get(JOB) == {"id": "a"}


def test_what_the_service_asked_for_is_not_part_of_the_failure(service: Loopback) -> None:
    service.say("/jobs/a", refusal(503, "ServerBusy", Retry_After="1"))
    with pytest.raises(ServiceError) as refused:
        connect(service.url).get(JOB)
    assert set(refused.value.failure) == {
        "status",
        "code",
        "message",
        "values",
        "request_id",
        "client_request_id",
        "url",
    }


def test_no_request_is_sent_after_the_deadline(service: Loopback) -> None:
    client = connect(service.url, retries=5)
    client.deadline = Deadline(client.clock, 0)
    with pytest.raises(TransportError, match="No time was left"):
        client.get(JOB)
    assert not service.requests


def test_a_request_that_waits_for_its_turn_until_the_deadline_is_not_sent(service: Loopback) -> None:
    service.say("/jobs/a", Silence())
    client = connect(service.url, timeout=30, clock=Clock(), max_connections=1)
    client.deadline = Deadline(client.clock, 0.2)
    with ThreadPoolExecutor(3) as pool:
        under_way = [pool.submit(client.get, JOB) for _call in range(3)]
        failures = [future.exception() for future in under_way]
    assert all(isinstance(failure, TransportError) for failure in failures)
    assert len(service.requests) == 1


def test_a_silent_service_is_given_up_after_the_timeout(service: Loopback) -> None:
    service.say("/jobs/a", Silence())
    with pytest.raises(TransportError, match=r"did not answer within 0\.1 s") as given_up:
        connect(service.url, timeout=0.1).get(JOB)
    assert given_up.value.transient


def test_a_request_is_clipped_to_the_deadline_and_says_how_long_it_waited(service: Loopback) -> None:
    service.say("/jobs/a", Silence())
    client = connect(service.url, timeout=30, clock=Clock())
    client.deadline = Deadline(client.clock, 0.1)
    with pytest.raises(
        TransportError, match=r"did not answer within 0\.[0-9]+ s, the time that wait_timeout left$"
    ) as given_up:
        client.get(JOB)
    assert given_up.value.cut_off
    assert len(service.requests) == 1


def test_a_request_that_had_its_own_time_was_not_cut_off(service: Loopback) -> None:
    service.say("/jobs/a", Silence())
    client = connect(service.url, timeout=0.1, clock=Clock())
    client.deadline = Deadline(client.clock, 60)
    with pytest.raises(TransportError, match=r"did not answer within 0\.1 s$") as given_up:
        client.get(JOB)
    assert not given_up.value.cut_off


def test_what_went_wrong_before_a_request_was_cut_off_is_kept(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs/a", refusal(503, "ServerBusy", Retry_After="1"), Silence())
    clock = scripted((1, 2))
    client = connect(service.url, retries=5, clock=clock)
    client.deadline = Deadline(clock, 2.1)
    with pytest.raises(TransportError) as given_up:
        client.get(JOB)
    assert given_up.value.cut_off
    assert isinstance(given_up.value.before, ServiceError)
    assert len(service.requests) == 2


def test_a_silent_service_is_asked_again(service: Loopback, scripted: Scripts) -> None:
    service.say("/jobs/a", Silence(), {"id": "a"})
    assert connect(service.url, timeout=0.1, retries=1, clock=scripted((0, 1))).get(JOB) == {"id": "a"}


def test_a_body_that_drips_ends_with_the_time_of_the_request(service: Loopback) -> None:
    dripping = Drip({"id": "a" * 200}, quick=150)
    service.say("/jobs/a", dripping)
    with pytest.raises(TransportError, match=r"did not answer within 0\.2 s") as given_up:
        connect(service.url, timeout=0.2, clock=None).get(JOB)
    assert given_up.value.transient
    assert not dripping.was_read_to_its_end()


def test_a_head_that_drips_ends_with_the_time_of_the_request(service: Loopback) -> None:
    dripping = Drip("", quick=40)
    service.say("/jobs/a", dripping)
    with pytest.raises(TransportError) as given_up:
        connect(service.url, timeout=0.2, clock=None).get(JOB)
    assert given_up.value.transient
    assert not dripping.was_read_to_its_end()


def test_an_answer_that_drips_within_its_time_is_whole(service: Loopback) -> None:
    answer = Answer({"id": "a"})
    service.say("/jobs/a", Drip(answer.body, quick=len(answer.head(11))))
    assert connect(service.url, clock=None).get(JOB) == {"id": "a"}


@pytest.mark.parametrize(("status", "held"), [(429, True), (503, True), (500, False)])
def test_a_busy_service_slows_down_the_requests_beside_the_refused_one(
    service: Loopback, scripted: Scripts, status: int, held: bool
) -> None:
    service.say("/jobs/a", Answer(refusal(status, "ServerBusy").body, status, {"Retry-After": "7"}), {"id": "a"})
    service.say("/jobs/b", {"id": "b"})
    # The second request begins while the first one pauses: what it waits is what is left of that pause.
    clock = BesideAnother(lambda: client.get(("jobs", "b")))
    client = connect(service.url, retries=1, clock=clock)
    assert client.get(JOB) == {"id": "a"}
    paused = [seconds for seconds in clock.slept if seconds > 1]
    assert len(paused) == (2 if held else 1)
    assert all(7 <= seconds <= 8 for seconds in paused)
    # One after the other: whoever comes second has its turn a little later.
    assert all(seconds <= 1 / 16 for seconds in clock.slept if seconds not in paused)
    assert [request.path for request in service.requests] == ["/jobs/a", "/jobs/b", "/jobs/a"]


def test_a_request_beside_a_refused_one_does_not_wait_beyond_the_deadline(service: Loopback) -> None:
    service.say("/jobs/a", Answer(refusal(429, "ServerBusy").body, 429, {"Retry-After": "7"}), {"id": "a"})
    refused = []

    def beside() -> None:
        client.deadline = Deadline(clock, 3)
        with pytest.raises(TransportError, match="No time was left"):
            client.get(("jobs", "b"))
        refused.append(clock.now)
        client.deadline = Deadline(clock)

    clock = BesideAnother(beside)
    client = connect(service.url, retries=1, clock=clock)
    assert client.get(JOB) == {"id": "a"}
    assert refused == [1_003.0]


class Busy:
    """A service that takes so many requests a second, and counts those that it does not take."""

    def __init__(self, clock: Clock, rate: float) -> None:
        self.refused = 0
        self._clock = clock
        self._limit = Limit(rate)
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Answer:
        with self._lock:
            if self._limit.takes(self._clock.monotonic()):
                return Answer({"id": "a"})
            self.refused += 1
            return refusal(429, "TooManyRequests", Retry_After="1")


def read_side_by_side(client: Client, clock: ClockOfThreads, threads: int, number: int) -> list[BaseException]:
    """Makes so many requests by so many threads, and returns the errors."""
    left = iter(range(number))
    errors: list[BaseException] = []

    def work() -> None:
        with clock.working():
            # Over a list iterator, `next` is one step for all threads.
            for _request in left:
                try:
                    client.get(JOB)
                except BatchError as error:
                    errors.append(error)

    with ThreadPoolExecutor(threads) as pool:
        for _thread in range(threads):
            pool.submit(work)
    return errors


def test_threads_find_together_what_a_busy_service_takes(service: Loopback) -> None:
    threads, number, rate = 16, 600, 50
    clock = ClockOfThreads(threads)
    busy = Busy(clock, rate)
    service.say("/jobs/a", busy.answer)
    client = connect(service.url, retries=5, clock=clock)
    assert not read_side_by_side(client, clock, threads, number)
    assert len(service.requests) == number + busy.refused
    assert busy.refused < 0.05 * number
    assert clock.now - 1_000 < 1.2 * number / rate


def test_threads_on_a_busy_service_end_with_their_deadline(service: Loopback) -> None:
    threads = 16
    clock = ClockOfThreads(threads)
    service.say("/jobs/a", Busy(clock, 2).answer)
    client = connect(service.url, retries=5, clock=clock)
    client.deadline = Deadline(clock, 10)
    errors = read_side_by_side(client, clock, threads, 200)
    assert clock.now == 1_010
    assert errors
    # Either there was no time for the request, or none for another attempt.
    assert {type(error) for error in errors} <= {TransportError, ServiceError}
    assert len(service.requests) < 2 * 10 + threads + 10
    # Who reads on, without a deadline, waits for nobody's turn.
    client.deadline = Deadline(clock)
    before = clock.now
    clock.work_alone()
    assert client.get(JOB) == {"id": "a"}
    assert clock.now - before < 3


def test_the_first_pace_is_what_the_service_took_before(service: Loopback) -> None:
    service.say("/jobs/a", *[{"id": "a"}] * 100, refusal(429, "TooManyRequests", Retry_After="1"), {"id": "a"})
    # Of the 50 a second that it took, 85% at first, or twice that a second later. One a second for each connection would be slower.
    clock = ScriptedClock((1, 2), (1 / 85, 1 / 42.5))
    client = connect(service.url, retries=1, clock=clock)
    clock.work(2)
    for _request in range(102):
        client.get(JOB)
    clock.assert_used_up()


def test_as_long_as_nothing_is_refused_nothing_is_held_back(service: Loopback) -> None:
    service.say("/jobs/a", {"id": "a"})
    service.say("/jobs/b", refusal(500, "InternalError"), {"id": "b"})
    clock = ScriptedClock((0, 1))
    client = connect(service.url, retries=1, clock=clock)
    for _request in range(50):
        client.get(JOB)
    client.get(("jobs", "b"))
    clock.assert_used_up()


class BesideAnother(Clock):
    """When the first pause begins, something else happens before it ends."""

    def __init__(self, beside: Callable[[], object]) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []
        self._beside: Callable[[], object] | None = beside

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        self.slept.append(seconds)
        if self._beside is not None:
            beside, self._beside = self._beside, None
            beside()
        self.now = max(self.now, until)
