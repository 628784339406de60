# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last lines of what failed: which files are read, how much of them, and what is said where there are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._after.output import Execution, tails
from ansible_collections.batchops.azure.plugins.module_utils._auth.shared_key import SharedKey
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import (
    Answer,
    Drip,
    Loopback,
    Request,
    Silence,
    page,
    refusal,
)
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

LONG = "".join(f"line {number}: nothing to report\n" for number in range(1000)) + "the disk is full\n"
SCENARIO: dict[str, Any] = {
    "pools": [
        {
            "id": "pool-1",
            "start_task": {"command_line": "setup"},
            "nodes": [
                {
                    "count": 12,
                    "id": "tvm-{n}",
                    "start_task": {"starts_at": 0, "ends_at": 1, "result": "failure"},
                    "files": {"stderr.txt": "E: no such package\n", "stdout.txt": "installing\n"},
                    "overrides": {"tvm-12": {"removed_at": 50}},
                }
            ],
        }
    ],
    "jobs": [
        {
            "id": "job-1",
            "pool": "pool-1",
            "preparation": {
                "entries": [
                    {
                        "count": 12,
                        "node": "tvm-{n}",
                        "ends_at": 2,
                        "result": "failure",
                        "files": {"stderr.txt": "mount error\n", "wd/stderr.txt": "another one\n"},
                    }
                ]
            },
            "tasks": [
                {
                    "id": "plain",
                    "node": "tvm-1",
                    "files": {"stderr.txt": "Killed\n", "stdout.txt": "step 1\r\nstep 2\r\n"},
                },
                {"id": "quiet", "node": "tvm-1"},
                {"id": "long", "node": "tvm-2", "files": {"stderr.txt": LONG}},
                {"id": "on-gone", "node": "tvm-12", "files": {"stderr.txt": "x\n"}},
                {"id": "never"},
                {"id": "secret", "node": "tvm-1", "files": {"stderr.txt": "login with password=hunter2 failed\n"}},
                {
                    "id": "mpi",
                    "node": "tvm-1",
                    "subtasks": {"count": 1, "node": "tvm-3", "files": {"stderr.txt": "rank 1: lost\n"}},
                },
            ],
        }
    ],
}
for _task in SCENARIO["jobs"][0]["tasks"]:
    if _task["id"] != "never":
        _task.update(runs_at=0, ends_at=3, result="failure")

FILES = "/jobs/job-1/tasks/t/files"


@pytest.fixture
def account() -> Iterator[Simulator]:
    with Simulator(SCENARIO) as simulator:
        simulator.clock.set(60)
        yield simulator


def reading(account: Simulator, **options: Any) -> Client:
    """With a signature, which is over the ranges too."""
    return connect(account.url, SharedKey(account.account, account.key), **options)


def of_task(task_id: str, **more: Any) -> Execution:
    return Execution(
        **{"job_id": "job-1", "task_id": task_id, "pool_id": None, "node_id": None, "directory": None, **more}
    )


def on_node(directory: str, node_id: str | None = "tvm-3", pool_id: str | None = "pool-1") -> Execution:
    return Execution("job-1", None, pool_id, node_id, directory)


def tail_of(client: Client, execution: Execution, redact: bool = True) -> dict[str, str | None]:
    (tail,) = tails(client, [execution], redact)
    return tail


@pytest.mark.parametrize(
    ("execution", "stderr", "stdout"),
    [
        (of_task("plain"), "Killed\n", "step 1\nstep 2\n"),
        (of_task("quiet"), "", ""),
        (on_node("workitems/job-1/job-1/jobpreparation"), "mount error\n", ""),
        (on_node("workitems/job-1/job-1/jobpreparation/"), "mount error\n", ""),
        (on_node("startup"), "E: no such package\n", "installing\n"),
        (on_node("workitems/job-1/job-1/mpi/1"), "rank 1: lost\n", ""),
    ],
)
def test_both_files_are_read_where_they_are(account: Simulator, execution: Execution, stderr: str, stdout: str) -> None:
    assert tail_of(reading(account), execution) == {
        "stderr_tail": stderr,
        "stdout_tail": stdout,
        "tail_error": None,
    }
    assert {request.method for request in account.requests} == {"GET"}


def test_an_empty_file_is_not_asked_for(account: Simulator) -> None:
    tail_of(reading(account), of_task("quiet"))
    assert [request.path for request in account.requests] == ["/jobs/job-1/tasks/quiet/files"]


def test_of_a_large_file_only_the_end_is_asked_for_and_the_last_lines_are_shown(account: Simulator) -> None:
    tail = tail_of(reading(account), of_task("long"))
    lines = (tail["stderr_tail"] or "").splitlines()
    assert lines == [*(f"line {number}: nothing to report" for number in range(981, 1000)), "the disk is full"]
    (read,) = (request for request in account.requests if request.path.endswith("stderr.txt"))
    # From an even byte on: a character of UTF-16 has two.
    first = (len(LONG) - 6144) // 2 * 2
    asked = f"bytes={first}-{len(LONG) - 1}"
    assert (read.headers["ocp-range"], read.headers["range"]) == (asked, asked)
    assert len(read.body) == len(LONG) - first < 6146


@pytest.mark.parametrize(
    ("execution", "said"),
    [
        (on_node("startup", "tvm-12"), "the node tvm-12 is gone, and its files with it"),
        (of_task("on-gone", node_id="tvm-12"), "the node tvm-12 is gone, and its files with it"),
        (of_task("on-gone"), "the node is gone, and its files with it"),
        (on_node("startup", pool_id="pool-9"), "the pool pool-9 is gone, and its nodes with it"),
        (on_node("elsewhere"), "stderr.txt and stdout.txt are not there in elsewhere"),
        (on_node("startup", node_id=None), "the output cannot be read: it is not known on which node it is"),
        (on_node("startup", pool_id=None), "the output cannot be read: it is not known on which node it is"),
        (of_task("plain", job_id=None), "the output cannot be read: it is not known on which node it is"),
        (
            Execution("job-1", None, "pool-1", "tvm-1", None),
            "the output cannot be read: it is not known on which node it is",
        ),
        (Execution(None, None, None, None, None), "the output cannot be read: it is not known on which node it is"),
        (
            of_task("never"),
            "stderr.txt and stdout.txt are not available: it has not run on a node, or they were not kept",
        ),
    ],
)
def test_what_cannot_be_read_says_why(account: Simulator, execution: Execution, said: str) -> None:
    assert tail_of(reading(account), execution) == {"stderr_tail": None, "stdout_tail": None, "tail_error": said}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("TaskFilesCleanedup", "were deleted when their retention time was over"),
        ("JobPreparationTaskNotRunOnNode", "it has not run on the node tvm-3"),
        ("PoolNotFound", "the pool it ran in is gone, and its nodes with it"),
        ("FileNotFound", "stderr.txt and stdout.txt are not there"),
        ("InsufficientAccountPermissions", "the output was not read: InsufficientAccountPermissions (403): No."),
    ],
)
def test_a_refusal_is_a_sentence(service: Loopback, code: str, said: str) -> None:
    service.say("/jobs/job-1/tasks/t/files", refusal(403, code))
    assert said in str(tail_of(connect(service.url), of_task("t", node_id="tvm-3"))["tail_error"])


def test_others_are_read_where_one_is_gone_and_the_order_is_kept(account: Simulator) -> None:
    executions = [on_node("startup", "tvm-12"), of_task("plain"), of_task("never"), on_node("startup")]
    read = tails(reading(account), executions, redact="strict")
    assert [tail["stderr_tail"] for tail in read] == [None, "Killed\n", None, "E: no such package\n"]


def test_no_more_than_ten_are_read(account: Simulator) -> None:
    executions = [on_node("startup", f"tvm-{number % 11 + 1}") for number in range(13)]
    read = tails(reading(account), executions, redact="strict")
    assert [tail["tail_error"] for tail in read] == [None] * 10 + ["not read: only the first 10 are"] * 3
    assert len(account.requests) == 30


def test_nothing_to_read_is_no_request(account: Simulator) -> None:
    assert tails(reading(account), [], redact="strict") == []
    assert not account.requests


def test_secrets_are_masked_unless_the_user_wants_them(account: Simulator) -> None:
    client = reading(account)
    assert tail_of(client, of_task("secret"))["stderr_tail"] == "login with password=REDACTED failed\n"
    assert "hunter2" in str(tail_of(client, of_task("secret"), redact="none"))


def listed(service: Loopback, files: str = FILES, **sizes: Any) -> None:
    """A list of files, with what is said of their sizes."""
    names = {"stderr": "stderr.txt", "stdout": "stdout.txt"}
    service.say(
        files, page(*({"name": names[key], "properties": {"contentLength": size}} for key, size in sizes.items()))
    )


def part(content: bytes, request: Request) -> Answer:
    """The part that was asked for, as the service sends it."""
    first, last = request.headers["ocp-range"].removeprefix("bytes=").split("-")
    return Answer(content[int(first) : int(last) + 1], headers={"Content-Type": "application/octet-stream"})


def test_a_file_that_is_not_listed_is_said_to_be_missing(service: Loopback) -> None:
    listed(service, stderr="4")
    service.say(f"{FILES}/stderr.txt", Answer(b"bad\n"))
    assert tail_of(connect(service.url), of_task("t")) == {
        "stderr_tail": "bad\n",
        "stdout_tail": None,
        "tail_error": "stdout.txt is not there",
    }


def test_a_file_that_is_gone_since_it_was_listed_does_not_hide_the_other(service: Loopback) -> None:
    listed(service, stderr="4", stdout="5")
    service.say(f"{FILES}/stderr.txt", refusal(404, "FileNotFound"))
    service.say(f"{FILES}/stdout.txt", Answer(b"step\n"))
    tail = tail_of(connect(service.url), of_task("t"))
    assert (tail["stdout_tail"], tail["tail_error"]) == ("step\n", "stderr.txt is not there")


@pytest.mark.parametrize("name", ["stderr.txt", "stdout.txt"])
def test_a_file_that_shrinks_while_it_is_read(service: Loopback, name: str) -> None:
    listed(service, stderr="9000", stdout="9000")
    service.say(f"{FILES}/stderr.txt", Answer(b"cut\nshort\n"))
    service.say(f"{FILES}/stdout.txt", Answer(b"cut\nshort\n"))
    service.say(f"{FILES}/{name}", refusal(416, "InvalidRange"))
    tail = tail_of(connect(service.url), of_task("t"))
    assert tail["tail_error"] == f"{name} became shorter while it was read"
    assert "short\n" in (tail["stderr_tail"], tail["stdout_tail"])


@pytest.mark.parametrize("status", [200, 206])
def test_a_file_that_grows_is_read_up_to_where_it_ended(service: Loopback, status: int) -> None:
    content = b"one\ntwo\n"
    listed(service, stderr=str(len(content)), stdout="0")
    answer = part(content + b"three\n" * 1000, Request("GET", "", {"ocp-range": "bytes=0-7"}))
    service.say(f"{FILES}/stderr.txt", Answer(answer.body, status, answer.headers))
    assert tail_of(connect(service.url), of_task("t"))["stderr_tail"] == "one\ntwo\n"


def test_who_ignores_the_range_is_understood_where_the_file_is_small(service: Loopback) -> None:
    listed(service, stderr=str(len(LONG)), stdout="0")
    service.say(f"{FILES}/stderr.txt", Answer(LONG))
    assert str(tail_of(connect(service.url), of_task("t"))["stderr_tail"]).endswith("the disk is full\n")


def test_who_ignores_the_range_of_a_large_file_is_not_listened_to_for_long(service: Loopback) -> None:
    size = 200_000
    listed(service, stderr=str(size), stdout="0")
    drip = Drip(b"x" * size, quick=80_000, pause=0.05)
    service.say(f"{FILES}/stderr.txt", drip)
    tail = tail_of(connect(service.url, retries=3), of_task("t"))
    assert "the whole file instead of the part that was asked for" in str(tail["tail_error"])
    assert len(service.asked(f"{FILES}/stderr.txt")) == 1
    assert not drip.was_read_to_its_end()


def test_the_end_of_a_large_file_in_utf_16_is_read(service: Loopback) -> None:
    content = "".join(f"Zeile {number}: größer\r\n" for number in range(1001)).encode("utf-16")
    listed(service, stderr=str(len(content)), stdout="0")
    service.say(f"{FILES}/stderr.txt", lambda request: part(content, request))
    lines = str(tail_of(connect(service.url), of_task("t"))["stderr_tail"]).splitlines()
    assert lines == [f"Zeile {number}: größer" for number in range(981, 1001)]


def test_a_web_page_is_no_file(service: Loopback) -> None:
    listed(service, stderr="5", stdout="0")
    service.say(f"{FILES}/stderr.txt", Answer("<p>Sign in", headers={"Content-Type": "text/html; charset=utf-8"}))
    tail = tail_of(connect(service.url), of_task("t"))
    assert tail["stderr_tail"] is None
    assert "is a web page, not a file: Sign in" in str(tail["tail_error"])


@pytest.mark.parametrize("size", [None, "many", "-1", {}])
def test_a_size_that_is_none_is_an_error(service: Loopback, size: Any) -> None:
    listed(service, stderr=size)
    assert "stderr.txt without its size" in str(tail_of(connect(service.url), of_task("t"))["tail_error"])
    assert service.paths == [FILES]


def test_a_size_may_be_a_number(service: Loopback) -> None:
    listed(service, stderr=4, stdout=0)
    service.say(f"{FILES}/stderr.txt", lambda request: part(b"bad\n", request))
    assert tail_of(connect(service.url), of_task("t"))["stderr_tail"] == "bad\n"


def test_a_dead_server_is_a_sentence_and_not_asked_again_and_again() -> None:
    with Loopback() as service:
        url = service.url
    assert "the connection was refused" in str(tail_of(connect(url), of_task("t"))["tail_error"])


def test_a_server_that_forbids_files_is_not_asked_for_the_second(service: Loopback) -> None:
    listed(service, stderr="5", stdout="5")
    service.say(f"{FILES}/stderr.txt", refusal(403, "AuthorizationFailed"))
    assert "AuthorizationFailed (403)" in str(tail_of(connect(service.url), of_task("t"))["tail_error"])
    assert len(service.requests) == 2


def test_a_busy_service_is_asked_again_with_the_same_range(account: Simulator) -> None:
    account.faults.add("status", status=503, match="/stderr.txt", times=1)
    # The request after it has the next turn.
    client = reading(account, retries=1, clock=ScriptedClock((0, 1), 1 / 16))
    assert tail_of(client, of_task("plain"))["stderr_tail"] == "Killed\n"
    ranges = [request.headers["ocp-range"] for request in account.requests if request.path.endswith("stderr.txt")]
    assert ranges == ["bytes=0-6"] * 2


def test_the_deadline_ends_it(service: Loopback) -> None:
    clock = ScriptedClock()
    client = connect(service.url, clock=clock, retries=5)
    client.deadline = Deadline(clock, 20)
    clock.work(20)
    assert "No time was left" in str(tail_of(client, of_task("t"))["tail_error"])
    assert not service.requests


def test_a_silent_node_ends_with_the_deadline(service: Loopback) -> None:
    listed(service, stderr="5", stdout="5")
    service.say(f"{FILES}/stderr.txt", Silence())
    clock = ScriptedClock()
    client = connect(service.url, clock=clock, retries=5)
    client.deadline = Deadline(clock, 0.2)
    # Whatever the back-off would be, it does not fit any more.
    service.say(f"{FILES}/stderr.txt", lambda request: clock.work(0.2) or Silence())  # type: ignore[func-returns-value]
    tail = tail_of(client, of_task("t"))
    assert "did not answer within 0.2 s" in str(tail["tail_error"])


WINDOWS = "/pools/pool-1/nodes/tvm-3/files"


@pytest.mark.parametrize(
    ("directory", "name", "asked_for"),
    [
        ("workitems\\job-1\\job-1\\jobpreparation", "workitems\\job-1\\job-1\\jobpreparation\\", 1),
        ("workitems\\job-1\\job-1\\jobpreparation", "workitems/job-1/job-1/jobpreparation/", 2),
        ("workitems/job-1/job-1/jobpreparation", "workitems/Job-1/job-1/jobpreparation/", 1),
        ("startup", "startup\\", 2),
        ("startup", "startup/", 1),
    ],
)
def test_nodes_with_windows_list_names_with_backslashes(
    service: Loopback, directory: str, name: str, asked_for: int
) -> None:
    """Recorded so in 2019; the file itself is asked for with slashes, as in the URL that the service tells."""
    listed_name = f"{name}stderr.txt"
    file = {"name": listed_name, "properties": {"contentLength": "4"}}

    def answer(request: Request) -> Answer:
        start = request.query["$filter"].removeprefix("startswith(name,'").removesuffix("')")
        return page(file) if listed_name.lower().startswith(start.lower()) else page()

    service.say(WINDOWS, answer)
    path = f"{WINDOWS}/{directory}/stderr.txt".replace("\\", "/")
    service.say(path, Answer(b"bad\n"))
    tail = tail_of(connect(service.url), on_node(directory))
    assert tail["stderr_tail"] == "bad\n"
    assert [request.query["recursive"] for request in service.asked(WINDOWS)] == ["true"] * asked_for


def test_files_of_the_same_name_in_other_folders_do_not_count(service: Loopback) -> None:
    names = ("startup/wd/stderr.txt", "startup/stdout.txt.old", "another/stderr.txt", "stderr.txt")
    service.say(WINDOWS, page(*({"name": name, "properties": {"contentLength": "4"}} for name in names)))
    tail = tail_of(connect(service.url), on_node("startup"))
    assert tail["tail_error"] == "stderr.txt and stdout.txt are not there in startup"
    assert set(service.paths) == {WINDOWS}


def test_empty_pages_are_followed_but_not_for_ever(service: Loopback) -> None:
    service.say(FILES, *(page(link=f"{service.url}{FILES}?page={number}") for number in range(20)))
    tail = tail_of(connect(service.url), of_task("t"))
    assert tail["tail_error"] == "stderr.txt and stdout.txt are not there"
    assert len(service.requests) == 5


def test_where_both_files_are_listed_no_further_page_is_read(service: Loopback) -> None:
    names = ("stderr.txt", "stdout.txt")
    files = [{"name": name, "properties": {"contentLength": "0"}} for name in names]
    service.say(FILES, page(*files, link=f"{service.url}{FILES}?page=2"))
    assert tail_of(connect(service.url), of_task("t"))["tail_error"] is None
    assert len(service.requests) == 1


def test_a_quote_in_a_folder_is_escaped(service: Loopback) -> None:
    service.say(WINDOWS, page())
    tail_of(connect(service.url), on_node("a'b"))
    assert service.requests[0].query["$filter"] == "startswith(name,'a''b/std')"
