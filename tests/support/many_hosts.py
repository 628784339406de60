# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many cases in one run of ansible-playbook: each is a host, and all of them are this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.batchops.azure.tests.support.playing import callbacks

_CALLBACK = """
import json, os
from ansible.plugins.callback import CallbackBase
class CallbackModule(CallbackBase):
    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, "aggregate", "cases"
    def _write(self, result, state):
        found = result._result if hasattr(result, "_result") else result.result
        task = result._task if hasattr(result, "_task") else result.task
        host = result._host if hasattr(result, "_host") else result.host
        with open(os.environ["CASES"], "a") as file:
            line = [host.get_name(), task.get_name(), state, str(found.get("msg")), str(found.get("assertion", ""))]
            file.write(json.dumps(line) + "\\n")
    def v2_runner_on_ok(self, result):
        self._write(result, "ok")
    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write(result, "failed")
    def v2_runner_on_unreachable(self, result):
        self._write(result, "failed")
"""


@dataclass(frozen=True)
class Run:
    """What a playbook came to: of each host its last failure, and whether it got past what was to be passed."""

    printed: str
    failures: dict[str, tuple[str, str]]
    past: set[str]
    messages: list[tuple[str, str]]
    # Of each host, what its last failure did not find to be so.
    untrue: dict[str, str]

    def said(self, host: str, words: str) -> bool:
        """Whether a task of the host has said them, in its result."""
        return any(who == host and words in message for who, message in self.messages)


def passing(hosts: str, task: Mapping[str, Any]) -> dict[str, Any]:
    """A play that deploys after the task. A playbook ends where all hosts of a play have failed, so they are rescued."""
    deploy = {"name": "Deploy", "tags": ["deploy"], "ansible.builtin.debug": {"msg": "deployed"}}
    rescue = {"name": "Closed", "tags": ["always"], "ansible.builtin.meta": "noop"}
    return {"hosts": hosts, "gather_facts": False, "tasks": [{"block": [dict(task), deploy], "rescue": [rescue]}]}


def run(
    folder: Path,
    plays: Sequence[Mapping[str, Any]],
    hosts: Mapping[str, Mapping[str, Any]],
    environment: Mapping[str, str],
    *arguments: str,
) -> Run:
    """Plays over the hosts, which are given with their variables."""
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    # A group of that name: a playbook that is for localhost is for all of them.
    inventory = {"all": {"vars": local, "children": {"localhost": {"hosts": hosts}}}}
    (folder / "callbacks").mkdir(parents=True)
    (folder / "callbacks" / "cases.py").write_text(_CALLBACK, encoding="utf-8")
    for name, content in (("hosts.json", inventory), ("play.json", plays)):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    (folder / "cases.jsonl").touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "AZ_"))}
    command = [Path(sys.executable).with_name("ansible-playbook"), "--forks", "4", *arguments]
    done = subprocess.run(
        [*command, "-i", folder / "hosts.json", folder / "play.json"],
        env={
            **kept,
            **environment,
            "ANSIBLE_INVENTORY_ENABLED": "ansible.builtin.yaml",
            "ANSIBLE_YAML_FILENAME_EXT": ".json",
            "ANSIBLE_DEVEL_WARNING": "false",
            "ANSIBLE_CALLBACK_PLUGINS": callbacks(folder / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "cases",
            "CASES": str(folder / "cases.jsonl"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    failures = {host: (task, said) for host, task, state, said, _claim in lines if state == "failed"}
    untrue = {host: claim for host, _task, state, _said, claim in lines if state == "failed"}
    past = {host for host, task, *_rest in lines if task == "Deploy"}
    messages = [(host, said) for host, _task, _state, said, _claim in lines]
    return Run(done.stdout + done.stderr, failures, past, messages, untrue)
