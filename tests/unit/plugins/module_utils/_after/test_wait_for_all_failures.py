# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`fail_fast: false`: on while anything runs or may start, every failure named, and an end when nothing can change any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Reason
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, page
from ansible_collections.batchops.azure.tests.support.modules import GATE, NODES, PREP
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    STARTED,
    SUCCESS,
    Wire,
    job,
    node,
    pool,
    prepared,
    task,
)

Scripts = Callable[..., ScriptedClock]
STATUS = "/jobs/job-1/jobpreparationandreleasetaskstatus"
NODES_OF = "/pools/pool-1/nodes"
PREPARES = {"jobPreparationTask": {"id": "prep"}}
STOPPED = [{"code": "ResizeStopped", "message": "Somebody stopped it"}]
WAIT = {"wait": True, "fail_fast": False, "wait_timeout": 100, "wait_sleep": 10}
TO_START = "state eq 'active' or state eq 'preparing'"


def tasks(*there: Wire) -> Callable[[Request], Answer]:
    """The tasks of the job, as the filters of the reader select them."""

    def answer(request: Request) -> Answer:
        wanted = {TO_START: ("active", "preparing"), "state ne 'active'": ("preparing", "running", "completed")}
        states = wanted[request.query["$filter"]]
        return page(*(item for item in there if item["state"] in states))

    return answer


def on(node_id: str, state: str = "running") -> Wire:
    return task(f"on-{node_id}", state, STARTED, nodeInfo={"nodeId": node_id, "poolId": "pool-1"})


class TestPreparation:
    @pytest.fixture
    def account(self, service: Loopback) -> Loopback:
        service.say("/jobs/job-1", job(**PREPARES))
        service.say("/pools/pool-1", pool(4))
        service.say(NODES_OF, page(node("a")))
        service.say("/jobs/job-1/tasks", tasks())
        return service

    def waited(self, account: Loopback, clock: ScriptedClock, *looks: list[Wire], **options: Any) -> dict[str, Any]:
        account.say(STATUS, *(page(*entries) for entries in looks))
        return ask(account, PREP, clock=clock, **{"job_id": "job-1", "condition": "prepared", **WAIT, **options})

    def test_preparations_that_run_elsewhere_are_waited_for(self, account: Loopback, scripted: Scripts) -> None:
        """Where no task is yet a failure counts as well, so it is to be named."""
        account.say("/jobs/job-1/tasks", tasks(on("a"), on("b")))
        first = [prepared("a", SUCCESS), prepared("b", FAILURE), prepared("c", STARTED), prepared("d", STARTED)]
        then = [prepared("a", SUCCESS), prepared("b", FAILURE), prepared("c", FAILURE), prepared("d", SUCCESS)]
        result = self.waited(account, scripted(10, 10), first, first, then, expect_task_nodes=True)
        assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 3, False)
        assert [reason[:21] for reason in result["reasons"]] == ["b: preparation failed", "c: preparation failed"]

    @pytest.mark.parametrize(
        "options", [{"min_nodes": 6}, {"expected_nodes": ["a", "b", "z"]}, {"min_nodes": 1}, {}], ids=str
    )
    def test_it_ends_when_all_have_ended_and_nothing_is_to_start(
        self, account: Loopback, scripted: Scripts, options: dict[str, Any]
    ) -> None:
        running = [prepared("a", SUCCESS), prepared("b", FAILURE), prepared("c", STARTED)]
        expected = {"expected_nodes": [*options["expected_nodes"], "c"]} if "expected_nodes" in options else options
        ended = [*running[:2], prepared("c", FAILURE)]
        result = self.waited(account, scripted(10), running, ended, **expected)
        assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 2, False)
        assert [reason[:21] for reason in result["reasons"][:2]] == ["b: preparation failed", "c: preparation failed"]

    @pytest.mark.parametrize("state", ["active", "preparing"])
    def test_what_may_start_is_waited_for(self, account: Loopback, scripted: Scripts, state: str) -> None:
        failed, more = [prepared("a", FAILURE)], [prepared("a", FAILURE), prepared("b", FAILURE)]
        account.say("/jobs/job-1/tasks", tasks(task(state=state)), tasks())
        result = self.waited(account, scripted(10), failed, more)
        assert (result["polls"], sum("failed" in reason or "unusable" in reason for reason in result["reasons"])) == (
            2,
            2,
        )

    @pytest.mark.parametrize(
        "elsewhere", [[prepared("z", STARTED)], [prepared("z", SUCCESS), prepared("z", STARTED)]], ids=["runs", "twice"]
    )
    def test_what_may_start_is_waited_for_whatever_goes_on_where_nobody_asked(
        self, account: Loopback, scripted: Scripts, elsewhere: list[Wire]
    ) -> None:
        """A node that has left the pool may be listed as running for ever."""
        account.say(NODES_OF, page(node("a"), node("b"), node("c")))
        account.say("/jobs/job-1/tasks", tasks(task(state="active")), tasks())
        first = [prepared("a", FAILURE), prepared("c", SUCCESS), *elsewhere]
        result = self.waited(account, scripted(10), first, [*first, prepared("b", FAILURE)], ignore_removed_nodes=True)
        assert (result["polls"], result["timed_out"]) == (2, False)
        assert [reason[:21] for reason in result["reasons"]] == ["a: preparation failed", "b: preparation failed"]

    @pytest.mark.parametrize(("state", "fail_fast"), [("completed", False), ("active", True)])
    def test_what_does_not_start_or_does_not_matter_is_not_asked_for_where_something_runs_elsewhere(
        self, account: Loopback, scripted: Scripts, state: str, fail_fast: bool
    ) -> None:
        account.say("/jobs/job-1", job(state=state, **PREPARES))
        account.say("/jobs/job-1/tasks", tasks(task(state="active")))
        account.say(NODES_OF, page(node("a"), node("c")))
        look = [prepared("a", FAILURE), prepared("c", SUCCESS), prepared("z", STARTED)]
        result = self.waited(account, scripted(), look, ignore_removed_nodes=True, fail_fast=fail_fast)
        assert (result["verdict"], result["polls"]) == ("failed", 1)
        assert "/jobs/job-1/tasks" not in account.paths

    def test_a_node_of_which_two_things_are_said_is_looked_at_again_where_the_job_has_ended(
        self, account: Loopback, scripted: Scripts
    ) -> None:
        account.say("/jobs/job-1", job(state="completed", **PREPARES))
        first = [prepared("a", FAILURE), prepared("b", SUCCESS), prepared("b", FAILURE)]
        result = self.waited(account, scripted(10), first, [prepared("a", FAILURE), prepared("b", FAILURE)])
        assert (result["polls"], result["timed_out"]) == (2, False)
        assert [reason[:21] for reason in result["reasons"]] == ["a: preparation failed", "b: preparation failed"]

    def test_what_can_get_no_node_does_not_start(self, account: Loopback, scripted: Scripts) -> None:
        account.say("/jobs/job-1/tasks", tasks(task(state="active")))
        account.say("/pools/pool-1", pool(0, currentLowPriorityNodes=0, targetLowPriorityNodes=3, resizeErrors=STOPPED))
        result = self.waited(account, scripted(), [prepared("a", FAILURE)], min_nodes=2)
        assert (result["polls"], result["timed_out"]) == (1, False)
        assert [reason[:22] for reason in result["reasons"][:2]] == ["a: preparation failed,", "job job-1: no node can"]

    def test_a_pool_without_a_node_is_no_reason_to_wait(self, account: Loopback, scripted: Scripts) -> None:
        """Nothing has failed but the pool, and nothing can start."""
        account.say("/pools/pool-1", pool(0, currentLowPriorityNodes=0, targetLowPriorityNodes=3, resizeErrors=STOPPED))
        account.say("/jobs/job-1/taskcounts", {"taskCounts": {"active": 1}})
        assert self.waited(account, scripted(), [])["polls"] == 1

    def test_a_job_that_has_ended_starts_nothing(self, account: Loopback, scripted: Scripts) -> None:
        account.say("/jobs/job-1", job(state="completed", **PREPARES))
        result = self.waited(account, scripted(), [prepared("a", FAILURE), prepared("b", SUCCESS)], min_nodes=6)
        assert (result["polls"], "/jobs/job-1/tasks" in account.paths) == (1, False)

    @pytest.mark.parametrize("state", ["active", "completed"])
    def test_a_result_that_is_not_known_is_not_waited_for(
        self, account: Loopback, scripted: Scripts, state: str
    ) -> None:
        account.say("/jobs/job-1", job(state=state, **PREPARES))
        ended = [prepared("a", FAILURE), prepared("b", MYSTERY)]
        running = [] if state == "completed" else [[*ended, prepared("c", STARTED)]]
        clock = scripted(*(10 for _look in running))
        result = self.waited(account, clock, *running, [*ended, prepared("c", FAILURE)])
        assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 1 + len(running), False)

    def test_a_release_whose_result_is_not_known_is_not_waited_for(self, account: Loopback, scripted: Scripts) -> None:
        account.say("/jobs/job-1", job(state="completed", **PREPARES, jobReleaseTask={"id": "release"}))
        released = [prepared("a", SUCCESS, FAILURE), prepared("b", SUCCESS, MYSTERY)]
        result = self.waited(account, scripted(), released, condition="released")
        assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 1, False)

    def test_a_state_that_is_not_known_may_change(self, account: Loopback, scripted: Scripts) -> None:
        odd = prepared("b")
        odd["jobPreparationTaskExecutionInfo"] = {"state": "hibernating"}
        result = self.waited(
            account, scripted(10), [prepared("a", FAILURE), odd], [prepared("a", FAILURE), prepared("b", FAILURE)]
        )
        assert (result["verdict"], result["polls"], str(result["reasons"]).count("preparation failed")) == (
            "failed",
            2,
            2,
        )

    def test_what_is_only_pending_is_waited_for(self, account: Loopback, scripted: Scripts) -> None:
        """Somebody may add tasks: nothing has failed."""
        few = [prepared("a", SUCCESS)]
        result = self.waited(account, scripted(10), few, [*few, prepared("b", SUCCESS)], min_nodes=2)
        assert (result["verdict"], result["polls"]) == ("satisfied", 2)

    def test_who_ends_with_the_first_failure_asks_for_no_task(self, account: Loopback, scripted: Scripts) -> None:
        result = self.waited(account, scripted(), [prepared("a", FAILURE)], fail_fast=True)
        assert (result["polls"], "/jobs/job-1/tasks" in account.paths) == (1, False)


class TestNodes:
    def waited(
        self, service: Loopback, clock: ScriptedClock, *looks: list[Wire], of: Wire | None = None, **options: Any
    ) -> dict[str, Any]:
        service.say("/pools/pool-1", of or pool(len(looks[0])))
        service.say(NODES_OF, *(page(*nodes) for nodes in looks))
        return ask(service, NODES, clock=clock, **{"pool_id": "pool-1", "condition": "ready", **WAIT, **options})

    @pytest.mark.parametrize("state", ["completed", "hibernating"])
    def test_a_start_task_whose_result_is_not_known_is_not_waited_for(
        self, service: Loopback, scripted: Scripts, state: str
    ) -> None:
        """Its state is, as long as that is not known."""
        nodes = [node("a", "unusable"), node("b", startTaskInfo={**MYSTERY, "state": state})]
        then = [nodes[0], node("b", startTaskInfo={**FAILURE, "state": "completed"})]
        pauses = [] if state == "completed" else [10]
        result = self.waited(service, scripted(*pauses), nodes, then)
        assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 1 + len(pauses), False)

    @pytest.mark.parametrize("options", [{}, {"min_nodes": 1}, {"min_nodes": 6}], ids=str)
    def test_nodes_that_start_are_waited_for_and_no_longer(
        self, service: Loopback, scripted: Scripts, options: dict[str, Any]
    ) -> None:
        first = [node("a"), node("b", "unusable"), node("c", "starting")]
        then = [*first[:2], node("c", "unusable")]
        result = self.waited(service, scripted(10), first, then, **options)
        assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 2, False)
        assert result["reasons"][:2] == ["b: is unusable", "c: is unusable"]

    @pytest.mark.parametrize(
        "of",
        [
            pool(1, 2, "resizing"),
            pool(1, 2),
            pool(1, enableAutoScale=True),
            pool(
                1,
                currentLowPriorityNodes=0,
                targetLowPriorityNodes=1,
                resizeErrors=[{"code": "AllocationTimedout", "message": "No capacity"}],
            ),
            pool(1, state="hibernating"),
            {"id": "pool-1", "state": "active", "allocationState": "steady"},
        ],
        ids=str,
    )
    def test_a_pool_that_may_get_nodes_is_waited_for(self, service: Loopback, scripted: Scripts, of: Wire) -> None:
        failed = [node("a", "unusable")]
        looks = failed, [*failed, node("b", "unusable")]
        service.say("/pools/pool-1", of, pool(2))
        service.say(NODES_OF, *(page(*nodes) for nodes in looks))
        result = ask(service, NODES, clock=scripted(10), pool_id="pool-1", condition="ready", **WAIT)
        assert (result["polls"], sum("failed" in reason or "unusable" in reason for reason in result["reasons"])) == (
            2,
            2,
        )

    @pytest.mark.parametrize(
        "of", [pool(1), pool(1, currentLowPriorityNodes=0, targetLowPriorityNodes=3, resizeErrors=STOPPED)], ids=str
    )
    def test_a_pool_that_gets_no_more_nodes_is_not(self, service: Loopback, scripted: Scripts, of: Wire) -> None:
        result = self.waited(service, scripted(), [node("a", "unusable")], of=of, min_nodes=6)
        assert (result["verdict"], result["polls"]) == ("failed", 1)

    def test_an_expected_node_that_the_pool_does_not_get(self, service: Loopback, scripted: Scripts) -> None:
        result = self.waited(service, scripted(), [node("a", "unusable"), node("b")], expected_nodes=["a", "z"])
        assert result["polls"] == 1


class TestGate:
    def test_each_check_is_waited_for_and_no_longer(self, service: Loopback, scripted: Scripts) -> None:
        """What has failed for one check is not told as missing for another, and is waited for all the same."""
        service.say("/pools/pool-1", pool(3))
        first = [node("a"), node("b", "unusable"), node("c", "starting")]
        service.say(NODES_OF, page(*first), page(*first), page(*first[:2], node("c", "unusable")))
        checks = [
            {"check": "nodes", "pool_id": "pool-1", "name": "well"},
            {"check": "nodes", "pool_id": "pool-1", "name": "three", "min_nodes": 3, "max_failed_nodes": 5},
        ]
        result = ask(service, GATE, clock=scripted(10), checks=checks, max_connections=1, **WAIT)
        assert (result["verdict"], result["timed_out"]) == ("failed", False)
        assert [reason[:14] for reason in result["reasons"][:2]] == ["b: is unusable", "c: is unusable"]


def test_several_judgements_are_settled_when_each_is() -> None:
    still, moving = Judgement([Reason("x")], [Reason("y")], going_on=False), Judgement([Reason("z")], going_on=True)
    unasked = Judgement([Reason("x")])
    both = Judgement()
    both.add(still)
    both.add(unasked)
    assert both.settled
    both.add(moving)
    assert not both.settled
    plain = Judgement()
    plain.add(unasked)
    plain.missing.append(Reason("more"))
    assert not plain.settled
