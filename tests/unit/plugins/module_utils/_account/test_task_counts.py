# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's counts of tasks, old and new."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._account.task_counts import flat_counts


def test_a_count_of_a_later_version_is_kept() -> None:
    assert flat_counts({"taskCounts": {"active": 1, "asleep": 2}}) == ({"active": 1, "asleep": 2}, None)
