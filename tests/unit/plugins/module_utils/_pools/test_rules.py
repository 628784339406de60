# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a pool and its nodes come to together; without a service."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Reason
from ansible_collections.batchops.azure.plugins.module_utils._pools.rules import with_nodes

ON, OVER = Judgement(missing=[Reason("it is resizing")]), Judgement(failed=[Reason("it is being deleted")])
NODES_ON, NODES_OVER = Judgement(going_on=True), Judgement(going_on=False)


@pytest.mark.parametrize(
    ("pool", "nodes", "going_on"),
    [(OVER, NODES_OVER, False), (ON, NODES_OVER, True), (OVER, NODES_ON, True), (ON, NODES_ON, True)],
)
def test_they_go_on_while_one_of_them_does(pool: Judgement, nodes: Judgement, going_on: bool) -> None:
    assert with_nodes(pool, nodes).going_on is going_on


def test_what_is_tolerated_of_either_is_told() -> None:
    pool, nodes = Judgement(tolerated=[Reason("its formula fails")]), Judgement(tolerated=[Reason("one is unusable")])
    assert with_nodes(pool, nodes).tolerated == [*nodes.tolerated, *pool.tolerated]
