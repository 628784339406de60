# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every inventory that the documentation shows has hosts, and what its groups are for is among them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT, examples
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.reading_inventories import Inventory, inventories_of

PLUGIN = PROJECT / "plugins" / "inventory" / "batch_nodes.py"
NODES = [
    {"id": "tvm-1"},
    {"id": "tvm-2", "states": [{"at": -20, "state": "waitingforstarttask"}, {"at": -5, "state": "starttaskfailed"}]},
]
SCENARIO = {
    "name": "inventories",
    "description": "the pools that examples name, each with an idle node and one whose start task has failed",
    "pools": [
        {"id": pool, "start_task": {"command_line": "/bin/false"}, "nodes": NODES}
        for pool in ("pool-1", "pool-7", "pool-8")
    ],
}


def shown() -> dict[str, dict[str, Any]]:
    """The options, by where they stand."""
    [text] = [
        ast.literal_eval(node.value)
        for node in ast.parse(PLUGIN.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES"
    ]
    found = {f"EXAMPLES-{number}": data for number, data in enumerate(yaml.safe_load_all(text))}
    for block in examples("yaml"):
        data = yaml.safe_load(block.text)
        if isinstance(data, dict) and "plugin" in data:
            found[f"{block.path.stem}-{block.line}"] = data
    return found


SHOWN = shown()


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Inventory]:
    with Simulator(SCENARIO) as account:
        files = {
            name: {option: value for option, value in options.items() if option != "account_endpoint"}
            for name, options in SHOWN.items()
        }
        folder: Path = tmp_path_factory.mktemp("inventories") / "read"
        return inventories_of(folder, files, account_of(account))


@pytest.mark.parametrize("name", SHOWN)
def test_it_has_hosts(read: dict[str, Inventory], name: str) -> None:
    assert read[name].error == ""
    assert read[name].warnings == []
    assert read[name].hosts
    assert set(SHOWN[name].get("groups", {})) <= set(read[name].groups)
    assert len(read[name].groups) >= len(SHOWN[name].get("keyed_groups", ()))


def test_there_are_examples_in_the_plugin_in_the_readme_and_in_the_guide() -> None:
    assert {name.rpartition("-")[0] for name in SHOWN} == {"EXAMPLES", "README", "guide_nodes_as_inventory"}
