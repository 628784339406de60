# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads files of the inventory plugin, all of them in one process of its own: what it makes of each, or why nothing.

Ansible's loader of collections is for a whole process, so it is none that runs tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Inventory:
    """Groups are without `all` and `ungrouped`; `error` is empty where the file was read."""

    hosts: dict[str, dict[str, Any]]
    groups: dict[str, list[str]]
    warnings: list[str]
    error: str


def inventories_of(
    folder: Path, files: Mapping[str, Mapping[str, Any]], environment: Mapping[str, str], *arguments: str
) -> dict[str, Inventory]:
    """What the plugin makes of each file, by its name. `arguments` are those of Ansible, such as `-e`."""
    folder.mkdir(exist_ok=True)
    for name, options in files.items():
        (folder / f"{name}.batch_nodes.yml").write_text(
            yaml.safe_dump({"plugin": "batchops.azure.batch_nodes", **options}), encoding="utf-8"
        )
    done = subprocess.run(
        [sys.executable, __file__, str(folder), json.dumps(list(files)), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: Inventory(**found) for name, found in json.loads(done.stdout.splitlines()[-1]).items()}


def _read(path: Path) -> dict[str, Any]:
    from ansible.errors import AnsibleError
    from ansible.inventory.data import InventoryData
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import inventory_loader

    plugin, inventory, warnings = inventory_loader.get("batchops.azure.batch_nodes"), InventoryData(), []
    plugin.display.warning = lambda words, *_more, **_options: warnings.append(words)
    error = ""
    try:
        if plugin.verify_file(str(path)):
            plugin.parse(inventory, DataLoader(), str(path))
            inventory.reconcile_inventory()
            if plugin.get_option("cache"):
                plugin.update_cache_if_changed()
    except AnsibleError as raised:
        error = str(raised)
    groups = {name: [host.name for host in group.get_hosts()] for name, group in inventory.groups.items()}
    own = ("inventory_file", "inventory_dir")
    return {
        "hosts": {
            name: {key: value for key, value in host.vars.items() if key not in own}
            for name, host in inventory.hosts.items()
        },
        "groups": {name: hosts for name, hosts in groups.items() if name not in ("all", "ungrouped")},
        "warnings": warnings,
        "error": error,
    }


def _main() -> None:
    from ansible import context
    from ansible.module_utils.common.collections import ImmutableDict
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader()
    context.CLIARGS = ImmutableDict(extra_vars=sys.argv[3:])
    print(json.dumps({name: _read(Path(sys.argv[1], f"{name}.batch_nodes.yml")) for name in json.loads(sys.argv[2])}))


if __name__ == "__main__":
    _main()
