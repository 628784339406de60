# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has failed, as facts with the last lines of its output: each once, bounded, and never an error of its own."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._after.failures import failures_of, quote
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Offender, Reason
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Reset, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import NODES, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock, taking
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, NEVER_STARTED, job, node, pool, task

FILES = "/jobs/job-1/tasks/bad/files"
KEYS = [
    "kind",
    "job_id",
    "task_id",
    "pool_id",
    "node_id",
    "reason",
    "blocks",
    "sentence",
    "stderr_tail",
    "stdout_tail",
    "tail_error",
]


def file(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "isDirectory": False, "properties": {"contentLength": str(len(text))}}


def say_output(service: Loopback, stderr: str, stdout: str = "") -> None:
    service.say(FILES, page(file("stderr.txt", stderr), file("stdout.txt", stdout)))
    for name, text in (("stderr.txt", stderr), ("stdout.txt", stdout)):
        service.say(f"{FILES}/{name}", Answer(text, 206, {"Content-Type": "application/octet-stream"}))


def failing(service: Loopback, **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/tasks", page(task("bad", info=FAILURE)))
    return ask(service, TASKS, job_id="job-1", condition="succeeded", **options)


def accused(*offenders: Offender) -> Judgement:
    return Judgement(failed=[Reason(f"{offender.task_id}: {offender.why}", offender) for offender in offenders])


def test_a_failed_task_is_shown_with_its_last_words(service: Loopback) -> None:
    say_output(service, "starting\nthe disk is full\n", "3 of 9 frames\n")
    result = failing(service, diagnostics=True)
    (failure,) = result["failures"]
    assert list(failure) == KEYS
    assert failure == {
        "kind": "task",
        "job_id": "job-1",
        "task_id": "bad",
        "pool_id": None,
        "node_id": None,
        "reason": "exit code 1 (FailureExitCode)",
        "blocks": 0,
        "sentence": "bad: failed, exit code 1 (FailureExitCode)",
        "stderr_tail": "starting\nthe disk is full\n",
        "stdout_tail": "3 of 9 frames\n",
        "tail_error": None,
    }


def test_the_message_of_a_wait_ends_with_the_last_line(service: Loopback) -> None:
    say_output(service, "starting\nthe disk is full\n")
    result = failing(service, diagnostics=True, wait=True)
    assert result["msg"].endswith("; stderr of bad ends with: the disk is full")


def test_nothing_is_read_unless_asked_for(service: Loopback) -> None:
    assert "failures" not in failing(service)
    assert not [path for path in service.paths if "/files" in path]


def test_where_nothing_has_failed_the_list_is_empty(service: Loopback) -> None:
    service.say("/pools/pool-1", pool(1))
    service.say("/pools/pool-1/nodes", page(node()))
    result = ask(service, NODES, pool_id="pool-1", condition="ready", diagnostics=True)
    assert (result["verdict"], result["failures"]) == ("satisfied", [])


def test_without_a_condition_nothing_is_judged_and_nothing_is_said(service: Loopback) -> None:
    service.say("/jobs/job-1/tasks", page(task("bad", info=FAILURE)))
    assert "failures" not in ask(service, TASKS, job_id="job-1", diagnostics=True)


@pytest.mark.parametrize(
    "answer",
    [refusal(403, "Forbidden"), refusal(404, "NodeNotFound"), refusal(500, "InternalError"), Reset(), Answer("<html>")],
    ids=["forbidden", "gone", "broken", "reset", "no list"],
)
def test_output_that_cannot_be_read_is_said_and_changes_nothing_else(service: Loopback, answer: Any) -> None:
    service.say(FILES, answer)
    result = failing(service, diagnostics=True, wait=True)
    (failure,) = result["failures"]
    assert (failure["stderr_tail"], failure["stdout_tail"]) == (None, None)
    assert failure["tail_error"]
    assert result["msg"] == result["failure"]["message"]
    assert (result["verdict"], result["reasons"]) == ("failed", ["bad: failed, exit code 1 (FailureExitCode)"])


@pytest.mark.parametrize(("seconds", "read"), [(19.01, True), (20.5, False)])
def test_a_node_that_answers_slowly_holds_up_the_reason_for_twenty_seconds_at_most(
    service: Loopback, seconds: float, read: bool
) -> None:
    clock = ScriptedClock()
    say_output(service, "the disk is full")
    service.say(FILES, taking(clock, seconds, page(file("stderr.txt", "the disk is full"))))
    client = connect(service.url, clock=clock)
    (failure,) = failures_of(client, accused(Offender("task", "x", "job-1", "bad", ran=True)), redact="strict")
    assert (failure["stderr_tail"] == "the disk is full") is read


def test_output_of_what_is_tolerated_is_shown_and_makes_no_message(service: Loopback) -> None:
    broken = node("tvm-2", "starttaskfailed", startTaskInfo={"state": "completed", **FAILURE})
    files = "/pools/pool-1/nodes/tvm-2/files"
    service.say("/pools/pool-1", pool(2))
    service.say("/pools/pool-1/nodes", page(node(), broken))
    service.say(files, page(file("startup/stderr.txt", "no package\n"), file("startup/stdout.txt", "")))
    service.say(
        f"{files}/startup/stderr.txt", Answer("no package\n", 206, {"Content-Type": "application/octet-stream"})
    )
    result = ask(service, NODES, pool_id="pool-1", condition="ready", max_failed_nodes=1, diagnostics=True)
    assert (result["verdict"], result["failures"][0]["stderr_tail"]) == ("satisfied", "no package\n")
    assert "msg" not in result


def test_of_what_nothing_more_is_known_it_is_said_that_it_failed(service: Loopback) -> None:
    (failure,) = failures_of(connect(service.url), accused(Offender("task", "", "job-1", "bad")), redact="strict")
    assert failure["reason"] == "failed"


def test_what_never_ran_has_no_output_to_read(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/tasks", page(task("bad", info=NEVER_STARTED)))
    (failure,) = ask(service, TASKS, job_id="job-1", condition="succeeded", diagnostics=True)["failures"]
    assert (failure["stderr_tail"], failure["tail_error"]) == (None, None)
    assert not [path for path in service.paths if "/files" in path]


def test_each_is_there_once_and_at_most_a_hundred(service: Loopback) -> None:
    offenders = [Offender("task", "x", "job-1", f"task-{number}") for number in range(150)]
    found = failures_of(connect(service.url), accused(*offenders, *offenders), redact="strict")
    assert [failure["task_id"] for failure in found] == [f"task-{number}" for number in range(100)]


def test_what_blocks_most_comes_first(service: Loopback) -> None:
    offenders = (
        Offender("task", "x", "job-1", "small", blocks=1),
        Offender("task", "x", "job-1", "big", blocks=9),
        Offender("preparation", "x", "job-1", node_id="tvm-1"),
        Offender("pool", "x", pool_id="pool-1"),
    )
    found = failures_of(connect(service.url), accused(*offenders), redact="strict")
    assert [failure["task_id"] or failure["kind"] for failure in found] == ["pool", "preparation", "big", "small"]


class TestQuote:
    @staticmethod
    def failed(name: str, stderr: str | None, stdout: str | None = None) -> dict[str, Any]:
        return {"task_id": name, "node_id": None, "stderr_tail": stderr, "stdout_tail": stdout}

    def test_the_last_line_of_the_first_three_that_said_something(self) -> None:
        silent, *loud = self.failed("a", ""), *(self.failed(name, f"one\n{name} broke") for name in "bcde")
        assert quote([silent, *loud]) == (
            "stderr of b ends with: b broke; stderr of c ends with: c broke; stderr of d ends with: d broke"
        )

    @pytest.mark.parametrize("stderr", [None, "", " \n\n"])
    def test_where_stderr_is_silent_stdout_is_quoted(self, stderr: str | None) -> None:
        assert quote([self.failed("a", stderr, "it broke\n\n")]) == "stdout of a ends with: it broke"

    def test_what_has_no_task_is_named_by_its_node(self) -> None:
        start = {**self.failed("", "it broke"), "task_id": None, "node_id": "tvm-1"}
        assert quote([start]) == "stderr of tvm-1 ends with: it broke"

    def test_a_long_line_is_cut(self) -> None:
        assert quote([self.failed("a", "x" * 500)]) == f"stderr of a ends with: {'x' * 200}"

    def test_nothing_said_is_nothing_quoted(self) -> None:
        assert quote([self.failed("a", None), self.failed("b", "", "")]) == ""
