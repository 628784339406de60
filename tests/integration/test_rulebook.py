# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as ansible-rulebook uses it, installed into a path that no Python knows: preparation fails, and a gate is run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
# A busy machine starts Java and Ansible in less.
PATIENCE = 180


def missing() -> str | None:
    """What is not here; None where all is."""
    if shutil.which("ansible-rulebook", path=str(BIN)) is None:
        return "ansible-rulebook is not beside this Python"
    return None if shutil.which("java") else "there is no Java, such as default-jre-headless of Debian"


# The session `rulebook` of ./dev check says that both must be there.
pytestmark = pytest.mark.skipif(
    missing() is not None and not os.environ.get("BATCHOPS_RULEBOOK"),
    reason=f"{missing()}; ./dev check -s rulebook installs what it may",
)


def install(folder: Path) -> Path:
    """What ansible-galaxy makes of the checkout."""
    galaxy, collections = BIN / "ansible-galaxy", folder / "any path"
    subprocess.run(
        [galaxy, "collection", "build", "--output-path", folder], cwd=PROJECT, check=True, capture_output=True
    )
    [tarball] = folder.glob("*.tar.gz")
    command = [galaxy, "collection", "install", "--force", "-p", collections, tarball]
    subprocess.run(command, check=True, capture_output=True)
    return collections


def test_a_gate_is_run_as_soon_as_preparation_fails(tmp_path: Path) -> None:
    (tmp_path / "inventory.ini").write_text("localhost ansible_connection=local\n", encoding="utf-8")
    (tmp_path / "vars.yml").write_text("batch_job_ids: [job-1]\nbatch_interval: 0.5\n", encoding="utf-8")
    rulebook = [BIN / "ansible-rulebook", "--rulebook", "batchops.azure.gate_when_preparation_fails"]
    with Simulator("preparation_fails") as account:
        account.clock.set(3)
        env = {
            **os.environ,
            **account_of(account),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": str(install(tmp_path)),
            "ANSIBLE_NOCOLOR": "1",
        }
        with subprocess.Popen(
            [*rulebook, "--inventory", "inventory.ini", "--vars", "vars.yml"],
            cwd=tmp_path,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as engine:
            # Whatever goes wrong, it is ended: by itself it does not end.
            watchdog = threading.Timer(PATIENCE, engine.kill)
            watchdog.start()
            looked = account.requests.wait_for(2, "/jobpreparation", PATIENCE)
            account.clock.set(12)
            printed = []
            assert engine.stdout is not None
            for line in engine.stdout:
                printed.append(line)
                if line.startswith("PLAY RECAP"):
                    engine.send_signal(signal.SIGINT)
            watchdog.cancel()
    text = "".join(printed)
    assert looked, text
    assert "The gate is closed: " in text, text
    assert "tvm-3: preparation failed, exit code 32 (FailureExitCode)" in text
    # ansible-rulebook says all that a run has printed once more where the run has failed, if it gets so far before it is ended.
    said_again = text.count("run_playbook - ERROR")
    assert text.count("PLAY RECAP") - said_again == 1
