# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What does not exist is named as an operator would."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._http.missing import missing_object

HOST = "https://a.westeurope.batch.azure.com"


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        ("/jobs/j", "JobNotFound", "job j"),
        ("/jobs/j/tasks", "JobNotFound", "job j"),
        ("/jobs/j/tasks/t", "JobNotFound", "job j"),
        ("/jobs/j/tasks/t", "TaskNotFound", "task t of job j"),
        ("/jobs/j/tasks/t/subtasksinfo", "tasknotfound", "task t of job j"),
        ("/jobs/j/jobpreparationandreleasetaskstatus", "JobNotFound", "job j"),
        ("/pools/p/nodes", "PoolNotFound", "pool p"),
        ("/pools/p/nodes/n/files/stdout.txt", "NodeNotFound", "node n of pool p"),
        ("/jobschedules/nightly", "JobScheduleNotFound", "job schedule nightly"),
        # Ids may be words of the path, and may be quoted in it.
        ("/jobs/tasks/tasks/jobs", "TaskNotFound", "task jobs of job tasks"),
        ("/jobs/a%3Ab", "JobNotFound", "job a:b"),
        # What the URL does not name is not made up.
        ("/jobs/j", "PoolNotFound", None),
        ("/jobs", "JobNotFound", None),
        ("/jobs/j/tasks/t/files/stderr.txt", "FileNotFound", None),
        ("/pools/p", None, None),
    ],
)
def test_the_object_that_the_code_speaks_of(path: str, code: str | None, told: str | None) -> None:
    assert missing_object({"status": 404, "code": code, "url": f"{HOST}{path}?api-version=1"}) == told


def test_only_a_404_says_that_something_is_missing() -> None:
    assert missing_object({"status": 409, "code": "JobNotFound", "url": f"{HOST}/jobs/j"}) is None
