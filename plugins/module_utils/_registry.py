# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources, once: the checks of a gate, the action plugins, progress lines and the tests' tables follow from this list."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._jobs.resource import JOBS
from ansible_collections.batchops.azure.plugins.module_utils._nodes.resource import NODES
from ansible_collections.batchops.azure.plugins.module_utils._pools.resource import POOLS
from ansible_collections.batchops.azure.plugins.module_utils._prep.resource import PREPARATION
from ansible_collections.batchops.azure.plugins.module_utils._tasks.resource import TASKS

# In the order in which documentation names them.
RESOURCES = {resource.name: resource for resource in (JOBS, TASKS, NODES, POOLS, PREPARATION)}
# Those of which something can be asked to be true: the checks of a gate.
JUDGED = {name: resource for name, resource in RESOURCES.items() if resource.default_condition}
