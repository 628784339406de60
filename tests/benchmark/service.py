# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serves rendered bodies on a loopback port, in a process of its own, and counts what it sends and what that took.

Run as a module it prints its port and serves until its standard input is closed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, unquote

from ..simulator.limit import Limit
from .rendering import Rendering

_HEAD = (
    b"HTTP/1.1 200 OK\r\nServer: Microsoft-HTTPAPI/2.0\r\nrequest-id: 14b0b305-a94d-4a31-bb67-1f94f9f28eda\r\n"
    b"DataServiceVersion: 3.0\r\nContent-Type: application/json;odata=minimalmetadata\r\nTransfer-Encoding: chunked\r\n\r\n"
)
_PLAIN = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n"
_BUSY = b'{"code":"TooManyRequests","message":{"lang":"en-US","value":"The account has received more requests than it takes."}}'
_CONTROL = "/_benchmark/"


class Counted:
    """What has been served since the last reset."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.bytes = 0
        self.connections = 0
        self.logins = 0
        self.unexpected: list[str] = []
        # When each request was taken or refused, in seconds since the first one, where there is a limit.
        self.taken_at: list[float] = []
        self.refused_at: list[float] = []
        self._first_at: float | None = None
        self.started = time.process_time()

    def at(self) -> float:
        """Seconds since this was asked for the first time."""
        now = time.monotonic()
        self._first_at = now if self._first_at is None else self._first_at
        return now - self._first_at

    def as_json(self) -> dict[str, Any]:
        return {
            "requests": dict(self.requests),
            "bytes": self.bytes,
            "connections": self.connections,
            "logins": self.logins,
            "unexpected": self.unexpected,
            "taken_at": self.taken_at,
            "refused_at": self.refused_at,
            "cpu_seconds": time.process_time() - self.started,
        }


class Service:
    """The account behind all connections."""

    def __init__(self) -> None:
        self.rendering = Rendering("")
        self.counted = Counted()
        self.latency = 0.0
        self._limit: Limit | None = None

    def control(self, command: str, params: dict[str, list[str]]) -> bytes:
        if command == "reset":
            self.latency = float(params["latency"][0])
            rate = float(params["rate"][0])
            self._limit = Limit(rate) if rate else None
            self.rendering.finished = self.rendering.changed = False
            self.counted = Counted()
        elif command == "finish":
            self.rendering.finished = True
        elif command == "change":
            self.rendering.changed = not self.rendering.changed
        return json.dumps(self.counted.as_json()).encode()

    def answer(self, target: str) -> list[bytes]:
        path, _mark, query = target.partition("?")
        path = unquote(path)
        if path.startswith("/metadata/identity"):
            self.counted.logins += 1
            return _plain(200, _token())
        if self._limit and not self._taken(self._limit):
            return _plain(429, _BUSY, b"Retry-After: 1\r\n")
        found = self.rendering.answer(path, query)
        if found is None:
            self.counted.unexpected.append(target)
            return _plain(404, b'{"code":"UnknownToTheBenchmark","message":{"value":"not served here"}}')
        kind, body = found
        self.counted.requests[kind] += 1
        length = sum(map(len, body))
        self.counted.bytes += length
        return [_HEAD, b"%x\r\n" % length, *body, b"\r\n0\r\n\r\n"]

    def _taken(self, limit: Limit) -> bool:
        at = self.counted.at()
        taken = limit.takes(at)
        (self.counted.taken_at if taken else self.counted.refused_at).append(at)
        return taken


def _plain(status: int, body: bytes, headers: bytes = b"") -> list[bytes]:
    return [_PLAIN % (status, headers, len(body)), body]


def _token() -> bytes:
    lifetime = 86400
    token = {"access_token": "of-the-benchmark", "token_type": "Bearer", "resource": "https://batch.core.windows.net/"}
    return json.dumps({**token, "expires_in": str(lifetime), "expires_on": str(int(time.time()) + lifetime)}).encode()


class Connection(asyncio.Protocol):
    """One keep-alive connection. Requests have no body here."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._received = b""
        self._counted: Counted | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _blank, self._received = self._received.partition(b"\r\n\r\n")
            self._serve(head.split(b" ", 2)[1].decode("latin-1"))

    def _serve(self, target: str) -> None:
        service = self._service
        if target.startswith(_CONTROL):
            command, _mark, query = target[len(_CONTROL) :].partition("?")
            self._transport.writelines(_plain(200, service.control(command, parse_qs(query))))
            return
        if self._counted is not service.counted:
            self._counted = service.counted
            service.counted.connections += not target.startswith("/metadata")
        answer = service.answer(target)
        if service.latency:
            asyncio.get_running_loop().call_later(service.latency, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: list[bytes]) -> None:
        if not self._transport.is_closing():
            self._transport.writelines(answer)


async def serve() -> None:
    service = Service()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(service), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    service.rendering = Rendering(f"http://127.0.0.1:{port}")
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
