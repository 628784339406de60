# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of a list are read one after the other. A node that was well and has changed since is not forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import NODES
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, Wire, node, pool

LIST = "/pools/pool-1/nodes"
# By the condition: the state of a node that satisfies it, one that does not, and the filter of those that do not.
STATES = {
    "ready": ("idle", "rebooting", "state ne 'idle' or startTaskInfo/result eq 'failure'"),
    "idle": ("idle", "running", "state ne 'idle' or startTaskInfo/result eq 'failure'"),
    "drained": ("idle", "running", "state eq 'running' or state eq 'unknown'"),
    "offline": ("offline", "idle", "state ne 'offline'"),
}


def two_pages(service: Loopback, condition: str, *confirmed: Wire, **options: Any) -> dict[str, Any]:
    """Both nodes are as they should be, and `confirmed` are those that the list names that is read behind them."""
    well = STATES[condition][0]
    service.say("/pools/pool-1", pool(2))
    link = f"{service.url}{LIST}?$skiptoken=1"
    service.say(LIST, page(node("tvm-1", well), link=link), page(node("tvm-2", well)), page(*confirmed))
    return ask(service, NODES, pool_id="pool-1", condition=condition, **options)


def filters(service: Loopback) -> list[str | None]:
    return [request.query.get("$filter") for request in service.requests if request.path == LIST]


@pytest.mark.parametrize("condition", STATES)
def test_what_several_pages_say_is_confirmed_by_one_list(service: Loopback, condition: str) -> None:
    assert two_pages(service, condition)["verdict"] == "satisfied"
    assert filters(service) == [None, None, STATES[condition][2]]


@pytest.mark.parametrize("condition", STATES)
def test_a_node_that_the_list_names_is_as_it_is_there(service: Loopback, condition: str) -> None:
    state = STATES[condition][1]
    result = two_pages(service, condition, node("TVM-1", state))
    assert (result["verdict"], result["reasons"]) == ("pending", [f"tvm-1: is {state}"])


def test_one_that_broke_meanwhile_is_told_and_the_next_look_says_whether_it_has_failed(service: Loopback) -> None:
    """What was read before is older: of two broken nodes, the other may be well again."""
    result = two_pages(service, "ready", node("tvm-1", "unusable"))
    assert (result["verdict"], result["reasons"]) == ("pending", ["tvm-1: is unusable"])
    assert (result["summary"]["failed_nodes"], result["nodes"][0]["state"]) == (["tvm-1"], "unusable")


@pytest.mark.parametrize(
    "changed", [{"schedulingState": "disabled"}, {"startTaskInfo": {"state": "completed", **FAILURE}}]
)
def test_a_node_that_is_in_the_same_state_and_not_ready_any_more_is_seen(service: Loopback, changed: Wire) -> None:
    assert two_pages(service, "ready", node("tvm-1", "running", **changed))["verdict"] == "pending"


def test_what_failed_before_and_after_is_not_added_up(service: Loopback) -> None:
    """One may be broken: the first one was, and is well again, and then the second one broke."""
    service.say("/pools/pool-1", pool(2))
    link = f"{service.url}{LIST}?$skiptoken=1"
    broken = [node(node_id, "unusable") for node_id in ("tvm-1", "tvm-2")]
    service.say(LIST, page(broken[0], link=link), page(node("tvm-2"), node("tvm-3")), page(broken[1]))
    result = ask(service, NODES, pool_id="pool-1", condition="ready", max_failed_nodes=1)
    assert result["verdict"] == "pending"


def test_as_many_may_be_broken_as_are_tolerated(service: Loopback) -> None:
    result = two_pages(service, "ready", node("tvm-1", "unusable"), max_failed_nodes=1)
    assert (result["verdict"], result["tolerated"]) == ("satisfied", ["tvm-1: is unusable"])


def test_of_at_least_so_many_one_that_left_does_not_count(service: Loopback) -> None:
    assert two_pages(service, "ready", node("tvm-1", "rebooting"), min_nodes=1)["verdict"] == "satisfied"
    service.requests.clear()
    assert two_pages(service, "ready", node("tvm-1", "rebooting"), min_nodes=2)["verdict"] == "pending"


def test_what_the_list_says_twice_is_disputed(service: Loopback) -> None:
    result = two_pages(service, "ready", node("tvm-1", "rebooting"), node("tvm-1"))
    assert (result["verdict"], result["reasons"]) == ("pending", ["tvm-1: is listed twice, in different states"])


def test_a_filter_of_the_user_holds_for_it_too(service: Loopback) -> None:
    given = "state eq 'idle' or state eq 'offline'"
    two_pages(service, "idle", filter=given)
    assert filters(service)[-1] == f"({given}) and ({STATES['idle'][2]})"


def test_one_page_is_of_one_moment(service: Loopback) -> None:
    service.say("/pools/pool-1", pool(1))
    service.say(LIST, page(node()))
    assert ask(service, NODES, pool_id="pool-1", condition="ready")["verdict"] == "satisfied"
    assert filters(service) == [None]


def test_nodes_that_are_not_ready_anyway_are_not_confirmed(service: Loopback) -> None:
    service.say("/pools/pool-1", pool(2))
    link = f"{service.url}{LIST}?$skiptoken=1"
    service.say(LIST, page(node("tvm-1", "starting"), link=link), page(node("tvm-2")))
    assert ask(service, NODES, pool_id="pool-1", condition="ready")["verdict"] == "pending"
    assert filters(service) == [None, None]


def test_at_no_moment_were_all_of_them_ready() -> None:
    """Nodes that are rebooted one after the other: the first begins when the second is back."""
    first = [{"at": 0, "state": "idle"}, {"at": 15, "state": "rebooting"}]
    second = [{"at": 0, "state": "rebooting"}, {"at": 15, "state": "idle"}]
    nodes = [{"id": "tvm-1", "states": first}, {"id": "tvm-2", "states": second}]
    with Simulator({"pools": [{"id": "pool-1", "nodes": nodes}], "jobs": []}, clock=StepClock(2, 11)) as simulator:
        given = {**options_of(simulator), "access_token": None, "condition": "ready", "page_size": 1}
        result = ask(simulator, NODES, pool_id="pool-1", **given)
    assert result["summary"]["by_state"] == {"rebooting": 1, "idle": 1}
    assert result["reasons"] == ["tvm-1: is rebooting"]
