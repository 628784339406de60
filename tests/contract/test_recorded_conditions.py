# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every answer, recorded or exemplified, is judged by every condition of its module: no pass is reported that is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.tests.contract.play import (
    JOB,
    MODULE_OF,
    NODE,
    POOL,
    PREP_STATUS,
    TASK,
    Module,
    counts_of,
    play,
)
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    Exchange,
    each,
    needs_shared,
    official_examples,
    recorded_exchanges,
)

pytestmark = needs_shared

Wire = dict[str, Any]


def _read_by(module: Module, *but: str) -> pytest.MarkDecorator:
    return each(
        exchange
        for exchange in (*recorded_exchanges(), *official_examples())
        if MODULE_OF.get(exchange.path_template) is module
        and exchange.path_template not in but
        and exchange.status == 200
        and exchange.method == "GET"
    )


def _check(server: ReplayServer, exchange: Exchange, holds: dict[str, Callable[[Wire], bool]]) -> None:
    """`holds` says, from the wire alone, when one object meets a condition. All must, and there must be one."""
    module = MODULE_OF[exchange.path_template]
    refused = _refused(module, exchange)
    assert sorted(holds) == sorted(module.conditions)
    for condition in refused:
        with pytest.raises(OptionError, match="needs api_version"):
            play(server, exchange, condition=condition)
        del holds[condition]
    for condition, hold in holds.items():
        result = play(server, exchange, condition=condition)
        met = bool(exchange.items) and all(hold(item) for item in exchange.items)
        assert (result["verdict"] == "satisfied") is met, (condition, result["reasons"])
        assert result["verdict"] in ("satisfied", "pending", "failed")
        assert bool(result["reasons"]) is not met
        # Without `wait` a verdict is a fact, whatever it is.
        assert "failed" not in result
    assert not server.strays


def _refused(module: Module, exchange: Exchange) -> tuple[str, ...]:
    """Before that version nodes do not tell what they run."""
    return ("image_reached",) if module is POOL and exchange.api_version < "2021-06" else ()


def _ran_well(task: Wire) -> bool:
    return bool(task["state"] == "completed" and _info(task).get("result", "").lower() == "success")


def _started(task: Wire) -> bool:
    return task["state"] == "running" or (task["state"] == "completed" and "startTime" in _info(task))


def _info(wire: Wire) -> Wire:
    return dict(wire.get("executionInfo", {}))


@_read_by(TASK)
def test_tasks(server: ReplayServer, exchange: Exchange) -> None:
    _check(
        server,
        exchange,
        {"started": _started, "completed": lambda task: task["state"] == "completed", "succeeded": _ran_well},
    )


def _ended_well(info: Wire | None) -> bool:
    """The examples are older than `result`; there the exit code tells."""
    return info is not None and info["state"] == "completed" and info.get("result", "success") == "success"


def _well(node: Wire) -> bool:
    """Every recorded start task that has ended ended well."""
    return node["state"] in ("idle", "running")


@_read_by(NODE)
def test_nodes(server: ReplayServer, exchange: Exchange) -> None:
    at_rest = ("running", "unknown", "leavingpool")
    _check(
        server,
        exchange,
        {
            "ready": lambda node: _well(node) and node.get("schedulingState") == "enabled",
            "idle": lambda node: node["state"] == "idle",
            "drained": lambda node: not node.get("runningTasksCount") and node["state"] not in at_rest,
            "offline": lambda node: node["state"] == "offline",
        },
    )


@_read_by(JOB, "/jobs/{jobId}/taskcounts")
def test_jobs(server: ReplayServer, exchange: Exchange) -> None:
    """The tasks that stand beside the recorded jobs have all succeeded. The counts are of other jobs, and may contradict them."""
    counts = counts_of(exchange.api_version)
    told_of_failures = bool(counts.get("taskCounts", counts)["failed"])
    _check(
        server,
        exchange,
        {
            "active": lambda job: job["state"] == "active" and "schedulingError" not in _info(job),
            "disabled": lambda job: job["state"] == "disabled",
            "completed": lambda job: job["state"] == "completed",
            "succeeded": lambda job: (
                job["state"] == "completed" and "schedulingError" not in _info(job) and not told_of_failures
            ),
        },
    )


@_read_by(PREP_STATUS)
def test_preparation_status(server: ReplayServer, exchange: Exchange) -> None:
    """Where nothing is listed nothing has started, and what has not started has not ended well."""
    _check(
        server,
        exchange,
        {
            "prepared": lambda node: _ended_well(node.get("jobPreparationTaskExecutionInfo")),
            "released": lambda node: _ended_well(node.get("jobReleaseTaskExecutionInfo")),
        },
    )


_COUNTS = [f"{which}{kind}Nodes" for which in ("current", "target") for kind in ("Dedicated", "LowPriority")]


def _steady(pool: Wire) -> bool:
    return (pool.get("state"), pool.get("allocationState")) == ("active", "steady")


def _resized(pool: Wire) -> bool:
    dedicated, spot, target_dedicated, target_spot = (pool.get(name) for name in _COUNTS)
    return _steady(pool) and dedicated is not None and (dedicated, spot) == (target_dedicated, target_spot)


def _has_nodes(pool: Wire) -> bool:
    return sum(pool.get(name, 0) for name in _COUNTS[:2]) > 0


@_read_by(POOL)
def test_pools(server: ReplayServer, exchange: Exchange) -> None:
    """The nodes that stand beside the recorded pools are all well, and as many as the pool counts."""
    _check(
        server,
        exchange,
        {
            "steady": _steady,
            "resized": _resized,
            "sound": lambda pool: _resized(pool) and _has_nodes(pool),
            "image_reached": lambda pool: _steady(pool) and _has_nodes(pool),
        },
    )
