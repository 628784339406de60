# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where preparation must have succeeded, what is tolerated, and the one word for where a job stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import PREP
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    STARTED,
    SUCCESS,
    Wire,
    counts,
    job,
    node,
    pool,
    prepared,
    task,
)

STATUS = "/jobs/job-1/jobpreparationandreleasetaskstatus"
BOTH = {"jobPreparationTask": {"id": "prep"}, "jobReleaseTask": {"id": "release"}}


def ok(node_id: str) -> Wire:
    return prepared(node_id, SUCCESS)


def runs(node_id: str, since: str = "2025-01-17T00:00:01Z") -> Wire:
    return prepared(node_id, {**STARTED, "startTime": since})


def bad(node_id: str, ended: str = "2025-01-17T00:00:09Z") -> Wire:
    return prepared(node_id, {**FAILURE, "endTime": ended})


def on(*node_ids: str) -> list[Wire]:
    """One running task on each of the nodes."""
    return [task(f"on-{node_id}", "running", STARTED, nodeInfo={"nodeId": node_id}) for node_id in node_ids]


def judged(
    service: Loopback,
    *entries: Wire,
    tasks: list[Wire] | None = None,
    there: tuple[str, ...] | None = None,
    state: str = "active",
    **options: Any,
) -> dict[str, Any]:
    """`tasks` make it expect their nodes, `there` are the nodes of the pool and make it forget others."""
    service.say("/jobs/job-1", job(state=state, **BOTH))
    service.say(STATUS, page(*entries))
    given = {"job_id": "job-1", "condition": "prepared", **options}
    if tasks is not None:
        service.say("/jobs/job-1/tasks", page(*tasks))
        given["expect_task_nodes"] = True
    if there is not None:
        service.say("/pools/pool-1", pool(len(there)))
        service.say("/pools/pool-1/nodes", page(*(node(node_id) for node_id in there)))
        given["ignore_removed_nodes"] = True
    return ask(service, PREP, **given)


def seen(result: dict[str, Any]) -> tuple[str, str]:
    return result["verdict"], result["summary"]["situation"]


class TestTaskNodes:
    """The nodes on which tasks are must be prepared, all of them, and there must be one."""

    @pytest.mark.parametrize(
        ("entries", "nodes", "verdict", "situation"),
        [
            ([ok("a")], ["a"], "satisfied", "succeeded"),
            ([ok("a"), ok("b")], ["a"], "satisfied", "succeeded"),
            ([ok("a"), ok("b")], ["a", "b"], "satisfied", "succeeded"),
            # It runs on a node that no task has got to yet: nobody asked about that one.
            ([ok("a"), runs("b")], ["a"], "satisfied", "succeeded"),
            ([ok("a")], ["a", "b"], "pending", "not_started"),
            ([ok("a"), runs("b")], ["a", "b"], "pending", "running"),
            ([], ["a"], "pending", "not_started"),
            ([], [], "pending", "no_task_on_a_node"),
            ([ok("a")], [], "pending", "no_task_on_a_node"),
            ([runs("a")], [], "pending", "running"),
            ([bad("a")], ["a"], "failed", "failed"),
            ([ok("a"), bad("b")], ["a"], "failed", "failed"),
            ([prepared("a", MYSTERY)], ["a"], "pending", "not_started"),
        ],
    )
    def test_verdict_and_situation(
        self, service: Loopback, entries: list[Wire], nodes: list[str], verdict: str, situation: str
    ) -> None:
        assert seen(judged(service, *entries, tasks=on(*nodes))) == (verdict, situation)

    @pytest.mark.parametrize(("least", "verdict"), [(1, "pending"), (2, "pending"), (3, "pending")])
    def test_at_least_so_many_does_not_excuse_a_node_with_a_task(
        self, service: Loopback, least: int, verdict: str
    ) -> None:
        assert judged(service, ok("a"), runs("b"), tasks=on("a", "b"), min_nodes=least)["verdict"] == verdict

    def test_at_least_so_many_counts_nodes_with_tasks_only(self, service: Loopback) -> None:
        result = judged(service, ok("a"), ok("b"), tasks=on("a"), min_nodes=2)
        assert (result["verdict"], result["reasons"]) == (
            "pending",
            ["job-1: preparation has succeeded on 1 of at least 2 nodes"],
        )

    def test_the_summary_says_how_many_are_expected(self, service: Loopback) -> None:
        assert judged(service, ok("a"), tasks=on("a", "b"))["summary"]["expected"] == 2
        assert judged(service, ok("a"), min_nodes=5)["summary"]["expected"] == 5
        assert judged(service, ok("a"), expected_nodes=["a", "b", "a"])["summary"]["expected"] == 2
        assert judged(service, ok("a"))["summary"]["expected"] is None

    def test_tasks_are_read_before_the_status(self, service: Loopback) -> None:
        """The other order would miss a preparation that begins in between."""
        judged(service, ok("a"), tasks=on("a"))
        assert service.paths[:3] == ["/jobs/job-1", "/jobs/job-1/tasks", STATUS]

    def test_nothing_has_been_given_to_a_node_is_told(self, service: Loopback) -> None:
        service.say("/jobs/job-1/taskcounts", counts(active=12))
        result = judged(service, tasks=[])
        assert result["reasons"][0] == (
            "job-1: preparation has not started on any node: no node has a task yet, 12 tasks are active"
        )

    def test_of_several_jobs_each_has_its_situation_and_all_have_one_if_it_is_the_same(self, service: Loopback) -> None:
        for number, entry in enumerate((ok("a"), runs("a")), 1):
            service.say(f"/jobs/job-{number}", job(f"job-{number}", **BOTH))
            service.say(f"/jobs/job-{number}/tasks", page(*on("a")))
            service.say(f"/jobs/job-{number}/jobpreparationandreleasetaskstatus", page(entry))
        given = {"condition": "prepared", "expect_task_nodes": True}
        result = ask(service, PREP, job_ids=["job-1", "job-2"], **given)
        assert (result["verdict"], result["summary"]["situation"], result["summary"]["expected"]) == (
            "pending",
            None,
            2,
        )
        assert [summary["situation"] for summary in result["by_job"].values()] == ["succeeded", "running"]
        assert ask(service, PREP, job_ids=["job-1"], **given)["summary"]["situation"] == "succeeded"


class TestRetried:
    """A failed preparation sends its task to another node: that is told, and it is a failure all the same."""

    def test_the_node_that_began_after_the_failure_is_named(self, service: Loopback) -> None:
        result = judged(service, bad("a"), runs("b", "2025-01-17T00:00:10Z"), tasks=on("b"))
        assert (*seen(result), result["reasons"][0]) == (
            "failed",
            "retried",
            "a: preparation failed, exit code 1 (FailureExitCode); its task was retried on another node, b",
        )

    @pytest.mark.parametrize(
        ("ended", "began", "retried"),
        [
            ("2025-01-17T00:00:09Z", "2025-01-17T00:00:09.5Z", True),
            ("2025-01-17T00:00:09.5Z", "2025-01-17T00:00:09Z", False),
            ("2025-01-17T00:00:09.25Z", "2025-01-17T00:00:09.2500001Z", True),
            ("2025-01-17T00:00:09Z", "2025-01-17T00:00:09Z", True),
            ("2025-01-17T00:00:09Z", "2025-01-17T00:00:08.9999999Z", False),
        ],
    )
    def test_times_with_and_without_a_fraction_are_compared(
        self, service: Loopback, ended: str, began: str, retried: bool
    ) -> None:
        result = judged(service, bad("a", ended), runs("b", began), tasks=on("b"))
        assert seen(result) == ("failed", "retried" if retried else "failed")

    def test_a_node_that_was_prepared_before_is_no_retry(self, service: Loopback) -> None:
        result = judged(service, bad("a"), ok("b"), tasks=on("b"))
        assert result["reasons"][0].endswith("(FailureExitCode); it no longer has a task of the job")
        assert seen(result) == ("failed", "failed")

    def test_a_failure_whose_task_is_still_there_is_plain(self, service: Loopback) -> None:
        result = judged(service, bad("a"), tasks=on("a"))
        assert result["reasons"][0] == "a: preparation failed, exit code 1 (FailureExitCode)"

    def test_without_task_nodes_nothing_is_said_of_retries(self, service: Loopback) -> None:
        result = judged(service, bad("a"), runs("b", "2025-01-17T00:00:10Z"))
        assert (*seen(result), result["reasons"][0]) == (
            "failed",
            "failed",
            "a: preparation failed, exit code 1 (FailureExitCode)",
        )

    def test_a_tolerated_one_is_no_longer_what_there_is_to_know(self, service: Loopback) -> None:
        result = judged(service, bad("a"), runs("b", "2025-01-17T00:00:10Z"), tasks=on("b"), max_failed_nodes=1)
        assert seen(result) == ("pending", "running")
        assert result["tolerated"] == [
            "a: preparation failed, exit code 1 (FailureExitCode); its task was retried on another node, b"
        ]

    def test_words_of_the_service_are_no_retry(self, service: Loopback) -> None:
        words = {"failureInfo": {"code": "X", "message": "was retried on another node"}, "exitCode": None}
        result = judged(service, prepared("a", {**FAILURE, **words}), tasks=on("a"))
        assert seen(result) == ("failed", "failed")


class TestTolerated:
    @pytest.mark.parametrize(
        ("entries", "options", "verdict"),
        [
            ([ok("a"), bad("b")], {"max_failed_nodes": 1}, "satisfied"),
            ([ok("a"), bad("b"), bad("c")], {"max_failed_nodes": 1}, "failed"),
            ([ok("a"), bad("b"), bad("c")], {"max_failed_nodes": 2}, "satisfied"),
            ([ok("a"), bad("b"), runs("c")], {"max_failed_nodes": 1}, "pending"),
            # One must have succeeded, whatever is tolerated.
            ([bad("a")], {"max_failed_nodes": 1}, "pending"),
            ([bad("a")], {"max_failed_nodes": 9, "expected_nodes": ["a"]}, "pending"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 9, "expected_nodes": ["a"]}, "pending"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 9, "expected_nodes": ["a", "b"]}, "satisfied"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 9, "expected_nodes": ["a", "b", "c"]}, "pending"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 1, "min_nodes": 1}, "satisfied"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 1, "min_nodes": 2}, "pending"),
            ([bad("a"), ok("b"), runs("c")], {"max_failed_nodes": 1, "min_nodes": 1}, "satisfied"),
            ([bad("a"), ok("b"), runs("c")], {"max_failed_nodes": 1, "expected_nodes": ["a", "c"]}, "pending"),
            # Nobody asked about b.
            ([ok("a"), bad("b"), bad("c")], {"max_failed_nodes": 1, "expected_nodes": ["a", "c"]}, "satisfied"),
        ],
    )
    def test_so_many_failed_nodes_are_let_pass(
        self, service: Loopback, entries: list[Wire], options: dict[str, Any], verdict: str
    ) -> None:
        assert judged(service, *entries, **options)["verdict"] == verdict

    def test_what_was_let_pass_is_told(self, service: Loopback) -> None:
        result = judged(service, ok("a"), bad("b"), max_failed_nodes=1, diagnostics=True)
        assert result["tolerated"] == ["b: preparation failed, exit code 1 (FailureExitCode)"]
        assert result["reasons"] == []
        assert [failure["node_id"] for failure in result["failures"]] == ["b"]

    def test_nothing_tolerated_is_not_told(self, service: Loopback) -> None:
        assert "tolerated" not in judged(service, ok("a"), max_failed_nodes=1)

    def test_the_number_holds_for_each_job(self, service: Loopback) -> None:
        for job_id in ("job-1", "job-2"):
            service.say(f"/jobs/{job_id}", job(job_id, **BOTH))
            service.say(f"/jobs/{job_id}/jobpreparationandreleasetaskstatus", page(ok("a"), bad("b")))
        result = ask(service, PREP, job_ids=["job-1", "job-2"], condition="prepared", max_failed_nodes=1)
        assert (result["verdict"], len(result["tolerated"])) == ("satisfied", 2)
        assert result["tolerated"][1] == "job-2/b: preparation failed, exit code 1 (FailureExitCode)"


class TestRemoved:
    """Nodes that have left the pool are forgotten, but never all of them for a pass."""

    @pytest.mark.parametrize(
        ("entries", "there", "options", "verdict"),
        [
            ([ok("a"), bad("gone")], ["a"], {}, "satisfied"),
            ([ok("a"), runs("gone")], ["a"], {}, "satisfied"),
            ([ok("gone")], ["a"], {}, "pending"),
            ([ok("gone")], [], {}, "pending"),
            ([], ["a"], {}, "pending"),
            ([ok("a"), bad("b")], ["a", "b"], {}, "failed"),
            ([ok("a"), ok("gone")], ["a"], {"min_nodes": 2}, "pending"),
            ([ok("a"), ok("gone")], ["a"], {"min_nodes": 1}, "satisfied"),
            ([ok("a")], ["a"], {"expected_nodes": ["a", "gone"]}, "satisfied"),
            ([ok("a"), bad("gone")], ["a"], {"expected_nodes": ["a", "gone"]}, "satisfied"),
            ([ok("gone")], ["a"], {"expected_nodes": ["gone"]}, "pending"),
            ([ok("a")], ["a"], {"expected_nodes": ["gone"]}, "pending"),
            ([], ["a"], {"expected_nodes": ["a", "gone"]}, "pending"),
            ([ok("a"), bad("gone"), bad("b")], ["a", "b"], {"max_failed_nodes": 1}, "satisfied"),
        ],
    )
    def test_verdict(
        self, service: Loopback, entries: list[Wire], there: list[str], options: dict[str, Any], verdict: str
    ) -> None:
        assert judged(service, *entries, there=tuple(there), **options)["verdict"] == verdict

    def test_an_expected_node_that_is_forgotten_is_told(self, service: Loopback) -> None:
        """It may as well be an id with a spelling mistake."""
        result = judged(service, ok("a"), there=("a",), expected_nodes=["a", "tvm-typo"])
        assert result["tolerated"] == ["job-1: tvm-typo is not in pool pool-1, so its preparation is not expected"]
        result = judged(service, ok("a"), there=("a",), expected_nodes=["a", "b", "c"])
        assert result["tolerated"] == ["job-1: b, c are not in pool pool-1, so their preparation is not expected"]

    def test_without_the_option_a_node_that_left_is_still_expected(self, service: Loopback) -> None:
        assert judged(service, ok("a"), expected_nodes=["a", "gone"])["verdict"] == "pending"
        assert judged(service, ok("a"), bad("gone"))["verdict"] == "failed"

    def test_tasks_on_nodes_that_left_expect_nothing(self, service: Loopback) -> None:
        assert judged(service, ok("a"), tasks=on("a", "gone"), there=("a",))["verdict"] == "satisfied"
        result = judged(service, ok("gone"), tasks=on("gone"), there=("a",))
        assert result["verdict"] == "pending"
        assert "is not needed on any node yet: no node of the pool has a task of the job" in result["reasons"][0]

    def test_the_pool_is_read_after_the_status(self, service: Loopback) -> None:
        """A node that leaves while the status is read has left."""
        judged(service, ok("a"), there=("a",))
        assert service.paths == ["/jobs/job-1", STATUS, "/pools/pool-1/nodes"]

    def test_a_pool_that_cannot_be_read_is_an_error_and_not_empty(self, service: Loopback) -> None:
        service.say("/jobs/job-1", job(**BOTH))
        service.say(STATUS, page(ok("a"), bad("b")))
        for answer in (refusal(404, "PoolNotFound"), refusal(403, "Forbidden"), refusal(500, "InternalError")):
            service.say("/pools/pool-1/nodes", answer)
            with pytest.raises(ServiceError):
                ask(service, PREP, job_id="job-1", condition="prepared", ignore_removed_nodes=True)

    def test_release_is_not_expected_where_the_node_has_left(self, service: Loopback) -> None:
        entries = prepared("a", SUCCESS, SUCCESS), prepared("gone", SUCCESS)
        given = {"condition": "released", "state": "terminating"}
        assert judged(service, *entries, there=("a",), **given)["verdict"] == "satisfied"
        assert judged(service, *entries, **given)["verdict"] == "pending"

    def test_release_on_a_named_node_that_left_asks_nothing_of_others(self, service: Loopback) -> None:
        entries = prepared("a", SUCCESS), prepared("gone", SUCCESS)
        given = {"condition": "released", "state": "terminating", "expected_nodes": ["gone"]}
        result = judged(service, *entries, there=("a",), **given)
        assert (result["verdict"], result["reasons"]) == ("pending", ["job-1: release has not started on any node"])


class TestRestarted:
    """A preparation that runs where it had ended: the node was rebooted or reimaged."""

    @pytest.mark.parametrize("first", [ok("a"), prepared("a", MYSTERY)])
    def test_it_is_told_by_a_wait_that_saw_it_end(
        self, service: Loopback, scripted: Callable[..., ScriptedClock], first: Wire
    ) -> None:
        service.say("/jobs/job-1", job(**BOTH))
        service.say(STATUS, page(first), page(runs("a")))
        result = ask(
            service,
            PREP,
            job_id="job-1",
            condition="prepared",
            min_nodes=2,
            wait=True,
            wait_timeout=20,
            clock=scripted(15, (4, 5)),
        )
        assert seen(result) == ("pending", "restarted")
        assert result["reasons"][0] == "job-1: preparation is running again, after a reboot or reimage, on a"

    def test_one_look_cannot_know(self, service: Loopback) -> None:
        assert seen(judged(service, runs("a"))) == ("pending", "running")

    def test_others_that_run_for_the_first_time_are_told_apart(
        self, service: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        service.say("/jobs/job-1", job(**BOTH))
        service.say(STATUS, page(ok("a")), page(runs("a"), runs("b")), page(ok("a"), ok("b")))
        given = {"condition": "prepared", "min_nodes": 2, "wait": True}
        result = ask(service, PREP, job_id="job-1", clock=scripted(15, 15), **given)
        assert (*seen(result), result["polls"]) == ("satisfied", "succeeded", 3)


class TestSituation:
    @pytest.mark.parametrize(
        ("entries", "state", "options", "verdict", "situation"),
        [
            ([], "active", {}, "pending", "no_task_on_a_node"),
            ([], "completed", {}, "failed", "job_ended"),
            ([], "disabled", {}, "failed", "job_ended"),
            ([runs("a")], "completed", {}, "failed", "job_ended"),
            ([ok("a")], "completed", {"min_nodes": 2}, "failed", "job_ended"),
            ([bad("a")], "completed", {}, "failed", "failed"),
            # A failure that nobody asked about, or that is tolerated, is not why.
            ([bad("b")], "completed", {"expected_nodes": ["a"]}, "failed", "job_ended"),
            ([bad("b")], "completed", {"max_failed_nodes": 1}, "failed", "job_ended"),
            ([bad("b"), runs("a")], "active", {"max_failed_nodes": 1}, "pending", "running"),
            ([ok("a")], "active", {"min_nodes": 2}, "pending", "not_started"),
        ],
    )
    def test_the_first_word_that_holds(
        self,
        service: Loopback,
        entries: list[Wire],
        state: str,
        options: dict[str, Any],
        verdict: str,
        situation: str,
    ) -> None:
        service.say("/jobs/job-1/taskcounts", counts(active=3))
        assert seen(judged(service, *entries, state=state, **options)) == (verdict, situation)

    def test_tasks_that_run_while_nothing_prepares_yet(self, service: Loopback) -> None:
        service.say("/jobs/job-1/taskcounts", counts(running=1))
        result = judged(service)
        assert (*seen(result), result["reasons"]) == (
            "pending",
            "not_started",
            ["job-1: preparation has not started on any node"],
        )

    def test_no_node_can_take_a_task(self, service: Loopback) -> None:
        start_failed = {"startTaskInfo": {"state": "completed", **FAILURE}}
        service.say(
            "/pools/pool-1/nodes",
            lambda request: page(
                *([] if "$filter" in request.query else [node("a", "starttaskfailed", **start_failed)])
            ),
        )
        assert seen(judged(service)) == ("failed", "no_node")

    def test_it_is_not_known_without_a_condition(self, service: Loopback) -> None:
        service.say("/jobs/job-1", job(**BOTH))
        service.say(STATUS, page(ok("a")))
        summary = ask(service, PREP, job_id="job-1")["summary"]
        assert (summary["situation"], summary["expected"]) == (None, None)

    def test_release_has_one_too(self, service: Loopback) -> None:
        given = {"condition": "released", "state": "terminating"}
        assert seen(judged(service, prepared("a", SUCCESS, STARTED), **given)) == ("pending", "running")
        assert seen(judged(service, prepared("a", SUCCESS), **given)) == ("pending", "not_started")
        assert seen(judged(service, prepared("a", SUCCESS, SUCCESS), **given)) == ("satisfied", "succeeded")
        assert seen(judged(service, prepared("a", SUCCESS, FAILURE), **given)) == ("failed", "failed")
