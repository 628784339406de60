# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a node, and when it is broken: by a failed start task, or because the service says so."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.node import (
    is_broken,
    state_of,
    unready,
    why_broken,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, MYSTERY, STARTED, SUCCESS, Wire, node

FAILED_START = {"startTaskInfo": {"state": "completed", **FAILURE}}
NO_SPACE = [{"code": "DiskFull", "message": "No space"}]


@pytest.mark.parametrize(
    ("state", "told"), [("Idle", "idle"), ("running", "running"), (None, "unknown"), ("", "unknown")]
)
def test_a_state_is_told_in_small_letters(state: Any, told: str) -> None:
    assert state_of({"id": "tvm-1", "state": state}) == told


@pytest.mark.parametrize(
    ("wire", "why"),
    [
        (node(**FAILED_START), "start task failed, exit code 1 (FailureExitCode)"),
        (node(state="running", **FAILED_START), "start task failed, exit code 1 (FailureExitCode)"),
        (node(state="starttaskfailed", **FAILED_START), "start task failed, exit code 1 (FailureExitCode)"),
        (node(state="starttaskfailed"), "is starttaskfailed"),
        (node(state="unusable"), "is unusable"),
        (node(state="Unusable", errors=NO_SPACE), "is unusable (DiskFull: No space)"),
    ],
    ids=str,
)
def test_a_broken_node_says_why(wire: Wire, why: str) -> None:
    assert why_broken(wire) == why


@pytest.mark.parametrize(
    "wire",
    [
        node(),
        node(errors=NO_SPACE),
        node(state="somethingnew"),
        # It starts anew, and its start task with it.
        node(state="rebooting", **FAILED_START),
        node(startTaskInfo={"state": "completed", **SUCCESS}),
        node(startTaskInfo={"state": "running", **STARTED}),
        node(startTaskInfo={"state": "completed", **MYSTERY}),
        node(startTaskInfo=None),
    ],
    ids=str,
)
def test_a_node_that_may_run_tasks_is_not_broken(wire: Wire) -> None:
    assert why_broken(wire) is None


@pytest.mark.parametrize("wire", [node(startTaskInfo="failed"), node(state="unusable", errors="full")], ids=str)
def test_what_has_another_shape_is_no_answer(wire: Wire) -> None:
    with pytest.raises(AnswerError):
        why_broken(wire)


@pytest.mark.parametrize("start", [None, FAILED_START["startTaskInfo"], {"state": "completed", **SUCCESS}, STARTED])
@pytest.mark.parametrize("state", ["idle", "running", "starting", "unusable", "StartTaskFailed", "offline", "strange"])
def test_a_node_is_broken_where_there_is_a_reason(state: str, start: Any) -> None:
    wire = node(state=state, startTaskInfo=start, errors=NO_SPACE)
    assert is_broken(wire) is (why_broken(wire) is not None)


@pytest.mark.parametrize(
    ("wire", "why"),
    [
        (node(), None),
        (node(schedulingState="Enabled"), None),
        (node(schedulingState="Disabled"), "is idle with scheduling disabled"),
        (node(schedulingState=None), "is idle with scheduling unknown"),
        (node(state="starting", schedulingState="disabled"), "is starting"),
        ({"id": "a"}, "is unknown"),
        (node(startTaskInfo={"state": "completed", **SUCCESS}), None),
        (node(startTaskInfo={"state": "running", **STARTED}), None),
        (node(startTaskInfo=None), None),
        (node(startTaskInfo={"state": "completed", **MYSTERY}), "its start task ended with a result that is not known"),
        (node(startTaskInfo={"state": "strange"}), "its start task is in a state that is not known"),
        (node(startTaskInfo={}), "its start task is in a state that is not known"),
    ],
    ids=str,
)
def test_why_a_node_takes_no_task(wire: Wire, why: str | None) -> None:
    assert unready(wire) == why
