# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small HTTP server on loopback: it answers from a script by path, and writes down what it was asked."""

from __future__ import annotations

import contextlib
import json
import re
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Union
from urllib.parse import parse_qsl, urlsplit

JSON_TYPE = "application/json; odata=minimalmetadata"


@dataclass(frozen=True)
class Request:
    """What came in. Names of headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """A whole answer. A body that is neither bytes nor text is sent as JSON."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()

    def head(self, length: int) -> bytes:
        headers = {"Content-Type": JSON_TYPE, "Content-Length": str(length), **self.headers}
        lines = [f"HTTP/1.1 {self.status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def send(self, connection: socket.socket) -> bool:
        """Whether the connection stays open."""
        content = self.content()
        # In one piece: two small ones would wait for each other's acknowledgement.
        connection.sendall(self.head(len(content)) + content)
        return True


class Truncated(Answer):
    """Announces more than it sends."""

    def send(self, connection: socket.socket) -> bool:
        content = self.content()
        connection.sendall(self.head(len(content) + 10) + content)
        return False


@dataclass(frozen=True)
class Drip(Answer):
    """Sends the first `quick` bytes at once and the rest one by one, `pause` seconds apart. Tells when all were sent."""

    quick: int = 0
    pause: float = 0.01
    ended: threading.Event = field(default_factory=threading.Event)

    def send(self, connection: socket.socket) -> bool:
        content = self.content()
        whole = self.head(len(content)) + content
        connection.sendall(whole[: self.quick])
        # The client has had enough in the middle of it, which is what it is tested for.
        with contextlib.suppress(OSError):
            for byte in whole[self.quick :]:
                if _hung_up(connection, self.pause):
                    return False
                connection.sendall(bytes((byte,)))
            self.ended.set()
        return False

    def was_read_to_its_end(self) -> bool:
        return self.ended.wait(5 * self.pause)


def _hung_up(connection: socket.socket, seconds: float) -> bool:
    """Whether the client hangs up within that time."""
    readable, _writable, _broken = select.select([connection], [], [], seconds)
    return bool(readable) and not connection.recv(1)


class Reset:
    """Breaks the connection without an answer."""

    def send(self, connection: socket.socket) -> bool:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        return False


class Silence:
    """Never answers; ends when the client hangs up."""

    def send(self, connection: socket.socket) -> bool:
        connection.recv(1)
        return False


def refusal(status: int, code: str, text: str = "No.", *values: tuple[str, str], **headers: str) -> Answer:
    """The service's error body."""
    body = {
        "odata.metadata": "https://account.region.batch.azure.com/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element",
        "code": code,
        "message": {
            "lang": "en-US",
            "value": f"{text}\nRequestId:00000000-0000-0000-0000-000000000001\nTime:2025-01-17T00:00:00.0000000Z",
        },
        "values": [{"key": key, "value": value} for key, value in values],
    }
    return Answer(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


def page(*items: Any, link: str | None = None) -> Answer:
    """One page of a list."""
    return Answer({"value": list(items), **({"odata.nextLink": link} if link is not None else {})})


def unfiltered(*items: Any) -> Callable[[Request], Answer]:
    """One page of a list, of which a filter lets nothing through."""
    return lambda request: page() if "$filter" in request.query else page(*items)


Reply = Union[Answer, Reset, Silence]
Scripted = Union[Reply, dict[str, Any], Callable[[Request], Reply]]


class Loopback:
    """The server. `gather` holds every answer until so many requests are under way, or a moment has passed."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self.most_at_once = 0
        self.gather = 0
        self._scripts: dict[str, list[Scripted]] = {}
        self._otherwise: dict[str, dict[str, Any]] = {}
        self._under_way = 0
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _handler_for(self))
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def say(self, path: str, *answers: Scripted) -> None:
        """One after the other; the last one again and again. A dict is the body of a 200."""
        self._scripts[path] = list(answers)

    def otherwise(self, path: str, answer: dict[str, Any]) -> None:
        """What paths of that pattern answer that have no script of their own."""
        self._otherwise[path] = answer

    def reply_to(self, request: Request) -> Reply:
        with self._changed:
            self.requests.append(request)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            self._changed.notify_all()
            if self.gather:
                self._changed.wait_for(lambda: self._under_way >= self.gather, timeout=0.05)
            script = self._scripts.get(request.path, [])
            scripted = script.pop(0) if len(script) > 1 else script[0] if script else self._unscripted(request.path)
        if isinstance(scripted, dict):
            return Answer(scripted)
        return scripted(request) if callable(scripted) else scripted

    def _unscripted(self, path: str) -> Scripted:
        found = (answer for pattern, answer in self._otherwise.items() if re.fullmatch(pattern, path))
        return next(found, refusal(404, "NotScripted"))

    def ended(self) -> None:
        with self._changed:
            self._under_way -= 1

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


def _handler_for(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            loopback.connections += 1

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            # A form to sign in with: it would be taken for the next request.
            self.rfile.read(int(headers.get("content-length", 0)))
            reply = loopback.reply_to(Request(self.command, self.path, headers))
            # Before the answer: the client may send its next request as soon as it has this one's answer.
            loopback.ended()
            self.close_connection = not reply.send(self.connection)

        # Whatever the verb, it is written down, and the test can say that it was wrong.
        do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    return Handler
