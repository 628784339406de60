# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.pools import Pool, pools_of


def test_pools_with_errors_come_first() -> None:
    errors = [{"code": "Quota", "message": "too few cores", "values": [{"name": "Limit", "value": "20"}]}]
    beside_nodes = {"pool_state": "active", "allocation_state": "steady", "current_nodes": 3, "target_nodes": 3}
    facts = {
        "state": "active",
        "allocation_state": "steady",
        "current_dedicated_nodes": 0,
        "current_low_priority_nodes": 1,
        "target_dedicated_nodes": 4,
        "target_low_priority_nodes": 2,
        "resize_errors": errors,
    }
    assert pools_of({"pool-7": {**beside_nodes, "resize_errors": []}, "pool-8": facts}) == [
        Pool("pool-8", "active, steady", "1 of 6", ["Quota: too few cores: Limit: 20"]),
        Pool("pool-7", "active, steady", "3 of 3", []),
    ]


def test_errors_may_be_sentences() -> None:
    assert pools_of({"pool-7": {"resize_errors": ["Quota: too few cores"]}})[0].errors == ["Quota: too few cores"]


def test_what_a_pool_does_not_tell_is_not_made_up() -> None:
    assert pools_of({"pool-7": {"pool_state": None, "current_nodes": None}}) == [
        Pool("pool-7", "not known", "? of ?", [])
    ]


def test_an_error_of_a_pool_that_has_its_nodes_is_an_old_one() -> None:
    pool = {"current_nodes": 3, "target_nodes": 3, "resize_errors": ["Quota: too few cores"]}
    assert pools_of({"pool-7": pool})[0].errors == ["before it got its nodes: Quota: too few cores"]


def test_a_pool_that_was_only_counted_has_its_state() -> None:
    pool = {"by_state": {"active": 1}, "by_allocation_state": {"resizing": 1}, "current_nodes": 1, "target_nodes": 3}
    assert pools_of({"pool-7": pool}) == [Pool("pool-7", "active, resizing", "1 of 3", [])]
