# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A part of a file, through the client: how it is asked for, and what is no file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback

FILE = ("jobs", "a", "tasks", "b", "files", "stderr.txt")
PATH = "/jobs/a/tasks/b/files/stderr.txt"
PLAIN = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def service() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


def test_the_range_is_asked_for_in_the_words_of_the_service_and_of_http(service: Loopback) -> None:
    service.say(PATH, Answer(b"2345", headers=PLAIN))
    assert connect(service.url).get_bytes(FILE, 2, 5) == b"2345"
    asked = service.requests[0].headers
    assert (asked["ocp-range"], asked["range"]) == ("bytes=2-5", "bytes=2-5")
    assert "application/octet-stream" in asked["accept"]


@pytest.mark.parametrize("status", [200, 206])
def test_a_file_that_ends_before_is_what_there_is(service: Loopback, status: int) -> None:
    service.say(PATH, Answer(b"23", status, PLAIN))
    assert connect(service.url).get_bytes(FILE, 2, 5) == b"23"


def test_of_a_whole_file_the_part_is_taken(service: Loopback) -> None:
    service.say(PATH, Answer(b"0123456789", headers=PLAIN))
    assert connect(service.url).get_bytes(FILE, 2, 5) == b"2345"


def test_a_whole_file_that_is_large_is_not_read_to_its_end(service: Loopback) -> None:
    service.say(PATH, Answer(b"x" * 200_000, headers=PLAIN))
    with pytest.raises(AnswerError, match="the whole file instead of the part") as failed:
        connect(service.url).get_bytes(FILE, 2, 5)
    assert not failed.value.transient


def test_a_page_is_no_file(service: Loopback) -> None:
    service.say(PATH, Answer("<p>Sign in</p>", headers={"Content-Type": "text/html"}))
    with pytest.raises(AnswerError, match="is a web page, not a file: Sign in"):
        connect(service.url).get_bytes(FILE, 2, 5)


def test_a_refusal_is_one(service: Loopback) -> None:
    service.say(PATH, Answer({"code": "FileNotFound", "message": {"value": "gone"}}, 404))
    with pytest.raises(ServiceError, match="FileNotFound"):
        connect(service.url).get_bytes(FILE, 2, 5)


def test_what_the_file_belongs_to_is_named_where_it_is_gone(service: Loopback) -> None:
    service.say(PATH, Answer({"code": "TaskNotFound", "message": {"value": "gone"}}, 404))
    with pytest.raises(ServiceError, match=r"^TaskNotFound \(404\): task .* of job .*: gone"):
        connect(service.url).get_bytes(FILE, 2, 5)
