# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installs the collection, starts the simulator, and lets the gate refuse, stop, wait and pass."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.batchops.azure.tests.simulator import RealClock, Simulator

PROJECT = Path(__file__).resolve().parents[2]
WORK = PROJECT / "build" / "demo"
COLLECTIONS = WORK / "collections"

# Scenario seconds in one second: the nodes take 20 s to get ready, a demo should not.
SPEED = 2.0


@dataclass(frozen=True)
class Act:
    """One run of the gate, and what must come of it."""

    title: str
    variables: dict[str, str]
    passes: bool
    # All of this must stand in what the gate says.
    says: tuple[str, ...]


ACTS = (
    Act(
        "The gate refuses: job-7 has only just begun",
        {"batch_job_id": "job-7", "batch_pool_id": "pool-7"},
        passes=False,
        says=("The gate is closed: ", " not satisfied yet."),
    ),
    Act(
        "The gate does not wait for what can no longer succeed: the preparation of job-8 has failed on a node",
        {"batch_job_id": "job-8", "batch_pool_id": "pool-7", "batch_wait": "true", "batch_wait_sleep": "1"},
        passes=False,
        says=("can no longer be satisfied", "stderr of tvm-3 ends with: mount error(13): Permission denied"),
    ),
    Act(
        "The gate waits for job-7, passes, and the deployment goes on",
        {
            "batch_job_id": "job-7",
            "batch_pool_id": "pool-7",
            "batch_min_nodes": "12",
            "batch_wait": "true",
            "batch_wait_sleep": "1",
            "batch_deploy_tasks": str(PROJECT / "tests" / "demo" / "deploy.yml"),
        },
        passes=True,
        says=("The gate is open: all 3 checks are satisfied (waited ", "Deploying the new image to pool-7"),
    ),
)


def main() -> int:
    install()
    proofs: list[str] = []
    with Simulator("demo", clock=RealClock(SPEED)) as simulator:
        print(f"\nA simulated Batch account answers at {simulator.url}; its time runs {SPEED:g} times as fast.")
        played = [play(act, simulator, proofs) for act in ACTS]
        methods = Counter(exchange.method for exchange in simulator.requests)
    ok = all(played) and set(methods) == {"GET"}
    others = methods.total() - methods["GET"]
    proofs.append(
        f"{'NOT' if others else 'ok '}  {methods['GET']} requests reached the service, other than GET: {others}"
    )
    print("\n" + "\n".join(proofs))
    return 0 if ok else 1


def install() -> None:
    """Builds the collection and installs it as users do, into a folder of the demo's own."""
    galaxy = Path(sys.executable).with_name("ansible-galaxy")
    for arguments in (
        ("build", "--force", "--output-path", WORK),
        ("install", "--force", "--collections-path", COLLECTIONS, WORK / "batchops-azure-1.0.0.tar.gz"),
    ):
        done = subprocess.run(
            [galaxy, "collection", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"ansible-galaxy collection {arguments[0]} failed:\n{done.stdout}{done.stderr}")
    print(f"Installed batchops.azure into {COLLECTIONS.relative_to(PROJECT)}")


def play(act: Act, simulator: Simulator, proofs: list[str]) -> bool:
    """Runs the gate playbook of the installed collection, and checks how it ends."""
    print(f"\n=== {act.title}\n", flush=True)
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "batchops.azure.gate_deployment"]
    for name, value in act.variables.items():
        # ansible-playbook splits name=value at blanks, and a checkout may lie anywhere.
        command += ["-e", json.dumps({name: value}) if " " in value else f"{name}={value}"]
    print("$ " + shlex.join(["ansible-playbook", *command[1:]]), flush=True)
    # Each act begins where the scenario does, however long the one before it took.
    simulator.clock.set(0)
    started = time.monotonic()
    lines = []
    with subprocess.Popen(
        command, env=environment(simulator), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        assert run.stdout is not None
        for line in run.stdout:
            lines.append(line)
            print(line, end="", flush=True)
    ok = (run.returncode == 0) == act.passes and all(words in "".join(lines) for words in act.says)
    proofs.append(f"{'ok ' if ok else 'NOT'}  {act.title} ({time.monotonic() - started:.1f} s)")
    return ok


def environment(simulator: Simulator) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "AZ_", "ANSIBLE_"))}
    return {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "AZURE_BATCH_ENDPOINT": simulator.url,
        "AZURE_BATCH_ACCOUNT": simulator.account,
        "AZURE_BATCH_ACCESS_KEY": simulator.key,
    }


if __name__ == "__main__":
    sys.exit(main())
