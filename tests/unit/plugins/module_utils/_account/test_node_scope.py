# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which nodes of a pool a condition is about, and how they stand; without a service."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.node_scope import NodeScope, Standing
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import pool_state
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.tests.support.wire import Wire, pool

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
    ],
)
def test_at_least_so_many(least: int | None, enough: bool, too_few: bool, may_be: bool) -> None:
    found = scope({"a": [GOOD], "b": [WAITS], "c": [BROKEN]}, min_nodes=least)
    assert (found.enough, found.too_few, found.may_be_enough) == (enough, too_few, may_be)


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
