# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bearer tokens: fetched when needed, kept while they live, and renewed when they were refused."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import Bearer, ReadyToken, Token
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, LoginError, OptionError
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback


@dataclass
class Issuer:
    """Issues numbered tokens that live so many seconds, and writes down which it was told to drop."""

    lives: float = 3600
    issued: int = 0
    dropped: list[str] = field(default_factory=list)

    def fetch(self, seconds: float) -> Token:
        self.issued += 1
        return token_for(self.lives, f"token-{self.issued}")

    def drop(self, text: str) -> None:
        self.dropped.append(text)


def token_for(seconds: float, text: str = "token") -> Token:
    now = time.time()
    return Token(text, now, now + seconds)


def header_of(auth: Bearer | ReadyToken) -> str:
    request = requests.Request("GET", "https://myaccount.westeurope.batch.azure.com/jobs").prepare()
    auth.ready(30)
    return str(auth(request).headers["Authorization"])


def test_nothing_is_fetched_before_the_first_request() -> None:
    issuer = Issuer()
    Bearer(issuer)
    assert issuer.issued == 0


def test_a_token_is_kept_while_it_lives() -> None:
    issuer = Issuer()
    bearer = Bearer(issuer)
    assert [header_of(bearer) for _number in range(3)] == ["Bearer token-1"] * 3
    assert issuer.issued == 1


@pytest.mark.parametrize("lives", [-10, 0])
def test_a_token_that_has_expired_is_renewed(lives: float) -> None:
    bearer = Bearer(Issuer(lives))
    assert [header_of(bearer), header_of(bearer)] == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize("lives", [60, 299])
def test_a_token_of_a_short_life_is_not_renewed_at_every_request(lives: float) -> None:
    bearer = Bearer(Issuer(lives))
    assert [header_of(bearer), header_of(bearer)] == ["Bearer token-1", "Bearer token-1"]


@pytest.mark.parametrize(
    ("lives", "good"), [(3600, 3300), (700, 400), (600, 300), (599, 299.5), (60, 30), (0, 0), (-10, -5)]
)
def test_how_long_a_token_is_good(lives: float, good: float) -> None:
    assert Token("token", 1000, 1000 + lives).good_until == 1000 + good


def test_after_a_refusal_the_token_is_dropped_and_a_new_one_is_fetched_once() -> None:
    issuer = Issuer()
    bearer = Bearer(issuer)
    refused = SimpleNamespace(headers={"Authorization": header_of(bearer)})
    assert bearer.refresh(refused) is True
    assert [header_of(bearer), header_of(bearer)] == ["Bearer token-2", "Bearer token-2"]
    # The answer to a request that was sent with the old token comes late.
    assert bearer.refresh(refused) is True
    assert header_of(bearer) == "Bearer token-2"
    assert (issuer.issued, issuer.dropped) == (2, ["token-1"])


def test_many_threads_sign_in_once() -> None:
    issuer = Issuer()
    bearer = Bearer(issuer)
    with ThreadPoolExecutor(8) as pool:
        headers = set(pool.map(lambda _: header_of(bearer), range(64)))
    assert headers == {"Bearer token-1"}
    assert issuer.issued == 1


class CountedLock:
    """A lock that tells of everybody who comes to it, before they wait for it."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.came.release()
        self._lock.acquire()

    def __exit__(self, *raised: object) -> None:
        self._lock.release()


@dataclass
class Refusing:
    """Refuses, once all have gathered."""

    asked: list[float] = field(default_factory=list)
    gathered: threading.Event = field(default_factory=threading.Event)

    def fetch(self, seconds: float) -> Token:
        self.asked.append(seconds)
        self.gathered.wait(30)
        raise LoginError("no answer")

    def drop(self, text: str) -> None:
        raise AssertionError("nothing was issued")


def test_requests_that_wait_for_one_attempt_share_its_failure() -> None:
    """One by one they would wait for as many times as long as there are requests at the same time."""
    source = Refusing()
    bearer = Bearer(source)
    lock = bearer._lock = CountedLock()  # type: ignore[assignment]

    def ready(_number: int) -> BatchError | None:
        try:
            bearer.ready(7)
        except LoginError as error:
            return error
        return None

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ready, number) for number in range(8)]
        for _number in range(8):
            assert lock.came.acquire(timeout=30)
        source.gathered.set()
        failures = [answer.result() for answer in answers]
    assert all(str(failure) == "no answer" for failure in failures)
    assert len({id(failure) for failure in failures}) == 8
    assert source.asked == [7]


def test_after_a_failure_the_next_request_signs_in() -> None:
    source = Refusing()
    source.gathered.set()
    bearer = Bearer(source)
    for seconds in (5.0, 4.0):
        with pytest.raises(LoginError):
            bearer.ready(seconds)
    assert source.asked == [5.0, 4.0]


def test_whether_it_has_signed_in_is_told() -> None:
    bearer = Bearer(Issuer())
    assert [bearer.ready(30), bearer.ready(30)] == [True, False]
    assert ReadyToken("token").ready(30) is False


def test_a_token_of_the_user_is_sent_as_it_is_and_cannot_be_renewed() -> None:
    token = ReadyToken("  eyJ0.abc-_~+/=.x \n")
    assert header_of(token) == "Bearer eyJ0.abc-_~+/=.x"
    assert token.refresh(None) is False


@pytest.mark.parametrize(
    "token",
    [
        "",
        "  ",
        "hunter2 hunter2",
        "hunter2\nhunter2",
        "hunter2\thunter2",
        "hunter2\x00",
        "hunter2\u200b",
        "Bearer hunter2",
    ],
)
def test_what_is_no_token_is_refused_without_being_repeated(token: str) -> None:
    with pytest.raises(OptionError, match=r"^access_token: is not a token") as refused:
        ReadyToken(token)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("token", ["hunter2…", "\u201chunter2\u201d", "hunter2ł"])
def test_a_token_that_no_header_can_hold_stays_within_the_family_of_errors(service: Loopback, token: str) -> None:
    with pytest.raises(BatchError) as refused:
        connect(service.url, ReadyToken(token)).get(("jobs",))
    assert "hunter2" not in str(refused.value)


@dataclass
class Issued:
    """Issues what no header can hold."""

    token: str

    def fetch(self, seconds: float) -> Token:
        return token_for(3600, self.token)

    def drop(self, text: str) -> None:
        raise AssertionError("nothing was sent")


@pytest.mark.parametrize("token", ["", "hunter2\r\nX-Other: 1", "hunter2\u20ac", "hunter2 hunter2", "hunter2\x00"])
def test_an_issued_token_that_no_header_can_hold_is_refused_without_being_repeated(
    service: Loopback, token: str
) -> None:
    with pytest.raises(LoginError, match="is not a token") as refused:
        connect(service.url, Bearer(Issued(token))).get(("jobs",))
    assert "hunter2" not in str(refused.value)
    assert service.requests == []


@dataclass
class Slow:
    """Issues tokens that have expired, once told to."""

    asked: list[float] = field(default_factory=list)
    gathered: threading.Event = field(default_factory=threading.Event)

    def fetch(self, seconds: float) -> Token:
        self.asked.append(seconds)
        self.gathered.wait(30)
        return token_for(0)

    def drop(self, text: str) -> None:
        raise AssertionError("nothing was sent")


def test_requests_that_wait_for_one_attempt_share_its_token_however_short_it_lives() -> None:
    """One by one they would take as many times as long as one may, whatever the deadline is."""
    source = Slow()
    bearer = Bearer(source)
    lock = bearer._lock = CountedLock()  # type: ignore[assignment]

    def ready(_number: int) -> bool:
        return bearer.ready(7)

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ready, number) for number in range(8)]
        for _number in range(8):
            assert lock.came.acquire(timeout=30)
        source.gathered.set()
        assert all(answer.result() for answer in answers)
    assert source.asked == [7]


@pytest.mark.parametrize("token", [5, None, ["hunter2"], {"token": "hunter2"}])
def test_what_is_issued_and_is_no_text_is_no_token(token: Any) -> None:
    class Odd(Issuer):
        def fetch(self, seconds: float) -> Token:
            return Token(token, time.time(), time.time() + 60)

    with pytest.raises(LoginError, match="what the sign-in host issued is not a token"):
        Bearer(Odd()).ready(30)
