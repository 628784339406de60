# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules of the collection, by the names that tests call them, and by their own. From the registry: there is no other table."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._gate.resource import GATE
from ansible_collections.batchops.azure.plugins.module_utils._registry import RESOURCES

JOBS, TASKS, NODES, PREP = (RESOURCES[name] for name in ("jobs", "tasks", "nodes", "preparation"))
MODULES = {resource.module: resource for resource in (*RESOURCES.values(), GATE)}

__all__ = ["GATE", "JOBS", "MODULES", "NODES", "PREP", "TASKS"]
