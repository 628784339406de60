# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Before a request is sent: the look-up of the name, each address, the tunnel and TLS are within its time too."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import TransportError
from ansible_collections.batchops.azure.plugins.module_utils._http.connecting import open_socket
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.slow_hosts import HANDSHAKE, TUNNEL, Dripping

JOB = ("jobs", "a")
NAME = "account.region.batch.example"


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: Any) -> list[Any]:
        if host != NAME:
            return real(host, port, *rest)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
def silent_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Never answers for the name, until the test is over."""
    asked: list[str] = []
    over = threading.Event()

    def look_up(host: str, *_rest: Any) -> list[Any]:
        asked.append(host)
        over.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield asked
    over.set()


def test_a_look_up_that_does_not_end_is_given_up_and_said(silent_resolver: list[str]) -> None:
    with pytest.raises(TransportError, match=rf"{NAME}: the host name was not resolved within 0\.1 s") as given_up:
        connect(f"https://{NAME}", timeout=0.1).get(JOB)
    assert given_up.value.transient
    assert not given_up.value.absent
    assert silent_resolver == [NAME]


def test_an_address_needs_no_look_up(service: Loopback, silent_resolver: list[str]) -> None:
    # What connects looks an address up as well, which asks nobody.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("urllib3.util.connection.create_connection", lambda *_a, **_k: _raise(ConnectionRefusedError()))
        with pytest.raises(ConnectionRefusedError):
            open_socket("127.0.0.1", 9, 1)
        with pytest.raises(ConnectionRefusedError):
            open_socket("[::1]", 9, 1)
    assert silent_resolver == []


def _raise(error: BaseException) -> None:
    raise error


def test_the_addresses_of_a_host_share_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[str, float]] = []

    def silent(address: tuple[str, int], seconds: float, **_options: Any) -> socket.socket:
        tried.append((address[0], seconds))
        raise socket.timeout("timed out")

    resolves_to(monkeypatch, "127.0.0.2", "127.0.0.2", "127.0.0.3", "127.0.0.4")
    monkeypatch.setattr("urllib3.util.connection.create_connection", silent)
    with pytest.raises(socket.timeout):
        open_socket(NAME, 443, 3)
    assert [address for address, _seconds in tried] == ["127.0.0.2", "127.0.0.3", "127.0.0.4"]
    assert [seconds <= most for (_address, seconds), most in zip(tried, (1, 1.5, 3))] == [True] * 3


def test_after_an_address_that_refuses_the_next_one_is_asked(
    service: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.say("/jobs/a", {"id": "a"})
    resolves_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    assert connect(service.url.replace("127.0.0.1", NAME)).get(JOB) == {"id": "a"}


@pytest.mark.parametrize("addresses", [(), ("127.0.0.2", "127.0.0.3")])
def test_a_host_without_an_address_that_answers_is_not_there(
    service: Loopback, monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    resolves_to(monkeypatch, *addresses)
    with pytest.raises(TransportError, match=r"does not resolve|was refused") as missing:
        connect(service.url.replace("127.0.0.1", NAME)).get(JOB)
    assert missing.value.absent


@pytest.mark.parametrize("name", ["a..b", "x" * 70 + ".example"])
def test_what_cannot_be_a_name_does_not_resolve(name: str) -> None:
    with pytest.raises(TransportError, match="the host name does not resolve; check account_endpoint"):
        connect(f"https://{name}").get(JOB)


def test_a_tunnel_that_drips_ends_with_the_time_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with Dripping(TUNNEL) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{proxy.address}")
        with pytest.raises(TransportError, match=r"through the proxy .* did not answer within 0\.2 s") as given_up:
            connect(f"https://{NAME}", timeout=0.2, clock=None).get(JOB)
        assert given_up.value.transient
        assert proxy.was_left.wait(2), "the tunnel was read to its end"


def test_a_tls_handshake_that_drips_ends_with_the_time_of_the_request() -> None:
    with Dripping(HANDSHAKE) as host:
        with pytest.raises(TransportError, match=r"did not answer within 0\.2 s") as given_up:
            connect(f"https://{host.address}", timeout=0.2, clock=None).get(JOB)
        assert given_up.value.transient
        assert host.was_left.wait(2), "the handshake was read to its end"


# The resolver is silent for ever.
LEFT_BEHIND = """
import socket, threading
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import TransportError
from ansible_collections.batchops.azure.tests.support.connecting import connect

socket.getaddrinfo = lambda *_: threading.Event().wait()
try:
    connect("https://account.region.batch.example", timeout=0.1).get(("jobs", "a"))
except TransportError:
    print("given up")
"""


def test_a_look_up_that_goes_on_does_not_keep_the_process_alive() -> None:
    done = subprocess.run([sys.executable, "-c", LEFT_BEHIND], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("given up\n", "")
