# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real socket on loopback that answers exactly what was recorded, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import urlsplit

from ansible_collections.batchops.azure.tests.contract.shared_data import Exchange, target_of

# Headers that speak of the recorded connection, not of this one; the length is counted anew.
_OF_THE_CONNECTION = frozenset(
    "connection content-length keep-alive proxy-authenticate te trailer transfer-encoding upgrade".split()
)
_JSON = {"Content-Type": "application/json;odata=minimalmetadata", "request-id": "a-companion"}


@dataclass(frozen=True)
class Asked:
    """What arrived: `target` is the request line's, byte for byte."""

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes


class ReplayServer:
    """Answers what was put under the target of a request, or else under its path. `strays` found nothing there."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.strays: list[str] = []
        self._answers: dict[str, Answer] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.replay = self
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def clear(self) -> None:
        self.asked, self.strays, self._answers = [], [], {}

    def replay(self, exchange: Exchange, *, at: str | None = None, foreign_links: bool = False) -> None:
        """Puts the recorded answer under its path, or under the target `at`.

        Its nextLink then points here, where the next page is; with `foreign_links` it stays as recorded.
        """
        body = exchange.body
        if isinstance(body, dict) and "odata.nextLink" in body and not foreign_links:
            body = {**body, "odata.nextLink": self.origin + target_of(body["odata.nextLink"])}
        headers = {name: text for name, text in exchange.headers.items() if name.lower() not in _OF_THE_CONNECTION}
        self._answers[at or exchange.path] = Answer(exchange.status, headers, _bytes_of(body))

    def put(self, at: str, body: Any) -> None:
        """A body of the test's own under that path or target: what a reader asks for beside the recording."""
        self._answers[at] = Answer(200, _JSON, _bytes_of(body))

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        answer = self._answers.get(asked.target) or self._answers.get(asked.path)
        if answer is None:
            self.strays.append(f"{asked.method} {asked.target}")
            return Answer(501, {"Content-Type": "text/plain"}, b"nothing was put here")
        return answer


def _bytes_of(body: Any) -> bytes:
    """A recorded body; the text of a file stands for its bytes."""
    if body is None:
        return b""
    return (body if isinstance(body, str) else json.dumps(body)).encode("utf-8")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Clients keep their connections until they are collected: closing does not wait for them.
    block_on_close = False
    replay: ReplayServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One write for head and body: two would wait for the client's delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        replay = cast(_Server, self.server).replay
        answer = replay.answer(Asked(self.command, self.path, dict(self.headers.items())))
        # Not send_response, which adds headers of its own.
        self.send_response_only(answer.status)
        for name, text in answer.headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    # All of them, so that a request that must not be sent is seen rather than refused.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the output of a test run is for its failures."""
