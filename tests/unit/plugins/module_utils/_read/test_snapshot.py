# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One snapshot of the account: what is asked for, many reads at once, and many snapshots as one."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, refusal

NOWHERE = "http://127.0.0.1:9"
NEEDED = ("id", "state")


def pages(*sizes: int) -> Iterator[list[dict[str, Any]]]:
    """Pages of such sizes, and a fault for whoever asks for one more."""
    number = 0
    for size in sizes:
        yield [{"id": number + index} for index in range(size)]
        number += size
    raise AssertionError("a page too many was asked for")


@pytest.mark.parametrize(
    ("limit", "sizes", "found"),
    [(1, (5,), 1), (5, (5,), 5), (6, (5, 5), 6), (3, (0, 0, 5), 3), (4, (2, 0, 2), 4)],
)
def test_a_limit_cuts_off_and_no_page_is_asked_for_beyond_it(limit: int, sizes: tuple[int, ...], found: int) -> None:
    items = [item["id"] for page in ReadOptions(limit=limit).limited(pages(*sizes)) for item in page]
    assert items == list(range(found))


def test_without_a_limit_every_page_is_read() -> None:
    with pytest.raises(AssertionError, match="too many"):
        list(ReadOptions().limited(pages(2, 2)))


@pytest.mark.parametrize(
    ("limit", "count", "reached"), [(None, 1_000, False), (3, 2, False), (3, 3, True), (3, 4, True)]
)
def test_a_limit_is_reached_when_it_may_have_cut_something_off(limit: int | None, count: int, reached: bool) -> None:
    assert ReadOptions(limit=limit).reached(count) is reached


@pytest.mark.parametrize(
    ("limit", "page_size", "asked"),
    [(None, None, None), (None, 50, 50), (10, None, 10), (10, 5, 5), (10, 50, 10), (5000, None, 1000)],
)
def test_a_page_is_never_larger_than_the_limit_or_what_the_service_gives(
    limit: int | None, page_size: int | None, asked: int | None
) -> None:
    assert ReadOptions(limit=limit, page_size=page_size).list_query(NEEDED)["maxresults"] == asked


@pytest.mark.parametrize(
    ("question", "select"),
    [
        (ReadOptions(), None),
        (ReadOptions(select=("commandLine",)), "id,state,commandLine"),
        (ReadOptions(select=("state", "commandLine")), "id,state,commandLine"),
        (ReadOptions(summary_only=True), "id,state"),
        (ReadOptions(summary_only=True, select=("commandLine",)), "id,state"),
    ],
)
def test_what_the_summary_needs_is_always_read(question: ReadOptions, select: str | None) -> None:
    assert question.item_query(NEEDED)["$select"] == select
    assert question.list_query(NEEDED)["$select"] == select


def test_a_summary_needs_no_expansion() -> None:
    assert ReadOptions(expand="stats").item_query(NEEDED)["$expand"] == "stats"
    assert ReadOptions(expand="stats", summary_only=True).item_query(NEEDED)["$expand"] is None


def test_a_filter_goes_with_a_list_only() -> None:
    question = ReadOptions(filter="state eq 'active'")
    assert question.list_query(NEEDED)["$filter"] == "state eq 'active'"
    assert "$filter" not in question.item_query(NEEDED)


@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_answers_come_in_the_order_of_the_questions(count: int) -> None:
    barrier = threading.Barrier(min(count, 4) or 1)

    def read(number: int) -> int:
        # The later ones of a group may well be ready before the first.
        if number < 4:
            barrier.wait(5)
        return number * 10

    client = connect(NOWHERE, max_connections=4)
    assert read_concurrently(client, range(count), read) == [number * 10 for number in range(count)]


def test_the_first_error_by_order_is_raised_whichever_came_first() -> None:
    later_failed = threading.Event()

    def read(number: int) -> int:
        if number == 1:
            assert later_failed.wait(5)
            raise AnswerError("one")
        if number == 3:
            later_failed.set()
            raise AnswerError("three")
        return number

    with pytest.raises(AnswerError, match="one"):
        read_concurrently(connect(NOWHERE, max_connections=4), range(5), read)


def test_an_error_is_never_hidden_by_what_was_not_begun_because_of_it() -> None:
    def read(number: int) -> int:
        if number:
            raise AnswerError(str(number))
        return number

    client = connect(NOWHERE, max_connections=8)
    before = sys.getswitchinterval()
    # Threads change places all the time, so that one is overtaken between taking its turn and reading.
    sys.setswitchinterval(1e-6)
    try:
        for _turn in range(500):
            with pytest.raises(AnswerError):
                read_concurrently(client, range(8), read)
    finally:
        sys.setswitchinterval(before)


def test_after_an_error_what_has_not_begun_is_not_read() -> None:
    begun = []

    def read(number: int) -> int:
        begun.append(number)
        raise AnswerError(str(number))

    with pytest.raises(AnswerError, match="0"):
        read_concurrently(connect(NOWHERE, max_connections=1), range(1_000), read)
    assert len(begun) < 1_000


@pytest.mark.parametrize("most", [1, 2, 3])
def test_never_more_connections_than_allowed_are_used_at_once(service: Loopback, most: int) -> None:
    service.gather = most + 1
    for number in range(6):
        service.say(f"/jobs/{number}", {"id": str(number)})
    client = connect(service.url, max_connections=most)
    found = read_concurrently(client, range(6), lambda number: client.get(("jobs", str(number)))["id"])
    assert found == ["0", "1", "2", "3", "4", "5"]
    assert service.most_at_once == most


def test_reads_within_reads_share_the_same_connections(service: Loopback) -> None:
    service.gather = 3
    for pool in "abc":
        for node in "xyz":
            service.say(f"/pools/{pool}/nodes/{node}", {"id": f"{pool}{node}"})
    client = connect(service.url, max_connections=2)

    def read_pool(pool: str) -> list[str]:
        return read_concurrently(client, "xyz", lambda node: client.get(("pools", pool, "nodes", node))["id"])

    assert read_concurrently(client, "abc", read_pool) == [["ax", "ay", "az"], ["bx", "by", "bz"], ["cx", "cy", "cz"]]
    assert service.most_at_once <= 2


def refused(status: int, code: str) -> Any:
    def read() -> str:
        raise ServiceError({"status": status, "code": code, "message": "", "values": [], "request_id": "", "url": ""})

    return read


@pytest.mark.parametrize("kind", ["job", "task", "pool", "node"])
def test_an_absent_object_is_none_where_that_is_fine(kind: str) -> None:
    code = f"{kind.title()}NotFound"
    assert none_if_missing(kind, True, refused(404, code)) is None
    with pytest.raises(ServiceError, match=code):
        none_if_missing(kind, False, refused(404, code))


@pytest.mark.parametrize(
    ("status", "code"), [(404, "JobNotFound"), (404, "ResourceNotFound"), (404, ""), (403, "TaskNotFound")]
)
def test_any_other_refusal_is_raised_whatever_is_fine(status: int, code: str) -> None:
    with pytest.raises(ServiceError):
        none_if_missing("task", True, refused(status, code))


def test_what_is_there_is_returned(service: Loopback) -> None:
    service.say("/jobs/a", refusal(404, "JobNotFound"), {"id": "a"})
    client = connect(service.url)
    assert none_if_missing("job", True, lambda: client.get(("jobs", "a"))) is None
    assert none_if_missing("job", True, lambda: client.get(("jobs", "a"))) == {"id": "a"}


class Stop(BaseException):
    """What the time-out of an Ansible task raises, from a signal, in whatever the main thread is doing."""


def test_who_is_stopped_does_not_wait_for_answers_and_asks_for_no_more(service: Loopback) -> None:
    client = connect(service.url, max_connections=2)
    begun, answered, ended = threading.Barrier(3), threading.Event(), []
    stopped = threading.Event()

    def stop(number: int, frame: object) -> None:
        if not stopped.is_set():
            stopped.set()
            raise Stop

    def read(index: int) -> None:
        begun.wait(timeout=10)
        answered.wait(timeout=10)
        ended.append(index)

    def stop_when_begun() -> None:
        begun.wait(timeout=10)
        # Again and again: a signal that comes just before the main thread falls asleep does not wake it.
        while not stopped.wait(timeout=0.05):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, stop)
    helper = threading.Thread(target=stop_when_begun)
    try:
        helper.start()
        with pytest.raises(Stop):
            read_concurrently(client, range(10), read)
        assert ended == []
    finally:
        signal.signal(signal.SIGUSR1, before)
        answered.set()
        helper.join()
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]
    for thread in threads:
        thread.join(timeout=10)
    assert sorted(ended) == [0, 1]
