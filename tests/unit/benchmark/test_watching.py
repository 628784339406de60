# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The case of the event source: it counts whole looks, sees each change, and its minutes follow from a look."""

from __future__ import annotations

from functools import partial

import pytest
from ansible_collections.batchops.azure.tests.benchmark.account import Account
from ansible_collections.batchops.azure.tests.benchmark.cases.watching import Look, minute
from ansible_collections.batchops.azure.tests.benchmark.running import watching


def test_each_look_and_each_change_is_seen() -> None:
    options = {"interval": 0.2, "watch": [{"kind": "nodes", "pool_id": "m1500"}]}
    with Account() as account:
        took, served = account.measure(partial(watching, account, options, looks=4, changes=2))
    assert took["looks"] >= 4
    assert len(took["seconds"]) == len(took["cpu_seconds"]) == took["looks"] - 1
    assert served.requests == {"list of nodes": 2 * took["looks"]}
    assert len(took["delays"]) == 2
    assert all(delay > 0 for delay in took["delays"])
    assert took["megabytes"] > 10


def test_an_account_that_cannot_be_read_is_not_taken_for_a_change() -> None:
    options = {"interval": 0.2, "watch": [{"kind": "nodes", "pool_id": "unknown"}]}
    with Account() as account, pytest.raises(RuntimeError, match="not what has changed"):
        watching(account, options, looks=1, changes=1)


def test_a_minute_follows_from_a_look_and_the_interval() -> None:
    look = Look(requests=11, megabytes=2.0, seconds=2.0, cpu_seconds=0.5)
    found = minute(look, 10)
    # Five looks: the pause begins when a look has ended.
    assert found == (55, 10.0, 2.5, 7.0, 14.0)
    assert minute(look, 28).requests == 22
