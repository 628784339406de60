# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A uvicorn server in a thread of its own, on a loopback port, that starts and stops at once."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import uvicorn

from .certificates import Certificates
from .connection import BreakableProtocol

_START_SECONDS = 10.0
_HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """Waits for an event where uvicorn looks ten times a second whether it should stop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that the socket accepts."""
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        """Serve until stopped."""
        assert self._stop is not None
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drop everything: nobody waits for a simulator to finish its sentence."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # Whoever waits in a request now finds that there is nobody left to answer.
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)

    def stop(self) -> None:
        """End the server, from another thread."""
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)


class ServerThread:
    """Serves an application until it is stopped."""

    def __init__(self, app: Any, port: int, certificates: Certificates | None) -> None:
        # With the protocol named, asyncio switches off the delay that would hold back every second small write.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((_HOST, port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        self._server = _Server(_config(app, certificates))
        self._thread = threading.Thread(target=self._run, name=f"simulator:{self.port}", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self) -> None:
        """Return when the socket accepts connections."""
        self._thread.start()
        if not self._server.ready.wait(_START_SECONDS):
            raise RuntimeError("the simulator did not start")

    def stop(self) -> None:
        """Return when the thread has ended."""
        self._server.stop()
        self._thread.join(_START_SECONDS)
        self._socket.close()


def _config(app: Any, certificates: Certificates | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=_HOST,
        http=BreakableProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=60,
        ssl_certfile=certificates.server if certificates else None,
        ssl_keyfile=certificates.server if certificates else None,
    )
