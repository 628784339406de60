# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bounds the time of a whole answer. A socket's own time-out starts anew with every byte, so a slow drip outlasts it."""

from __future__ import annotations

import contextlib
import socket
import threading
from functools import cache
from typing import Any

# The watch of the request that the thread is sending.
_current = threading.local()


class Watch:
    """Ends a request when its time is over, by closing its socket under whoever reads from it."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def _end(self) -> None:
        self.expired = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def sees(self, connection: Any) -> None:
        self._socket = connection.sock
        if self.expired:
            self._end()

    def __enter__(self) -> Watch:
        _current.watch = self
        self._timer.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._timer.cancel()
        _current.watch = None


@cache
def watched_adapter() -> Any:
    """The class of an adapter of `requests`, whose connections a watch can end. Raises ImportError without `requests`.

    Made on demand: without `requests` there is nothing to derive it from, and this file must still be importable.
    """
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class HttpConnection(_Watched, HTTPConnection):
        pass

    class HttpsConnection(_Watched, HTTPSConnection):
        pass

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = HttpConnection

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = HttpsConnection

    pools = {"http": HttpPool, "https": HttpsPool}

    class WatchedAdapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            manager = super().proxy_manager_for(*arguments, **options)
            manager.pool_classes_by_scheme = pools
            return manager

    return WatchedAdapter


class _Watched:
    """Shows its socket to the watch before it reads the first byte of an answer."""

    def getresponse(self, *arguments: Any, **options: Any) -> Any:
        watch = getattr(_current, "watch", None)
        if watch is not None:
            watch.sees(self)
        return super().getresponse(*arguments, **options)  # type: ignore[misc]
