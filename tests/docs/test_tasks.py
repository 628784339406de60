# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every YAML example of the documentation: tasks and plays are run, in one go, and the rest is read by whoever it is for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.batchops.azure.tests.docs.blocks import Block, examples
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.simulator.model import load_scenario
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.azure_cli import AzureCli, prints
from ansible_collections.batchops.azure.tests.support.modules import JOBS

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
READ = {"name": "Read a job", "batchops.azure.batch_job_info": {"job_id": "job-7"}}
# What stands for an account of the reader's, and becomes the simulated one.
ENDPOINT = "myaccount.westeurope.batch.azure.com"
# Results of earlier tasks that an example takes up.
VARIABLES = {
    "job": {"constraints": {"max_wall_clock_time": "PT1H30M"}},
    "read": {
        "tasks": [
            {"id": "task-1", "state": "running", "execution_info": {"start_time": "2026-01-31T08:00:00.1234567Z"}}
        ]
    },
}
# For whom else it is.
OTHERS = {
    "injectors": "a credential type; test_automation_platform.py signs in with what it injects",
    "spec": "a survey; test_automation_platform.py answers it",
    "playbook": "a job template; test_automation_platform.py runs its playbook",
    "workflow_nodes": "a workflow; test_automation_platform.py goes through it",
    "plugin": "an inventory; test_inventories.py reads it",
    "version": "an execution environment or a decision environment",
    "batch_job_ids": "variables of a rulebook",
    "collections": "requirements of a project",
}
_CALLBACK = """
import json, os
from ansible.plugins.callback import CallbackBase
class CallbackModule(CallbackBase):
    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, "aggregate", "examples"
    def v2_playbook_on_play_start(self, play):
        self.play = play.get_name()
    def _write(self, result, failed):
        found = result._result if hasattr(result, "_result") else result.result
        with open(os.environ["EXAMPLES_RESULTS"], "a") as file:
            file.write(json.dumps({"play": self.play, "failed": failed, "msg": str(found.get("msg"))}) + "\\n")
    def v2_runner_on_ok(self, result):
        self._write(result, False)
    def v2_runner_on_skipped(self, result):
        self._write(result, False)
    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write(result, True)
    def v2_runner_on_unreachable(self, result):
        self._write(result, True)
"""


def kind(block: Block) -> str:
    """What the block is. What nobody would read is a mistake in the documentation."""
    data = yaml.safe_load(block.text)
    if isinstance(data, list) and all({"hosts", "ansible.builtin.import_playbook"} & set(item) for item in data):
        return "plays"
    if isinstance(data, list):
        return "tasks"
    keys = set(data)
    if keys == {"module_defaults"}:
        return "defaults"
    if all(key.startswith("ansible_") for key in keys):
        return "host"
    if keys <= set(JOBS.arguments.spec):
        return "options"
    if keys <= {"description", "pools", "jobs", "faults", "account", "paging", "start"}:
        return "scenario"
    assert keys & set(OTHERS), f"{block.place}: nobody knows what to do with {', '.join(keys)}"
    return "other"


YAML = examples("yaml")
TO_RUN = [block for block in YAML if kind(block) in ("tasks", "plays", "defaults", "host")]
LEFT_OUT = [block for block in TO_RUN if "because" in block.mark]
RUN = [block for block in TO_RUN if "because" not in block.mark]


def plays_of(block: Block, account: Simulator) -> list[dict[str, Any]]:
    """The block as plays that bear its place, which go on after a failure."""
    data = yaml.safe_load(block.text.replace(ENDPOINT, account.url.removeprefix("https://")))
    if kind(block) == "tasks":
        data = [{"tasks": data}]
    elif kind(block) == "defaults":
        # A private cloud has to say that it is one. Options other than those of the example are not in its place.
        read = {**READ, "module_defaults": {"batchops.azure.batch_job_info": {"disable_instance_discovery": True}}}
        data = [{**data, "tasks": [read]}]
    elif kind(block) == "host":
        data = [{"vars": data, "tasks": [READ]}]
    common = {"hosts": "localhost", "gather_facts": False}
    return [{**common, **play, "name": block.place, "ignore_errors": True} for play in data]


def credentials_of(account: Simulator) -> dict[str, str]:
    return {
        **account_of(account),
        "AZURE_AUTHORITY_HOST": str(account.authority),
        "REQUESTS_CA_BUNDLE": str(account.ca_path),
    }


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """What came of each example, by its place. All are run by one playbook, which takes less than a second for each ten."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "callbacks").mkdir()
    (folder / "callbacks" / "examples.py").write_text(_CALLBACK, encoding="utf-8")
    (folder / "results.jsonl").touch()
    (folder / "bin").mkdir()
    with Simulator(HERE / "scenario.yml", https=True) as account:
        AzureCli(folder / "bin", prints(account.access_token or ""))
        playbook = [play for block in RUN for play in plays_of(block, account)]
        (folder / "play.json").write_text(json.dumps(playbook), encoding="utf-8")
        variables = {
            **VARIABLES,
            "batch_endpoint": account.url,
            "client_id": account.client_id,
            "secret": account.secret,
            "tenant": account.tenant,
            "subscription_id": "ignored",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "AZ_"))}
        done = subprocess.run(
            [BIN / "ansible-playbook", "play.json", "-e", json.dumps(variables)],
            cwd=folder,
            env={
                **kept,
                **credentials_of(account),
                "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "ANSIBLE_CALLBACK_PLUGINS": str(folder / "callbacks"),
                "ANSIBLE_CALLBACKS_ENABLED": "examples",
                "EXAMPLES_RESULTS": str(folder / "results.jsonl"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        others = [exchange.method for exchange in account.requests if exchange.method != "GET"]
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert not others
    found: dict[str, list[dict[str, Any]]] = {block.place: [] for block in RUN}
    for line in (folder / "results.jsonl").read_text(encoding="utf-8").splitlines():
        result = json.loads(line)
        found[result["play"]].append(result)
    yield found


@pytest.mark.parametrize("block", RUN, ids=[block.place for block in RUN])
def test_tasks_and_plays_run(block: Block, results: dict[str, list[dict[str, Any]]]) -> None:
    found = results[block.place]
    failed = [result["msg"] for result in found if result["failed"]]
    assert found, f"{block.place}: nothing of it has run"
    assert not failed, f"{block.place}: {'; '.join(failed)}"


@pytest.mark.parametrize("block", YAML, ids=[block.place for block in YAML])
def test_what_is_not_a_task_can_be_read(block: Block) -> None:
    """Options by their specification, scenarios by the simulator."""
    data = yaml.safe_load(block.text)
    if kind(block) == "options":
        refused = ArgumentSpecValidator(JOBS.arguments.spec).validate(data).error_messages
        assert not refused, f"{block.place}: {'; '.join(refused)}"
    elif kind(block) == "scenario":
        load_scenario({**data, "name": "example"})


@pytest.mark.parametrize("block", LEFT_OUT, ids=[block.place for block in LEFT_OUT])
def test_what_is_not_run(block: Block) -> None:
    pytest.skip(f"{block.place}: {block.mark['because']}")


def test_there_are_examples_of_everything() -> None:
    """An extraction that finds nothing would pass."""
    found = {block.document for block in RUN}
    plugins = {path for path in found if path.startswith("plugins/")}
    assert len(plugins) == len(list(HERE.parents[1].glob("plugins/modules/batch_*.py"))) + len(
        list(HERE.parents[1].glob("plugins/filter/*.py"))
    )
    assert {"README.md", "roles/gate/README.md", "roles/wait_for_job_prep/README.md"} <= found
