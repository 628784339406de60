# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On which nodes preparation must have succeeded: those of tasks, those expected, and those that are still in the pool."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._prep.scope import PrepScope
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import PREP
from ansible_collections.batchops.azure.tests.support.preparing import (
    ACTIVE,
    BOTH,
    STATUS,
    bad,
    judged,
    ok,
    on,
    runs,
    scope,
    seen,
    where,
)
from ansible_collections.batchops.azure.tests.support.wire import (
    MYSTERY,
    SUCCESS,
    Wire,
    counts,
    job,
    pool,
    prepared,
    task,
)


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
            # It is in the pool, and has only not begun.
            ([ok("a")], ["a", "b"], {"expected_nodes": ["a", "b"]}, "pending"),
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

    @pytest.mark.parametrize(("listed", "there"), [("A", "a"), ("a", "A")])
    def test_a_node_whose_id_is_written_otherwise_has_not_left(
        self, service: Loopback, listed: str, there: str
    ) -> None:
        assert judged(service, bad(listed), ok("b"), there=(there, "b"))["verdict"] == "failed"

    @pytest.mark.parametrize(
        ("entry", "verdict"),
        [(ok("x"), "satisfied"), (bad("x"), "failed"), (runs("x"), "pending"), (None, "pending")],
        ids=["ok", "bad", "runs", "absent"],
    )
    def test_a_node_of_a_pool_that_the_job_was_moved_from_has_not_left(
        self, service: Loopback, entry: Wire | None, verdict: str
    ) -> None:
        """A task that runs stays where it is."""
        service.say("/pools/old/nodes", page({"id": "X"}))
        elsewhere = task("b", "running", nodeInfo={"poolId": "Old", "nodeId": "x"})
        entries = [ok("a"), *([{**entry, "poolId": "old"}] if entry else [])]
        result = judged(service, *entries, tasks=[*on("a"), elsewhere], there=("a",))
        assert result["verdict"] == verdict
        # Where that pool is gone, its nodes are.
        service.say("/pools/old/nodes", refusal(404, "PoolNotFound"))
        assert judged(service, *entries, tasks=[*on("a"), elsewhere], there=("a",))["verdict"] == "satisfied"

    def test_nor_has_it_where_no_task_tells_of_that_pool(self, service: Loopback) -> None:
        service.say("/pools/old/nodes", page({"id": "x"}))
        entries = ok("a"), {**runs("x"), "poolId": "Old"}
        assert judged(service, *entries, there=("a",))["verdict"] == "pending"
        service.say("/pools/old/nodes", page({"id": "y"}))
        assert judged(service, *entries, there=("a",))["verdict"] == "satisfied"

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


def test_an_expected_node_is_the_one_that_is_listed_in_whatever_pool(service: Loopback) -> None:
    there, elsewhere = ok("a"), {**ok("a"), "poolId": "old"}
    assert judged(service, elsewhere, expected_nodes=["a"])["verdict"] == "satisfied"
    assert judged(service, there, elsewhere, expected_nodes=["a"])["summary"]["expected"] == 2
    unstarted = {**prepared("a"), "poolId": "old"}
    result = judged(service, there, unstarted, expected_nodes=["a"])
    assert (result["verdict"], result["reasons"]) == ("pending", ["job-1: preparation has not started on old/a"])


def test_a_node_is_expected_of_a_job_that_is_in_no_pool_yet(service: Loopback) -> None:
    service.say("/jobs/job-1", {"id": "job-1", "state": "active", **BOTH})
    service.say(STATUS, page(ok("a")))
    result = ask(service, PREP, job_id="job-1", condition="prepared", expected_nodes=["b"])
    assert (result["verdict"], result["reasons"]) == ("pending", ["job-1: preparation has not started on b"])


def look(*entries: Wire, **more: Any) -> Callable[[], PrepScope]:
    """What a wait sees, made only when it looks."""
    return partial(scope, *entries, **more)


def twice(node_id: str) -> list[Wire]:
    return [ok(node_id), runs(node_id)]


# Two looks that a wait must tell apart, though no number differs between them.
CHANGES = {
    "another job": (look(), look(of=ACTIVE._replace(id="job-2"))),
    "the state of the job": (look(), look(of=ACTIVE._replace(state="terminating"))),
    "an error of the job": (look(), look(of=ACTIVE._replace(scheduling_error="PoolNotFound: gone"))),
    "where it succeeded": (look(ok("a")), look(ok("b"))),
    "where it runs": (look(runs("a")), look(runs("b"))),
    "where it failed": (look(bad("a")), look(bad("b"))),
    "where it is not known": (look(prepared("a", MYSTERY)), look(prepared("b", MYSTERY))),
    "where two things are said": (look(*twice("a")), look(*twice("b"))),
    "where it has not started": (look(must=("a",)), look(must=("b",))),
    "how it went on a node": (look(ok("a")), look(runs("a"))),
    "where tasks are": (look(bad("a"), bad("b"), nodes=where("a")), look(bad("a"), bad("b"), nodes=where("b"))),
    "whether tasks were asked for": (look(nodes=where()), look()),
    "which task is on a node that is not told": (
        look(nodes=where(unplaced=("t1",))),
        look(nodes=where(unplaced=("t2",))),
    ),
    "why nothing has started": (look(nodes=where(why_none="1 task is active")), look(nodes=where(why_none=""))),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_wait_sees_each_change_of_what_is_judged(name: str) -> None:
    before, after = CHANGES[name]
    assert before().digest != after().digest


def test_a_wait_sees_no_change_where_only_the_order_is_another() -> None:
    assert scope(ok("a"), runs("b"), runs("c")).digest == scope(runs("c"), ok("a"), runs("b")).digest
    nodes = [where("a", "b", unplaced=names) for names in (("t1", "t2"), ("t2", "t1"))]
    assert scope(nodes=nodes[0]).digest == scope(nodes=nodes[1]).digest


@pytest.mark.parametrize("own", [True, False])
def test_an_expected_node_that_is_in_the_pool_is_not_forgotten_for_one_of_another_pool(
    service: Loopback, own: bool
) -> None:
    """Both pools have had a node of that name. That of the other pool is gone, whatever ran on it."""
    service.say("/jobs/job-1", job(executionInfo={"poolId": "new"}, **BOTH))
    service.say(STATUS, page({**bad("a"), "poolId": "old"}, {**ok("b"), "poolId": "new"}))
    service.say("/pools/new", pool(2, id="new"))
    service.say("/pools/old/nodes", page())
    service.say("/pools/new/nodes", page(*({"id": node_id} for node_id in (("a", "b") if own else ("b",)))))
    options = {"condition": "prepared", "expected_nodes": ["a", "b"], "ignore_removed_nodes": True}
    result = ask(service, PREP, job_id="job-1", **options)
    assert result["verdict"] == ("pending" if own else "satisfied")
