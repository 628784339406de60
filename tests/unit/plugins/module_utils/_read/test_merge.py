# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many snapshots as one: counts added, ids named with their parent, the worst verdict."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Reason
from ansible_collections.batchops.azure.plugins.module_utils._read.merge import add_up, merge
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot


def test_counts_are_added_and_ids_are_named_with_their_parent() -> None:
    assert add_up(
        {
            "a": {"total": 1, "by_state": {"idle": 1}, "failed_nodes": ["x"]},
            "b": {"total": 2, "by_state": {"idle": 1, "offline": 1}, "failed_nodes": []},
            "c": {"total": 3, "by_state": {"running": 3}, "failed_nodes": ["x", "y"]},
        }
    ) == {"total": 6, "by_state": {"idle": 2, "offline": 1, "running": 3}, "failed_nodes": ["a/x", "c/x", "c/y"]}


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ([True, True], True),
        ([True, False], False),
        ([False, True, True], False),
        (["active", "active"], "active"),
        (["active", "completed"], None),
        (["active", "completed", "active"], None),
        (["active", None], None),
        ([None, None], None),
    ],
)
def test_yes_must_hold_for_all_and_a_state_must_be_the_same(values: list[Any], total: Any) -> None:
    assert add_up({str(number): {"it": value} for number, value in enumerate(values)}) == {"it": total}


@pytest.mark.parametrize("cut_off", [[True, False], [False, True], [False, True, False]])
def test_a_sum_is_cut_off_when_any_part_was(cut_off: list[bool]) -> None:
    assert add_up({str(number): {"truncated": value} for number, value in enumerate(cut_off)}) == {"truncated": True}


def test_ids_inside_a_part_of_the_summary_are_named_with_their_parent_too() -> None:
    summaries = {
        "a": {"release": {"failed": 1, "failed_nodes": ["x"]}},
        "b": {"release": {"failed": 0, "failed_nodes": []}},
        "c": {"release": {"failed": 1, "failed_nodes": ["y"]}},
    }
    assert add_up(summaries) == {"release": {"failed": 2, "failed_nodes": ["a/x", "c/y"]}}


def test_adding_up_changes_no_part() -> None:
    parts = {"a": {"by_state": {"idle": 1}, "ids": ["x"]}, "b": {"by_state": {"idle": 2}, "ids": ["y"]}}
    add_up(parts)
    assert parts == {"a": {"by_state": {"idle": 1}, "ids": ["x"]}, "b": {"by_state": {"idle": 2}, "ids": ["y"]}}


def test_many_looks_are_one_with_all_facts_and_the_worst_verdict() -> None:
    merged = merge(
        {
            "a": Snapshot([{"id": 1}], {"total": 1}, judgement=Judgement()),
            "b": Snapshot([{"id": 2}], {"total": 2}, judgement=Judgement([], [Reason("b: is idle")])),
            "c": Snapshot([], {"total": 0}, judgement=Judgement([Reason("c: broken")])),
        }
    )
    assert [fact["id"] for fact in merged.facts] == [1, 2]
    assert merged.summary == {"total": 3}
    assert merged.by_parent == {"a": {"total": 1}, "b": {"total": 2}, "c": {"total": 0}}
    assert merged.judgement is not None
    assert merged.judgement.as_result() == {"verdict": "failed", "reasons": ["c: broken", "b: is idle"]}


def test_looks_without_a_condition_have_no_verdict_together() -> None:
    assert merge({"a": Snapshot([], {"total": 0}), "b": Snapshot([], {"total": 0})}).judgement is None
