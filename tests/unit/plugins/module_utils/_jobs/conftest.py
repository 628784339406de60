# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account with jobs that end in different ways."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.tests.support.asking_jobs import GONE
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, counts, job, task


@pytest.fixture
def account(service: Loopback) -> Loopback:
    """One job that is well, one that has failed, one that has not started, and one that is gone."""
    service.say("/jobs/well", job("well", "completed"))
    service.say("/jobs/well/taskcounts", counts(succeeded=3))
    service.say("/jobs/well/tasks", lambda request: page(*([] if "$filter" in request.query else [task()])))
    service.say("/jobs/bad", job("bad", "completed"))
    service.say("/jobs/bad/taskcounts", counts(succeeded=1, failed=1))
    service.say("/jobs/bad/tasks", page(task("task-9", info=FAILURE)))
    service.say("/jobs/new", job("new"))
    service.say("/jobs/new/taskcounts", counts(active=2))
    service.say("/jobs/gone", GONE)
    return service
