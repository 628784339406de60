# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of pools, from their summary."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._pools.progress import PROGRESS
from ansible_collections.batchops.azure.plugins.module_utils._pools.rules import CONDITIONS
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

MANY = {
    "total": 5,
    "by_allocation_state": {"steady": 2, "resizing": 2, "stopping": 1},
    "current_nodes": 7,
    "target_nodes": 9,
    "judged_nodes": 7,
    "succeeded_nodes": 4,
    "failed_nodes": ["a/b"],
    "missing": ["gone"],
    "resize_errors": [],
}
ONE = {**MANY, "total": 1, "by_allocation_state": {"resizing": 1}, "missing": []}


@pytest.mark.parametrize(
    ("summary", "condition", "told"),
    [
        (MANY, "steady", "2/6 steady, 2 resizing, 1 stopping"),
        (MANY, None, "2/6 steady, 2 resizing, 1 stopping"),
        (MANY, "resized", "7/9 nodes, 2 resizing, 1 stopping"),
        (ONE, "resized", "7/9 nodes, resizing"),
        (MANY, "sound", "4/9 nodes ready, 1 failed"),
        (MANY, "image_reached", "4/7 nodes with the image"),
        ({**ONE, "target_nodes": None}, "sound", "4 nodes ready, 1 failed"),
    ],
    ids=str,
)
def test_done_is_what_the_condition_asks_for(summary: dict[str, Any], condition: str | None, told: str) -> None:
    assert ", ".join(PROGRESS.counts(Snapshot(summary=summary), {"condition": condition}).parts) == told


@pytest.mark.parametrize("condition", CONDITIONS)
def test_an_account_without_pools_has_no_line_that_breaks(condition: str) -> None:
    empty = {**MANY, "total": 0, "by_allocation_state": {}, "current_nodes": 0, "target_nodes": 0, "judged_nodes": 0}
    nothing = {**empty, "succeeded_nodes": 0, "failed_nodes": [], "missing": []}
    assert PROGRESS.counts(Snapshot(summary=nothing), {"condition": condition}).parts[0].startswith("0 ")


def test_pools_are_named() -> None:
    assert PROGRESS.subject({"pool_id": "a", "pool_ids": None}) == "pool a"
    assert PROGRESS.subject({"pool_id": None, "pool_ids": ["a", "b"]}) == "pools a, b"
    assert PROGRESS.subject({"pool_id": None, "pool_ids": None}) == "pools"


def test_a_pool_that_could_not_resize_has_no_hope() -> None:
    refused = {**ONE, "resize_errors": ["a: AccountCoreQuotaReached"]}
    assert not PROGRESS.counts(Snapshot(summary=refused), {"condition": "resized"}).hopeful
    assert PROGRESS.counts(Snapshot(summary=ONE), {"condition": "resized"}).hopeful
