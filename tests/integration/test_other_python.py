# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module on the Python of another host.

`./dev check -s oldest-python` names 3.9, the oldest on which modules run. On the Python of the controller test_in_controller.py runs them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.modules import GATE, looks, reads

PYTHON = os.environ.get("BATCHOPS_TARGET_PYTHON", "")
CHECKS = [
    {"check": "jobs", "job_id": "job-7", "condition": "active"},
    {"check": "pools", "pool_id": "pool-7", "condition": "sound"},
]
IDS = {"job": "job-7", "pool": "pool-7"}
LOOKS: dict[str, dict[str, Any]] = {**looks(**IDS), GATE.module: {"checks": CHECKS}}


def results(folder: Path, account: Simulator, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each task returns on that Python, and before all of them the version of it."""
    named = [{**task, "register": f"result_{number}", "ignore_errors": True} for number, task in enumerate(tasks)]
    first = {"ansible.builtin.setup": {"gather_subset": ["!all", "!min", "python"]}, "register": "python"}
    kept = (
        "{{ [python.ansible_facts, " + ", ".join(f"result_{number}" for number in range(len(tasks))) + "] | to_json }}"
    )
    written = {"ansible.builtin.copy": {"content": kept, "dest": str(folder / "results.json"), "mode": "0600"}}
    # Another name than localhost, or the controller runs them itself.
    play = {"hosts": "elsewhere", "gather_facts": False, "tasks": [first, *named, written]}
    (folder / "play.yml").write_text(json.dumps([play]), encoding="utf-8")
    host = f"elsewhere ansible_connection=local ansible_python_interpreter={PYTHON}\n"
    # A variable of the environment is for a process of its own: also where that Python is the controller's.
    (folder / "hosts").write_text(host, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(folder / "hosts"), "play.yml"]
    env = {**os.environ, **account_of(account), "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return list(json.loads((folder / "results.json").read_text(encoding="utf-8")))


@pytest.mark.skipif(not PYTHON, reason="no BATCHOPS_TARGET_PYTHON; ./dev check -s oldest-python names Python 3.9")
def test_every_module_reads_judges_and_waits_there(tmp_path: Path) -> None:
    own = {"environment": {"LC_ALL": "C"}}
    asked: list[tuple[str, dict[str, Any]]] = [
        *reads(**IDS).items(),
        *LOOKS.items(),
        # All of them are prepared by then, so nobody pauses.
        ("batch_job_prep_status_info", {**LOOKS["batch_job_prep_status_info"], "wait": True}),
        ("batch_job_info", {"job_id": "job-7", "query": "jobs[0].id"}),
        ("batch_job_info", {"job_id": "job-7", "expression": "summary.total == `1`"}),
        ("batch_job_info", {"job_id": "job 7"}),
        ("batch_job_info", {"job_id": "job-9"}),
    ]
    tasks = [{f"batchops.azure.{name}": options, **own} for name, options in asked]
    with Simulator("demo") as account:
        account.clock.set(60)
        python, *found = results(tmp_path, account, tasks)
    version = subprocess.run(
        [PYTHON, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, check=True
    )
    here = python["ansible_python"]["version"]
    assert [here["major"], here["minor"]] == list(map(int, version.stdout.split()))
    *judged, query, expression, wrong, absent = found
    told = [(name, result.get("msg")) for (name, _options), result in zip(asked, judged) if "summary" not in result]
    assert told == []
    verdicts = [
        result["verdict"] for (_name, options), result in zip(asked, judged) if options not in reads(**IDS).values()
    ]
    assert set(verdicts) <= {"satisfied", "pending", "failed"}
    assert query["query_result"] == "job-7"
    assert expression["verdict"] == "satisfied"
    assert wrong["msg"].startswith("job_id: 'job 7' is not an id")
    assert absent["failure"]["code"] == "JobNotFound"
