# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The job preparation and job release tasks: the options of the module, and how a gate checks them."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._prep.reader import PrepStatusReader
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import (
    COMMON,
    NODE_COUNTS,
    Arguments,
    condition,
    ids,
    one_or_many,
)

PREPARATION = Resource(
    name="preparation",
    module="batch_job_prep_status_info",
    arguments=Arguments(
        {
            **COMMON,
            **NODE_COUNTS,
            "expect_task_nodes": {"type": "bool", "default": False},
            "ignore_removed_nodes": {"type": "bool", "default": False},
            **ids("job"),
            **condition("prepared", "released"),
        },
        mutually_exclusive=(*one_or_many("job"), ("expected_nodes", "expect_task_nodes")),
        required_one_of=one_or_many("job"),
    ),
    reader=PrepStatusReader,
    check_options=(
        "job_id",
        "job_ids",
        "filter",
        *NODE_COUNTS,
        "expect_task_nodes",
        "ignore_removed_nodes",
        "missing_ok",
    ),
    default_condition="prepared",
    check_needs=("job_id", "job_ids"),
)
