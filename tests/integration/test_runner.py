# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate under ansible-runner, which is how AWX and Automation Platform run it: its exit, its events, and what it leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.playing import BIN

SCENARIO = Path(__file__).parent / "targets" / "setup_simulator" / "files" / "scenario.yml"
GATE = "batchops.azure.gate_deployment"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(SCENARIO) as started:
        yield started


class Artifacts:
    """What a run has left in its private folder."""

    def __init__(self, folder: Path) -> None:
        [self.folder] = (folder / "artifacts").iterdir()
        events = [json.loads(path.read_text("utf-8")) for path in self.folder.glob("job_events/*.json")]
        self.events: list[dict[str, Any]] = sorted(events, key=lambda event: event["counter"])

    def said(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def results(self, event: str) -> list[dict[str, Any]]:
        return [found["event_data"]["res"] for found in self.events if found["event"] == event]

    def everything(self) -> str:
        return "".join(path.read_text("utf-8") for path in self.folder.rglob("*") if path.is_file())


def run(folder: Path, simulator: Simulator, **variables: str) -> Artifacts:
    """As a job template does: credentials as environment variables, answers of a survey as extra variables."""
    (folder / "env").mkdir()
    (folder / "project").mkdir()
    credential = account_of(simulator)
    (folder / "env" / "envvars").write_text(json.dumps(credential), encoding="utf-8")
    (folder / "env" / "extravars").write_text(json.dumps(variables), encoding="utf-8")
    subprocess.run(
        [BIN / "ansible-runner", "run", folder, "-p", GATE, "--quiet"],
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        check=False,
    )
    return Artifacts(folder)


def test_a_gate_that_opens_is_successful_and_changes_nothing(simulator: Simulator, tmp_path: Path) -> None:
    artifacts = run(tmp_path, simulator, batch_job_id="job-done", batch_pool_id="pool-ready")
    assert (artifacts.said("rc"), artifacts.said("status")) == ("0", "successful"), artifacts.said("stdout")
    [judged] = [result for result in artifacts.results("runner_on_ok") if "verdict" in result]
    assert judged["verdict"] == "satisfied"
    [stats] = [event["event_data"] for event in artifacts.events if event["event"] == "playbook_on_stats"]
    assert not stats["changed"] and not stats["failures"]


def test_a_gate_that_refuses_has_failed_and_says_why_in_its_event(simulator: Simulator, tmp_path: Path) -> None:
    artifacts = run(tmp_path, simulator, batch_job_id="job-failed", batch_pool_id="pool-ready")
    assert (artifacts.said("rc"), artifacts.said("status")) == ("2", "failed")
    [failed] = artifacts.results("runner_on_failed")
    reason = "tvm-3: preparation failed, exit code 1 (FailureExitCode)"
    assert reason in str(failed["msg"])
    assert reason in artifacts.said("stdout")


def test_the_key_is_in_none_of_the_artifacts(simulator: Simulator, tmp_path: Path) -> None:
    artifacts = run(tmp_path, simulator, batch_job_id="job-failed", batch_pool_id="pool-ready")
    left = artifacts.everything()
    assert simulator.account in left
    # The runner itself notes the environment of the whole run in this one file, of every playbook.
    assert simulator.key not in left.replace(artifacts.said("command"), "")
