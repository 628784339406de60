# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is counted of pools; without a service."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._pools.tally import PoolTally
from ansible_collections.batchops.azure.tests.support.wire import pool


def test_a_summary_is_of_all_pools_unless_it_says_so() -> None:
    tally = PoolTally()
    tally.add([pool(1), pool(2, id="pool-2")])
    assert (tally.summary()["truncated"], tally.summary()["current_nodes"]) == (False, 3)
    tally.truncated = True
    # Of a pool nothing is cut off.
    assert [found["truncated"] for found in (tally.summary(), *tally.by_pool().values())] == [True, False, False]
