# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs whose tasks end in different ways."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, SUCCESS, job, task


@pytest.fixture
def jobs(service: Loopback) -> Loopback:
    """Three jobs: one that is well, one with a failed task, one with a task that waits."""
    for job_id, last in (
        ("well", task("b", info=SUCCESS)),
        ("bad", task("b", info=FAILURE)),
        ("new", task("b", "active")),
    ):
        service.say(f"/jobs/{job_id}", job(job_id))
        service.say(f"/jobs/{job_id}/tasks", page(task("a", info=SUCCESS), last))
        service.say(f"/jobs/{job_id}/tasks/a", task("a", info=SUCCESS))
        service.say(f"/jobs/{job_id}/tasks/b", last)
        service.say(f"/jobs/{job_id}/tasks/gone", refusal(404, "TaskNotFound"))
    return service
