# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a pool: how many nodes there are, how many are wanted, and whether more can come."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState, read_pool_state
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.wire import pool

QUOTA = [{"code": "AccountCoreQuotaReached", "message": "No cores left"}]


def state_of(service: Loopback, wire: dict[str, Any]) -> PoolState:
    service.say("/pools/pool-1", wire)
    return read_pool_state(connect(service.url), "pool-1")


def test_dedicated_and_spot_nodes_are_counted_together(service: Loopback) -> None:
    state = state_of(service, pool(1, 2, currentLowPriorityNodes=3, targetLowPriorityNodes=4))
    assert (state.current, state.target) == (4, 6)


@pytest.mark.parametrize(
    "wire",
    [
        {"id": "pool-1"},
        {"id": "pool-1", "currentDedicatedNodes": None, "targetLowPriorityNodes": None},
    ],
)
def test_a_number_that_is_not_told_is_not_zero(service: Loopback, wire: dict[str, Any]) -> None:
    state = state_of(service, wire)
    assert (state.current, state.target, state.state, state.allocation_state) == (None, None, "unknown", "unknown")
    assert not state.steady
    assert not state.settled
    assert str(state) == "pool pool-1 has ? of ? nodes (unknown)"


@pytest.mark.parametrize("wire", [{}, {"id": None}, {"id": ""}, {"allocationState": "steady"}, {"state": "active"}])
def test_an_object_without_an_id_is_no_pool(service: Loopback, wire: dict[str, Any]) -> None:
    with pytest.raises(AnswerError, match="There is no id in the answer about pool pool-1"):
        state_of(service, wire)


def test_an_answer_about_another_pool_says_nothing_of_this_one(service: Loopback) -> None:
    with pytest.raises(AnswerError, match="The answer about pool pool-1 is about another one"):
        state_of(service, pool(1, id="pool-2"))


def test_the_id_of_a_pool_comes_back_in_any_case(service: Loopback) -> None:
    assert state_of(service, pool(1, id="POOL-1")).current == 1


@pytest.mark.parametrize(
    ("wire", "current", "target"),
    [
        (pool(0, 3, currentDedicatedNodes=None), None, 3),
        (pool(2, targetDedicatedNodes=None), 2, None),
        (pool(2, targetLowPriorityNodes=1), None, 3),
        (pool(2, currentLowPriorityNodes=1), 3, None),
        # Less than no node is no number of a pool that is there.
        (pool(0, currentDedicatedNodes=-1), None, 0),
        (pool(0, targetDedicatedNodes=-1), 0, None),
    ],
    ids=str,
)
@pytest.mark.parametrize("error", ["AccountCoreQuotaReached", "ResizeStopped"])
def test_a_pool_that_does_not_tell_a_number_is_not_accused_and_not_settled(
    service: Loopback, wire: dict[str, Any], current: int | None, target: int | None, error: str
) -> None:
    state = state_of(service, {**wire, "resizeErrors": [{"code": error, "message": "No"}]})
    assert (state.current, state.target) == (current, target)
    assert (state.stuck, state.short, state.has_fewer) == (None, None, False)
    assert not (state.counted or state.settled or state.resized or state.accused)


def test_one_kind_that_is_short_is_accused_whatever_the_other_does_not_tell(service: Loopback) -> None:
    assert state_of(service, pool(1, 3, targetLowPriorityNodes=1, resizeErrors=QUOTA)).stuck


def test_a_pool_that_is_being_deleted_does_not_have_less_than_no_node(service: Loopback) -> None:
    wire = pool(0, 0, "resizing", state="deleting", currentLowPriorityNodes=-1, targetLowPriorityNodes=0)
    assert state_of(service, wire).summary() == {
        "pool_state": "deleting",
        "allocation_state": "resizing",
        "current_nodes": 0,
        "target_nodes": 0,
        "resize_errors": [],
    }


SPOT = {"currentLowPriorityNodes": 1, "targetLowPriorityNodes": 3}
STOPPED = [{"code": "ResizeStopped", "message": "Somebody stopped it"}]
TIMED_OUT = [{"code": "AllocationTimedout", "message": "No capacity"}]


@pytest.mark.parametrize(
    ("wire", "stuck", "short"),
    [
        (pool(0, 0, **SPOT, resizeErrors=STOPPED), "it stopped resizing, ResizeStopped: Somebody stopped it", None),
        (pool(2, 2, **SPOT, resizeErrors=STOPPED), "it stopped resizing, ResizeStopped: Somebody stopped it", None),
        (
            pool(0, 0, **SPOT, resizeErrors=TIMED_OUT),
            None,
            "it could not get them so far, AllocationTimedout: No capacity",
        ),
        (
            pool(0, 0, **SPOT, resizeErrors=STOPPED, enableAutoScale=True),
            None,
            "it could not get them so far, ResizeStopped: Somebody stopped it",
        ),
        (
            pool(0, 2, resizeErrors=STOPPED, enableAutoScale=True),
            None,
            "it could not get them so far, ResizeStopped: Somebody stopped it",
        ),
        (pool(0, 0, "resizing", **SPOT, resizeErrors=STOPPED), None, None),
        (pool(0, 0, "stopping", **SPOT, resizeErrors=TIMED_OUT), None, None),
        # The error of a resize that is long over.
        (pool(2, 2, resizeErrors=TIMED_OUT, enableAutoScale=True), None, None),
        (pool(2, 2, resizeErrors=STOPPED), None, None),
        # More Spot nodes than wanted do not make up for a dedicated one.
        (
            pool(1, 2, currentLowPriorityNodes=3, targetLowPriorityNodes=2, resizeErrors=TIMED_OUT),
            "it stopped resizing, AllocationTimedout: No capacity",
            None,
        ),
    ],
    ids=str,
)
def test_who_is_stuck_and_who_is_only_short(
    service: Loopback, wire: dict[str, Any], stuck: str | None, short: str | None
) -> None:
    state = state_of(service, wire)
    assert (state.stuck, state.short, state.accused) == (stuck, short, stuck is not None)


def test_a_steady_pool_with_a_resize_error_short_of_its_target_is_stuck(service: Loopback) -> None:
    state = state_of(service, pool(1, 3, "Steady", resizeErrors=QUOTA))
    assert state.stuck == "it stopped resizing, AccountCoreQuotaReached: No cores left"


@pytest.mark.parametrize(
    "wire",
    [
        pool(1, 3, "resizing", resizeErrors=QUOTA),
        pool(1, 3, "stopping", resizeErrors=QUOTA),
        pool(3, 3, "steady", resizeErrors=QUOTA),
        pool(1, 3, "steady"),
        pool(1, 3, "steady", resizeErrors=[]),
    ],
)
def test_a_pool_that_may_still_grow_or_has_its_nodes_is_not_stuck(service: Loopback, wire: dict[str, Any]) -> None:
    assert state_of(service, wire).stuck is None


def test_a_pool_that_is_being_deleted_is_stuck(service: Loopback) -> None:
    state = state_of(service, pool(3, 3, state="Deleting"))
    assert (state.stuck, state.accused) == ("the pool is being deleted", False)


OVER = {"currentLowPriorityNodes": 3, "targetLowPriorityNodes": 2}
KEPT = "it stopped resizing, ResizeStopped: Somebody stopped it, and keeps more nodes than it should have"


@pytest.mark.parametrize(
    ("wire", "kept"),
    [
        (pool(3, 2, resizeErrors=STOPPED), KEPT),
        (pool(2, 2, **OVER, resizeErrors=STOPPED), KEPT),
        # No one says that it stopped: nodes may still leave.
        (pool(3, 2), None),
        (pool(3, 2, resizeErrors=TIMED_OUT), None),
        (pool(3, 2, "stopping", resizeErrors=STOPPED), None),
        (pool(3, 2, enableAutoScale=True, resizeErrors=STOPPED), None),
        (pool(3, 2, state="deleting", resizeErrors=STOPPED), None),
        (pool(2, 2, resizeErrors=STOPPED), None),
        (pool(3, targetDedicatedNodes=None, resizeErrors=STOPPED), None),
    ],
    ids=str,
)
def test_a_pool_that_was_stopped_while_it_shrank_keeps_its_nodes(
    service: Loopback, wire: dict[str, Any], kept: str | None
) -> None:
    state = state_of(service, wire)
    assert state.kept == kept
    assert state.accused is bool(kept)


def test_a_pool_tells_how_far_it_is(service: Loopback) -> None:
    growing = pool(1, 3, "Resizing")
    assert str(state_of(service, growing)) == "pool pool-1 has 1 of 3 nodes (resizing)"
    autoscaled = {**growing, "enableAutoScale": True}
    assert str(state_of(service, autoscaled)) == "pool pool-1 has 1 of 3 nodes (resizing, autoscaled)"


def test_only_what_decides_is_read(service: Loopback) -> None:
    state_of(service, pool(1))
    assert service.requests[0].query["$select"].split(",") == [
        "id",
        "state",
        "allocationState",
        "currentDedicatedNodes",
        "currentLowPriorityNodes",
        "targetDedicatedNodes",
        "targetLowPriorityNodes",
        "enableAutoScale",
        "autoScaleRun",
        "resizeErrors",
    ]


FORMULA = {"autoScaleRun": {"timestamp": "2026-01-31T08:00:00Z", "error": {"code": "Formula", "message": "No $x"}}}


@pytest.mark.parametrize(
    ("wire", "stale"),
    [
        (pool(3, resizeErrors=QUOTA), True),
        # It has not what it is to have.
        (pool(3, 2, resizeErrors=QUOTA), False),
        (pool(3, 2, resizeErrors=STOPPED), False),
        (pool(3, 3, "resizing", resizeErrors=QUOTA), True),
        (pool(2, 3, resizeErrors=QUOTA), False),
        (pool(2, 2, **SPOT, resizeErrors=STOPPED), False),
        (pool(2, 3, currentLowPriorityNodes=1, targetLowPriorityNodes=0, resizeErrors=QUOTA), False),
        # Not known to be old.
        (pool(2, currentLowPriorityNodes=1, resizeErrors=QUOTA), False),
        (pool(2, targetDedicatedNodes=None, resizeErrors=QUOTA), False),
        ({"id": "pool-1", "resizeErrors": QUOTA}, False),
    ],
    ids=str,
)
def test_an_error_is_old_where_the_pool_has_all_it_is_to_have(
    service: Loopback, wire: dict[str, Any], stale: bool
) -> None:
    assert state_of(service, wire).stale_errors == (["AccountCoreQuotaReached: No cores left"] if stale else [])


@pytest.mark.parametrize(
    ("wire", "resized", "settled"),
    [
        (pool(3), True, True),
        (pool(0), True, True),
        (pool(3, currentLowPriorityNodes=1, targetLowPriorityNodes=1), True, True),
        (pool(3, 2), False, True),
        (pool(3, currentLowPriorityNodes=2, targetLowPriorityNodes=1), False, True),
        # More nodes may come, or are to come.
        (pool(3, enableAutoScale=True), True, False),
        (pool(3, allocation="resizing"), False, False),
        (pool(2, 3), False, False),
        (pool(2, 3, resizeErrors=QUOTA), False, True),
        (pool(3, **SPOT), False, False),
        # Enough of both kinds together are too few of one.
        (pool(1, 3, currentLowPriorityNodes=2, targetLowPriorityNodes=0), False, False),
        (pool(3, state="upgrading"), False, True),
        (pool(3, state="deleting"), False, True),
        (pool(2, 3, state="deleting"), False, True),
        (pool(3, state="hibernating"), False, False),
        (pool(3, targetDedicatedNodes=None), False, False),
        (pool(3, currentLowPriorityNodes=0), False, False),
    ],
    ids=str,
)
def test_whether_it_has_what_it_is_to_have_and_whether_more_may_come(
    service: Loopback, wire: dict[str, Any], resized: bool, settled: bool
) -> None:
    state = state_of(service, wire)
    assert (state.resized, state.settled) == (resized, settled)


@pytest.mark.parametrize(
    ("wire", "failing"),
    [
        (pool(1, enableAutoScale=True, **FORMULA), "its autoscale formula fails, Formula: No $x"),
        (pool(1, enableAutoScale=True, autoScaleRun={"results": "$TargetDedicatedNodes=1"}), None),
        (pool(1, enableAutoScale=True), None),
        # Of a formula that is not used any more.
        (pool(1, **FORMULA), None),
    ],
    ids=str,
)
def test_a_formula_fails_where_its_last_run_has_an_error(
    service: Loopback, wire: dict[str, Any], failing: str | None
) -> None:
    state = state_of(service, wire)
    assert (state.failing_formula, state.stuck, state.short) == (failing, None, failing)
