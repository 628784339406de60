# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads where the job preparation and job release tasks have run.

The service lists only nodes on which one of them has run. An empty list means "not started", never "done".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState, read_job_state
from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import ExecutionTally, node_of
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_parents
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._prep.condition import PrepCondition
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Summary

_NEEDED = ("poolId", "nodeId", "jobPreparationTaskExecutionInfo", "jobReleaseTaskExecutionInfo")

# The first is what the service sends, the second what its documentation prints.
_NO_PREP_TASK = frozenset(("JobPreparationTaskOrReleaseTaskNotSpecified", "JobPreparationTaskNotSpecified"))


class PrepStatusReader:
    """The preparation status of one job or of several."""

    kind = "nodes"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, question: ReadOptions) -> None:
        self._client = client
        self._facts = facts
        self._options = question
        self._watch = self._watch_for(question.condition)

    def read(self) -> Snapshot:
        look = read_parents(self._client, self._options, self._options.job_ids, self._read_job)
        if self._options.several:
            # What is missing here is the job itself, not something of it.
            look.summary["missing"] = [job_id for job_id, summary in look.by_parent.items() if summary["missing"]]
        return look

    def _read_job(self, job_id: str) -> Snapshot:
        # Before the status: a job seen to have ended prepares no further node after that.
        job = none_if_missing(
            "job",
            self._options.missing_ok,
            lambda: read_job_state(self._client, job_id, "jobPreparationTask", "jobReleaseTask"),
        )
        # Before the status, for the same reason: a task that is on a node has begun to prepare it.
        task_nodes = self._watch.task_nodes(job) if self._watch else None
        times = self._options.expect_task_nodes
        look, tallies = Snapshot(), (ExecutionTally("preparation", times), ExecutionTally("release"))
        listed = self._read(job_id, look, *tallies) if job else 0
        look.summary = self._summary(job, listed or 0, *tallies)
        if listed is None:
            # The service has the last word on the fact, not on a verdict: that waits until job and status agree.
            look.summary.update(has_prep_task=False, has_release_task=False)
        if job is None:
            look.summary["missing"] = [job_id]
        if self._watch:
            look.judgement = self._watch.judge(job_id, job, task_nodes, tallies, look.summary, refused=listed is None)
        return look

    def _watch_for(self, condition: str | None) -> PrepCondition | None:
        if not condition:
            return None
        # Only for those who use it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._prep.condition import PrepCondition

        return PrepCondition(self._client, self._options, self._preparation_again)

    def _preparation_again(self, job_id: str) -> ExecutionTally:
        preparation = ExecutionTally("preparation", self._options.expect_task_nodes)
        self._read(job_id, Snapshot(), preparation, ExecutionTally("release"))
        return preparation

    def _read(self, job_id: str, look: Snapshot, preparation: ExecutionTally, release: ExecutionTally) -> int | None:
        """How many entries are listed; None where the service says that the job has neither task."""
        listed = 0
        facts: dict[Node, dict[str, Any]] = {}
        path = ("jobs", job_id, "jobpreparationandreleasetaskstatus")
        try:
            for page in self._options.limited(self._client.pages(path, self._options.list_query(_NEEDED))):
                listed += len(page)
                preparation.add(page, _NEEDED[2])
                release.add(page, _NEEDED[3])
                if not self._options.summary_only:
                    # Of a node that is listed twice, the later entry.
                    facts.update((node_of(item), self._facts_of(job_id, item)) for item in page)
        except ServiceError as error:
            if error.status != 409 or error.code not in _NO_PREP_TASK:
                raise
            return None
        look.facts += facts.values()
        return listed

    def _facts_of(self, job_id: str, item: dict[str, Any]) -> dict[str, Any]:
        facts = self._facts.of(item)
        # Always there, so that a playbook can ask for them before anything has run.
        facts["preparation"] = facts.pop("job_preparation_task_execution_info", None)
        facts["release"] = facts.pop("job_release_task_execution_info", None)
        return {"job_id": job_id, **facts}

    def _summary(
        self, job: JobState | None, listed: int, preparation: ExecutionTally, release: ExecutionTally
    ) -> Summary:
        return {
            "total": len(preparation.states),
            "has_prep_task": bool(job and job.has_prep_task),
            "has_release_task": bool(job and job.has_release_task),
            **preparation.summary(),
            "by_state": preparation.by_state(),
            "release": release.summary(),
            "job_state": job.state if job else None,
            # How many nodes must have succeeded, and where the job stands; known with a condition only.
            "expected": None,
            "situation": None,
            "missing": [],
            "truncated": self._options.reached(listed),
        }
