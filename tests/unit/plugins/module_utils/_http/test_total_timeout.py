# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timer over a request: it ends one that drips, over TLS and through a proxy too, and leaves the next one alone."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import trustme
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import TransportError
from ansible_collections.batchops.azure.plugins.module_utils._http.total_timeout import RequestTimer, TimerThread
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Drip, Loopback, Silence

JOB = ("jobs", "a")
# In the body, and before it: the second has nothing after its head, so that only the head can take long.
SLOW = {"body": ({"id": "a" * 200}, 150), "head": ("", 40)}


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
        connect("http://account.invalid:9", timeout=0.2, clock=None).get(JOB)
    assert not dripping.was_read_to_its_end()


class Connection:
    """What has a socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock


def test_a_connection_that_comes_after_the_time_is_over_is_ended_at_once() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, RequestTimer(30) as timer:
        timer.end()
        timer.sees(Connection(ours))
        assert theirs.recv(1) == b""


def test_after_a_request_that_was_ended_the_next_one_is_answered(service: Loopback) -> None:
    service.say("/jobs/a", Silence(), {"id": "a"})
    client = connect(service.url, timeout=0.1)
    with pytest.raises(TransportError):
        client.get(JOB)
    assert client.get(JOB) == {"id": "a"}


def test_one_thread_ends_the_requests_whose_time_is_over_in_their_order() -> None:
    timers = TimerThread()
    slow, quick, forgotten = RequestTimer(60), RequestTimer(0.01), RequestTimer(0.01)
    before = threading.active_count()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(30)
        quick.sees(Connection(ours))
        for timer, seconds in ((slow, 60.0), (forgotten, 0.01), (quick, 0.01)):
            timers.add(timer, seconds)
            if timer is forgotten:
                timers.remove(forgotten)
        assert threading.active_count() <= before + 1
        assert theirs.recv(1) == b""
    assert (slow.expired, quick.expired, forgotten.expired) == (False, True, False)
    timers.remove(slow)


def test_the_thread_ends_when_nothing_is_left_and_begins_anew() -> None:
    timers = TimerThread()
    for _number in range(2):
        before = set(threading.enumerate())
        timer = RequestTimer(0.01)
        timers.add(timer, 0.01)
        for thread in set(threading.enumerate()) - before:
            thread.join(30)
        assert timer.expired
        assert not timers.awake


def test_requests_use_one_thread_for_all(service: Loopback) -> None:
    service.say("/jobs/a", {"id": "a"})
    client = connect(service.url)
    before = set(threading.enumerate())
    for _number in range(3):
        client.get(JOB)
    assert len([thread for thread in set(threading.enumerate()) - before if "time of requests" in thread.name]) <= 1


# As Ansible's workers are forked: a fork inherits everything but the thread.
FORKED = """
import os, sys
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import TransportError
from ansible_collections.batchops.azure.tests.support.connecting import connect

connect(sys.argv[1]).get(("jobs", "a"))
child = os.fork()
if not child:
    try:
        connect(sys.argv[1], timeout=0.1, clock=None).get(("jobs", "a"))
    except TransportError:
        os._exit(7)
    os._exit(1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_fork_has_a_thread_of_its_own(service: Loopback) -> None:
    dripping = Drip("", quick=40)
    service.say("/jobs/a", {"id": "a"}, dripping)
    assert subprocess.run([sys.executable, "-c", FORKED, service.url], check=False).returncode == 7
    assert not dripping.was_read_to_its_end()


def test_requests_share_one_connection(service: Loopback) -> None:
    service.say("/jobs/a", {"id": "a"})
    client = connect(service.url)
    for _number in range(5):
        client.get(JOB)
    assert service.connections == 1
