# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is judged: a job, its tasks, and which of them are waited for. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest, digest_of_all
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender, Reason
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally


@dataclass(frozen=True)
class TaskScope:
    """A job, its tasks, and what waits in vain for each failed task: for which one directly, by its id."""

    condition: str
    job: JobState
    tally: TaskTally
    blocked: Mapping[str, Mapping[str, str]]
    # Names the job in sentences about several.
    prefix: str = ""

    def is_done(self, state: str) -> bool:
        """Whether a task or subtask that has not ended need not be waited for."""
        return self.condition == "started" and state == "running"

    @cached_property
    def waiting(self) -> dict[str, str]:
        """Tasks that are not done, and their states."""
        unfinished = self.tally.unfinished.items()
        disputed = self.tally.disputed
        return {task_id: state for task_id, state in unfinished if not self.is_done(state) and task_id not in disputed}

    @cached_property
    def coming(self) -> dict[str, str]:
        """Those that may still run, unless the job is over."""
        if self.blocked_complete:
            return self.waiting
        blocked = {task_id for behind in self.blocked.values() for task_id in behind}
        return {task_id: state for task_id, state in self.waiting.items() if task_id not in blocked}

    @property
    def digest(self) -> int:
        """What is judged, as one number: the job, and its tasks and subtasks by their ids and states."""
        tally = self.tally
        tasks = digest_of_all((task_id, entry[:4]) for task_id, entry in tally.others.items())
        subtasks = digest_of_all(
            (found.wanted, sorted(found.judged.items()), sorted(found.disputed)) for found in tally.instances.values()
        )
        blocked = digest_of_all((cause, task_id) for cause, behind in self.blocked.items() for task_id in behind)
        return digest(
            self.job[:3], tasks, tally.succeeded_ids, subtasks, sorted(tally.disputed), tally.missing, blocked
        )

    @property
    def blocked_complete(self) -> bool:
        """A job whose time is limited gets its tasks completed in the end, also those that never ran."""
        return self.condition == "completed" and self.job.limited

    @cached_property
    def disputed(self) -> list[str]:
        """Tasks and subtasks of which one answer says two things."""
        return [*self.tally.disputed, *(name for found in self.tally.instances.values() for name in found.disputed)]

    def about(self, task_id: str, what: str, *, and_the_job: bool = False) -> Reason:
        """`and_the_job` where it is so for good because the job has ended."""
        more = f", and {self.job.why_ended}" if and_the_job else ""
        offender = Offender("task", what, job_id=self.job.id, task_id=task_id)
        return Reason(f"{self.prefix}{task_id}: {what}{more}", offender)
