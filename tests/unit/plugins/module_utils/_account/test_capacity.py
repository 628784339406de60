# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work that waits for a node: given up only where no node can come, and confirmed after the pool was read."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import JOBS, PREP, TASKS
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
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
TASK_LIST = "/jobs/job-1/tasks"
PREPARES = {"jobPreparationTask": {"id": "prep"}}
QUOTA = {"resizeErrors": [{"code": "AccountCoreQuotaReached", "message": "No cores left"}]}
STOPPED = {"resizeErrors": [{"code": "ResizeStopped", "message": "Somebody stopped it"}]}
SPOT = {"currentLowPriorityNodes": 0, "targetLowPriorityNodes": 4}
AUTOSCALED = {"enableAutoScale": True}
UNLIMITED = {"constraints": {"maxWallClockTime": "P10675199DT2H48M5.4775807S"}}
LIMITED = {"constraints": {"maxWallClockTime": "PT2H"}}
# A start task that has failed for good.
START_FAILED = {"startTaskInfo": {"state": "completed", **FAILURE}}

# Everything that can wait for a node, by what is asked.
WAITING: list[tuple[Resource, str]] = [
    (JOBS, "completed"),
    (JOBS, "succeeded"),
    (TASKS, "started"),
    (TASKS, "completed"),
    (TASKS, "succeeded"),
    (PREP, "prepared"),
]
waiting = pytest.mark.parametrize(("module", "condition"), WAITING, ids=[f"{m.reader.kind}-{c}" for m, c in WAITING])


def broken(node_id: str = "tvm-1", state: str = "starttaskfailed", **more: Any) -> Wire:
    return node(node_id, state, **{**(START_FAILED if state == "starttaskfailed" else {}), **more})


def filtered(*nodes: Wire) -> Any:
    """Answers a list of nodes as the service does, with the one filter that is asked."""

    def answer(request: Request) -> Answer:
        condition = request.query.get("$filter")
        assert condition in (None, "state ne 'starttaskfailed' and state ne 'unusable'")
        able = [item for item in nodes if item["state"] not in ("starttaskfailed", "unusable")]
        return page(*(able if condition else nodes))

    return answer


@pytest.fixture
def idle(service: Loopback) -> Loopback:
    """A job with a task that waits for a node, and a pool whose two nodes have failed their start task."""
    service.say("/jobs/job-1", job(**PREPARES, **UNLIMITED))
    service.say("/jobs/job-1/taskcounts", counts(active=1))
    service.say(TASK_LIST, page(task(state="active")))
    service.say(STATUS, page())
    service.say("/pools/pool-1", pool(2))
    service.say("/pools/pool-1/nodes", filtered(broken("tvm-1"), broken("tvm-2")))
    return service


def judged(service: Loopback, module: Resource = TASKS, condition: str = "succeeded", **options: Any) -> dict[str, Any]:
    return ask(service, module, job_id="job-1", condition=condition, **options)


@waiting
def test_work_on_a_pool_whose_nodes_all_failed_their_start_task_is_given_up(
    idle: Loopback, module: Resource, condition: str
) -> None:
    result = judged(idle, module, condition)
    assert result["verdict"] == "failed"
    assert result["reasons"][0] == (
        "job job-1: none of the nodes of pool pool-1 can take a task:"
        " tvm-1: start task failed, exit code 1 (FailureExitCode); tvm-2: start task failed, exit code 1 (FailureExitCode)"
    )


@waiting
@pytest.mark.parametrize(
    ("nodes", "what"),
    [
        ([broken("a"), node("b", "idle")], "an idle one"),
        ([broken("a"), node("b", "running")], "one that runs"),
        ([broken("a"), node("b", "preempted")], "a preempted one comes back"),
        ([broken("a"), node("b", "rebooting")], "one that boots"),
        ([broken("a"), node("b", "offline")], "one that may be enabled"),
        ([broken("a"), node("b", "somethingnew")], "one in a state that is not known"),
        ([node("a", "idle", **START_FAILED)], "a start task that need not succeed"),
        ([broken("a"), broken("b", "unusable")], "the service tries to recover it"),
        ([broken("a", "unusable")], "the service tries to recover it"),
        ([], "none at all, though the pool says so"),
    ],
    ids=str,
)
def test_one_node_that_may_take_a_task_is_enough_to_wait(
    idle: Loopback, nodes: list[Wire], what: str, module: Resource, condition: str
) -> None:
    idle.say("/pools/pool-1", pool(len(nodes) or 2))
    idle.say("/pools/pool-1/nodes", filtered(*nodes))
    assert judged(idle, module, condition)["verdict"] == "pending", what


DISK_FULL = {"errors": [{"code": "DiskFull", "message": "There is no space left"}]}


@pytest.mark.parametrize(
    ("there", "what", "hope"),
    [
        (
            pool(1),
            broken("tvm-1", "unusable", **DISK_FULL),
            "tvm-1: is unusable (DiskFull: There is no space left); the service may still recover what is unusable",
        ),
        (
            pool(1, **AUTOSCALED),
            broken(),
            "tvm-1: start task failed, exit code 1 (FailureExitCode); the pool is autoscaled and may get others",
        ),
    ],
)
def test_nodes_that_are_broken_are_named_while_one_waits(idle: Loopback, there: Wire, what: Wire, hope: str) -> None:
    idle.say("/pools/pool-1", there)
    idle.say("/pools/pool-1/nodes", filtered(what))
    result = judged(idle)
    assert (result["verdict"], result["reasons"][-1]) == (
        "pending",
        f"job job-1: none of the nodes of pool pool-1 can take a task: {hope}",
    )


@waiting
@pytest.mark.parametrize(
    ("there", "verdict"),
    [
        (pool(2, 3, "resizing"), "pending"),
        (pool(2, 0, "resizing"), "pending"),
        (pool(2, 2, "stopping"), "pending"),
        (pool(2, 2, "somethingnew"), "pending"),
        (pool(2, 3), "pending"),
        (pool(0, 3), "pending"),
        (pool(0, 0), "pending"),
        (pool(0, 0, **AUTOSCALED), "pending"),
        (pool(0, 3, **QUOTA, **AUTOSCALED), "pending"),
        (pool(2, 2, **AUTOSCALED), "pending"),
        (pool(0, 0, targetLowPriorityNodes=4, **QUOTA), "pending"),
        (pool(2, 2, targetLowPriorityNodes=4, **QUOTA), "pending"),
        # An error of a resize that is long over.
        (pool(0, 0, **QUOTA), "pending"),
        (pool(0, 3, "resizing", **QUOTA), "pending"),
        ({"id": "pool-1"}, "pending"),
        ({"id": "pool-1", "state": "active", "allocationState": "steady", **QUOTA}, "pending"),
        (pool(0, 0, **SPOT, **STOPPED, **AUTOSCALED), "pending"),
        (pool(0, 0, "resizing", **SPOT, **STOPPED), "pending"),
        (pool(0, 0, **STOPPED), "pending"),
        (pool(0, 0, **SPOT, **STOPPED), "failed"),
        # The nodes that there are have all failed.
        (pool(2, 2, **SPOT, **STOPPED), "failed"),
        (pool(0, 3, **QUOTA), "failed"),
        (pool(2, 3, **QUOTA), "failed"),
        (pool(0, 3, **SPOT, **QUOTA), "failed"),
        # Numbers that are not told accuse nobody.
        (pool(0, 3, currentDedicatedNodes=None, **QUOTA), "pending"),
        (pool(0, 3, targetLowPriorityNodes=4, **QUOTA), "pending"),
        (pool(2, targetDedicatedNodes=None, currentLowPriorityNodes=0, targetLowPriorityNodes=0), "pending"),
        (pool(2, currentLowPriorityNodes=-1, targetLowPriorityNodes=0), "pending"),
        (pool(2, 2, state="deleting"), "failed"),
        (pool(0, 0, "resizing", state="Deleting"), "failed"),
        (pool(0, 0, state="deleting", **AUTOSCALED), "failed"),
    ],
    ids=str,
)
def test_a_pool_that_may_still_get_nodes_is_waited_for(
    idle: Loopback, there: Wire, verdict: str, module: Resource, condition: str
) -> None:
    idle.say("/pools/pool-1", there)
    assert judged(idle, module, condition)["verdict"] == verdict


@pytest.mark.parametrize(
    ("there", "place", "reason"),
    [
        (
            pool(0, 3, **QUOTA),
            0,
            "no node can take a task: pool pool-1 has 0 of 3 nodes (steady),"
            " it stopped resizing, AccountCoreQuotaReached: No cores left",
        ),
        (
            pool(2, state="deleting"),
            0,
            "no node can take a task: pool pool-1 has 2 of 2 nodes (steady), the pool is being deleted",
        ),
        (
            pool(0, **SPOT, **STOPPED),
            0,
            "no node can take a task: pool pool-1 has 0 of 4 nodes (steady),"
            " it stopped resizing, ResizeStopped: Somebody stopped it",
        ),
        (
            pool(0, **SPOT, **QUOTA),
            1,
            "no node can take a task yet: pool pool-1 has 0 of 4 nodes (steady),"
            " it could not get them so far, AccountCoreQuotaReached: No cores left",
        ),
        (
            pool(0, 3, **QUOTA, **AUTOSCALED),
            1,
            "no node can take a task yet: pool pool-1 has 0 of 3 nodes (steady, autoscaled),"
            " it could not get them so far, AccountCoreQuotaReached: No cores left",
        ),
        (pool(0), 1, "no node can take a task until the pool is resized: pool pool-1 has 0 of 0 nodes (steady)"),
    ],
)
def test_the_reason_says_what_is_wrong_with_the_pool(idle: Loopback, there: Wire, place: int, reason: str) -> None:
    idle.say("/pools/pool-1", there)
    assert judged(idle)["reasons"][place] == f"job job-1: {reason}"


@pytest.mark.parametrize(
    "there",
    [
        pool(0, 3, "resizing"),
        pool(0, 0, "stopping"),
        pool(0, 3),
        pool(0, **AUTOSCALED),
        pool(1, 3, **QUOTA, **AUTOSCALED),
        pool(3, currentDedicatedNodes=None),
        pool(0, targetDedicatedNodes=None),
    ],
    ids=str,
)
def test_of_a_pool_that_has_nodes_or_may_be_getting_some_nothing_is_said(idle: Loopback, there: Wire) -> None:
    idle.say("/pools/pool-1", there)
    idle.say("/pools/pool-1/nodes", filtered(node()))
    assert "pool" not in str(judged(idle)["reasons"])


def test_of_nodes_only_what_decides_is_read(idle: Loopback) -> None:
    judged(idle)
    first, then = (request.query for request in idle.asked("/pools/pool-1/nodes"))
    assert (first["$select"], first["maxresults"]) == ("id", "1")
    assert ("$filter" in then, then["$select"]) == (False, "id,state,startTaskInfo,errors,schedulingState")
    assert then["maxresults"] == "1000"
    idle.say("/pools/pool-1/nodes", filtered(node()))
    judged(idle)
    assert len(idle.asked("/pools/pool-1/nodes")) == 3


def test_a_node_that_came_back_between_two_looks_is_no_offender(idle: Loopback) -> None:
    idle.say("/pools/pool-1/nodes", page(), page(broken("a"), node("b")))
    result = judged(idle)
    assert (result["verdict"], "can take a task" in str(result["reasons"])) == ("pending", False)


@pytest.mark.parametrize("state", ["disabled", "terminating"])
def test_a_job_that_has_ended_waits_for_no_node(idle: Loopback, state: str) -> None:
    idle.say("/jobs/job-1", job(state=state))
    judged(idle, JOBS, "completed")
    assert "/pools/pool-1" not in idle.paths


@waiting
def test_a_pool_that_is_gone_takes_no_task(idle: Loopback, module: Resource, condition: str) -> None:
    idle.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    result = judged(idle, module, condition, diagnostics=True)
    assert result["verdict"] == "failed"
    why = "no node can take a task: pool pool-1 does not exist"
    assert result["reasons"][0] == f"job job-1: {why}"
    (failure,) = (failure for failure in result["failures"] if failure["kind"] == "pool")
    assert (failure["pool_id"], failure["reason"]) == ("pool-1", why)


def test_a_pool_that_goes_while_its_nodes_are_read_takes_no_task(idle: Loopback) -> None:
    idle.say("/pools/pool-1/nodes", refusal(404, "PoolNotFound"))
    assert judged(idle)["verdict"] == "failed"


@waiting
def test_who_may_not_read_pools_waits_all_the_same(idle: Loopback, module: Resource, condition: str) -> None:
    idle.say("/pools/pool-1", refusal(403, "AuthorizationPermissionMismatch", "Not you."))
    result = judged(idle, module, condition)
    assert result["verdict"] == "pending"
    assert (
        "it is not known whether pool pool-1 has a node for it: AuthorizationPermissionMismatch (403): Not you."
        in (result["reasons"][-1])
    )


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_any_other_refusal_is_an_error_and_no_reason(idle: Loopback, status: int) -> None:
    idle.say("/pools/pool-1", refusal(status, "SomethingElse"))
    with pytest.raises(ServiceError, match="SomethingElse"):
        judged(idle)


def test_an_error_while_nodes_are_read_is_not_an_empty_pool(idle: Loopback) -> None:
    idle.say("/pools/pool-1/nodes", refusal(500, "InternalError"))
    with pytest.raises(ServiceError, match="InternalError"):
        judged(idle)


def test_a_filtered_page_may_be_empty_and_have_a_next_one(idle: Loopback) -> None:
    link = f"{idle.url}/pools/pool-1/nodes?$skiptoken=1"
    idle.say("/pools/pool-1/nodes", page(link=link), page(node("tvm-9")))
    assert judged(idle)["verdict"] == "pending"


@pytest.mark.parametrize("state", ["running", "preparing"])
def test_the_pool_of_a_job_that_moves_is_not_asked_for(idle: Loopback, state: str) -> None:
    idle.say(TASK_LIST, page(task("a", "active"), task("b", state, STARTED)))
    idle.say("/jobs/job-1/taskcounts", counts(active=1, running=1))
    assert judged(idle)["verdict"] == "pending"
    assert judged(idle, JOBS)["verdict"] == "pending"
    assert "/pools/pool-1" not in idle.paths


def test_the_pool_of_a_job_that_is_done_is_not_asked_for(idle: Loopback) -> None:
    idle.say(TASK_LIST, page(task(info=SUCCESS)))
    idle.say(STATUS, page(prepared("tvm-1", SUCCESS)))
    assert judged(idle)["verdict"] == "satisfied"
    assert judged(idle, PREP, "prepared")["verdict"] == "satisfied"
    assert "/pools/pool-1" not in idle.paths


@pytest.mark.parametrize("condition", ["active", "disabled"])
def test_no_node_is_needed_for_other_states_of_a_job(idle: Loopback, condition: str) -> None:
    judged(idle, JOBS, condition)
    assert "/pools/pool-1" not in idle.paths


def test_a_job_that_is_in_no_pool_yet_waits(idle: Loopback) -> None:
    idle.say("/jobs/job-1", {"id": "job-1", "state": "active", "executionInfo": {}})
    assert judged(idle)["verdict"] == "pending"
    assert judged(idle, JOBS)["verdict"] == "pending"


class TestConfirmation:
    """What was read before the pool may have gone on until the pool was read."""

    @waiting
    def test_a_job_that_has_ended_meanwhile_is_looked_at_again(
        self, idle: Loopback, module: Resource, condition: str
    ) -> None:
        idle.say("/pools/pool-1", pool(2, state="deleting"))
        idle.say("/jobs/job-1", job(**PREPARES), job(state="completed", **PREPARES))
        assert judged(idle, module, condition)["verdict"] == "pending"

    @waiting
    @pytest.mark.parametrize("old", [refusal(404, "PoolNotFound"), pool(2, state="deleting")], ids=["gone", "deleting"])
    def test_a_job_that_moved_to_another_pool_meanwhile_is_looked_at_again(
        self, idle: Loopback, old: Any, module: Resource, condition: str
    ) -> None:
        idle.say("/pools/pool-1", old)
        for moved in ({"poolId": "pool-2"}, {}):
            idle.say("/jobs/job-1", job(**PREPARES), job(executionInfo=moved, **PREPARES))
            assert judged(idle, module, condition)["verdict"] == "pending"

    @waiting
    def test_a_pool_is_the_same_in_any_case(self, idle: Loopback, module: Resource, condition: str) -> None:
        idle.say("/pools/pool-1", pool(2, state="deleting"))
        idle.say("/jobs/job-1", job(**PREPARES), job(**{"executionInfo": {"poolId": "POOL-1"}, **PREPARES}))
        assert judged(idle, module, condition)["verdict"] == "failed"

    @waiting
    def test_a_job_that_was_deleted_meanwhile_is_looked_at_again(
        self, idle: Loopback, module: Resource, condition: str
    ) -> None:
        idle.say("/pools/pool-1", refusal(404, "PoolNotFound"))
        idle.say("/jobs/job-1", job(**PREPARES), refusal(404, "JobNotFound"))
        assert judged(idle, module, condition)["verdict"] == "pending"

    @pytest.mark.parametrize("code", ["SomethingElse", "AuthorizationPermissionMismatch"])
    def test_a_job_that_cannot_be_looked_at_again_is_an_error(self, idle: Loopback, code: str) -> None:
        idle.say("/pools/pool-1", refusal(404, "PoolNotFound"))
        idle.say("/jobs/job-1", job(**PREPARES), refusal(403, code))
        with pytest.raises(ServiceError, match=code):
            judged(idle)

    @pytest.mark.parametrize("more", [{}, {"task_ids": ["task-1"]}], ids=["all", "named"])
    @pytest.mark.parametrize("end", ["completed", "running"])
    def test_tasks_that_went_on_meanwhile_are_looked_at_again(
        self, idle: Loopback, end: str, more: dict[str, Any]
    ) -> None:
        idle.say("/pools/pool-1", pool(2, state="deleting"))
        first, then = task(state="active"), task(state=end, info=SUCCESS if end == "completed" else STARTED)
        idle.say(TASK_LIST, page(first), page(then))
        idle.say("/jobs/job-1/tasks/task-1", first, then)
        assert judged(idle, **more)["verdict"] == "pending"

    def test_counts_that_lag_behind_give_up_no_job(self, idle: Loopback) -> None:
        idle.say("/pools/pool-1", pool(2, state="deleting"))
        idle.say(TASK_LIST, page())
        assert judged(idle, JOBS, "completed")["verdict"] == "pending"
        assert idle.asked(TASK_LIST)[0].query["$filter"] == "state eq 'active'"

    @pytest.mark.parametrize("info", [SUCCESS, STARTED])
    def test_a_preparation_that_went_on_meanwhile_is_looked_at_again(self, idle: Loopback, info: Wire) -> None:
        idle.say("/pools/pool-1", pool(2, state="deleting"))
        idle.say(STATUS, page(), page(prepared("tvm-1", info)))
        assert judged(idle, PREP, "prepared")["verdict"] == "pending"

    def test_a_wait_is_then_satisfied(self, idle: Loopback, scripted: Any) -> None:
        idle.say("/pools/pool-1", pool(2, state="deleting"))
        idle.say(TASK_LIST, page(task(state="active")), page(task(info=SUCCESS)))
        result = judged(idle, wait=True, clock=scripted(15))
        assert (result["verdict"], result["polls"]) == ("satisfied", 2)

    @pytest.mark.parametrize(
        ("module", "condition", "verdict"),
        [(JOBS, "completed", "pending"), (TASKS, "completed", "pending"), (JOBS, "succeeded", "failed")],
    )
    def test_a_job_whose_time_is_limited_gets_completed_without_a_node(
        self, idle: Loopback, module: Resource, condition: str, verdict: str
    ) -> None:
        idle.say("/jobs/job-1", job(**LIMITED))
        assert judged(idle, module, condition)["verdict"] == verdict
        assert "constraints" in idle.asked("/jobs/job-1")[1].query["$select"].split(",")


class TestSeveral:
    def test_jobs_of_one_pool_are_named_together_and_the_pool_is_read_once(self, service: Loopback) -> None:
        for job_id in ("job-1", "job-2"):
            service.say(f"/jobs/{job_id}", job(job_id))
            service.say(f"/jobs/{job_id}/taskcounts", counts(active=1))
            service.say(f"/jobs/{job_id}/tasks", page(task(state="active")))
        service.say("/pools/pool-1", pool(0, 3, **QUOTA))
        result = ask(service, JOBS, job_ids=["job-1", "job-2"], condition="completed")
        assert result["verdict"] == "failed"
        assert result["reasons"][0].startswith("jobs job-1, job-2: no node can take a task: pool pool-1 has ")
        assert len(service.asked("/pools/pool-1")) == 1

    def test_jobs_of_several_pools_are_judged_each_by_its_own(self, service: Loopback) -> None:
        for number in (1, 2):
            there = {"executionInfo": {"poolId": f"pool-{number}"}}
            service.say(f"/jobs/job-{number}", job(f"job-{number}", **there))
            service.say(f"/jobs/job-{number}/taskcounts", counts(active=1))
            service.say(f"/jobs/job-{number}/tasks", page(task(state="active")))
        service.say("/pools/pool-2", refusal(404, "PoolNotFound"))
        for module in (JOBS, TASKS):
            result = ask(service, module, job_ids=["job-1", "job-2"], condition="completed")
            accused = [reason for reason in result["reasons"] if "no node" in reason]
            assert (result["verdict"], accused) == (
                "failed",
                ["job job-2: no node can take a task: pool pool-2 does not exist"],
            )

    @pytest.mark.parametrize(("nodes", "more"), [(5, ""), (6, " and 1 more"), (7, " and 2 more")])
    def test_only_so_many_nodes_are_named(self, idle: Loopback, nodes: int, more: str) -> None:
        idle.say("/pools/pool-1", pool(nodes))
        idle.say("/pools/pool-1/nodes", filtered(*(broken(f"tvm-{number}") for number in range(nodes))))
        result = judged(idle, diagnostics=True)
        assert result["reasons"][0].endswith(f"; tvm-4: start task failed, exit code 1 (FailureExitCode){more}")
        assert [failure["node_id"] for failure in result["failures"]] == [f"tvm-{number}" for number in range(nodes)]
