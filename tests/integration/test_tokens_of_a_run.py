# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole runs of Ansible sign in once, and what they keep meanwhile nobody can read, and is gone at the end."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.integration.signing_in import ways
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.playing import Played, Task, play

JOBS, TASKS, GATE = (f"batchops.azure.batch_{name}_info" for name in ("job", "task", "gate"))
READ: Task = {JOBS: {"job_id": "job-1"}}
_LOGIN = ("client_secret", 200)

# Stands in the folder of the run, in the process that forks the tasks: looks at it, or spoils it, after each of them.
_WATCHER = """
import json, os
from pathlib import Path
from ansible import constants as C
from ansible.plugins.callback import CallbackBase
class CallbackModule(CallbackBase):
    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, "aggregate", "watcher"
    folder = Path(C.DEFAULT_LOCAL_TMP) / "batchops.azure"
    def v2_playbook_on_start(self, playbook):
        if os.environ.get("WATCHER") == "blocks":
            self.folder.write_text("in the way")
    def v2_runner_on_ok(self, result):
        if not self.folder.is_dir():
            return
        seen = [[path.name, path.stat().st_mode & 0o777, path.read_bytes().hex()] for path in self.folder.iterdir()]
        with open(os.environ["SEEN"], "a") as file:
            file.write(json.dumps([self.folder.stat().st_mode & 0o777, seen]) + "\\n")
        if os.environ.get("WATCHER") == "spoils":
            for path in self.folder.iterdir():
                path.write_bytes(path.read_bytes()[:-1])
"""


class Runs:
    """Runs of Ansible as the account's principal."""

    def __init__(self, account: Simulator, tmp_path: Path) -> None:
        self.account = account
        self.folder = tmp_path / "run"
        self.local_tmp = tmp_path / "local"
        self.seen = tmp_path / "seen.jsonl"
        (self.folder / "callbacks").mkdir(parents=True)
        (self.folder / "callbacks" / "watcher.py").write_text(_WATCHER, encoding="utf-8")
        self.environment = {
            "AZURE_CLIENT_ID": account.client_id,
            "AZURE_SECRET": account.secret,
            "AZURE_TENANT": account.tenant,
            "AZURE_AUTHORITY_HOST": str(account.authority),
            "AZURE_BATCH_ENDPOINT": account.url,
            "AZURE_BATCH_ACCOUNT": account.account,
            "ANSIBLE_LOCAL_TEMP": str(self.local_tmp),
            "ANSIBLE_CALLBACKS_ENABLED": "results,watcher",
            "SEEN": str(self.seen),
        }

    def play(
        self, tasks: list[Task], *arguments: str, environment: Mapping[str, str] | None = None, **keywords: Any
    ) -> Played:
        defaults = {"ca_path": str(self.account.ca_path), "disable_instance_discovery": True}
        keywords.setdefault("module_defaults", {"group/batchops.azure.all": defaults})
        done = play(self.folder, tasks, {**self.environment, **(environment or {})}, *arguments, **keywords)
        assert list(self.local_tmp.iterdir()) == [], "the run has left something behind"
        return done

    def hosts(self, number: int) -> list[str]:
        """An inventory of hosts that are all this machine."""
        hosts = {f"host-{one}": {"ansible_connection": "local"} for one in range(number)}
        (self.folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        return ["-i", str(self.folder / "hosts.json"), "--forks", str(number)]


@pytest.fixture
def runs(account: Simulator, tmp_path: Path) -> Runs:
    return Runs(account, tmp_path)


def test_every_kind_of_task_shares_the_token_which_nobody_else_can_read(runs: Runs, account: Simulator) -> None:
    wait = {"wait": True, "wait_timeout": 5, "wait_sleep": 0.2, "progress": False, "expression": "summary.total == `1`"}
    block: Task = {"block": [{TASKS: {"job_id": "job-1"}}]}
    checks = [{"check": "jobs", "job_id": "job-1", "condition": "completed"}]
    tasks = [
        READ,
        {JOBS: {"job_id": "{{ item }}"}, "loop": ["job-1", "job-2", "job-3"]},
        {JOBS: {"job_id": "job-1", **wait}},
        block,
        {GATE: {"checks": checks}},
        {
            "ansible.builtin.include_role": {"name": "batchops.azure.gate"},
            "vars": {"gate_checks": checks, "gate_mode": "report"},
        },
        {**READ, "no_log": True},
    ]
    done = runs.play(tasks, "-vvvvv", environment={"ANSIBLE_LOG_PATH": str(runs.folder / "log")})
    assert done.status == 0, done.stdout[-3000:]
    assert ways(account) == [_LOGIN]
    assert len(account.requests) > 7
    [sent] = {exchange.headers["authorization"] for exchange in account.requests}
    token = sent.removeprefix("Bearer ")
    looks = [json.loads(line) for line in runs.seen.read_text(encoding="utf-8").splitlines()]
    assert len(looks) >= len(tasks)
    names = set()
    for mode, files in looks:
        assert mode == 0o700
        assert len(files) == 2
        for name, file_mode, content in files:
            names.add(name)
            assert file_mode == 0o600
            for secret in (token, account.secret, account.client_id, account.tenant):
                assert secret not in name
                assert secret.encode().hex() not in content
    assert len(names) == 2
    for written in (done.stdout, done.stderr, (runs.folder / "log").read_text(encoding="utf-8")):
        assert token not in written
    assert done.stdout.count("has signed in for this run") == 1


@pytest.mark.parametrize("strategy", ["linear", "free"])
def test_many_hosts_at_once_sign_in_once(runs: Runs, account: Simulator, strategy: str) -> None:
    done = runs.play([READ, READ], *runs.hosts(8), hosts="all", strategy=strategy)
    assert done.status == 0, done.stdout[-3000:] + done.stderr
    assert [result["failed"] for result in done.results] == [False] * 16
    assert ways(account) == [_LOGIN]


def test_many_hosts_that_pass_a_gate_on_the_controller_sign_in_once(runs: Runs, account: Simulator) -> None:
    checks = [{"check": "jobs", "job_id": "job-1", "condition": "completed"}]
    gate = {GATE: {"checks": checks}, "delegate_to": "localhost"}
    done = runs.play([gate], *runs.hosts(8), hosts="all")
    assert [result["verdict"] for result in done.results] == ["pending"] * 8, done.stdout[-3000:]
    assert ways(account) == [_LOGIN]


def test_each_run_signs_in_by_itself(runs: Runs, account: Simulator) -> None:
    for _run in range(2):
        assert runs.play([READ]).status == 0
    assert ways(account) == [_LOGIN] * 2


def test_identities_of_one_run_keep_apart(runs: Runs, account: Simulator) -> None:
    parts = {"client_id": account.client_id, "tenant": account.tenant, "job_id": "job-1"}
    right: Task = {JOBS: {**parts, "secret": account.secret}}
    wrong: Task = {JOBS: {**parts, "secret": "hunter2-guessed"}}
    done = runs.play([right, wrong, right, wrong])
    assert [result["failed"] for result in done.results] == [False, True, False, True]
    assert [result["failure"]["code"] for result in done.results[1::2]] == ["SignInFailed"] * 2
    assert ways(account) == [_LOGIN, ("client_secret", 401), ("client_secret", 401)]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("blocks", "the token cannot be kept for other tasks: File exists"),
        ("spoils", "the token of this run cannot be read: it is damaged, or was not written in this run"),
    ],
)
def test_whatever_is_wrong_with_the_folder_each_task_signs_in(
    runs: Runs, account: Simulator, how: str, said: str
) -> None:
    done = runs.play([READ, READ], "-vvv", environment={"WATCHER": how})
    assert [result["failed"] for result in done.results] == [False] * 2
    assert f"{JOBS}: {said}" in done.stdout
    assert ways(account) == [_LOGIN] * 2


def test_it_can_be_switched_off_and_means_nothing_to_a_module(runs: Runs, account: Simulator) -> None:
    off: Task = {JOBS: {"job_id": "job-1", "token_cache": False}}
    module: Task = {**READ, "environment": {"BATCHOPS_TEST": "1"}}
    # A module is started by a shell.
    done = runs.play([off, module, off, module], environment={"PATH": os.defpath})
    assert [result["failed"] for result in done.results] == [False] * 4
    assert ways(account) == [_LOGIN] * 4
    assert not runs.seen.exists()
