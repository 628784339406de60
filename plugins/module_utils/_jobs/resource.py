# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs: the options of the module, and how a gate checks them."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._jobs.reader import JobReader
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import (
    COMMON,
    EXPAND,
    Arguments,
    condition,
    ids,
    one_or_many,
)

JOBS = Resource(
    name="jobs",
    module="batch_job_info",
    arguments=Arguments(
        {
            **COMMON,
            **EXPAND,
            **ids("job"),
            "job_schedule_id": {"type": "str"},
            **condition("active", "disabled", "completed", "succeeded"),
            "task_counts": {"type": "bool", "default": True},
        },
        mutually_exclusive=(
            *one_or_many("job"),
            ("job_schedule_id", "job_id"),
            ("job_schedule_id", "job_ids"),
        ),
    ),
    reader=JobReader,
    check_options=("job_id", "job_ids", "job_schedule_id", "filter", "missing_ok"),
    default_condition="succeeded",
    check_needs=("job_id", "job_ids", "job_schedule_id", "filter"),
)
