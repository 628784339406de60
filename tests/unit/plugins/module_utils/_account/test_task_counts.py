# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts of a job's tasks, in the shape of every api-version."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import flat_counts
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.tests.support.wire import Wire, counts

FLAT = counts(active=1, running=2, succeeded=3, failed=4)["taskCounts"]


def test_tasks_and_slots_are_told_apart() -> None:
    assert flat_counts(counts(active=1, running=2, succeeded=3, failed=4)) == (FLAT, FLAT)


def test_old_versions_have_no_envelope_and_no_slots() -> None:
    assert flat_counts({"odata.metadata": "x", **FLAT}) == (FLAT, None)


@pytest.mark.parametrize("body", [{"taskCounts": [1]}, {"taskCounts": {"active": "many"}}], ids=str)
def test_what_has_another_shape_is_no_answer(body: Wire) -> None:
    with pytest.raises(AnswerError):
        flat_counts(body)


@pytest.mark.parametrize("count", [-1, None, 0])
def test_less_than_no_task_is_none(count: int | None) -> None:
    assert flat_counts({"taskCounts": dict.fromkeys(FLAT, count)}) == (dict.fromkeys(FLAT, 0), None)


def test_a_count_of_a_later_version_is_kept() -> None:
    assert flat_counts({"taskCounts": {"active": 1, "asleep": -2}}) == ({"active": 1, "asleep": -2}, None)
