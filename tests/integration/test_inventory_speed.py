# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of a large pool takes little more than Ansible itself needs for as many hosts with the same variables."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of

NODES = 3000
SCENARIO = {
    "name": "speed",
    "description": "many nodes",
    "pools": [
        {
            "id": "pool-1",
            "start_task": {"command_line": "/bin/true"},
            "nodes": {"count": NODES, "id": "tvm-{n:05d}"},
        }
    ],
}
FROM_MEMORY = '''
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


def listed(folder: Path, file: str, environment: Mapping[str, str]) -> tuple[dict[str, Any], float]:
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


def plain(value: Any) -> Any:
    """As it was before Ansible marked it on its way out."""
    if isinstance(value, dict):
        unsafe = value.get("__ansible_unsafe")
        return unsafe if unsafe is not None else {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def test_it_takes_at_most_a_third_more_than_to_set_the_same_variables(tmp_path: Path) -> None:
    (tmp_path / "pool.batch_nodes.yml").write_text("plugin: batchops.azure.batch_nodes\n", encoding="utf-8")
    with Simulator(SCENARIO) as account:
        found, seconds = listed(tmp_path, "pool.batch_nodes.yml", account_of(account))
        pages = [exchange for exchange in account.requests if exchange.path.endswith("/nodes")]
    assert len(found) == NODES
    assert len(pages) == NODES / 1000
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "from_memory.py").write_text(FROM_MEMORY, encoding="utf-8")
    (tmp_path / "variables.json").write_text(json.dumps(plain(found)), encoding="utf-8")
    (tmp_path / "memory.yml").write_text("plugin: from_memory\n", encoding="utf-8")
    environment = {
        "ANSIBLE_INVENTORY_PLUGINS": str(tmp_path / "plugins"),
        "ANSIBLE_INVENTORY_ENABLED": "from_memory",
    }
    same, from_memory = listed(tmp_path, "memory.yml", environment)
    assert same == found
    assert seconds < 1.3 * from_memory, f"{seconds:.2f} s against {from_memory:.2f} s"
