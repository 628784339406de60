# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of a large pool, beside a plugin that sets the same variables of as many hosts from memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...simulator import Simulator
from ...support.accounts import account_of
from ..samples import Board, Target, pairwise

CASE = "10,000 nodes as an inventory, processor time"
OURS = "batch_nodes"
MEMORY = "the same variables from memory"
_NODES = 10_000
_MOST = 1.3
_SCENARIO = {
    "name": "inventory",
    "description": "many nodes",
    "pools": [
        {
            "id": "pool-1",
            "start_task": {"command_line": "/bin/true"},
            "nodes": {"count": _NODES, "id": "tvm-{n:05d}"},
        }
    ],
}
_FROM_MEMORY = '''
DOCUMENTATION = """
name: from_memory
short_description: Hosts that are known
description: Sets variables that nobody has to read.
options: {plugin: {description: This one., type: str}}
"""
import json
from pathlib import Path
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible.utils.unsafe_proxy import wrap_var
class InventoryModule(BaseInventoryPlugin):
    NAME = "from_memory"
    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path)
        for name, variables in json.loads(Path(path).with_name("variables.json").read_text()).items():
            inventory.add_host(name)
            for variable, value in variables.items():
                inventory.set_variable(name, variable, wrap_var(value))
'''


def measure(board: Board, *, rounds: int) -> None:
    """Raises AssertionError where the two do not list the same: then nothing was compared."""
    took: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="batchops-") as temporary, Simulator(_SCENARIO) as account:
        folder = Path(temporary)
        (folder / "pool.batch_nodes.yml").write_text("plugin: batchops.azure.batch_nodes\n", encoding="utf-8")
        found, _seconds = _listed(folder, "pool.batch_nodes.yml", account_of(account))
        assert len(found) == _NODES
        from_memory = _with_plugin(folder, found)
        for _round in range(rounds):
            ours, seconds = _listed(folder, "pool.batch_nodes.yml", account_of(account))
            same, seconds_from_memory = _listed(folder, "memory.yml", from_memory)
            assert same == ours
            took.setdefault(OURS, []).append(seconds)
            took.setdefault(MEMORY, []).append(seconds_from_memory)
    board.add(CASE, "s", took)
    board.targets.append(Target(CASE, f"{OURS} / {MEMORY}", pairwise(took[OURS], took[MEMORY]), _MOST, True))


def _with_plugin(folder: Path, variables: Mapping[str, Any]) -> dict[str, str]:
    """Writes the plugin and its variables; returns the environment in which Ansible finds it."""
    (folder / "plugins").mkdir()
    (folder / "plugins" / "from_memory.py").write_text(_FROM_MEMORY, encoding="utf-8")
    (folder / "variables.json").write_text(json.dumps(_plain(variables)), encoding="utf-8")
    (folder / "memory.yml").write_text("plugin: from_memory\n", encoding="utf-8")
    return {"ANSIBLE_INVENTORY_PLUGINS": str(folder / "plugins"), "ANSIBLE_INVENTORY_ENABLED": "from_memory"}


def _listed(folder: Path, file: str, environment: Mapping[str, str]) -> tuple[dict[str, Any], float]:
    """The variables of all hosts, and the seconds of processor time that it took to list them."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-inventory"), "-i", folder / file, "--list"],
        env={**os.environ, **environment, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout)["_meta"]["hostvars"], seconds


def _plain(value: Any) -> Any:
    """As it was before Ansible marked it on its way out."""
    if isinstance(value, dict):
        unsafe = value.get("__ansible_unsafe")
        return unsafe if unsafe is not None else {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
