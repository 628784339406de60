# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is to blame for a node: the node, or its start task, whose output lies on it. And a pool, with what it has been for how long."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.accuse import accuse_node, accuse_pool
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState, Size
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Lasting, Offender
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, SUCCESS, Wire, node

EXIT = "exit code 1 (FailureExitCode)"


@pytest.mark.parametrize(
    ("wire", "accused"),
    [
        (
            node("a", "starttaskfailed", startTaskInfo={"state": "completed", **FAILURE}),
            Offender("start_task", EXIT, pool_id="pool-1", node_id="a", directory="startup", ran=True),
        ),
        (
            node("a", "unusable", startTaskInfo={"state": "completed", **SUCCESS}),
            Offender("node", "is unusable", pool_id="pool-1", node_id="a"),
        ),
        (node("a", "unusable"), Offender("node", "is unusable", pool_id="pool-1", node_id="a")),
        (node("a", "leavingpool"), Offender("node", "is leavingpool", pool_id="pool-1", node_id="a")),
    ],
    ids=["start task", "unusable though it started", "unusable", "neither"],
)
def test_the_start_task_is_accused_where_it_failed(wire: Wire, accused: Offender) -> None:
    assert accuse_node("pool-1", wire) == accused


@pytest.mark.parametrize(
    ("state", "allocation", "why", "been", "tail"),
    [
        ("active", "resizing", "it is resizing", "resizing", ""),
        ("active", "steady", "it lacks nodes", "steady", ": it lacks nodes"),
        ("deleting", "steady", "it is deleting", "deleting", ""),
        ("deleting", "steady", "its nodes go away", "deleting", ": its nodes go away"),
    ],
)
def test_a_pool_is_accused_by_its_state_and_says_nothing_twice(
    state: str, allocation: str, why: str, been: str, tail: str
) -> None:
    reason = accuse_pool(PoolState("p", state, allocation, Size(1, 2), Size(None, None), since="11:13"), why)
    assert reason.sentence == f"pool p has 1 of 2 nodes ({allocation}): {why}"
    assert reason.offenders == (Offender("pool", reason.sentence, pool_id="p"),)
    assert (reason.lasting, reason.tail) == ((Lasting("pool p, with 1 of 2 nodes,", been, "11:13"),), tail)
