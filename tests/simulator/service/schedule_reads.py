# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads of job schedules and of the jobs that they have created."""

from __future__ import annotations

from ..wire.job import JOB, JobView
from ..wire.schedule import JOB_SCHEDULE, ScheduleView
from .answer import Answer
from .listing import Listing
from .request import Read


def get_schedule(read: Read) -> Answer:
    """Job Schedule - Get."""
    view = ScheduleView(read.context, read.schedule())
    return read.one(JOB_SCHEDULE, view, view.modified_at())


def list_schedules(read: Read) -> Answer:
    """Job Schedule - List."""
    context = read.context
    return read.list(
        Listing(
            JOB_SCHEDULE,
            context.world.scenario.job_schedules,
            exists=lambda schedule: schedule.exists(context.now),
            view=lambda schedule: ScheduleView(context, schedule),
        )
    )


def list_jobs_of_schedule(read: Read) -> Answer:
    """Job - List From Job Schedule."""
    context = read.context
    jobs = context.world.scenario.jobs
    return read.list(
        Listing(
            JOB,
            [jobs.find(identifier) for identifier in read.schedule().job_ids()],
            exists=lambda job: job.exists(context.now),
            view=lambda job: JobView(context, job),
        )
    )
