# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that a client would wait for without end: one that never says a word, and one that never ends what it says."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from types import TracebackType
from typing import TypeVar

# A proxy's answer to CONNECT, in the middle of a header.
TUNNEL = b"HTTP/1.1 200 Connected\r\nVia: "
# A ServerHello of 16 KB, of which the first bytes are there.
HANDSHAKE = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"

Host = TypeVar("Host", bound="Slow")


class Slow:
    """Takes one connection after the other, and notes that a client has hung up."""

    def __init__(self) -> None:
        self.connections = 0
        self.was_left = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listening.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return  # Closed: the test is over.
            self.connections += 1
            with connection, contextlib.suppress(OSError):
                self._treat(connection)

    def _treat(self, connection: socket.socket) -> None:
        raise NotImplementedError

    def __enter__(self: Host) -> Host:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


class Silent(Slow):
    """Never says a word. Hangs up after so many seconds, so that no test hangs."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def _treat(self, connection: socket.socket) -> None:
        connection.settimeout(self._seconds)
        while connection.recv(4096):
            continue
        self.was_left.set()


class Dripping(Slow):
    """Says `start` as soon as it is asked, and then one byte after the other: no byte is late, the whole always is.

    It goes on until the client hangs up, or it has said `most` bytes.
    """

    def __init__(self, start: bytes, most: int = 300) -> None:
        super().__init__()
        self._start = start
        self._most = most

    def _treat(self, connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(self._start)
        for _byte in range(self._most):
            readable, _writable, _broken = select.select([connection], [], [], 0.01)
            if readable and not connection.recv(1):
                self.was_left.set()
                return
            connection.sendall(b"a")
