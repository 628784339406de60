# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in keeps to the time and the attempts that the options give, like every other request."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

from ansible_collections.batchops.azure.tests.integration.signing_in import login_failure, principal
from ansible_collections.batchops.azure.tests.simulator import Simulator

_START = "Signing in with a service principal's secret from the options failed: "


class SilentHost:
    """Takes connections and never says a word. Hangs up after a while, so that no test hangs."""

    def __init__(self, seconds: float) -> None:
        self.connections = 0
        self.was_left = threading.Event()
        self._seconds = seconds
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
            with connection:
                self._wait(connection)

    def _wait(self, connection: socket.socket) -> None:
        connection.settimeout(self._seconds)
        # No longer than this: the client would have waited on.
        with contextlib.suppress(OSError):
            while connection.recv(4096):
                continue
            self.was_left.set()

    def __enter__(self) -> SilentHost:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


def test_a_login_host_that_does_not_answer_is_left_after_the_timeout(account: Simulator) -> None:
    with SilentHost(seconds=300) as host:
        sentence = login_failure(account, **principal(account, authority_host=host.address), timeout=0.1)
        assert sentence.startswith(_START)
        assert host.was_left.wait(300), "the login host hung up first"


def test_without_retries_a_login_host_is_asked_once(account: Simulator) -> None:
    with SilentHost(seconds=0.01) as host:
        sentence = login_failure(account, **principal(account, authority_host=host.address), retries=0)
        assert sentence.startswith(_START)
        assert account.secret not in sentence
        assert host.connections == 1
