# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The watch over a request: it ends one that drips, over TLS and through a proxy too, and leaves the next one alone."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from ansible_collections.batchops.azure.plugins.module_utils._adapter import Watch
from ansible_collections.batchops.azure.plugins.module_utils._errors import TransportError
from ansible_collections.batchops.azure.tests.unit.connecting import connect
from ansible_collections.batchops.azure.tests.unit.loopback import Drip, Loopback, Silence

JOB = ("jobs", "a")
# In the body, and before it: the second has nothing after its head, so that only the head can take long.
SLOW = {"body": ({"id": "a" * 200}, 150), "head": ("", 40)}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secured(authority: trustme.CA) -> Iterator[Loopback]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Loopback(context) as loopback:
        yield loopback


@pytest.mark.parametrize("where", SLOW)
def test_over_tls_a_drip_ends_with_the_time_of_the_request(
    secured: Loopback, authority: trustme.CA, tmp_path: Path, where: str
) -> None:
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    body, quick = SLOW[where]
    dripping = Drip(body, quick=quick)
    secured.say("/jobs/a", dripping)
    with pytest.raises(TransportError, match=r"did not answer within 0\.2 s") as given_up:
        connect(secured.url, timeout=0.2, clock=None, verify=str(pem)).get(JOB)
    assert given_up.value.transient
    assert not dripping.was_read_to_its_end()


@pytest.mark.parametrize("where", SLOW)
def test_through_a_proxy_a_drip_ends_with_the_time_of_the_request(
    service: Loopback, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("http_proxy", service.url)
    body, quick = SLOW[where]
    dripping = Drip(body, quick=quick)
    service.say("/jobs/a", dripping)
    with pytest.raises(TransportError):
        connect("http://127.0.0.2:9", timeout=0.2, clock=None).get(JOB)
    assert not dripping.was_read_to_its_end()


class Connection:
    """What has a socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock


def test_a_connection_that_comes_after_the_time_is_over_is_ended_at_once() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, Watch(0.001) as watch:
        while not watch.expired:
            time.sleep(0.001)
        watch.sees(Connection(ours))
        assert theirs.recv(1) == b""


def test_after_a_request_that_was_ended_the_next_one_is_answered(service: Loopback) -> None:
    service.say("/jobs/a", Silence(), {"id": "a"})
    client = connect(service.url, timeout=0.1)
    with pytest.raises(TransportError):
        client.get(JOB)
    assert client.get(JOB) == {"id": "a"}


def test_an_answer_in_time_leaves_no_watch_behind(service: Loopback) -> None:
    service.say("/jobs/a", {"id": "a"})
    client = connect(service.url)
    for _number in range(3):
        client.get(JOB)
    assert not [
        thread
        for thread in threading.enumerate()
        if isinstance(thread, threading.Timer) and not thread.finished.is_set()
    ]


def test_requests_share_one_connection(service: Loopback) -> None:
    service.say("/jobs/a", {"id": "a"})
    client = connect(service.url)
    for _number in range(5):
        client.get(JOB)
    assert service.connections == 1
