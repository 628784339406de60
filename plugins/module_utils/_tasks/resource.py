# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks: the options of the module, and how a gate checks them."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import (
    COMMON,
    EXPAND,
    Arguments,
    condition,
    ids,
    one_or_many,
)
from ansible_collections.batchops.azure.plugins.module_utils._tasks.reader import TaskReader

TASKS = Resource(
    name="tasks",
    module="batch_task_info",
    arguments=Arguments(
        {
            **COMMON,
            **EXPAND,
            **ids("job", "task"),
            **condition("started", "completed", "succeeded"),
            "subtasks": {"type": "bool", "default": False},
        },
        mutually_exclusive=one_or_many("job", "task"),
        required_one_of=one_or_many("job"),
        required_by={"task_id": "job_id", "task_ids": "job_id"},
    ),
    reader=TaskReader,
    check_options=("job_id", "job_ids", "task_id", "task_ids", "filter", "subtasks", "missing_ok"),
    default_condition="succeeded",
    check_needs=("job_id", "job_ids"),
)
