# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What it costs to import an action plugin, which Ansible does once in the process that all tasks are forked from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._in_controller import FOR_FEW

ACTIONS = sorted(
    path.stem for path in (Path(__file__).parents[4] / "plugins" / "action").glob("*.py") if path.stem != "__init__"
)
UTILS_PACKAGE = "ansible_collections.batchops.azure.plugins.module_utils"
UTILS = Path(__file__).parents[4] / "plugins" / "module_utils"
IMPORTED = """
import importlib, json, os, sys, threading
from ansible.plugins.action import ActionBase
files = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
importlib.import_module(sys.argv[1])
left = set(os.listdir("/proc/self/fd")) - files if files else set()
print(json.dumps({"modules": sorted(sys.modules), "threads": threading.active_count(), "files": sorted(left)}))
"""


def imported(name: str, **environment: str) -> dict[str, Any]:
    module = f"ansible_collections.batchops.azure.plugins.action.{name}"
    run = subprocess.run(
        [sys.executable, "-c", IMPORTED, module],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_every_module_has_its_action() -> None:
    modules = {path.stem for path in (Path(__file__).parents[4] / "plugins" / "modules").glob("batch_*.py")}
    assert set(ACTIONS) == modules


@pytest.mark.parametrize("name", ACTIONS)
def test_it_leaves_no_thread_and_no_socket_behind_and_loads_what_every_task_needs(name: str) -> None:
    found = imported(name)
    assert (found["threads"], found["files"]) == (1, [])
    loaded = set(found["modules"])
    assert loaded >= {"requests", "urllib3.connectionpool", "concurrent.futures.thread"}
    assert not loaded & {"azure", "azure.identity", "jmespath", "msal"}


def test_what_a_module_imports_late_is_here_before_ansible_forks() -> None:
    """Apart from what few need; it is a list of its own, and this one names nothing that is not there."""
    files = {".".join(path.relative_to(UTILS).with_suffix("").parts) for path in UTILS.rglob("*.py")}
    prefix = f"{UTILS_PACKAGE}."
    loaded = {name.removeprefix(prefix) for name in imported("batch_gate_info")["modules"] if name.startswith(prefix)}
    assert files - loaded == FOR_FEW


@pytest.mark.parametrize(
    "environment",
    [
        {"AZURE_CLIENT_ID": "00000000-0000-0000-0000-000000000000", "AZURE_SECRET": "a", "AZURE_TENANT": "b"},
        {"AZURE_FEDERATED_TOKEN_FILE": "/no/such/file"},
        {"ANSIBLE_AZURE_AUTH_SOURCE": "msi"},
        {"ANSIBLE_AZURE_AUTH_SOURCE": "cli"},
    ],
)
def test_the_library_that_signs_in_is_left_to_the_one_task_that_does(environment: dict[str, str]) -> None:
    """Whereas what takes the token of another task is there before."""
    found = imported("batch_job_info", **environment)
    assert not set(found["modules"]) & {"azure.identity", "msal"}
    assert set(found["modules"]) >= {
        "cryptography.fernet",
        f"{UTILS_PACKAGE}._auth.entra",
        f"{UTILS_PACKAGE}._auth.kinds",
    }
    assert (found["threads"], found["files"]) == (1, [])
