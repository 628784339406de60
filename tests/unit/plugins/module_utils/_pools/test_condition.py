# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each condition asks of a pool and of its nodes, and what is read for it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._pools.rules import CONDITIONS
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import NODES, POOLS
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, Wire, node, pool

KINDS = ("Dedicated", "LowPriority")
QUOTA = [{"code": "AccountCoreQuotaReached", "message": "No cores left"}]
STOPPED = [{"code": "ResizeStopped", "message": "Somebody stopped it"}]
FORMULA = {"enableAutoScale": True, "autoScaleRun": {"error": {"code": "AutoScaleFormulaError", "message": "No $x"}}}
UBUNTU = {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS", "version": "latest"}


def spot(current: int | None, target: int | None) -> Wire:
    return {"currentLowPriorityNodes": current, "targetLowPriorityNodes": target}


def runs(node_id: str, exact: str | None, **reference: Any) -> Wire:
    """A node with the image that it says it runs."""
    told = {} if exact is None else {"exactVersion": exact}
    return node(node_id, virtualMachineInfo={"imageReference": {**UBUNTU, **reference, **told}})


def gallery(node_id: str, image_id: str) -> Wire:
    return node(node_id, virtualMachineInfo={"imageReference": {"virtualMachineImageId": image_id}})


def judged(service: Loopback, condition: str, of: Wire, *nodes: Wire, **options: Any) -> dict[str, Any]:
    service.say("/pools/pool-1", of)
    service.say("/pools/pool-1/nodes", page(*nodes))
    return ask(service, POOLS, pool_id="pool-1", condition=condition, **options)


# What a pool comes to with two nodes that are well: steady, resized, sound, image_reached.
JUDGED = [
    (pool(2), "satisfied satisfied satisfied satisfied"),
    (pool(2, 2, "Steady", state="Active"), "satisfied satisfied satisfied satisfied"),
    (pool(2, 2, "resizing"), "pending pending pending pending"),
    (pool(2, 3, "resizing"), "pending pending pending pending"),
    (pool(2, 2, "stopping"), "pending pending pending pending"),
    (pool(2, state="deleting"), "failed failed failed failed"),
    (pool(2, 2, "resizing", state="deleting"), "failed failed failed failed"),
    # Short: accused, or still to be filled.
    (pool(2, 3), "satisfied pending pending satisfied"),
    (pool(2, 3, resizeErrors=QUOTA), "satisfied failed failed satisfied"),
    (pool(2, 3, resizeErrors=QUOTA, enableAutoScale=True), "satisfied pending pending satisfied"),
    (pool(2, 3, "resizing", resizeErrors=QUOTA), "pending pending pending pending"),
    (pool(2, **spot(0, 1), resizeErrors=QUOTA), "satisfied pending pending satisfied"),
    (pool(2, **spot(0, 1), resizeErrors=STOPPED), "satisfied failed failed satisfied"),
    (pool(1, 1, **spot(1, 2), resizeErrors=STOPPED, enableAutoScale=True), "satisfied pending pending satisfied"),
    # Of both kinds together there would be enough.
    (pool(0, 2, **spot(2, 0)), "satisfied pending pending satisfied"),
    (pool(0, 2, **spot(2, 0), resizeErrors=QUOTA), "satisfied failed failed satisfied"),
    # More than there are to be.
    (pool(2, 1), "satisfied pending pending satisfied"),
    (pool(2, 1, "stopping", resizeErrors=STOPPED), "pending pending pending pending"),
    (pool(2, 1, resizeErrors=STOPPED), "satisfied failed failed satisfied"),
    (pool(2, 1, resizeErrors=QUOTA), "satisfied pending pending satisfied"),
    (pool(2, 1, resizeErrors=STOPPED, enableAutoScale=True), "satisfied pending pending satisfied"),
    (pool(0, 0, **spot(2, 1), resizeErrors=STOPPED), "satisfied failed failed satisfied"),
    (pool(2, 1, state="hibernating", resizeErrors=STOPPED), "pending pending pending pending"),
    # An old error, and a formula that fails, of a pool that has all its nodes.
    (pool(2, resizeErrors=QUOTA), "satisfied satisfied satisfied satisfied"),
    (pool(2, resizeErrors=STOPPED), "satisfied satisfied satisfied satisfied"),
    (pool(2, **FORMULA), "satisfied satisfied satisfied satisfied"),
    # What is not told, or not known.
    ({"id": "pool-1"}, "pending pending pending pending"),
    (pool(2, state=None), "pending pending pending pending"),
    (pool(2, allocationState=None), "pending pending pending pending"),
    (pool(2, state="hibernating"), "pending pending pending pending"),
    (pool(2, state="upgrading"), "pending pending pending pending"),
    (pool(2, allocation="hibernating"), "pending pending pending pending"),
    (pool(2, targetDedicatedNodes=None), "satisfied pending pending satisfied"),
    (pool(2, currentDedicatedNodes=None), "satisfied pending pending satisfied"),
    (pool(2, **spot(0, None)), "satisfied pending pending satisfied"),
    (pool(2, **spot(None, 0)), "satisfied pending pending satisfied"),
    (pool(2, currentDedicatedNodes=None, resizeErrors=QUOTA), "satisfied pending pending satisfied"),
    (pool(2, **spot(None, 1), resizeErrors=STOPPED), "satisfied pending pending satisfied"),
    (pool(2, **spot(-1, 0)), "satisfied pending pending satisfied"),
    (pool(2, **spot(0, -1)), "satisfied pending pending satisfied"),
    # The service counts a node that is not listed.
    (pool(3), "satisfied satisfied pending pending"),
]


@pytest.mark.parametrize(("of", "verdicts"), JUDGED, ids=str)
def test_a_pool_is_judged_by_its_states_its_numbers_and_its_errors(service: Loopback, of: Wire, verdicts: str) -> None:
    nodes = runs("a", "18.04.1"), runs("b", "18.04.1")
    found = {condition: judged(service, condition, of, *nodes) for condition in CONDITIONS}
    assert [result["verdict"] for result in found.values()] == verdicts.split()
    summary, resized = found["resized"]["summary"], found["resized"]["verdict"]
    assert summary["succeeded"] == (resized == "satisfied")
    assert summary["failed"] == (resized == "failed" and summary["by_state"] != {"deleting": 1})
    for result in found.values():
        assert bool(result["reasons"]) is (result["verdict"] != "satisfied")


@pytest.mark.parametrize(("of", "verdicts"), JUDGED, ids=str)
def test_a_pool_is_accused_here_where_it_is_accused_for_its_nodes(service: Loopback, of: Wire, verdicts: str) -> None:
    """One truth: whether a pool can still get its nodes does not depend on the module that asks. Nodes too many are not asked about there."""
    service.say("/pools/pool-1", of)
    service.say("/pools/pool-1/nodes", page(node("a"), node("b")))
    for_nodes = ask(service, NODES, pool_id="pool-1", condition="ready")["verdict"]
    too_many = any((of.get(f"current{kind}Nodes") or 0) > (of.get(f"target{kind}Nodes") or 0) for kind in KINDS)
    fewer = any((of.get(f"current{kind}Nodes") or 0) < (of.get(f"target{kind}Nodes") or 0) for kind in KINDS)
    if fewer or not too_many:
        assert (for_nodes == "failed") is (verdicts.split()[2] == "failed")
    else:
        assert for_nodes != "failed"


@pytest.mark.parametrize(
    ("of", "verdicts"),
    [
        (pool(0), "satisfied satisfied pending pending"),
        (pool(0, **spot(0, 0)), "satisfied satisfied pending pending"),
        (pool(0, 3, resizeErrors=QUOTA), "satisfied failed failed failed"),
        (pool(0, 0, **spot(0, 3), resizeErrors=STOPPED), "satisfied failed failed failed"),
        (pool(0, 3), "satisfied pending pending pending"),
        (pool(0, state="deleting", **spot(-1, 0)), "failed failed failed failed"),
    ],
    ids=str,
)
def test_a_pool_without_nodes_is_never_sound(service: Loopback, of: Wire, verdicts: str) -> None:
    assert [judged(service, condition, of)["verdict"] for condition in CONDITIONS] == verdicts.split()


@pytest.mark.parametrize(
    ("condition", "of", "reason"),
    [
        ("steady", pool(2, 3, "resizing"), "pool pool-1 has 2 of 3 nodes (resizing): it is resizing"),
        ("steady", pool(2, state="deleting"), "pool pool-1 has 2 of 2 nodes (steady): the pool is being deleted"),
        ("steady", pool(2, 2, "stopping"), "pool pool-1 has 2 of 2 nodes (stopping): it is stopping"),
        ("steady", pool(2, state="asleep"), "pool pool-1 has 2 of 2 nodes (steady): its state asleep is not known"),
        ("steady", pool(2, state="upgrading"), "pool pool-1 has 2 of 2 nodes (steady): it is upgrading"),
        (
            "steady",
            pool(2, allocation="asleep"),
            "pool pool-1 has 2 of 2 nodes (asleep): its allocation state asleep is not known",
        ),
        (
            "steady",
            pool(2, 2, "resizing", **FORMULA),
            "pool pool-1 has 2 of 2 nodes (resizing, autoscaled): it is resizing,"
            " and its autoscale formula fails, AutoScaleFormulaError: No $x",
        ),
        ("resized", pool(2, 3), "pool pool-1 has 2 of 3 nodes (steady): it has not got all its nodes yet"),
        (
            "resized",
            pool(2, 3, resizeErrors=QUOTA),
            "pool pool-1 has 2 of 3 nodes (steady): it stopped resizing, AccountCoreQuotaReached: No cores left",
        ),
        (
            "resized",
            pool(2, 2, **spot(1, 3), resizeErrors=QUOTA),
            "pool pool-1 has 3 of 5 nodes (steady): 2 of 2 dedicated and 1 of 3 Spot nodes,"
            " it could not get them so far, AccountCoreQuotaReached: No cores left",
        ),
        # Together they would be enough.
        (
            "resized",
            pool(0, 2, **spot(2, 0)),
            "pool pool-1 has 2 of 2 nodes (steady): 0 of 2 dedicated and 2 of 0 Spot nodes, it has not got all its nodes yet",
        ),
        ("resized", pool(0, **spot(1, 3)), "pool pool-1 has 1 of 3 nodes (steady): it has not got all its nodes yet"),
        (
            "resized",
            pool(2, 3, **FORMULA, resizeErrors=QUOTA),
            "pool pool-1 has 2 of 3 nodes (steady, autoscaled): it could not get them so far,"
            " AccountCoreQuotaReached: No cores left, and its autoscale formula fails, AutoScaleFormulaError: No $x",
        ),
        (
            "resized",
            pool(2, targetDedicatedNodes=None),
            "pool pool-1 has 2 of ? nodes (steady): the service does not say how many nodes it has and should have",
        ),
        (
            "resized",
            pool(3, 2, resizeErrors=STOPPED),
            "pool pool-1 has 3 of 2 nodes (steady): it stopped resizing, ResizeStopped: Somebody stopped it,"
            " and keeps more nodes than it should have",
        ),
        (
            "resized",
            pool(3, 2, resizeErrors=QUOTA),
            "pool pool-1 has 3 of 2 nodes (steady): it has more nodes than it should have,"
            " AccountCoreQuotaReached: No cores left",
        ),
        (
            "sound",
            pool(2, 3, resizeErrors=QUOTA),
            "pool pool-1 has 2 of 3 nodes (steady): not all of its nodes came, and it stopped resizing,"
            " AccountCoreQuotaReached: No cores left",
        ),
        ("sound", pool(3, 2), "pool pool-1 has 3 of 2 nodes (steady): only 2 of its 3 nodes are listed"),
        ("sound", pool(2, 1), "pool pool-1 has 2 of 1 nodes (steady): it has more nodes than it should have"),
    ],
    ids=str,
)
def test_one_reason_names_the_pool_its_numbers_and_the_error(
    service: Loopback, condition: str, of: Wire, reason: str
) -> None:
    assert judged(service, condition, of, node("a"), node("b"))["reasons"] == [reason]


@pytest.mark.parametrize("condition", ["steady", "resized", "sound", "image_reached"])
def test_a_formula_that_fails_is_told_beside_a_verdict_that_is_right(service: Loopback, condition: str) -> None:
    result = judged(service, condition, pool(1, **FORMULA), runs("a", "1"), diagnostics=True)
    assert (result["verdict"], result["failures"]) == ("satisfied", [])
    assert result["tolerated"] == [
        "pool pool-1 has 1 of 1 nodes (steady, autoscaled): its autoscale formula fails, AutoScaleFormulaError: No $x"
    ]


def test_the_run_of_a_formula_that_is_not_used_any_more_is_not_told(service: Loopback) -> None:
    result = judged(service, "resized", pool(1, **{**FORMULA, "enableAutoScale": False}))
    assert (result["verdict"], "tolerated" in result) == ("satisfied", False)


def test_only_conditions_of_nodes_read_nodes(service: Loopback) -> None:
    for condition in ("steady", "resized"):
        judged(service, condition, pool(2))
    assert set(service.paths) == {"/pools/pool-1"}


@pytest.mark.parametrize(
    ("condition", "select"),
    [("sound", "id,state,schedulingState,startTaskInfo,errors"), ("image_reached", "id,virtualMachineInfo")],
)
def test_of_nodes_only_what_decides_is_read_and_after_their_pool(
    service: Loopback, condition: str, select: str
) -> None:
    judged(service, condition, pool(1), node("a"), page_size=500)
    assert service.paths == ["/pools/pool-1", "/pools/pool-1/nodes"]
    assert service.requests[1].query["$select"] == select
    assert service.requests[1].query["maxresults"] == "500"


def test_since_when_nodes_are_in_their_state_is_read_for_a_standstill(service: Loopback) -> None:
    judged(service, "sound", pool(1), node("a"), wait=True, stall_timeout=60)
    assert service.requests[1].query["$select"] == "id,state,schedulingState,startTaskInfo,errors,stateTransitionTime"


def test_a_preempted_spot_node_is_no_node_that_the_pool_has(service: Loopback) -> None:
    result = judged(service, "resized", pool(1, **spot(2, 2)), node("a", "preempted"), node("b", "Preempted"))
    assert result["verdict"] == "pending"
    assert result["reasons"] == ["pool pool-1 has 3 of 3 nodes (steady): 2 of them are preempted, a, b"]
    asked = service.requests[1].query
    assert (asked["$filter"], asked["$select"]) == ("state eq 'preempted'", "id,state")
    result = judged(service, "resized", pool(1, **spot(1, 1)), node("a", "preempted"))
    assert result["reasons"] == ["pool pool-1 has 2 of 2 nodes (steady): 1 of them is preempted, a"]


def test_where_no_spot_node_is_preempted_the_pool_is_resized(service: Loopback) -> None:
    assert judged(service, "resized", pool(1, **spot(2, 2)))["verdict"] == "satisfied"
    # Nobody promises that the filter was applied.
    assert judged(service, "resized", pool(1, **spot(2, 2)), node("a"))["verdict"] == "satisfied"


def test_who_is_preempted_is_not_asked_of_a_pool_that_would_not_pass(service: Loopback) -> None:
    assert judged(service, "resized", pool(1, 2, **spot(2, 2)))["verdict"] == "pending"
    assert service.paths == ["/pools/pool-1"]


NODES_JUDGED = [
    ([node("a"), node("b", "running")], {}, "satisfied"),
    ([node("a"), node("b", "starting")], {}, "pending"),
    ([node("a"), node("b", "preempted")], {}, "pending"),
    ([node("a"), node("b", "hibernating")], {}, "pending"),
    ([node("a"), {"id": "b"}], {}, "pending"),
    ([node("a"), node("b", schedulingState="disabled")], {}, "pending"),
    ([node("a"), node("b", "starttaskfailed")], {}, "failed"),
    ([node("a"), node("b", "unusable")], {}, "failed"),
    ([node("a"), node("b"), node("b", "unusable")], {}, "pending"),
    ([node("a"), node("b"), node("B", "unusable")], {}, "pending"),
    ([node("a"), node("A")], {}, "pending"),
    ([node("a"), node("b", "unusable")], {"max_failed_nodes": 1}, "satisfied"),
    ([node("a", "unusable"), node("b", "unusable")], {"max_failed_nodes": 1}, "failed"),
    ([node("a", "unusable"), node("b", "unusable")], {"max_failed_nodes": 2}, "pending"),
    ([node("a"), node("b", "starting")], {"max_failed_nodes": 1}, "pending"),
    ([node("a"), node("b", "starting")], {"min_nodes": 1}, "satisfied"),
    ([node("a"), node("b", "starting")], {"min_nodes": 2}, "pending"),
    ([node("a"), node("b", "unusable")], {"min_nodes": 1}, "failed"),
    ([node("a"), node("b", "unusable")], {"min_nodes": 1, "max_failed_nodes": 1}, "satisfied"),
]


@pytest.mark.parametrize(("nodes", "options", "verdict"), NODES_JUDGED, ids=str)
def test_sound_judges_nodes_as_ready_does(service: Loopback, nodes: list[Wire], options: Wire, verdict: str) -> None:
    assert judged(service, "sound", pool(2), *nodes, **options)["verdict"] == verdict
    assert ask(service, NODES, pool_id="pool-1", condition="ready", **options)["verdict"] == verdict


@pytest.mark.parametrize(
    ("of", "verdict"), [(pool(2, 3), "pending"), (pool(2, 3, resizeErrors=QUOTA), "failed"), (pool(2), "satisfied")]
)
def test_with_fewer_nodes_asked_for_the_pool_must_be_resized_all_the_same(
    service: Loopback, of: Wire, verdict: str
) -> None:
    result = judged(service, "sound", of, node("a"), node("b"), min_nodes=1)
    assert result["verdict"] == verdict
    assert len(result["reasons"]) == (verdict != "satisfied")


def test_what_its_nodes_say_of_the_pool_is_not_said_twice(service: Loopback) -> None:
    (reason,) = judged(service, "sound", pool(2, 3), node("a"), node("b"), min_nodes=4)["reasons"]
    assert "min_nodes is 4, and the pool will not have more than 3" in reason
    assert judged(service, "sound", pool(2, 1), node("a"), node("b", "starting"))["reasons"] == [
        "b: is starting",
        "pool pool-1 has 2 of 1 nodes (steady): it has more nodes than it should have",
    ]


def test_so_few_nodes_are_said_to_lack_what_the_condition_asks_for(service: Loopback) -> None:
    nodes = node("a"), node("b"), node("c", "unusable")
    result = judged(service, "sound", pool(3), *nodes, min_nodes=3, max_failed_nodes=1)
    assert "2 of at least 3 nodes are ready" in "; ".join(result["reasons"])


def test_what_failed_on_the_nodes_is_in_the_summary_and_comes_with_its_output(service: Loopback) -> None:
    failed = node("b", "starttaskfailed", startTaskInfo={"state": "completed", **FAILURE})
    service.say("/pools/pool-1/nodes/b/files", page())
    result = judged(service, "sound", pool(3), node("a"), failed, node("c", "starting"), diagnostics=True)
    summary = result["summary"]
    assert (summary["judged_nodes"], summary["succeeded_nodes"], summary["failed_nodes"]) == (3, 1, ["pool-1/b"])
    (failure,) = result["failures"]
    assert (failure["kind"], failure["pool_id"], failure["node_id"]) == ("start_task", "pool-1", "b")
    assert service.asked("/pools/pool-1/nodes/b/files")


def test_nodes_of_several_pools_are_named_with_their_pool(service: Loopback) -> None:
    service.say("/pools", page(pool(1), pool(1, id="pool-2")))
    service.say("/pools/pool-1/nodes", page(node("a", "starting")))
    service.say("/pools/pool-2/nodes", page(node("a", "rebooting")))
    result = ask(service, POOLS, condition="sound")
    assert result["reasons"] == ["pool-1/a: is starting", "pool-2/a: is rebooting"]


@pytest.mark.parametrize("condition", ["sound", "image_reached", "resized"])
def test_a_pool_that_goes_after_it_was_listed_is_waited_for(service: Loopback, condition: str) -> None:
    service.say("/pools", page(pool(1, **spot(1, 1))))
    service.say("/pools/pool-1/nodes", refusal(404, "PoolNotFound"))
    result = ask(service, POOLS, condition=condition)
    assert (result["verdict"], result["reasons"]) == ("pending", ["pool-1: it was deleted after it had been listed"])


def test_a_pool_that_is_named_may_not_go(service: Loopback) -> None:
    service.say("/pools/pool-1", pool(1))
    service.say("/pools/pool-1/nodes", refusal(404, "PoolNotFound"))
    with pytest.raises(ServiceError, match="PoolNotFound"):
        ask(service, POOLS, pool_id="pool-1", condition="sound")
    result = ask(service, POOLS, pool_id="pool-1", condition="sound", missing_ok=True)
    assert (result["verdict"], result["reasons"]) == ("pending", ["pool-1: it was deleted after it had been listed"])


ID = "/subscriptions/S/galleries/G/images/I/versions/"
IMAGES = [
    ([runs("a", "1"), runs("b", "1")], None, "satisfied"),
    ([runs("a", "1"), runs("b", "1")], "1", "satisfied"),
    ([runs("a", "1"), runs("b", "1")], "2", "pending"),
    ([runs("a", "1"), runs("b", "2")], None, "pending"),
    ([runs("a", "1"), runs("b", "2")], "2", "pending"),
    ([runs("a", "1"), runs("b", "1", offer="ubuntuserver")], None, "satisfied"),
    # The same number of another image is another version.
    ([runs("a", "1"), runs("b", "1", offer="windowsserver")], None, "pending"),
    ([runs("a", "1"), runs("b", "1", offer="windowsserver")], "1", "pending"),
    # What most recorded nodes say tells nothing.
    ([runs("a", "latest"), runs("b", "latest")], None, "pending"),
    ([runs("a", "1"), runs("b", "Latest")], "1", "pending"),
    ([runs("a", "1"), runs("b", None)], "1", "pending"),
    ([runs("a", "1"), node("b")], None, "pending"),
    ([runs("a", "1"), node("b", virtualMachineInfo={})], None, "pending"),
    # An image of a gallery has its version in its id.
    ([gallery("a", f"{ID}1.2.3"), gallery("b", f"{ID}1.2.3".lower())], None, "satisfied"),
    ([gallery("a", f"{ID}1.2.3"), gallery("b", f"{ID}1.2.3")], "1.2.3", "satisfied"),
    ([gallery("a", f"{ID}1.2.3"), gallery("b", f"{ID}1.2.3")], f"{ID}1.2.3", "satisfied"),
    ([gallery("a", f"{ID}1.2.3"), gallery("b", f"{ID}1.2.4")], "1.2.4", "pending"),
    ([gallery("a", ID.removesuffix("/versions/")), gallery("b", ID.removesuffix("/versions/"))], None, "pending"),
    # Broken ones run an image too, and one that is listed twice is believed where it says the same.
    ([runs("a", "1"), {**runs("b", "1"), "state": "unusable"}], "1", "satisfied"),
    ([runs("a", "1"), runs("b", "1"), runs("b", "1")], "1", "satisfied"),
    ([runs("a", "1"), runs("b", "1"), runs("b", "2")], "1", "pending"),
    ([runs("a", "1"), runs("b", "1"), runs("b", "2")], None, "pending"),
]


@pytest.mark.parametrize(("nodes", "version", "verdict"), IMAGES, ids=str)
def test_an_image_is_reached_when_every_node_says_so(
    service: Loopback, nodes: list[Wire], version: str | None, verdict: str
) -> None:
    assert judged(service, "image_reached", pool(2), *nodes, image_version=version)["verdict"] == verdict


def test_a_pool_that_asks_for_a_version_has_not_reached_another_one(service: Loopback) -> None:
    of = pool(1, virtualMachineConfiguration={"imageReference": {**UBUNTU, "version": "2"}})
    assert judged(service, "image_reached", of, runs("a", "1"))["verdict"] == "pending"
    assert judged(service, "image_reached", of, runs("a", "2"))["verdict"] == "satisfied"
    assert judged(service, "image_reached", of, runs("a", "1"), image_version="1")["verdict"] == "satisfied"


OLD = "/subscriptions/S/galleries/G/images/OLD/versions/1.0.0"
NEW = OLD.replace("OLD", "NEW")


@pytest.mark.parametrize(
    ("reference", "runs_now", "version", "verdict"),
    [
        ({"virtualMachineImageId": NEW}, gallery("a", OLD), None, "pending"),
        ({"virtualMachineImageId": NEW}, gallery("a", OLD), "1.0.0", "pending"),
        ({"virtualMachineImageId": NEW}, gallery("a", NEW.upper()), None, "satisfied"),
        ({"virtualMachineImageId": NEW}, gallery("a", NEW), "1.0.0", "satisfied"),
        ({"virtualMachineImageId": NEW}, runs("a", "1.0.0"), "1.0.0", "pending"),
        (UBUNTU, gallery("a", OLD), "1.0.0", "pending"),
        (UBUNTU, runs("a", "1", offer="windowsserver"), None, "pending"),
        (UBUNTU, runs("a", "1", offer="ubuntuserver"), None, "satisfied"),
        (UBUNTU, node("a"), None, "pending"),
        # Who names an image as a whole means that one.
        ({"virtualMachineImageId": NEW}, gallery("a", OLD), OLD, "satisfied"),
        ({"virtualMachineImageId": NEW}, gallery("a", NEW), OLD, "pending"),
    ],
    ids=str,
)
def test_an_image_that_the_pool_is_not_made_of_is_not_reached(
    service: Loopback, reference: Wire, runs_now: Wire, version: str | None, verdict: str
) -> None:
    of = pool(1, virtualMachineConfiguration={"imageReference": reference})
    result = judged(service, "image_reached", of, runs_now, image_version=version)
    assert result["verdict"] == verdict


def test_the_reason_says_of_which_image_the_pool_is(service: Loopback) -> None:
    of = pool(1, virtualMachineConfiguration={"imageReference": {"virtualMachineImageId": NEW}})
    result = judged(service, "image_reached", of, gallery("a", OLD))
    image = NEW.lower().removesuffix("/versions/1.0.0")
    assert result["reasons"] == [f"a: runs image {OLD.lower()}, and the pool is to run {image}"]


def test_reasons_say_which_nodes_run_what_and_the_summary_counts_images(service: Loopback) -> None:
    nodes = [runs(f"n{number}", "1") for number in range(5)] + [runs("z", "2"), node("y")]
    result = judged(service, "image_reached", pool(7), *nodes, image_version="2")
    image = "canonical:ubuntuserver:18.04-lts"
    assert result["reasons"] == [
        f"n0, n1, n2, n3, n4: each runs image {image}:1, not version 2",
        "y: does not tell the exact version of its image",
    ]
    assert result["summary"]["by_image"] == {f"{image}:1": 5, f"{image}:2": 1, "unknown": 1}
    assert (result["summary"]["judged_nodes"], result["summary"]["succeeded_nodes"]) == (7, 1)


def test_a_node_that_does_not_tell_its_version_is_no_other_image_to_the_others(service: Loopback) -> None:
    result = judged(service, "image_reached", pool(2), runs("a", "1"), runs("b", None))
    assert result["reasons"] == ["b: does not tell the exact version of its image"]


def test_of_a_node_that_is_listed_twice_the_later_image_is_counted(service: Loopback) -> None:
    result = judged(service, "image_reached", pool(1), runs("a", "1"), runs("a", "2"))
    assert result["summary"]["by_image"] == {"canonical:ubuntuserver:18.04-lts:2": 1}


def test_a_wait_goes_on_until_the_pool_is_sound(service: Loopback) -> None:
    service.say("/pools/pool-1", pool(0, 2, "resizing"), pool(2), pool(2))
    service.say("/pools/pool-1/nodes", page(), page(node("a"), node("b", "starting")), page(node("a"), node("b")))
    result = ask(service, POOLS, DrivenClock(), pool_id="pool-1", condition="sound", wait=True)
    assert (result["verdict"], result["polls"], "failed" in result) == ("satisfied", 3, False)


@pytest.mark.parametrize("fail_fast", [True, False])
def test_a_wait_for_a_pool_that_has_stopped_ends_at_once(service: Loopback, fail_fast: bool) -> None:
    service.say("/pools/pool-1", pool(1, 2, resizeErrors=QUOTA))
    service.say("/pools/pool-1/nodes", page(node("a")))
    result = ask(service, POOLS, pool_id="pool-1", condition="sound", wait=True, fail_fast=fail_fast)
    assert (result["failed"], result["verdict"], result["polls"]) == (True, "failed", 1)
    assert "AccountCoreQuotaReached: No cores left" in result["msg"]


def test_ten_thousand_nodes_of_one_pool_are_judged_one_by_one(service: Loopback) -> None:
    links = [f"{service.url}/pools/pool-1/nodes?$skiptoken={number}" for number in range(1, 10)]
    pages = [[node(f"n{number}-{place}") for place in range(1000)] for number in range(10)]
    pages[9][999] = node("last", "unusable")
    service.say("/pools/pool-1", pool(10_000))
    service.say("/pools/pool-1/nodes", *(page(*nodes, link=link) for nodes, link in zip(pages, [*links, None])))
    result = ask(service, POOLS, pool_id="pool-1", condition="sound")
    assert (result["verdict"], result["summary"]["succeeded_nodes"]) == ("failed", 9_999)
    assert result["reasons"] == ["last: is unusable"]


STANDING: dict[str, list[tuple[Wire, list[Wire]]]] = {
    "steady": [(pool(1, 2, "resizing"), []), (pool(2, 2, "resizing"), [])],
    "resized": [(pool(1, 2), []), (pool(1, 2, resizeErrors=QUOTA, enableAutoScale=True), [])],
    "resized, others preempted": [
        (pool(1, **spot(1, 1)), [node("a", "preempted")]),
        (pool(1, **spot(1, 1)), [node("b", "preempted")]),
    ],
    "sound": [(pool(1), [node("a", "starting")]), (pool(1), [node("b", "starting")])],
    "image_reached": [(pool(1), [runs("a", "1")]), (pool(1), [runs("a", "3")])],
}


@pytest.mark.parametrize("case", STANDING)
def test_a_standstill_is_one_of_what_the_condition_judges(service: Loopback, case: str) -> None:
    """Two looks alike end the wait at its stall_timeout; another state in between gives it the time again."""
    (of, nodes), (then, others) = STANDING[case]
    condition = case.partition(",")[0]
    options = {"pool_id": "pool-1", "condition": condition, "wait": True, "wait_sleep": 10, "stall_timeout": 30}
    version = {"image_version": "2"} if condition == "image_reached" else {}
    polls = []
    for states in ([of] * 9, [of, then, *[then] * 9]):
        bodies = nodes if states[1] is of else others
        service.say("/pools/pool-1", *states)
        service.say("/pools/pool-1/nodes", page(*nodes), *[page(*bodies)] * 9)
        result = ask(service, POOLS, DrivenClock(), **options, **version)
        assert (result["stalled"], result["verdict"]) == (True, "pending")
        polls.append(result["polls"])
    assert polls[1] == polls[0] + 1
