# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of preparation and release, from their summary."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._prep.progress import PROGRESS
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

SUMMARY = {
    "total": 9,
    "succeeded": 4,
    "running": 3,
    "failed": 2,
    "release": {"succeeded": 1, "running": 5, "failed": 0},
    "expected": None,
}


@pytest.mark.parametrize(
    ("summary", "params", "told"),
    [
        (SUMMARY, {"condition": "prepared"}, "4/9 ready, 2 failed, 3 running"),
        (SUMMARY, {"condition": "released"}, "1/9 released, 5 running"),
        ({**SUMMARY, "expected": 12}, {"condition": "prepared"}, "4/12 ready, 2 failed, 3 running"),
        (SUMMARY, {"condition": "prepared", "min_nodes": 5}, "4/5 ready, 2 failed, 3 running"),
    ],
    ids=str,
)
def test_done_is_what_the_condition_asks_for(summary: dict[str, Any], params: dict[str, Any], told: str) -> None:
    assert ", ".join(PROGRESS.counts(Snapshot(summary=summary), params).parts) == told


@pytest.mark.parametrize(("condition", "word"), [("prepared", "prep"), (None, "prep"), ("released", "release")])
def test_a_line_says_which_task_it_is_about(condition: str | None, word: str) -> None:
    assert PROGRESS.subject({"job_id": "job-1", "condition": condition}) == f"{word} job-1"
