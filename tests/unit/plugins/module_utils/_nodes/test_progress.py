# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of nodes, from their summary."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._nodes.progress import PROGRESS
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

SUMMARY = {
    "total": 9,
    "by_state": {"idle": 3, "running": 2, "starting": 3, "offline": 1},
    "succeeded": 4,
    "failed": 0,
    "running_tasks": 1,
    "missing": ["gone"],
}


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"condition": "ready"}, "4/10 ready, 3 starting, 1 offline"),
        ({"condition": None}, "4/10 ready, 3 starting, 1 offline"),
        ({"condition": "idle"}, "3/10 idle, 2 running, 3 starting, 1 offline"),
        ({"condition": "offline"}, "1/10 offline, 3 idle, 2 running, 3 starting"),
        ({"condition": "drained"}, "1 task running on 9 nodes"),
        ({"condition": "ready", "min_nodes": 6}, "4/6 ready, 3 starting, 1 offline"),
        ({"condition": "ready", "expected_nodes": ["a", "b", "c", "d", "e"]}, "4/5 ready, 3 starting, 1 offline"),
    ],
    ids=str,
)
def test_done_is_what_the_condition_asks_for(params: dict[str, Any], told: str) -> None:
    assert ", ".join(PROGRESS.counts(Snapshot(summary=SUMMARY), params).parts) == told


def test_one_node_is_named_with_its_pool() -> None:
    assert PROGRESS.subject({"pool_id": "pool-1", "node_id": "a"}) == "node pool-1/a"
    assert PROGRESS.subject({"pool_id": "pool-1", "node_id": None}) == "nodes pool-1"


def test_broken_nodes_are_told_by_their_states_and_known_to_stay_so() -> None:
    broken = {**SUMMARY, "by_state": {"idle": 4, "unusable": 2}, "failed": 2}
    counts = PROGRESS.counts(Snapshot(summary=broken), {"condition": "ready"})
    assert (counts.failed, counts.hopeful) == (0, False)
    assert PROGRESS.counts(Snapshot(summary=SUMMARY), {"condition": "ready"}).hopeful
