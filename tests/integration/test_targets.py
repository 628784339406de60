# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the integration targets through ansible-playbook, for the api-versions at which the wire changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator

TARGETS = Path(__file__).parent / "targets"
MODULES = ("batch_job_info", "batch_task_info", "batch_node_info", "batch_job_prep_status_info", "batch_gate_info")
ROLES = ("role_gate", "role_wait_for_job_prep")
API_VERSIONS = ("2019-08-01.10.0", "2023-11-01.18.0", "2024-07-01.20.0", "2025-06-01")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(TARGETS / "setup_simulator" / "files" / "scenario.yml") as started:
        yield started


@pytest.mark.parametrize("api_version", API_VERSIONS)
@pytest.mark.parametrize("target", (*MODULES, *ROLES))
def test_target(simulator: Simulator, target: str, api_version: str, tmp_path: Path) -> None:
    playbook = tmp_path / "play.yml"
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "roles": [target]}
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    variables = {
        "simulator_endpoint": simulator.url,
        "simulator_account": simulator.account,
        "simulator_key": simulator.key,
        "simulator_api_version": api_version,
    }
    run = subprocess.run(
        [Path(sys.executable).with_name("ansible-playbook"), "-e", json.dumps(variables), playbook],
        env={**os.environ, "ANSIBLE_ROLES_PATH": str(TARGETS), "ANSIBLE_DEVEL_WARNING": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert {exchange.method for exchange in simulator.requests} == {"GET"}
