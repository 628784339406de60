# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of tasks, and every further read that they need.

When a task has failed, what is still missing, and where a new condition goes, is in `rules.py`.
"""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._account.capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._account.dependencies import read_blocked
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState, read_job_state
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._tasks import rules
from ansible_collections.batchops.azure.plugins.module_utils._tasks.listing import count_tasks
from ansible_collections.batchops.azure.plugins.module_utils._tasks.probe import Probe, digest_of_numbers
from ansible_collections.batchops.azure.plugins.module_utils._tasks.scope import TaskScope
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally

# A job that is disabled has ended too, for a wait: nothing of it starts. But tasks are added to it as to any other.
_OVER = ("completed", "terminating", "deleting")


class TaskCondition:
    """What the condition that is asked for comes to in each job. Kept over all looks of a wait, for the small ones."""

    def __init__(self, client: Client, options: ReadOptions) -> None:
        self._client = client
        self._options = options
        self._name = options.condition or ""
        self._probe = Probe(client, options)

    def read_job(self, job_id: str) -> JobState:
        return read_job_state(self._client, job_id, "usesTaskDependencies", "constraints")

    def probe(self, job: JobState) -> Snapshot | None:
        """A small look, at a large job that was under way before; None where all its tasks must be read."""
        snapshot = self._probe.read(job)
        if snapshot and snapshot.judgement and not snapshot.summary["by_state"]["running"]:
            self._add_capacity(snapshot.judgement, job)
        return snapshot

    def judge(self, job: JobState, tally: TaskTally) -> Judgement:
        prefix = f"{job.id}/" if self._options.several else ""
        scope = TaskScope(self._name, job, tally, self._read_blocked(job, tally), prefix)
        judgement = Judgement()
        for rule in rules.CONDITIONS[self._name]:
            judgement.add(rule(scope))
        if self._may_be_torn(job, tally) and not (judgement.failed or judgement.missing):
            # Only for those who need it: what a module pulls in is compiled at every task.
            from ansible_collections.batchops.azure.plugins.module_utils._tasks.confirm import added_meanwhile

            judgement.add(Judgement(missing=added_meanwhile(self._client, self._options, job)))
        undecided = not judgement.failed if self._options.fail_fast else judgement.missing
        if tally.only_waits and undecided:
            self._add_capacity(judgement, job)
        small = self._probe.remember(job, tally, judgement)
        if self._options.watched:
            judgement.digest += digest_of_numbers(job, tally) if small else scope.digest
        return judgement

    def _may_be_torn(self, job: JobState, tally: TaskTally) -> bool:
        """Whether tasks may have been added between two reads: of two pages, or of tasks and then their subtasks."""
        if self._options.task_ids or job.state in _OVER:
            # Only those that are named are asked for; and a job that is over gets no more.
            return False
        return tally.pages > 1 or bool(tally.instances)

    def _read_blocked(self, job: JobState, tally: TaskTally) -> dict[str, dict[str, str]]:
        """What waits in vain for each failed task; nothing where that cannot be."""
        if job.ended or not job.uses_dependencies or not tally.by_state["active"]:
            return {}
        # Where all tasks were read, a list without a failure says that nothing is blocked.
        if not self._options.task_ids and not self._options.filter and not tally.failed:
            return {}
        return read_blocked(self._client, job.id)

    def _add_capacity(self, judgement: Judgement, job: JobState) -> None:
        """Whether tasks that wait can still get a node."""
        capacity = judge_capacity(self._client, [job], self._name, self._still_waits)
        judgement.add(capacity)
        if capacity.failed:
            # Nothing of the job runs, and nothing will start.
            judgement.going_on = False

    def _still_waits(self, job: JobState) -> bool:
        return count_tasks(self._client, self._options, job.id).only_waits
