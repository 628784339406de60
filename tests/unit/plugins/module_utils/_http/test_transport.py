# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request and its answer, whatever either is about. Its time is tested with the timer, retries with the client."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import TransportError
from ansible_collections.batchops.azure.plugins.module_utils._http.transport import Transport
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Truncated


@pytest.fixture
def service() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


def test_a_request_is_a_get_with_an_id_of_its_own() -> None:
    transport = Transport("https://a.example", True, 1)
    one, other = (transport.request("https://a.example/jobs?$skiptoken=a%2bb~", {"ocp-range": "x"}) for _both in "ab")
    assert one.method == "GET"
    # As urllib3 sends it: what is signed must be what is sent.
    assert one.url == "https://a.example/jobs?$skiptoken=a%2Bb~"
    assert one.headers["ocp-range"] == "x"
    assert one.headers["client-request-id"] != other.headers["client-request-id"]


@pytest.mark.parametrize(("largest", "read"), [(100, 30), (30, 30), (20, 21)])
def test_of_a_body_that_is_too_large_one_byte_more_is_read(service: Loopback, largest: int, read: int) -> None:
    service.say("/jobs", Answer(b"x" * 30))
    transport = Transport(service.url, True, 1)
    response, content = transport.send(transport.request(f"{service.url}/jobs", {}), 30, largest)
    assert (response.status_code, len(content)) == (200, read)


def test_a_refusal_is_an_answer_too_and_a_body_that_is_cut_off_is_none(service: Loopback) -> None:
    service.say("/jobs", Answer(status=503), Truncated())
    transport = Transport(service.url, True, 1)
    request = transport.request(f"{service.url}/jobs", {})
    assert transport.send(request, 30, 1000)[0].status_code == 503
    with pytest.raises(TransportError, match="the connection broke"):
        transport.send(request, 30, 1000)


def test_after_it_was_closed_it_connects_anew(service: Loopback) -> None:
    service.say("/jobs", Answer())
    transport = Transport(service.url, True, 1)
    for _time in range(2):
        transport.send(transport.request(f"{service.url}/jobs", {}), 30, 1000)
        transport.close()
    assert service.connections == 2


def test_headers_that_cannot_be_read_are_not_logged(
    service: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They may hold a cookie, and nobody would have masked it."""
    monkeypatch.setattr(logging.getLogger("urllib3"), "propagate", True)
    log = logging.FileHandler(tmp_path / "log", delay=False)
    monkeypatch.setattr(logging.getLogger(), "handlers", [log])
    service.say("/jobs", Answer({}, headers={"No header\r\nSet-Cookie": "hunter2"}))
    transport = Transport(service.url, True, 1)
    transport.send(transport.request(f"{service.url}/jobs", {}), 30, 1000)
    assert (tmp_path / "log").read_text(encoding="utf-8") == ""
