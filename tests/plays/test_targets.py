# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the integration targets through ansible-playbook, for the api-versions at which the wire changed.

Here each target is played at one of them, and each of them is met by two targets or more; what was recorded at every
version is read by all readers in tests/contract, and what the simulator answers at each is in tests/unit/simulator/test_versions.py.
`./dev check -s closed-2.16 closed-2.19 closed-2.21` sets BATCHOPS_WHOLE_TABLE and plays each target at each version.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock
from ansible_collections.batchops.azure.tests.support.many_hosts import Run, passing, run
from ansible_collections.batchops.azure.tests.support.modules import MODULES

FOLDER = Path(__file__).parents[1] / "integration" / "targets"
TARGETS = (*MODULES, "inventory_batch_nodes", "role_gate", "role_wait_for_job_prep")
VERSIONS = ("2025-06-01", "2024-07-01.20.0", "2023-11-01.18.0", OLDEST := "2019-08-01.10.0")
WHOLE = bool(os.environ.get("BATCHOPS_WHOLE_TABLE"))
CASES = [
    (target, version)
    for number, target in enumerate(TARGETS)
    for version in (VERSIONS if WHOLE else [VERSIONS[number % len(VERSIONS)]])
]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(FOLDER / "setup_simulator" / "files" / "scenario.yml") as started:
        yield started


@pytest.fixture(scope="module")
def played(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All of them, in one run."""
    account = {
        "simulator_endpoint": simulator.url,
        "simulator_account": simulator.account,
        "simulator_key": simulator.key,
        "simulator_patience": 600,
    }
    hosts = {f"{target}.{version}": {**account, "simulator_api_version": version} for target, version in CASES}
    plays = [passing(f"{name}.*", {"name": name, "ansible.builtin.include_role": {"name": name}}) for name in TARGETS]
    folder = tmp_path_factory.mktemp("targets")
    environment = {**driven_clock(folder), "ANSIBLE_ROLES_PATH": str(FOLDER)}
    return run(folder / "run", plays, hosts, environment)


@pytest.mark.parametrize(("target", "version"), CASES)
def test_target(played: Run, target: str, version: str) -> None:
    host = f"{target}.{version}"
    assert host in played.past, f"{played.failures.get(host)}\n{played.printed[-6000:]}"


def test_nothing_but_get_is_sent(played: Run, simulator: Simulator) -> None:
    assert {exchange.method for exchange in simulator.requests} == {"GET"}


def test_every_target_is_played() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*TARGETS, "setup_simulator"}


def test_the_target_that_tells_the_oldest_version_apart_is_played_at_it() -> None:
    telling = {
        path.parts[-3] for path in FOLDER.glob("*/tasks/*.yml") if "simulator_api_version <" in path.read_text("utf-8")
    }
    assert telling
    assert {(target, OLDEST) for target in telling} <= set(CASES)


def test_each_version_is_met_by_several_targets() -> None:
    met = Counter(version for _target, version in CASES)
    assert set(met) == set(VERSIONS)
    assert min(met.values()) >= 2
