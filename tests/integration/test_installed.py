# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as users get it: built, installed from the tarball, called by its full names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.modules import reads

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
TARGETS = Path(__file__).parent / "targets"
RUN_TIME = {"meta", "playbooks", "plugins", "roles"}
GATE = ("batchops.azure.gate_deployment", "-e", "batch_pool_id=pool-ready")
NEEDED = {"MANIFEST.json", "FILES.json", "LICENSE", "README.md", "meta/runtime.yml", "requirements.txt", "bindep.txt"}
ALLOWED = re.compile(
    r"(MANIFEST|FILES)\.json|LICENSE|(README|SECURITY)\.md|CHANGELOG\.rst|requirements\.txt|bindep\.txt"
    r"|changelogs/(config|changelog)\.yaml"
    r"|extensions/automation_platform/[a-z_]+\.yml"
    r"|extensions/eda/(plugins/event_source/[a-z_]+\.py|rulebooks/[a-z_]+\.yml|schemas/[a-z_]+\.json|decision-environment\.yml)"
    r"|meta/(runtime|execution-environment|extensions)\.yml"
    r"|playbooks/([a-z_]+/)*[a-z_]+\.(yml|j2)"
    r"|plugins/(action|doc_fragments|filter|inventory|module_utils(/_[a-z]+)?|modules|plugin_utils(/_[a-z_]+)?)/[a-z_]+\.py"
    r"|plugins/plugin_utils/_html_report/report\.(css|html\.j2)"
    r"|plugins/filter/[a-z_]+\.yml"
    r"|roles/[a-z_]+/(README\.md|(defaults|handlers|meta|tasks(/report)?|vars)/[a-z_]+\.yml|templates/[a-z_]+\.j2)"
    r"|docs/(docsite/(rst/)?)?[a-z_-]+\.(md|rst|yml)"
    r"|docs/images/[a-z_-]+\.(png|svg)"
)


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    subprocess.run(
        [BIN / "ansible-galaxy", "collection", "build", "--output-path", folder],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    [built] = folder.glob("batchops-azure-*.tar.gz")
    return built


@pytest.fixture(scope="module")
def installed(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collections")
    # Forced: the checkout, which the tests find through site-packages, would count as installed otherwise.
    command = [BIN / "ansible-galaxy", "collection", "install", "--force", "-p", folder, tarball]
    subprocess.run(command, check=True, capture_output=True)
    assert (folder / "ansible_collections" / "batchops" / "azure" / "MANIFEST.json").is_file()
    return folder


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(TARGETS / "setup_simulator" / "files" / "scenario.yml", clock=StepClock(1)) as started:
        yield started


def run(installed: Path, simulator: Simulator, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(installed),
        **account_of(simulator),
    }
    return subprocess.run([BIN / command, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_the_tarball_holds_what_users_need_and_nothing_else(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        names = {member.name for member in archive.getmembers() if member.isfile()}
    assert names >= NEEDED
    assert not [name for name in sorted(names) if not ALLOWED.fullmatch(name)]
    assert tarball.stat().st_size < 1_000_000


def test_the_gate_needs_only_what_is_needed_at_run_time(
    installed: Path, simulator: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("run_time")
    shutil.copytree(installed, folder, dirs_exist_ok=True)
    collection = folder / "ansible_collections" / "batchops" / "azure"
    for path in collection.iterdir():
        if path.is_dir() and path.name not in RUN_TIME:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    assert {path.name for path in collection.iterdir()} <= RUN_TIME
    done = run(folder, simulator, "ansible-playbook", *GATE, "-e", "batch_job_id=job-done")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The gate is open: all 3 checks are satisfied." in done.stdout
    refused = run(folder, simulator, "ansible-playbook", *GATE, "-e", "batch_job_id=job-failed")
    assert refused.returncode == 2
    assert "tvm-3: preparation failed, exit code 1 (FailureExitCode)" in refused.stdout


def test_modules_answer_under_their_full_names(installed: Path, simulator: Simulator, tmp_path: Path) -> None:
    asked = reads(job="job-done", pool="pool-ready")
    tasks = [{f"batchops.azure.{module}": options} for module, options in asked.items()]
    playbook = tmp_path / "play.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    done = run(installed, simulator, "ansible-playbook", str(playbook))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"ok={len(tasks)} " in done.stdout


def test_the_gate_refuses_a_job_with_failed_tasks_and_says_why(installed: Path, simulator: Simulator) -> None:
    done = run(
        installed,
        simulator,
        "ansible-playbook",
        "batchops.azure.gate_deployment",
        "-e",
        "batch_job_id=job-failed",
        "-e",
        "batch_pool_id=pool-ready",
    )
    assert done.returncode == 2
    assert "The gate is closed:" in done.stdout
    assert "tvm-3: preparation failed, exit code 1 (FailureExitCode)" in done.stdout
    assert "no-exit-code: failed, CommandProgramNotFound" in done.stdout


def test_the_gate_opens_for_a_job_that_is_done_and_goes_on(
    installed: Path, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "deploy.yml").write_text("- ansible.builtin.debug: {msg: deployed}\n", encoding="utf-8")
    variables = ("batch_job_id=job-done", "batch_pool_id=pool-ready", f"batch_deploy_tasks={tmp_path / 'deploy.yml'}")
    done = run(
        installed,
        simulator,
        "ansible-playbook",
        "batchops.azure.gate_deployment",
        *(part for value in variables for part in ("-e", value)),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The gate is open: all 3 checks are satisfied." in done.stdout
    assert "deployed" in done.stdout


def test_the_gate_says_what_it_needs_to_know(installed: Path, simulator: Simulator) -> None:
    done = run(
        installed, simulator, "ansible-playbook", "batchops.azure.gate_deployment", "-e", "batch_job_id=job-done"
    )
    assert done.returncode == 2
    assert "Give both -e batch_job_id=... and -e batch_pool_id=..." in done.stdout


def test_a_playbook_waits_for_the_preparation_task(installed: Path, simulator: Simulator) -> None:
    simulator.clock.set(0)
    variables = ("batch_job_id=job-moving", "batch_min_nodes=3", "batch_wait_sleep=0.1")
    done = run(
        installed,
        simulator,
        "ansible-playbook",
        "batchops.azure.wait_for_job_prep",
        *(part for value in variables for part in ("-e", value)),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Preparation of job-moving has succeeded on 3 nodes" in done.stdout
