# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy that leads every host of the internet to one port on loopback, and writes down which host was meant."""

from __future__ import annotations

import contextlib
import socket
import threading
from socketserver import StreamRequestHandler, ThreadingTCPServer
from types import TracebackType


class Tunnel:
    """Real libraries meet the real names of a cloud this way, and nothing leaves the machine."""

    def __init__(self, port: int) -> None:
        self.hosts: list[str] = []
        self._server = _Server(("127.0.0.1", 0), _handler_for(self, port))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Tunnel:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


def _handler_for(tunnel: Tunnel, port: int) -> type[StreamRequestHandler]:
    class Handler(StreamRequestHandler):
        rbufsize = 0

        def handle(self) -> None:
            verb, target = self.rfile.readline().decode("ascii").split()[:2]
            while self.rfile.readline().strip():
                pass
            assert verb == "CONNECT"
            tunnel.hosts.append(target)
            with socket.create_connection(("127.0.0.1", port)) as inner:
                self.connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                back = threading.Thread(target=_pump, args=(inner, self.connection), daemon=True)
                back.start()
                _pump(self.connection, inner)
                back.join(5)

    return Handler


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Hands bytes on until one side has had enough."""
    # The other side may hang up.
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
