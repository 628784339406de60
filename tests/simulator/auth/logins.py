# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has asked for a token, for tests to count. Never with what."""

from __future__ import annotations

import threading
from typing import NamedTuple


class TokenRequest(NamedTuple):
    """One request for a token; `way` is client_secret, client_assertion, password or managed_identity."""

    way: str
    client_id: str
    scope: str
    status: int


class Logins:
    """The requests for tokens so far. May be read while requests come in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: list[TokenRequest] = []

    def add(self, way: str, client_id: str, scope: str, status: int) -> None:
        """Remember a request for a token."""
        with self._lock:
            self._asked.append(TokenRequest(way, client_id, scope, status))

    def snapshot(self) -> list[TokenRequest]:
        """Return a list of all of them, the newest last."""
        with self._lock:
            return list(self._asked)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._asked.clear()
