# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions `prepared` and `released`, and every further read that they need.

When preparation has failed, and what is still missing, is decided in `rules`; on which nodes, in `scope`.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.batchops.azure.plugins.module_utils._account.capacity import judge_capacity
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
from ansible_collections.batchops.azure.plugins.module_utils._account.task_nodes import (
    TaskNodes,
    has_tasks_to_start,
    read_pool_nodes,
    read_task_nodes,
    why_none,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    PENDING,
    SATISFIED,
    Judgement,
    Reason,
    name_some,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._prep import rules
from ansible_collections.batchops.azure.plugins.module_utils._prep.listing import count_nodes
from ansible_collections.batchops.azure.plugins.module_utils._prep.rules import PrepJudgement
from ansible_collections.batchops.azure.plugins.module_utils._prep.scope import OVER, JobNodes, PrepScope
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import ExecutionTally, PrepTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_concurrently


class PrepCondition:
    """What the condition that is asked for comes to in each job. Kept over all looks of a wait: it remembers where a task had ended."""

    def __init__(self, client: Client, options: ReadOptions) -> None:
        self._client = client
        self._options = options
        # By job: nodes whose task had ended in earlier looks, and how it stood at the last one.
        self._ended: dict[str, frozenset[Node]] = {}
        self._last: dict[str, ExecutionTally] = {}

    def read_task_nodes(self, job: JobState | None) -> TaskNodes | None:
        """The nodes of the job's tasks; None where it does not matter. Before the status: a task on a node has begun to prepare it."""
        # What must be released is what was prepared, wherever tasks are now.
        if job is None or self._options.condition != "prepared" or not self._options.expect_task_nodes:
            return None
        return read_task_nodes(self._client, job)

    def judge(
        self,
        job_id: str,
        job: JobState | None,
        task_nodes: TaskNodes | None,
        both: PrepTally,
        read_again: Callable[[str], None],
    ) -> PrepJudgement:
        """Succeeded on every node that ran it, on those expected, and on at least so many.

        `read_again` counts nodes anew of which the filter that it gets is true.
        """
        if job is None:
            return PrepJudgement(missing=[Reason(f"{job_id}: no such job")], digest=digest(job_id))
        prepares = self._options.condition == "prepared"
        tally, there = (both.preparation, job.has_prep_task) if prepares else (both.release, job.has_release_task)
        if contradiction := _contradiction(job, there, tally, both.refused):
            return PrepJudgement(missing=[Reason(contradiction)], digest=digest(contradiction))
        if not there:
            absent = Reason(f"{job_id}: the job has no job {tally.name} task")
            seen = digest(job_id, job.state)
            if self._options.missing_ok:
                return PrepJudgement(digest=seen, expected=0)
            return PrepJudgement(failed=[absent], digest=seen)
        prepared = () if prepares else tuple(both.preparation.started)
        scope = PrepScope(job, self._options, tally, self._read_job_nodes(job, tally, task_nodes), prepared)
        judgement = rules.judge(scope)
        if judgement.verdict == SATISFIED and job.state not in OVER and (both.pages > 1 or task_nodes is not None):
            # Only for those who need it: what a module pulls in is compiled at every task.
            from ansible_collections.batchops.azure.plugins.module_utils._prep.confirm import confirmed

            scope, judgement = confirmed(self._client, scope, both, read_again)
        if self._options.watched:
            judgement.digest = scope.digest
        self._look_ahead(scope, judgement)
        judgement.situation = rules.situation(scope, judgement)
        return judgement

    def _look_ahead(self, scope: PrepScope, judgement: Judgement) -> None:
        """Whether it can still start where it has not; asked only where nothing runs, or where every failure is wanted."""
        if scope.moves:
            judgement.going_on = True
        elif scope.closed and scope.waits:
            # What is still missing has ended, with a result that is not known.
            judgement.going_on = False
        elif scope.tally.name != "preparation" or judgement.verdict == SATISFIED:
            return
        elif not scope.waits:
            # It runs where nobody asked. What is still to start may fail where somebody did.
            if not (self._options.fail_fast or judgement.missing or scope.closed):
                judgement.going_on = has_tasks_to_start(self._client, scope.job.id)
        elif judgement.verdict == PENDING or not self._options.fail_fast:
            capacity = judge_capacity(self._client, [scope.job], "prepared", lambda _job: self._still_waits(scope))
            judgement.add(capacity)
            if not self._options.fail_fast:
                judgement.going_on = not capacity.failed and has_tasks_to_start(self._client, scope.job.id)

    def _still_waits(self, before: PrepScope) -> bool:
        """The status was read before the pool: it may have started since."""
        both = count_nodes(self._client, self._options, before.job.id)
        now = PrepScope(before.job, self._options, both.preparation, before.job_nodes)
        return now.waits and rules.judge(now).verdict != SATISFIED

    def _read_job_nodes(self, job: JobState, tally: ExecutionTally, tasks: TaskNodes | None) -> JobNodes:
        present = None
        if self._options.ignore_removed_nodes and job.pool_id:
            # After the status: a node that leaves while it is read has left.
            present = frozenset(read_pool_nodes(self._client, job.pool_id))
            # Nodes of another pool, which the job was in before, have not left that one by it.
            mentioned = {pool_id for pool_id, _id in (*tally.states, *(tasks.nodes if tasks else ()))}
            others = sorted(mentioned - {job.pool_id.lower()})
            present = present.union(*read_concurrently(self._client, others, self._read_other_pool))
        ended_before = self._ended_before(job.id, tally)
        known = tally.started or (tasks and (tasks.nodes or tasks.unplaced)) or tally.name == "release" or job.ended
        unstarted = "" if known else why_none(self._client, job)
        return JobNodes(
            tasks.nodes if tasks else None, tasks.unplaced if tasks else (), present, ended_before, unstarted
        )

    def _read_other_pool(self, pool_id: str) -> set[Node]:
        """Its nodes; none where it is gone."""
        return none_if_missing("pool", True, lambda: read_pool_nodes(self._client, pool_id)) or set()

    def _ended_before(self, job_id: str, tally: ExecutionTally) -> frozenset[Node]:
        """Nodes whose task had ended in a look before this one."""
        last, ended = self._last.get(job_id), self._ended.get(job_id, frozenset[Node]())
        self._ended[job_id] = ended.union(last.ended) if last else ended
        self._last[job_id] = tally
        return self._ended[job_id]


def _contradiction(job: JobState, there: bool, tally: ExecutionTally, refused: bool) -> str | None:
    """What the job and its status say differently about whether there is such a task. Neither is believed then."""
    if not there and tally.started:
        return f"{job.id}: the job has no job {tally.name} task, and its status lists one on {name_some(map(tally.name_of, tally.started))}"
    if refused and (job.has_prep_task or job.has_release_task or tally.states):
        return f"{job.id}: the job has a job preparation or release task, and its status says that it has neither"
    return None
