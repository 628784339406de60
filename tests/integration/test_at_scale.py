# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Large accounts: memory stays small, and many jobs are one task of one playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of, options_of

MOST_MEGABYTES = 150

# Runs the module as Ansible does, in a Python of its own, and then says how much memory it took at the most:
# Linux keeps that figure for each program, whatever the size of the one that started it.
MEASURED = """
import atexit, runpy, sys
atexit.register(lambda: print(*[line for line in open("/proc/self/status") if line.startswith("VmHWM")], file=sys.stderr))
runpy.run_module(sys.argv.pop(), run_name="__main__")
"""


def call(simulator: Simulator, module: str, **options: Any) -> tuple[dict[str, Any], int]:
    """The result of a module and its peak memory in MB."""
    account = options_of(simulator)
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, f"ansible_collections.batchops.azure.plugins.modules.{module}"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": {**account, **options}}),
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(run.stdout), int(run.stderr.split()[-2]) // 1024


def test_100_000_tasks_are_summed_up_in_little_memory() -> None:
    """So is a wait that remembers what it has seen of them: one number."""
    options = {"job_id": "large-job", "details": "summary", "condition": "completed"}
    wait = {"wait": True, "wait_timeout": 300, "wait_sleep": 0.5, "stall_timeout": 2}
    with Simulator("large", record=0) as simulator:
        simulator.clock.set(300)
        result, megabytes = call(simulator, "batch_task_info", **options)
        waited, of_the_wait = call(simulator, "batch_task_info", **options, **wait)
    assert result["summary"]["total"] == waited["summary"]["total"] == 100_000
    assert result["tasks"] == []
    assert megabytes < MOST_MEGABYTES
    assert (waited["stalled"], waited["polls"] > 2) == (True, True)
    assert of_the_wait <= megabytes + 5


def test_170_jobs_are_one_ansible_task(tmp_path: Path) -> None:
    with Simulator("many_jobs") as simulator:
        ids = [f"nightly-{number:03d}" for number in range(1, 151)] + [
            f"Schedule:job-{number}" for number in range(1, 21)
        ]
        tasks = [
            {
                "name": "Are all tasks of all jobs done?",
                "batchops.azure.batch_task_info": {"job_ids": ids, "details": "summary", "condition": "succeeded"},
                "register": "all_tasks",
            },
            {"ansible.builtin.copy": {"content": "{{ all_tasks | to_json }}", "dest": str(tmp_path / "result.json")}},
        ]
        playbook = tmp_path / "play.yml"
        playbook.write_text(
            json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8"
        )
        run = subprocess.run(
            [Path(sys.executable).with_name("ansible-playbook"), playbook],
            env={
                **os.environ,
                **account_of(simulator),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert len(result["by_job"]) == 170
    assert list(result["by_job"]) == ids
    assert result["summary"]["total"] == 1700
