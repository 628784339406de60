# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""RETURN is what comes back: every key that a module returns is documented, and every documented key does come back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock
from ansible_collections.batchops.azure.tests.support.modules import MODULES

SCENARIO = Path(__file__).parent / "everything.yml"
JOB = {"job_id": "job-all"}
JOBS = {"job_ids": ["job-all"], "expand": "stats"}
PREP = {"job_ids": ["job-all"]}
WAITED = {"expression": "summary.total == `1`", "query": "summary.total", "wait": True}
# Some properties have gone in later versions.
OLD = {"api_version": "2019-08-01.10.0"}
NONE = {"job_id": "none"}
FAILING: dict[str, Any] = {"condition": "succeeded", "diagnostics": True}
TOLERANT: dict[str, Any] = {"max_failed_nodes": 1, "diagnostics": True}
BROKEN_NODES = {"pool_id": "pool-broken", "condition": "ready"}
GATE = [
    {"check": "jobs", **JOB},
    {"check": "preparation", **JOB},
    {"check": "tasks", **NONE},
    {"check": "nodes", **BROKEN_NODES, "max_failed_nodes": 1},
]

# The calls whose results together must show everything that is documented.
CALLS: dict[str, list[dict[str, Any]]] = {
    "batch_job_info": [JOBS, {**JOB, **WAITED}, {**JOB, **FAILING}, {"job_schedule_id": "schedule-all"}, NONE],
    "batch_task_info": [{**JOBS, "subtasks": True}, {**JOB, **WAITED, **OLD}, {**JOB, **FAILING}, NONE],
    "batch_node_info": [
        {"pool_ids": ["pool-all"]},
        {"pool_id": "pool-all", **WAITED, **OLD},
        {**BROKEN_NODES, **TOLERANT},
        {"pool_id": "none"},
    ],
    "batch_pool_info": [
        {"pool_ids": ["pool-told", "pool-scaled"], "expand": "stats", "node_counts": True, "image_supported_for": 30},
        {"pool_id": "pool-told", "condition": "image_reached", **WAITED},
        {"pool_id": "pool-broken", "condition": "sound", **TOLERANT},
        {"pool_id": "none"},
    ],
    "batch_job_prep_status_info": [PREP, {**JOB, **WAITED}, {**JOB, "condition": "prepared", **TOLERANT}, NONE],
    "batch_gate_info": [
        {"checks": GATE, "diagnostics": True, "query": "verdict"},
        {"checks": GATE[:1], "wait": True},
        {"checks": GATE, "account_key": "aGVsbG8="},
    ],
}
# Added by Ansible itself, or by every failure.
UNDOCUMENTED = {"changed", "failed", "msg"}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(SCENARIO) as started:
        yield started


@pytest.fixture(scope="module")
def documented() -> dict[str, Any]:
    names = [f"batchops.azure.{name}" for name in MODULES]
    ansible_doc = Path(sys.executable).with_name("ansible-doc")
    shown = subprocess.run([ansible_doc, "--json", *names], capture_output=True, text=True, check=True)
    return {name.rpartition(".")[2]: page["return"] for name, page in json.loads(shown.stdout).items()}


def answer(simulator: Simulator, name: str, **options: Any) -> dict[str, Any]:
    params = params_of(MODULES[name].arguments, **{**options_of(simulator), **options})
    try:
        return run(params, MODULES[name], clock=DrivenClock())
    except BatchError as error:
        return error.as_result()


def paths(value: Any, fields: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The keys of a result, as deep as they are documented."""
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            continue
        for key, inner in item.items():
            yield f"{prefix}{key}"
            contained = fields.get(key, {}).get("contains")
            if contained:
                yield from paths(inner, contained, f"{prefix}{key}.")


def documented_paths(fields: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, field in fields.items():
        yield f"{prefix}{key}"
        yield from documented_paths(field.get("contains", {}), f"{prefix}{key}.")


@pytest.mark.parametrize("name", MODULES)
def test_results_and_return_agree(simulator: Simulator, documented: dict[str, Any], name: str) -> None:
    fields = documented[name]
    assert name in CALLS, "no call shows what it returns"
    returned = {path for call in CALLS[name] for path in paths(answer(simulator, name, **call), fields)}
    wanted = set(documented_paths(fields))
    assert returned - UNDOCUMENTED - wanted == set(), "returned, but not documented"
    assert wanted - returned == set(), "documented, but not returned"
