# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which nodes of a pool a condition is about, and how they stand; without a service."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.node_scope import NodeScope, Standing, weigh
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import pool_state
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, MYSTERY, SUCCESS, Wire, node, pool

GOOD, WAITS, BROKEN = Standing({}, None, False), Standing({}, "is starting", False), Standing({}, "is unusable", True)


def scope(nodes: dict[str, list[Standing]], *missing: str, of: Wire | None = None, **options: Any) -> NodeScope:
    state = pool_state("pool-1", of or pool(len(nodes)))
    return NodeScope(ReadOptions(pool_ids=("pool-1",), condition="ready", **options), state, nodes, missing, True)


def test_each_node_stands_in_one_place() -> None:
    found = scope({"a": [GOOD], "b": [WAITS], "c": [BROKEN], "d": [GOOD, WAITS]})
    assert (found.good, found.waiting, len(found.failed), found.doubted) == (1, {"b": "is starting"}, 1, {"d"})


@pytest.mark.parametrize(
    ("entries", "doubted"),
    [
        ([GOOD], False),
        ([GOOD, GOOD], False),
        ([WAITS, WAITS._replace(lacks="is rebooting")], False),
        ([GOOD, WAITS], True),
        ([BROKEN, WAITS], True),
        ([GOOD, WAITS, GOOD], True),
    ],
    ids=str,
)
def test_a_node_is_doubted_where_its_entries_are_judged_differently(entries: list[Standing], doubted: bool) -> None:
    assert bool(scope({"a": entries}).doubted) is doubted


def test_only_expected_nodes_count_and_those_that_are_not_there_are_absent() -> None:
    found = scope({"a": [GOOD], "b": [BROKEN], "c": [GOOD, WAITS]}, expected_nodes=("a", "z"))
    assert (found.good, found.failed, found.doubted, found.absent) == (1, [], set(), ["z"])
    assert not found.whole_pool


def test_named_nodes_that_do_not_exist_are_absent() -> None:
    assert scope({"a": [GOOD]}, "gone", node_ids=("a", "gone")).absent == ["gone"]


@pytest.mark.parametrize(
    ("least", "enough", "too_few", "may_be"),
    [
        (None, False, False, True),
        (0, True, False, True),
        (1, True, False, True),
        (2, False, True, True),
        (3, False, True, False),
        (4, False, True, False),
    ],
)
def test_at_least_so_many(least: int | None, enough: bool, too_few: bool, may_be: bool) -> None:
    found = scope({"a": [GOOD], "b": [WAITS], "c": [BROKEN]}, min_nodes=least)
    assert (found.enough, found.too_few, found.may_be_enough) == (enough, too_few, may_be)


def test_one_node_must_do_whatever_is_asked_for() -> None:
    assert not scope({"a": [BROKEN]}).may_be_enough
    assert scope({"a": [GOOD]}).may_be_enough
    assert not scope({"a": [BROKEN]}, min_nodes=0).enough


def test_a_node_of_which_nobody_knows_may_do() -> None:
    assert scope({"a": [GOOD], "b": [GOOD, WAITS]}, min_nodes=2).may_be_enough


@pytest.mark.parametrize(
    "options", [{"node_ids": ("a",)}, {"expected_nodes": ("a",)}, {"filter": "x"}, {"min_nodes": 1}], ids=str
)
def test_who_asks_for_some_nodes_does_not_ask_for_the_pool(options: dict[str, Any]) -> None:
    assert scope({"a": [GOOD]}).whole_pool
    assert not scope({"a": [GOOD]}, **options).whole_pool


def test_of_entries_that_are_judged_alike_the_later_one_counts() -> None:
    assert scope({"a": [WAITS, WAITS._replace(lacks="is rebooting")]}).waiting == {"a": "is rebooting"}


def test_of_a_node_that_nobody_asked_about_only_that_it_is_broken_is_a_difference() -> None:
    assert not scope({"a": [GOOD], "b": [GOOD, WAITS]}, expected_nodes=("a",)).going_on
    assert scope({"a": [GOOD], "b": [GOOD, BROKEN]}, expected_nodes=("a",)).going_on


FAILED_START, STRANGE_START = ({"state": "completed", **info} for info in (FAILURE, MYSTERY))


@pytest.mark.parametrize(
    ("wire", "lacks", "needs_health", "standing"),
    [
        (node(), None, True, (None, False, False)),
        (node(state="unusable"), None, True, ("is broken", True, False)),
        (node(state="unusable"), "is unusable", False, ("is unusable", False, False)),
        (node(startTaskInfo=STRANGE_START), None, True, (None, False, False)),
        (node(startTaskInfo={"state": "completed", **SUCCESS}), None, True, (None, False, False)),
        # Who knows no better by now never will; a state may still change, and so may what else it lacks.
        (
            node(startTaskInfo=STRANGE_START),
            "its start task ended with a result that is not known",
            True,
            ("its start task ended with a result that is not known", False, True),
        ),
        (
            node(startTaskInfo={"state": "strange"}),
            "its start task is in a state that is not known",
            True,
            ("its start task is in a state that is not known", False, False),
        ),
        (node(startTaskInfo=STRANGE_START), "runs a task", True, ("runs a task", False, False)),
        (node(startTaskInfo=FAILED_START), "is running", False, ("is running", False, False)),
    ],
    ids=str,
)
def test_how_a_node_stands(wire: Wire, lacks: str | None, needs_health: bool, standing: tuple[Any, ...]) -> None:
    assert weigh(wire, lambda _node: lacks, needs_health) == (wire, *standing)


def test_since_when_is_told_where_the_node_lacks_another_state() -> None:
    since = {"stateTransitionTime": "11:13"}
    starts = Standing(node(state="starting", **since), "is starting", False)
    drains = Standing(node(state="running", **since), "runs 3 tasks", False)
    found = scope({"a": [starts], "b": [drains]})
    assert (found.since("a"), found.since("b")) == ("11:13", None)


def test_a_change_is_one_of_what_is_judged() -> None:
    first = scope({"a": [GOOD], "b": [WAITS]})
    others = [
        scope({"c": [GOOD], "b": [WAITS]}),
        scope({"a": [WAITS], "b": [GOOD]}),
        scope({"a": [GOOD], "b": [BROKEN]}),
        scope({"a": [GOOD], "b": [WAITS]}, of=pool(2, 3)),
        scope({"a": [GOOD], "b": [WAITS], "c": [GOOD]}, of=pool(2), expected_nodes=("a", "b")),
        scope({"a": [GOOD], "b": [GOOD, WAITS]}),
        scope({"a": [GOOD], "b": [WAITS]}, "gone"),
    ]
    assert len({found.digest for found in (first, *others)}) == 8
    busy = GOOD._replace(node=node(state="running"))
    assert scope({"b": [WAITS], "a": [busy]}, of=pool(2, stateTransitionTime="11:13")).digest == first.digest


def test_since_when_a_pool_is_as_it_is_is_no_change() -> None:
    nodes = {"a": [GOOD]}
    found = [scope(nodes), scope(nodes)]
    found[1].pool = found[1].pool._replace(since="11:13")
    assert found[0].digest == found[1].digest


@pytest.mark.parametrize(("most", "too_many"), [(0, True), (1, True), (2, False)])
def test_so_many_may_have_failed(most: int, too_many: bool) -> None:
    assert scope({"a": [BROKEN], "b": [BROKEN]}, max_failed_nodes=most).too_many_failed is too_many


@pytest.mark.parametrize(
    ("nodes", "of", "options", "going_on"),
    [
        ({"a": [GOOD]}, pool(1), {}, False),
        ({"a": [BROKEN]}, pool(1), {}, False),
        ({"a": [WAITS]}, pool(1), {}, True),
        ({"a": [GOOD, WAITS]}, pool(1), {}, True),
        ({"a": [GOOD]}, pool(1, 2), {}, True),
        ({"a": [GOOD]}, pool(1, 2), {"node_ids": ("a",)}, False),
    ],
    ids=str,
)
def test_whether_anything_may_still_change(
    nodes: dict[str, list[Standing]], of: Wire, options: dict[str, Any], going_on: bool
) -> None:
    assert scope(nodes, of=of, **options).going_on is going_on
