# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recorded and official lists of subtasks beside a task that is completed, its exit code 0, as was recorded too."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.contract.play import MODULE_OF, named_by, run
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    Exchange,
    each,
    needs_shared,
    official_examples,
    recorded_exchanges,
)

pytestmark = needs_shared

_LISTS = [
    exchange
    for exchange in (*recorded_exchanges(), *official_examples())
    if exchange.path_template.endswith("/subtasksinfo")
]
_DONE = {"startTime": "2016-09-06T06:59:16Z", "exitCode": 0, "result": "success"}
CONDITIONS = ("started", "completed", "succeeded")


def judged(server: ReplayServer, exchange: Exchange, condition: str, instances: int) -> dict[str, Any]:
    names = named_by(exchange)
    job, settings = f"/jobs/{names['job_id']}", {"numberOfInstances": instances}
    task = {"id": names["task_id"], "state": "completed", "executionInfo": _DONE, "multiInstanceSettings": settings}
    server.put(job, {"id": names["job_id"], "state": "active"})
    server.put(f"{job}/tasks/{names['task_id']}", task)
    server.replay(exchange)
    return run(server, MODULE_OF[exchange.path_template], {**names, "condition": condition})


def test_there_are_lists_of_both_kinds() -> None:
    assert [exchange for exchange in _LISTS if not exchange.items]
    assert [item for exchange in _LISTS for item in exchange.items if item["state"] == "running"]


@each(_LISTS)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_completed_task_is_no_pass_while_a_subtask_runs(
    server: ReplayServer, exchange: Exchange, condition: str
) -> None:
    result = judged(server, exchange, condition, len(exchange.items) + 1)
    done = {"running", "completed"} if condition == "started" else {"completed"}
    assert result["verdict"] == ("satisfied" if {item["state"] for item in exchange.items} <= done else "pending")


@each(_LISTS)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_completed_task_is_no_pass_while_a_subtask_is_not_there(
    server: ReplayServer, exchange: Exchange, condition: str
) -> None:
    result = judged(server, exchange, condition, len(exchange.items) + 2)
    assert result["verdict"] == "pending"
    assert "not there" in result["reasons"][0]
