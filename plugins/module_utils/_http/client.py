# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP and nothing else: GET, pages, parts of files, errors, request ids. It has never heard of a job."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock, Deadline
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    ForeignLinkError,
    LoginError,
    ServiceError,
    TransportError,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.answer import JSON_OBJECT, Answer, Expected, page_of
from ansible_collections.batchops.azure.plugins.module_utils._http.echo import without_credential
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import Endpoint, quoted
from ansible_collections.batchops.azure.plugins.module_utils._http.transport import CONNECT_SECONDS, Transport
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_signature

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.pace import Pace


class Client:
    """One session to one account. Safe to share between threads; `max_connections` bounds what is open at once.

    `timeout` is seconds for one request, from the look-up of the host's name to the last byte, and for signing in;
    `retries` counts attempts after the first, of both.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        auth: Any,
        *,
        timeout: float = 30,
        retries: int = 5,
        verify: bool | str = True,
        max_connections: int = 16,
        clock: Clock | None = None,
    ) -> None:
        self._transport = Transport(endpoint.base, verify, max_connections)
        self.endpoint = endpoint
        self.clock = clock or Clock()
        self.deadline = Deadline(self.clock)
        self.max_connections = max_connections
        self.retried = 0
        # How it pauses, and what it does after each attempt: whoever waits with it may have to show signs of life.
        self.sleep: Callable[[float], None] = self.clock.sleep
        self.on_attempt: Callable[[], None] | None = None
        # None until a busy service refuses; how many it took.
        self._pace: Pace | None = None
        self._taken = 0
        # Whether anything has ever answered.
        self._answered = False
        self._auth = auth
        self._timeout = timeout
        self._retries = retries
        self._lock = threading.Lock()
        # Readers read within reads; this bounds all of them together.
        self._slots = threading.BoundedSemaphore(max_connections)

    @contextmanager
    def limited_to(
        self,
        deadline: Deadline,
        sleep: Callable[[float], None] | None = None,
        on_attempt: Callable[[], None] | None = None,
    ) -> Iterator[None]:
        """Everything that is read meanwhile ends with that deadline, pauses by `sleep` and tells `on_attempt` of each attempt."""
        before = self.deadline, self.sleep, self.on_attempt
        self.deadline, self.sleep, self.on_attempt = deadline, sleep or self.sleep, on_attempt
        try:
            yield
        finally:
            self.deadline, self.sleep, self.on_attempt = before

    def get(self, segments: tuple[str, ...], params: dict[str, Any] | None = None) -> dict[str, Any]:
        """The JSON object at that path. Raises ServiceError, TransportError, AnswerError, LoginError or ForeignLinkError."""
        return self._fetch(self._url(segments, params or {}), JSON_OBJECT)

    def get_bytes(self, segments: tuple[str, ...], first: int, last: int) -> bytes:
        """Bytes `first` to `last` of a file, both counted; fewer where it ends before. Raises what `get` raises."""
        # Like all that few reads need: what is pulled in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._http.file_part import expected_part

        return self._fetch(self._url(segments, {}), expected_part(first, last))

    def pages(self, segments: tuple[str, ...], params: dict[str, Any] | None = None) -> Iterator[list[dict[str, Any]]]:
        """The pages of a list, as they come, 10,000 at most. A filtered page may be empty and still have a next one."""
        url = self._url(segments, params or {})
        seen: set[str] = set()
        while True:
            seen.add(url)
            body = self._fetch(url, JSON_OBJECT)
            yield page_of(body, url)
            link = body.get("odata.nextLink")
            if link is None:
                return
            # Most lists have one page.
            from ansible_collections.batchops.azure.plugins.module_utils._http.links import next_page

            url = next_page(link, seen, self.endpoint)

    def first(self, segments: tuple[str, ...], params: dict[str, Any]) -> list[dict[str, Any]]:
        """The first items of a list; none where it is empty to its end. `maxresults` in `params` says how many."""
        return next((page for page in self.pages(segments, params) if page), [])

    def _url(self, segments: tuple[str, ...], params: dict[str, Any]) -> str:
        query = {"api-version": self.endpoint.api_version, **params}
        pairs = (f"{name}={quoted(str(value))}" for name, value in query.items() if value is not None)
        return f"{self.endpoint.url(*segments)}?{'&'.join(pairs)}"

    def _fetch(self, url: str, expected: Expected[Answer]) -> Answer:
        """What is expected there. How often a request is made again, and after which pause, is said in `_http/retry.py`."""
        retry = None
        began = 0.0 if self._answered else self.clock.monotonic()
        while True:
            try:
                return self._once(url, expected)
            except (ServiceError, TransportError, LoginError) as error:
                from ansible_collections.batchops.azure.plugins.module_utils._http.retry import Retry, busy_seconds

                retry = retry or Retry(self._retries, self.deadline)
                took = None if self._answered else self.clock.monotonic() - began
                seconds = retry.pause_after(error, took)
                if seconds is not None:
                    self._pause(seconds, busy_seconds(error, seconds))
            finally:
                if self.on_attempt:
                    self.on_attempt()

    def _pause(self, seconds: float, busy: float | None) -> None:
        """A service that is busy is so for all: requests beside the refused one pause with it, and share a pace."""
        with self._lock:
            self.retried += 1
            if busy is not None:
                from ansible_collections.batchops.azure.plugins.module_utils._http.pace import Pace, first_rate

                rate = first_rate(self._taken, self.deadline.elapsed, self.max_connections)
                self._pace = self._pace or Pace(self.clock, rate)
                self._pace.refused(busy)
        self.sleep(seconds)

    def _count(self, status: int) -> None:
        self._answered = True
        if status in ServiceError.BUSY:
            return
        with self._lock:
            self._taken += 1
        if self._pace:
            self._pace.accepted()

    def _once(self, url: str, expected: Expected[Answer]) -> Answer:
        with self._slots:
            if self._pace:
                self._pace.wait_for_turn(self.deadline, self.sleep)
            try:
                seconds = self._seconds_left(url)
                # Signing in has a time of its own: it may take a while, and most requests need none of it.
                if self._auth.ready(seconds):
                    seconds = self._seconds_left(url)
                # Signed when all else of it is ready: Shared Key signs the URL too.
                request = self._auth(self._transport.request(url, expected.headers))
                response, content = self._transport.send(request, seconds, expected.largest)
            except (TransportError, LoginError) as error:
                # Given up earlier than the options and the limit of connecting say: only a deadline does that.
                if error.allowed not in (None, self._timeout, CONNECT_SECONDS):
                    error.cut_off = True
                    error.adds(", the time that wait_timeout left")
                raise
        self._count(response.status_code)
        content, headers = without_credential(content, response.headers, request.headers["Authorization"])
        if 300 <= response.status_code < 400:
            # No service does.
            from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

            target = mask_words(headers.get("Location", "nowhere"))
            raise ForeignLinkError(f"The service redirected to {target}; a read is never redirected")
        try:
            return expected.understand(response.status_code, headers, content, url)
        except ServiceError as error:
            self._add_to(error, request, headers)
            raise

    def _add_to(self, error: ServiceError, request: Any, headers: Any) -> None:
        """What a retry and the message need of a refusal."""
        error.retry_after = headers.get("Retry-After")
        error.renewed = error.status == 401 and self._auth.refresh(request)
        if error.code == "AuthenticationFailed":
            from ansible_collections.batchops.azure.plugins.module_utils._http.credential_hint import hint_of

            error.explain(hint_of(self.endpoint, request.headers, error.status, headers))

    def _seconds_left(self, url: str) -> float:
        """What the next request, or signing in for it, may take."""
        seconds = self.deadline.clip(self._timeout)
        if seconds <= 0:
            error = TransportError(f"No time was left for {mask_signature(url)}")
            error.cut_off = True
            raise error
        return seconds
