# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the collection, loaded once before Ansible forks.

Where that is left to the templates, each task of each host finds and compiles them anew, which is a third of what a role costs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import filter_loader, test_loader


class CallbackModule(CallbackBase):
    """Loads them as Ansible does, and only where a role or a playbook of the collection begins."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "early_filters"

    def __init__(self) -> None:
        super().__init__()
        self._loaded = False

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        path = str(task.get_path())
        if self._loaded or "/ansible_collections/batchops/azure/" not in path:
            return
        self._loaded = True
        collection = Path(path.partition("/batchops/azure/")[0], "batchops", "azure")
        for filter_file in (collection / "plugins" / "filter").glob("*.py"):
            filter_loader.get(f"batchops.azure.{filter_file.stem}")
        test_loader.get("ansible.builtin.version")
