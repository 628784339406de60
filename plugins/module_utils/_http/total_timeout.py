# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bounds the time of a whole request. A socket's own time-out starts anew with every byte, so a slow drip outlasts it."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from functools import cache
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.within import Overdue
from ansible_collections.batchops.azure.plugins.module_utils._http.connecting import open_socket

# The timer of the request that the thread is sending.
_current = threading.local()


class RequestTimer:
    """Ends a request when its time is over, by closing its socket under whoever reads from it."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._seconds = seconds
        self._socket: socket.socket | None = None
        self._handle: socket.socket | None = None

    def end(self) -> None:
        self.expired = True
        for one in (self._handle, self._socket):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    @property
    def connected(self) -> bool:
        return self._handle is not None or self._socket is not None

    def sees(self, connection: Any) -> None:
        self._socket = connection.sock
        if self.expired:
            self.end()

    def holds(self, connected: socket.socket) -> None:
        """A new connection, before a tunnel is dug and TLS is spoken. A handle of its own: TLS takes the socket over."""
        self._handle = connected.dup()
        if self.expired:
            self.end()

    def __enter__(self) -> RequestTimer:
        _current.timer = self
        self._timer_thread = _timer_thread(os.getpid())
        self._timer_thread.add(self, self._seconds)
        return self

    def __exit__(self, *raised: object) -> None:
        self._timer_thread.remove(self)
        _current.timer = None
        if self._handle is not None:
            self._handle.close()


class TimerThread:
    """One thread that ends all requests of a process in time: starting a thread for each costs half as much as sending it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ends: dict[RequestTimer, float] = {}
        self._wakes_at: float | None = None

    def add(self, timer: RequestTimer, seconds: float) -> None:
        at = time.monotonic() + seconds
        with self._changed:
            self._ends[timer] = at
            if self._wakes_at is None:
                threading.Thread(target=self._run, name="batchops.azure: time of requests", daemon=True).start()
                self._wakes_at = at
            elif at < self._wakes_at:
                self._wakes_at = at
                self._changed.notify()

    def remove(self, timer: RequestTimer) -> None:
        """Its socket is not touched from now on: the next request may use it."""
        with self._changed:
            self._ends.pop(timer, None)

    @property
    def awake(self) -> bool:
        """Whether the thread runs. It ends when its time comes and nothing is left to end."""
        return self._wakes_at is not None

    def _run(self) -> None:
        with self._changed:
            while self._ends:
                self._wakes_at = min(self._ends.values())
                self._changed.wait(self._wakes_at - time.monotonic())
                now = time.monotonic()
                for timer in [timer for timer, at in self._ends.items() if at <= now]:
                    del self._ends[timer]
                    timer.end()
            self._wakes_at = None


@cache
def _timer_thread(process: int) -> TimerThread:
    """One for each process: a fork inherits everything but the thread."""
    return TimerThread()


@cache
def timed_adapter() -> Any:
    """The class of an adapter of `requests`, whose connections a timer can end. Raises ImportError without `requests`.

    Made on demand: without `requests` there is nothing to derive it from, and this file must still be importable.
    """
    from requests.adapters import HTTPAdapter
    from requests.exceptions import InvalidSchema
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class HttpConnection(_Timed, HTTPConnection):
        pass

    class HttpsConnection(_Timed, HTTPSConnection):
        pass

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = HttpConnection

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = HttpsConnection

    pools = {"http": HttpPool, "https": HttpsPool}

    class TimedAdapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
            if proxy.lower().startswith("socks"):
                # Its connections are of another kind, which no watch can end.
                raise InvalidSchema("SOCKS")
            manager = super().proxy_manager_for(proxy, **options)
            manager.pool_classes_by_scheme = pools
            return manager

    return TimedAdapter


class _Timed:
    """Shows its socket to the timer as soon as there is one, and before it reads the first byte of an answer."""

    def _new_conn(self: Any) -> socket.socket:
        """What urllib3 calls for a new connection, and all that it may raise; in bounded time for all addresses."""
        from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

        timer = getattr(_current, "timer", None)
        options = {"source_address": self.source_address, "socket_options": self.socket_options}
        try:
            connected = open_socket(self._dns_host, self.port, self.timeout, **options)
        except Overdue as error:
            raise ConnectTimeoutError(self, "The look-up of the host name timed out") from error
        except socket.timeout as error:
            raise ConnectTimeoutError(self, "The connection timed out") from error
        except OSError as error:
            raise NewConnectionError(self, f"No connection: {error}") from error
        if timer is not None:
            timer.holds(connected)
        return connected

    def getresponse(self, *arguments: Any, **options: Any) -> Any:
        timer = getattr(_current, "timer", None)
        if timer is not None:
            timer.sees(self)
        return super().getresponse(*arguments, **options)  # type: ignore[misc]
