# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads of jobs and of what belongs to them."""

from __future__ import annotations

from ..wire.counts import task_counts_body
from ..wire.job import JOB, JobView
from ..wire.preparation import PREP_STATUS, PairView, pairs
from ..wire.subtask import SUBTASK, SubtaskView, started
from ..wire.task import TASK, TaskView
from ..wire.versions import SLOTS
from .answer import Answer
from .errors import ServiceError
from .listing import Listing
from .request import Read


def get_job(read: Read) -> Answer:
    """Job - Get."""
    view = JobView(read.context, read.job())
    return read.one(JOB, view, view.modified_at())


def list_jobs(read: Read) -> Answer:
    """Job - List."""
    context = read.context
    return read.list(
        Listing(
            JOB,
            context.world.scenario.jobs,
            exists=lambda job: job.exists(context.now),
            view=lambda job: JobView(context, job),
        )
    )


def get_task_counts(read: Read) -> Answer:
    """Job - Get Task Counts."""
    metadata = "taskcounts" if read.query.version < SLOTS else "taskcountsresult"
    return read.element(metadata, task_counts_body(read.context, read.job()))


def get_task(read: Read) -> Answer:
    """Task - Get."""
    job = read.job()
    task = read.task(job)
    return read.one(TASK, TaskView(read.context, job, task), task.created_at)


def list_tasks(read: Read) -> Answer:
    """Task - List."""
    context, job = read.context, read.job()
    return read.list(
        Listing(
            TASK,
            job.tasks,
            exists=lambda task: task.exists(context.now),
            view=lambda task: TaskView(context, job, task),
            keep_as=("tasks", job.id),
        )
    )


def list_subtasks(read: Read) -> Answer:
    """Task - List Subtasks. Empty for an ordinary task."""
    context, job = read.context, read.job()
    task = read.task(job)
    return read.list(
        Listing(
            SUBTASK,
            task.subtasks,
            exists=lambda subtask: started(SubtaskView(context, job, task, subtask)),
            view=lambda subtask: SubtaskView(context, job, task, subtask),
        )
    )


def list_prep_status(read: Read) -> Answer:
    """Job - List Preparation And Release Task Status."""
    context, job = read.context, read.job()
    if job.preparation is None and job.release is None:
        text = "The specified job does not have either job preparation task or job release task."
        raise ServiceError(409, "JobPreparationTaskOrReleaseTaskNotSpecified", text)
    key = ("pairs", job.id)
    members = context.world.cache.get(key)
    if members is None:
        members = context.world.cache[key] = pairs(job)
    listing = Listing(
        PREP_STATUS,
        members,
        exists=lambda pair: pair.exists(context.now),
        view=lambda pair: PairView(context, job, pair),
        keep_as=("preparation", job.id),
    )
    # The service has been documented to answer with a link whose path is not the one that was asked.
    moved = read.asked.path.replace("releasetaskstatus", "releasestatus")
    return read.list(listing, moved if context.world.scenario.paging.moved_prep_link else None)
