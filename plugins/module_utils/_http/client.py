# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP and nothing else: GET, pages, retries, errors, request ids. It has never heard of a job."""

from __future__ import annotations

import re
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock, Deadline
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    AnswerError,
    BatchError,
    ForeignLinkError,
    LibraryError,
    LoginError,
    ServiceError,
    TransportError,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.answer import body_of, page_of
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import Endpoint, is_loopback
from ansible_collections.batchops.azure.plugins.module_utils._http.total_timeout import RequestTimer, timed_adapter
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK, mask_signature, said

# A page of 1,000 full tasks has a few MB. What is larger than this is no answer of the service.
_LARGEST_BODY = 64 * 1024 * 1024
_PIECE = 256 * 1024
_LONGEST_PAUSE = 120.0
_SHORTEST_CREDENTIAL = 8
# A host that does not take a connection in that time is not there; an answer may take longer.
_CONNECT_SECONDS = 10.0
_BUSY = frozenset((429, 503))
_ESCAPE = re.compile("%[0-9a-f]{2}", re.IGNORECASE)
_HEADERS = {"Accept": "application/json", "User-Agent": "batchops.azure", "return-client-request-id": "true"}

Answer = TypeVar("Answer")
# Takes status, headers, body and URL.
Understand = Callable[[int, Any, bytes, str], Answer]


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
        try:
            import requests
            from urllib3.exceptions import HTTPError

            adapter = timed_adapter()
        except ImportError as error:
            raise LibraryError("requests", "to talk to the Batch service", sys.executable) from error
        self.endpoint = endpoint
        self.clock = clock or Clock()
        self.deadline = Deadline(self.clock)
        self.max_connections = max_connections
        self.retried = 0
        # How it pauses, and what it does after each attempt: whoever waits with it may have to show signs of life.
        self.sleep: Callable[[float], None] = self.clock.sleep
        self.on_attempt: Callable[[], None] | None = None
        self._resumes_at = 0.0
        # Whether anything has ever answered.
        self._answered = False
        self._auth = auth
        self._timeout = timeout
        self._retries = retries
        self._lock = threading.Lock()
        self._requests = requests
        # A ValueError is Python's for what is no HTTP, such as a chunk of a negative length.
        self._broken = (requests.RequestException, HTTPError, OSError, ValueError)
        self._adapter = adapter(pool_connections=1, pool_maxsize=max_connections)
        # Readers read within reads; this bounds all of them together.
        self._slots = threading.BoundedSemaphore(max_connections)
        self._settings = _settings(requests, endpoint.base, verify)

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
        """The JSON object at that path. Raises ServiceError, TransportError or AnswerError."""
        return self._fetch(self._url(segments, params or {}))

    def pages(self, segments: tuple[str, ...], params: dict[str, Any] | None = None) -> Iterator[list[dict[str, Any]]]:
        """The pages of a list, as they come, 10,000 at most. A filtered page may be empty and still have a next one."""
        url = self._url(segments, params or {})
        seen: set[str] = set()
        while True:
            seen.add(url)
            body = self._fetch(url)
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

    def read(
        self, segments: tuple[str, ...], understand: Understand[Answer], headers: Mapping[str, str], largest: int
    ) -> Answer:
        """What `understand` makes of the answer, of which no more than one byte beyond `largest` is handed to it."""
        return self._fetch_as(understand, self._url(segments, {}), headers, largest)

    def _url(self, segments: tuple[str, ...], params: dict[str, Any]) -> str:
        query = {"api-version": self.endpoint.api_version, **params}
        pairs = (
            f"{quote(name, safe='$')}={quote(str(value), safe='')}"
            for name, value in query.items()
            if value is not None
        )
        return f"{self.endpoint.url(*segments)}?{'&'.join(pairs)}"

    def _fetch(self, url: str) -> dict[str, Any]:
        return self._fetch_as(_whole_body, url, {}, _LARGEST_BODY)

    def _fetch_as(self, understand: Understand[Answer], url: str, headers: Mapping[str, str], largest: int) -> Answer:
        attempt, signed_in_again = 0, False
        began = 0.0 if self._answered else self.clock.monotonic()
        before: BatchError | None = None
        while True:
            try:
                return self._once(understand, url, headers, largest)
            except (ServiceError, TransportError, LoginError) as error:
                if isinstance(error, ServiceError) and error.renewed and not signed_in_again:
                    signed_in_again = True
                    continue
                attempt += 1
                error.before = before
                if not error.transient or error.cut_off or attempt > self._retries:
                    raise
                self._pause(attempt, error, began)
                before = error
            finally:
                if self.on_attempt:
                    self.on_attempt()

    def _pause(self, attempt: int, error: BatchError, began: float) -> None:
        # Like the words for a broken connection, only for those who need it: what is pulled in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._http.backoff import pause_before, second_try

        if error.absent and not self._answered:
            seconds = second_try(attempt, error, self.clock.monotonic() - began)
        else:
            seconds = pause_before(attempt, error.retry_after)
        # Without a deadline of its own, a read does not sit out an hour that a service asked for.
        if not self.deadline.allows(seconds) or (not self.deadline.bounded and seconds > _LONGEST_PAUSE):
            raise error
        with self._lock:
            self.retried += 1
            if isinstance(error, ServiceError) and error.status in _BUSY:
                self._resumes_at = max(self._resumes_at, self.clock.monotonic() + seconds)
        self.sleep(seconds)

    def _hold(self) -> None:
        """A service that is busy is so for all requests: where one was refused, those beside it pause with it."""
        while self._resumes_at and (seconds := self.deadline.clip(self._resumes_at - self.clock.monotonic())) > 0:
            self.sleep(seconds)

    def _once(self, understand: Understand[Answer], url: str, headers: Mapping[str, str], largest: int) -> Answer:
        with self._slots:
            self._hold()
            try:
                seconds = self._seconds_left(url)
                # Signing in has a time of its own: it may take a while, and most requests need none of it.
                if self._auth.ready(seconds):
                    seconds = self._seconds_left(url)
                request = self._request(url, headers)
                response, content = self._send(request, seconds, largest)
            except (TransportError, LoginError) as error:
                # Given up earlier than the options and the limit of connecting say: only a deadline does that.
                if error.allowed not in (None, self._timeout, _CONNECT_SECONDS):
                    error.cut_off = True
                    error.adds(", the time that wait_timeout left")
                raise
        self._answered = True
        if response.status_code != 200 or "json" not in response.headers.get("Content-Type", ""):
            content = _without_credential(content, request)
        if 300 <= response.status_code < 400:
            target = said(response.headers.get("Location", "nowhere"))
            raise ForeignLinkError(f"The service redirected to {target}; a read is never redirected")
        try:
            return understand(response.status_code, response.headers, content, url)
        except ServiceError as error:
            error.retry_after = response.headers.get("Retry-After")
            error.renewed = error.status == 401 and self._auth.refresh(request)
            if error.code == "AuthenticationFailed":
                from ansible_collections.batchops.azure.plugins.module_utils._http.credential_hint import hint_of

                error.explain(hint_of(self.endpoint, request.headers, error.status, response.headers))
            raise

    def _seconds_left(self, url: str) -> float:
        """What the next request, or signing in for it, may take."""
        seconds = self.deadline.clip(self._timeout)
        if seconds <= 0:
            error = TransportError(f"No time was left for {mask_signature(url)}")
            error.cut_off = True
            raise error
        return seconds

    def _send(self, request: Any, seconds: float, largest: int) -> tuple[Any, bytes]:
        """The response and its body, in that many seconds; of a larger one no more than shows that it is."""
        connect = min(seconds, _CONNECT_SECONDS)
        with RequestTimer(seconds) as watch:
            try:
                response = self._adapter.send(request, stream=True, timeout=(connect, seconds), **self._settings)
                with response:
                    content = _read(response, largest)
            except self._broken as error:
                if not (watch.expired and watch.connected):
                    from ansible_collections.batchops.azure.plugins.module_utils._http.breakage import transport_error

                    raise transport_error(error, self.endpoint.base, connect, seconds) from error
        # Also where the answer seems whole: an end of the connection is the end of some bodies.
        if watch.expired:
            from ansible_collections.batchops.azure.plugins.module_utils._http.breakage import overdue

            raise overdue(self.endpoint.base, seconds, self._settings["proxies"])
        return response, content

    def _request(self, url: str, headers: Mapping[str, str]) -> Any:
        request = self._requests.PreparedRequest()
        request.method = "GET"
        request.headers = self._requests.structures.CaseInsensitiveDict({**_HEADERS, **headers})
        request.headers["client-request-id"] = str(uuid.uuid4())
        # Not by prepare(): it re-encodes what it is given, and a continuation token must come back as it was sent. Only the
        # escapes are in upper case, because urllib3 sends them so and the signature must be over what is sent.
        request.url = _ESCAPE.sub(lambda escape: escape.group().upper(), url)
        # After the URL, because Shared Key signs it.
        return self._auth(request)


def _read(response: Any, largest: int) -> bytes:
    """The whole body, or its beginning with one byte more than `largest`."""
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_content(min(_PIECE, largest // 8)):
        size += len(piece)
        pieces.append(piece)
        if size > largest:
            break
    return b"".join(pieces)[: largest + 1]


def _without_credential(content: bytes, request: Any) -> bytes:
    """Who refuses may repeat what was sent, and neither a token nor a signature need look like one."""
    sent = request.headers["Authorization"].partition(" ")[2]
    for credential in (sent, sent.rpartition(":")[2]):
        # What is shorter would be found in other words.
        if len(credential) >= _SHORTEST_CREDENTIAL:
            content = content.replace(credential.encode("latin-1", "replace"), MASK.encode())
    return content


def _whole_body(status: int, headers: Any, content: bytes, url: str) -> dict[str, Any]:
    if len(content) > _LARGEST_BODY:
        raise AnswerError(f"The answer to {mask_signature(url)} is larger than {_LARGEST_BODY >> 20} MiB")
    return body_of(status, headers, content, url)


def _settings(requests: Any, base: str, verify: bool | str) -> dict[str, Any]:
    """Proxies and CA bundles of the environment, read once for the one host that a client knows."""
    found = requests.Session().merge_environment_settings(base, {}, True, verify, None)
    # A proxy would look for a loopback address on its own machine, and read what is sent there in clear.
    proxies = {} if is_loopback(urlsplit(base).hostname or "") else found["proxies"]
    # What the user said goes before REQUESTS_CA_BUNDLE.
    return {"proxies": proxies, "cert": None, "verify": found["verify"] if verify is True else verify}
