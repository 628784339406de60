# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the nodes of a pool come to: all of them, at least so many, those expected, and pools that grow or are stuck."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.node_rules import judge
from ansible_collections.batchops.azure.plugins.module_utils._account.node_scope import NodeScope, Standing
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import pool_state
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Lasting, Offender, Reason
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import NODES
from ansible_collections.batchops.azure.tests.support.wire import Wire, node, pool

QUOTA = [{"code": "AccountCoreQuotaReached", "message": "No cores left"}]
STOPPED = [{"code": "ResizeStopped", "message": "Somebody stopped it"}]
SPOT = {"currentLowPriorityNodes": 0, "targetLowPriorityNodes": 3}


def judged(service: Loopback, condition: str, *nodes: Wire, of: Wire | None = None, **options: Any) -> dict[str, Any]:
    service.say("/pools/pool-1", of or pool(len(nodes)))
    service.say("/pools/pool-1/nodes", page(*nodes))
    return ask(service, NODES, pool_id="pool-1", condition=condition, **options)


@pytest.mark.parametrize("condition", ["ready", "idle"])
@pytest.mark.parametrize(
    ("of", "verdict"),
    [
        (pool(2), "satisfied"),
        (pool(2, 2, "Steady"), "satisfied"),
        (pool(2, 2, "steady", resizeErrors=QUOTA), "satisfied"),
        (pool(2, 2, "resizing"), "pending"),
        (pool(2, 2, "stopping"), "pending"),
        (pool(2, 3, "resizing"), "pending"),
        (pool(2, 3, "steady"), "pending"),
        (pool(2, 3, "resizing", resizeErrors=QUOTA), "pending"),
        (pool(2, 3, "steady", resizeErrors=QUOTA), "failed"),
        (pool(2, 3, state="deleting"), "failed"),
        (pool(2, state="deleting"), "failed"),
        (pool(1, 1, targetLowPriorityNodes=2, currentLowPriorityNodes=1), "pending"),
        ({"id": "pool-1"}, "pending"),
        # What it is to have is not told, or what happens to it is not known.
        ({"id": "pool-1", "state": "active", "allocationState": "steady"}, "pending"),
        ({**pool(2), "targetDedicatedNodes": None}, "pending"),
        ({**pool(2), "currentDedicatedNodes": None}, "pending"),
        ({**pool(2), "currentDedicatedNodes": None, "resizeErrors": QUOTA}, "pending"),
        (pool(1, 1, targetLowPriorityNodes=1, resizeErrors=STOPPED), "pending"),
        (pool(2, currentLowPriorityNodes=-1, targetLowPriorityNodes=0), "pending"),
        (pool(2, state="hibernating"), "pending"),
        (pool(2, allocation="hibernating"), "pending"),
        (pool(2, currentLowPriorityNodes=0, targetLowPriorityNodes=1, resizeErrors=STOPPED), "failed"),
        (pool(2, currentLowPriorityNodes=0, targetLowPriorityNodes=1, resizeErrors=QUOTA), "pending"),
        (pool(2, 2, resizeErrors=STOPPED), "satisfied"),
        # Of both kinds together there would be enough.
        (pool(0, 2, currentLowPriorityNodes=2, targetLowPriorityNodes=0), "pending"),
        (pool(0, 2, currentLowPriorityNodes=2, targetLowPriorityNodes=0, resizeErrors=QUOTA), "failed"),
    ],
    ids=str,
)
def test_all_nodes_that_there_are_is_not_all_that_there_will_be(
    service: Loopback, condition: str, of: Wire, verdict: str
) -> None:
    assert judged(service, condition, node("a"), node("b"), of=of)["verdict"] == verdict


@pytest.mark.parametrize("condition", ["drained", "offline"])
def test_for_what_needs_no_new_nodes_a_pool_may_be_resizing(service: Loopback, condition: str) -> None:
    assert judged(service, condition, node(state="offline"), of=pool(1, 3, "resizing"))["verdict"] == "satisfied"


@pytest.mark.parametrize("condition", ["drained", "offline"])
@pytest.mark.parametrize("state", ["deleting", "hibernating"])
def test_what_needs_no_healthy_nodes_does_not_mind_what_becomes_of_the_pool(
    service: Loopback, condition: str, state: str
) -> None:
    assert judged(service, condition, node(state="offline"), of=pool(1, state=state))["verdict"] == "satisfied"


def test_a_pool_that_is_being_deleted_says_no_more_than_that(service: Loopback) -> None:
    assert judged(service, "ready", node(), of=pool(1, state="deleting"))["reasons"] == [
        "pool pool-1 has 1 of 1 nodes (steady): its nodes go away, the pool is being deleted"
    ]


def test_nor_does_who_asks_for_some_nodes_mind_a_state_that_is_not_known(service: Loopback) -> None:
    assert judged(service, "ready", node(), of=pool(1, state="hibernating"), min_nodes=1)["verdict"] == "satisfied"


@pytest.mark.parametrize("condition", ["ready", "idle", "drained", "offline"])
@pytest.mark.parametrize("target", [1, 3])
def test_a_steady_pool_that_counts_more_nodes_than_are_listed_is_pending(
    service: Loopback, condition: str, target: int
) -> None:
    one = node(state="offline" if condition == "offline" else "idle")
    result = judged(service, condition, one, of=pool(3, target))
    assert result["verdict"] == "pending"
    assert result["reasons"] == [f"pool pool-1 has 3 of {target} nodes (steady): only 1 of its 3 nodes is listed"]
    result = judged(service, condition, one, {**one, "id": "tvm-2"}, of=pool(3, target))
    assert result["reasons"] == [f"pool pool-1 has 3 of {target} nodes (steady): only 2 of its 3 nodes are listed"]


@pytest.mark.parametrize("condition", ["drained", "offline"])
@pytest.mark.parametrize("allocation", ["resizing", "stopping", "hibernating"])
def test_also_while_it_is_resized_nobody_knows_of_nodes_that_are_not_listed(
    service: Loopback, condition: str, allocation: str
) -> None:
    one = node(state="offline" if condition == "offline" else "idle")
    assert judged(service, condition, one, of=pool(3, 1, allocation))["verdict"] == "pending"
    assert judged(service, condition, one, of=pool(1, 3, allocation))["verdict"] == "satisfied"


@pytest.mark.parametrize("options", [{"min_nodes": 1}, {"expected_nodes": ["tvm-1"]}, {"filter": "state eq 'idle'"}])
def test_who_asks_for_some_nodes_needs_no_others_listed(service: Loopback, options: dict[str, Any]) -> None:
    assert judged(service, "ready", node(), of=pool(3), **options)["verdict"] == "satisfied"


def test_a_pool_that_grows_says_so(service: Loopback) -> None:
    assert judged(service, "ready", node(), of=pool(1, 3, "resizing"))["reasons"] == [
        "pool pool-1 has 1 of 3 nodes (resizing): more nodes are to come"
    ]


def test_a_pool_that_is_stuck_says_why(service: Loopback) -> None:
    reasons = judged(service, "ready", node(), of=pool(1, 3, resizeErrors=QUOTA))["reasons"]
    assert reasons == [
        "pool pool-1 has 1 of 3 nodes (steady): not all of its nodes came,"
        " and it stopped resizing, AccountCoreQuotaReached: No cores left"
    ]


@pytest.mark.parametrize(
    ("of", "verdict"),
    [
        (pool(0, 3, "resizing"), "pending"),
        (pool(0), "pending"),
        (pool(2), "pending"),
        (pool(0, state="hibernating"), "pending"),
        (pool(0, 3, resizeErrors=QUOTA), "failed"),
        (pool(0, 0, state="deleting"), "failed"),
    ],
)
@pytest.mark.parametrize("condition", ["ready", "idle", "drained", "offline"])
def test_no_node_satisfies_nothing(service: Loopback, condition: str, of: Wire, verdict: str) -> None:
    result = judged(service, condition, of=of)
    assert (result["verdict"], len(result["reasons"])) == (verdict, 1)
    assert "no node was found" in result["reasons"][0]


@pytest.mark.parametrize(
    ("nodes", "of", "verdict"),
    [
        ([node("a"), node("b")], pool(2), "satisfied"),
        ([node("a"), node("b"), node("c", "creating")], pool(3), "satisfied"),
        ([node("a"), node("b")], pool(2, 9, "resizing"), "satisfied"),
        ([node("a"), node("b", "creating")], pool(2), "pending"),
        ([node("a")], pool(1, 9, "resizing"), "pending"),
        ([node("a")], pool(1, 2, resizeErrors=QUOTA), "failed"),
        ([node("a")], pool(1), "failed"),
        ([node("a"), node("b"), node("c", "unusable")], pool(3), "failed"),
    ],
)
def test_at_least_so_many_nodes_are_enough_while_none_has_failed(
    service: Loopback, nodes: list[Wire], of: Wire, verdict: str
) -> None:
    assert judged(service, "ready", *nodes, of=of, min_nodes=2)["verdict"] == verdict


def test_one_node_may_be_enough(service: Loopback) -> None:
    assert judged(service, "ready", node("a"), of=pool(1, 9, "resizing"), min_nodes=1)["verdict"] == "satisfied"


@pytest.mark.parametrize("condition", ["ready", "idle", "drained", "offline"])
def test_more_nodes_than_a_steady_pool_is_to_have_are_not_waited_for(service: Loopback, condition: str) -> None:
    one = node("a", "offline" if condition == "offline" else "idle")
    result = judged(service, condition, one, node("b", "creating"), of=pool(2, 3), min_nodes=4)
    assert result["verdict"] == "failed"
    assert result["reasons"] == [
        "pool pool-1 has 2 of 3 nodes (steady): min_nodes is 4, and the pool will not have more than 3 unless somebody resizes it",
        *(["b: is creating"] if condition != "drained" else []),
    ]


def test_a_wait_for_more_nodes_than_the_pool_is_to_have_ends_at_its_first_look(service: Loopback) -> None:
    waited = judged(service, "ready", node("a"), of=pool(1), min_nodes=4, wait=True)
    assert (waited["polls"], waited["failure"]["code"]) == (1, "ConditionFailed")
    asked_later = judged(service, "ready", node("a"), of=pool(1), min_nodes=4, wait=True, fail_fast=False)
    assert (asked_later["polls"], asked_later["failure"]["code"]) == (1, "ConditionFailed")


@pytest.mark.parametrize(
    ("of", "verdict"),
    [
        (pool(2), "failed"),
        (pool(0), "failed"),
        (pool(0, 2), "failed"),
        (pool(2, 0), "failed"),
        (pool(1, **{**SPOT, "targetLowPriorityNodes": 1}), "failed"),
        (pool(1, 2, resizeErrors=QUOTA), "failed"),
        # It is to have them, of both kinds together, or has them still.
        (pool(0, 3), "pending"),
        (pool(2, 0, **{**SPOT, "targetLowPriorityNodes": 1}), "pending"),
        (pool(3, 0), "pending"),
        # It changes now, or may by itself.
        (pool(2, allocation="resizing"), "pending"),
        (pool(2, allocation="stopping"), "pending"),
        (pool(2, enableAutoScale=True), "pending"),
        # It is not known how many there will be, or what happens to it.
        (pool(2, allocation="hibernating"), "pending"),
        (pool(2, state="upgrading"), "pending"),
        (pool(2, state="hibernating"), "pending"),
        ({**pool(2), "targetDedicatedNodes": None}, "pending"),
        ({**pool(2), "currentDedicatedNodes": None}, "pending"),
        (pool(2, targetLowPriorityNodes=-1, currentLowPriorityNodes=0), "pending"),
        ({"id": "pool-1", "state": "active", "allocationState": "steady"}, "pending"),
    ],
    ids=str,
)
def test_only_a_pool_that_stays_as_it_is_ends_a_wait_for_more_nodes(service: Loopback, of: Wire, verdict: str) -> None:
    assert judged(service, "ready", node("a"), node("b"), of=of, min_nodes=3)["verdict"] == verdict


def test_more_nodes_than_the_pool_tells_of_contradict_it(service: Loopback) -> None:
    nodes = [node("a"), node("b"), node("c", "creating")]
    assert judged(service, "ready", *nodes, of=pool(2), min_nodes=3)["verdict"] == "pending"
    assert judged(service, "ready", *nodes[:2], node("c"), of=pool(2), min_nodes=3)["verdict"] == "satisfied"


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (pool(2, enableAutoScale=True), ", and its formula gives it 2 so far"),
        (pool(2, enableAutoScale=True, allocation="resizing"), ", and its formula gives it 2 so far"),
        (pool(2, enableAutoScale=True, resizeErrors=QUOTA), ", and its formula gives it 2 so far"),
        (pool(2, 1, "resizing"), ", and it is being resized to 1"),
        (pool(2, 9, "resizing"), ""),
        (pool(2, 9, enableAutoScale=True), ""),
        (pool(2, 3, enableAutoScale=True), ""),
        ({**pool(2, allocation="resizing"), "targetDedicatedNodes": None}, ""),
        (pool(2, allocation="stopping"), ""),
    ],
    ids=str,
)
def test_a_pool_that_is_to_have_too_few_so_far_says_so(service: Loopback, of: Wire, words: str) -> None:
    result = judged(service, "ready", node("a"), node("b"), of=of, min_nodes=3)
    assert result["verdict"] == "pending"
    assert result["reasons"][0].endswith(f": 2 of at least 3 nodes are ready{words}")


def test_too_few_nodes_are_told_in_numbers(service: Loopback) -> None:
    result = judged(service, "ready", node("a"), node("b", "creating"), min_nodes=2)
    assert result["reasons"] == ["b: is creating", "pool-1: 1 of at least 2 nodes are ready"]
    # Once, also where the pool would have to get them.
    result = judged(service, "ready", node("a"), of=pool(1, 9, "resizing"), min_nodes=2)
    assert result["reasons"] == ["pool pool-1 has 1 of 9 nodes (resizing): 1 of at least 2 nodes are ready"]


def test_that_an_expected_node_is_not_there_says_enough(service: Loopback) -> None:
    nodes = node("a", "creating"), node("b", "creating")
    result = judged(service, "ready", *nodes, expected_nodes=["a", "z"], min_nodes=1)
    assert result["reasons"] == ["a: is creating", "pool pool-1 has 2 of 2 nodes (steady): does not have z"]


@pytest.mark.parametrize("condition", ["ready", "idle"])
def test_without_one_good_node_it_does_not_help_that_failures_are_tolerated(service: Loopback, condition: str) -> None:
    result = judged(service, condition, node("a", "unusable"), node("b", "unusable"), max_failed_nodes=2)
    assert (result["verdict"], result["reasons"]) == (
        "pending",
        [f"pool pool-1 has 2 of 2 nodes (steady): no node is {condition}"],
    )
    assert result["tolerated"] == ["a: is unusable", "b: is unusable"]
    result = judged(service, condition, node("a", "unusable"), node("b", "unusable"), max_failed_nodes=1)
    assert (result["reasons"], result.get("tolerated")) == (["a: is unusable", "b: is unusable"], None)
    result = judged(service, condition, node("a", "unusable"), node("b", "starting"), max_failed_nodes=1)
    assert result["reasons"] == ["b: is starting"]


@pytest.mark.parametrize(
    ("expected", "nodes", "of", "verdict"),
    [
        (["a"], [node("a"), node("b", "creating")], pool(2), "satisfied"),
        (["a"], [node("a"), node("b", "unusable")], pool(2), "satisfied"),
        (["a", "b"], [node("a"), node("b", "creating")], pool(2), "pending"),
        (["a", "b"], [node("a"), node("b", "unusable")], pool(2), "failed"),
        (["a", "z"], [node("a"), node("b")], pool(2), "pending"),
        (["z"], [node("a")], pool(1, 2, resizeErrors=QUOTA), "failed"),
        (["a"], [node("a")], pool(1, 9, "resizing"), "satisfied"),
    ],
)
def test_only_the_expected_nodes_are_judged_and_each_must_be_there(
    service: Loopback, expected: list[str], nodes: list[Wire], of: Wire, verdict: str
) -> None:
    assert judged(service, "ready", *nodes, of=of, expected_nodes=expected)["verdict"] == verdict


@pytest.mark.parametrize(
    ("expected", "least", "verdict"), [(["a"], 1, "satisfied"), (["a"], 3, "pending"), (["a", "z"], 1, "pending")]
)
def test_expected_nodes_and_too_few_do_not_make_up_for_each_other(
    service: Loopback, expected: list[str], least: int, verdict: str
) -> None:
    nodes = node("a"), node("b"), node("c"), node("z", "creating")
    assert judged(service, "ready", *nodes, expected_nodes=expected, min_nodes=least)["verdict"] == verdict


def test_what_a_filter_lets_through_is_no_whole_pool(service: Loopback) -> None:
    options = {"of": pool(1, 9, "resizing"), "filter": "state eq 'idle'"}
    assert judged(service, "ready", node(), **options)["verdict"] == "satisfied"


@pytest.mark.parametrize(
    ("of", "options", "verdict"),
    [
        (pool(0), {"empty_ok": True}, "satisfied"),
        (pool(0), {}, "pending"),
        (pool(0, enableAutoScale=True), {"empty_ok": True}, "satisfied"),
        (pool(0, enableAutoScale=True), {}, "pending"),
        (pool(0, allocation="resizing", enableAutoScale=True), {"empty_ok": True}, "pending"),
        (pool(0, target=1, enableAutoScale=True), {"empty_ok": True}, "pending"),
        (pool(0, **SPOT), {"empty_ok": True}, "pending"),
        ({"id": "pool-1", "state": "active", "allocationState": "steady"}, {"empty_ok": True}, "pending"),
        (pool(0, targetLowPriorityNodes=0), {"empty_ok": True}, "pending"),
        (pool(0, currentDedicatedNodes=None, **{**SPOT, "targetLowPriorityNodes": 0}), {"empty_ok": True}, "pending"),
        (pool(0, currentDedicatedNodes=-1), {"empty_ok": True}, "pending"),
        (pool(0, state="hibernating"), {"empty_ok": True}, "pending"),
        (pool(0, target=3), {"empty_ok": True}, "pending"),
        (pool(0, allocation="resizing"), {"empty_ok": True}, "pending"),
        (pool(2, target=0), {"empty_ok": True}, "pending"),
        (pool(0, state="deleting"), {"empty_ok": True}, "failed"),
        (pool(0), {"empty_ok": True, "filter": "state eq 'idle'"}, "pending"),
        (pool(0), {"empty_ok": True, "expected_nodes": ["tvm-1"]}, "pending"),
        (pool(0), {"empty_ok": True, "condition": "offline"}, "pending"),
    ],
)
def test_a_pool_that_is_to_have_no_node_is_drained_for_who_says_so(
    service: Loopback, of: Wire, options: dict[str, Any], verdict: str
) -> None:
    service.say("/pools/pool-1", of)
    service.say("/pools/pool-1/nodes", page())
    assert ask(service, NODES, pool_id="pool-1", **{"condition": "drained", **options})["verdict"] == verdict


def test_an_autoscaled_pool_that_is_drained_says_that_it_may_get_nodes_again(service: Loopback) -> None:
    result = judged(service, "drained", of=pool(0, enableAutoScale=True), empty_ok=True, diagnostics=True)
    assert (result["verdict"], result["reasons"], result["failures"]) == ("satisfied", [], [])
    assert result["tolerated"] == [
        "pool pool-1 has 0 of 0 nodes (steady, autoscaled):"
        " it is drained because it is empty, and autoscaling may give it nodes again"
    ]
    assert "tolerated" not in judged(service, "drained", of=pool(0), empty_ok=True)
    # That is not why it is drained, or it is not.
    one = {"of": pool(0, enableAutoScale=True), "empty_ok": True}
    assert "tolerated" not in judged(service, "drained", node(), **one)
    growing = pool(0, enableAutoScale=True, allocation="resizing")
    assert "tolerated" not in judged(service, "drained", of=growing, empty_ok=True)


@pytest.mark.parametrize("condition", ["ready", "idle", "drained", "offline"])
@pytest.mark.parametrize(
    ("errors", "verdict", "words"),
    [
        (STOPPED, "failed", "it stopped resizing, ResizeStopped: Somebody stopped it"),
        (QUOTA, "pending", "it could not get them so far, AccountCoreQuotaReached: No cores left"),
    ],
)
def test_a_pool_without_the_spot_nodes_that_it_is_to_have(
    service: Loopback, condition: str, errors: list[Wire], verdict: str, words: str
) -> None:
    result = judged(service, condition, of=pool(0, **SPOT, resizeErrors=errors))
    assert (result["verdict"], result["reasons"]) == (
        verdict,
        [f"pool pool-1 has 0 of 3 nodes (steady): no node was found, and {words}"],
    )


@pytest.mark.parametrize(("errors", "verdict"), [(STOPPED, "failed"), (QUOTA, "pending")])
def test_too_few_spot_nodes_say_why(service: Loopback, errors: list[Wire], verdict: str) -> None:
    of = pool(0, currentLowPriorityNodes=1, targetLowPriorityNodes=3, resizeErrors=errors)
    result = judged(service, "ready", node(isDedicated=False), of=of, min_nodes=2)
    assert (result["verdict"], errors[0]["message"] in result["reasons"][0]) == (verdict, True)


def judge_starting(names: str, *twice: str) -> Judgement:
    """What nodes come to that start since 11:13; some are listed again, and then they are ready."""
    nodes = {
        name: [Standing(node(name, "starting", stateTransitionTime="11:13"), "is starting", False)] for name in names
    }
    for name in twice:
        nodes[name].append(Standing(node(name), None, False))
    options = ReadOptions(several=True, condition="ready")
    return judge(NodeScope(options, pool_state("pool-1", pool(len(nodes))), nodes, (), needs_health=True))


@pytest.mark.parametrize("names", ["a", "abcd"])
def test_since_when_nodes_start_is_told_of_each(names: str) -> None:
    (reason,) = judge_starting(names).missing
    assert reason.lasting == tuple(Lasting(f"pool-1/{name}", "starting", "11:13") for name in names)


def test_who_is_waited_for_is_accused_with_its_pool() -> None:
    judgement = judge_starting("ab", "b")
    twice = "is listed twice, in different states"
    assert judgement.missing == [
        Reason(f"pool-1/b: {twice}", Offender("node", twice, pool_id="pool-1", node_id="b")),
        Reason("pool-1/a: is starting", Offender("node", "is starting", pool_id="pool-1", node_id="a")),
    ]
    assert judgement.going_on


def test_three_nodes_in_the_same_plight_are_told_one_by_one(service: Loopback) -> None:
    three = [node(name, "starting") for name in "abc"]
    assert judged(service, "ready", *three)["reasons"] == [f"{name}: is starting" for name in "abc"]
    assert judged(service, "ready", *three, node("d", "starting"))["reasons"] == ["a, b, c, d: each is starting"]


def test_many_nodes_in_the_same_plight_are_told_in_one_sentence(service: Loopback) -> None:
    nodes = [node(f"tvm-{number}", "starting") for number in range(1, 10)] + [node("tvm-10", "rebooting")]
    service.say("/pools/pool-1", pool(10))
    service.say("/pools/pool-1/nodes", page(*nodes))
    assert ask(service, NODES, pool_id="pool-1", condition="ready")["reasons"] == [
        "tvm-1, tvm-2, tvm-3, tvm-4, tvm-5 and 4 more: each is starting",
        "tvm-10: is rebooting",
    ]
