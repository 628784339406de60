# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`./dev live` as a whole, integration targets and all, with a simulated account in place of the real one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.live.playing import FAILED, NOT_POSSIBLE, PASSED, play, targets
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.simulator.model.loader import BUNDLED
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.live_account import live_account


def test_what_a_target_cannot_do_in_an_empty_account_is_never_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"batch_gate_info", "batch_task_info", "inventory_batch_nodes"}
    empty = {"name": "empty", "description": "nothing", "pools": [], "jobs": []}
    with Simulator(empty) as simulator:
        for name, value in account_of(simulator).items():
            monkeypatch.setenv(name, value)
        found = {outcome.target: outcome for outcome in play(tmp_path / "played", {}, names)}
    assert set(found) == names
    assert {outcome.state for outcome in found.values()} == {NOT_POSSIBLE}
    assert found["batch_task_info"].why == "the account has no job; 1 assertions that need none passed"
    assert found["batch_gate_info"].why.startswith("the account has no job and no pool with nodes; ")


def live(
    scenario: Any, folder: Path, *arguments: str, prepare: Callable[[Simulator], object] | None = None
) -> tuple[int, str, str]:
    """The status, the report and what was printed of the whole command, with a stand-in in place of the account."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "AZ_")) and name != "CI"
    }
    with Simulator(scenario) as simulator:
        if prepare:
            prepare(simulator)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "ansible_collections.batchops.azure.tests.live",
                "--output",
                folder / "live",
                *arguments,
            ],
            env={**kept, **account_of(simulator)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert {exchange.method for exchange in simulator.requests} == {"GET"}
    written = (folder / "live" / "report.md").read_text(encoding="utf-8")
    assert written.strip() == done.stdout.strip()
    return done.returncode, written, done.stdout + done.stderr


def rows(written: str, state: str) -> set[str]:
    """The targets that came to that."""
    return {line.split(" | ")[0].strip("| ") for line in written.splitlines() if f" | {state} | " in line}


def test_the_whole_command(tmp_path: Path) -> None:
    status, written, printed = live(live_account(), tmp_path)
    assert status == 0, printed
    assert "Nothing of what was seen." in written
    assert f"{len(targets())} targets: {len(targets())} passed, 0 failed, 0 not possible." in written
    assert rows(written, PASSED) == set(targets())


def test_the_whole_command_fails_where_a_target_does_and_tells_no_secret(tmp_path: Path) -> None:
    secrets = yaml.safe_load((BUNDLED / "secrets.yml").read_text(encoding="utf-8"))

    def prepare(simulator: Simulator) -> None:
        simulator.faults.add("status", status=404, code="JobGone", match="^/jobs/not-there-[0-9a-f]+[?]")

    asked = ("--target", "batch_job_info", "--target", "batch_task_info")
    status, written, printed = live({**secrets, "name": "secrets"}, tmp_path, *asked, prepare=prepare)
    assert status == 1, printed
    claim = "`absent.failure.code == 'JobNotFound'`"
    assert f"| batch_job_info | failed | It is refused with the code of the service: {claim} |" in written
    assert "2 targets: 1 passed, 1 failed, 0 not possible." in written
    assert rows(written, PASSED) == {"batch_task_info"}
    assert rows(written, FAILED) == {"batch_job_info"}
    for secret in ("hunter2", "job-1", "tvm-", "pool-1", "task-1", "127.0.0.1", "not-there"):
        assert secret not in written
