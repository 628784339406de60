# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the integration targets through ansible-playbook, for the api-versions at which the wire changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock
from ansible_collections.batchops.azure.tests.support.many_hosts import Run, passing, run
from ansible_collections.batchops.azure.tests.support.modules import MODULES

FOLDER = Path(__file__).parent / "targets"
TARGETS = (*MODULES, "inventory_batch_nodes", "role_gate", "role_wait_for_job_prep")
API_VERSIONS = ("2019-08-01.10.0", "2023-11-01.18.0", "2024-07-01.20.0", "2025-06-01")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(FOLDER / "setup_simulator" / "files" / "scenario.yml") as started:
        yield started


@pytest.fixture(scope="module")
def played(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All targets at all versions, in one run."""
    account = {
        "simulator_endpoint": simulator.url,
        "simulator_account": simulator.account,
        "simulator_key": simulator.key,
        "simulator_patience": 600,
    }
    hosts = {
        f"{target}.{number}": {**account, "simulator_api_version": version}
        for target in TARGETS
        for number, version in enumerate(API_VERSIONS)
    }
    plays = [passing(f"{name}.*", {"name": name, "ansible.builtin.include_role": {"name": name}}) for name in TARGETS]
    folder = tmp_path_factory.mktemp("targets")
    environment = {**driven_clock(folder), "ANSIBLE_ROLES_PATH": str(FOLDER)}
    return run(folder / "run", plays, hosts, environment)


@pytest.mark.parametrize("number", range(len(API_VERSIONS)), ids=API_VERSIONS)
@pytest.mark.parametrize("target", TARGETS)
def test_target(played: Run, target: str, number: int) -> None:
    host = f"{target}.{number}"
    assert host in played.past, f"{played.failures.get(host)}\n{played.printed[-6000:]}"


def test_nothing_but_get_is_sent(played: Run, simulator: Simulator) -> None:
    assert {exchange.method for exchange in simulator.requests} == {"GET"}


def test_every_target_is_played() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*TARGETS, "setup_simulator"}
