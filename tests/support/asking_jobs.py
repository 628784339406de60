# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the job module says of scripted jobs."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import JOBS
from ansible_collections.batchops.azure.tests.support.wire import (
    Wire,
    counts,
)

GONE = refusal(404, "JobNotFound", "The specified job does not exist.")


CONDITIONS = ("active", "disabled", "completed", "succeeded")


def judged(service: Loopback, wire: Wire, condition: str, **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", wire)
    service.say("/jobs/job-1/taskcounts", counts())
    return ask(service, JOBS, job_id="job-1", condition=condition, **options)


def listed(
    service: Loopback, *pages: list[Wire], confirmed: list[Wire] | None = None, **options: Any
) -> dict[str, Any]:
    """What comes to the jobs of these pages, of which each has a task that succeeded; `confirmed` is what is asked for after several."""
    links = [f"{service.url}/jobs?$skiptoken={number}" for number in range(1, len(pages))]
    last = [page(*(confirmed or []))] if links else []
    service.say("/jobs", *(page(*jobs, link=link) for jobs, link in zip(pages, [*links, None])), *last)
    for item in (item for jobs in pages for item in jobs):
        service.say(f"/jobs/{item['id']}/taskcounts", counts(succeeded=1))
        service.say(f"/jobs/{item['id']}/tasks", page())
    return ask(service, JOBS, **options)


def asked(service: Loopback, body: Wire, *tasks: Wire, counted: Wire | None = None, **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", body)
    service.say("/jobs/job-1/taskcounts", counted or counts(succeeded=1))
    service.say("/jobs/job-1/tasks", page(*tasks))
    return ask(service, JOBS, **{"job_id": "job-1", **options})
