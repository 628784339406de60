# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules of the collection, by the names that tests call them, and by their own, and what each can be asked for.

From the registry: there is no other table, so that a new resource is in all tests that ask every module.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._gate.resource import GATE
from ansible_collections.batchops.azure.plugins.module_utils._registry import JUDGED, RESOURCES

JOBS, TASKS, NODES, POOLS, PREP = (RESOURCES[name] for name in ("jobs", "tasks", "nodes", "pools", "preparation"))
MODULES = {resource.module: resource for resource in (*RESOURCES.values(), GATE)}

__all__ = ["GATE", "JOBS", "JUDGED", "MODULES", "NODES", "POOLS", "PREP", "RESOURCES", "TASKS", "looks", "reads"]


def reads(**ids: str) -> dict[str, dict[str, Any]]:
    """Of each resource's module, what reads all that is in one parent: `reads(job="job-7", pool="pool-7")`."""
    parents = {resource.module: resource.reader.parent for resource in RESOURCES.values()}
    return {module: {f"{parent}_id": ids[parent]} for module, parent in parents.items()}


def looks(**ids: str) -> dict[str, dict[str, Any]]:
    """The same, with the condition that a gate asks for; of resources that have none, nothing."""
    asked = reads(**ids)
    return {
        resource.module: {**asked[resource.module], "condition": resource.default_condition}
        for resource in JUDGED.values()
    }
