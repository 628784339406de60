# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads where the job preparation and job release tasks have run: the job, its status, and what a condition says of it.

The service lists only nodes on which one of them has run. An empty list means "not started", never "done".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState, read_job_state
from ansible_collections.batchops.azure.plugins.module_utils._prep.listing import count_again, count_nodes
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import PrepTally, node_of
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing, read_parents
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._prep.condition import PrepCondition
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Summary


class PrepStatusReader:
    """The preparation status of one job or of several."""

    kind = "nodes"
    parent = "job"

    def __init__(self, client: Client, facts: Facts, options: ReadOptions) -> None:
        self._client = client
        self._facts = facts
        self._options = options
        self._condition: PrepCondition | None = None
        if options.condition:
            # Only for those who use it: what a module pulls in is compiled at every task.
            from ansible_collections.batchops.azure.plugins.module_utils._prep.condition import PrepCondition

            self._condition = PrepCondition(client, options)

    def read(self) -> Snapshot:
        snapshot = read_parents(self._client, self._options, self._options.job_ids, self._read_job)
        if self._options.several:
            # What is missing here is the job itself, not something of it.
            snapshot.summary["missing"] = [
                job_id for job_id, summary in snapshot.by_parent.items() if summary["missing"]
            ]
        return snapshot

    def _read_job(self, job_id: str) -> Snapshot:
        # Before the status: a job seen to have ended prepares no further node after that.
        job = none_if_missing(
            "job",
            self._options.missing_ok,
            lambda: read_job_state(self._client, job_id, "jobPreparationTask", "jobReleaseTask"),
        )
        task_nodes = self._condition.read_task_nodes(job) if self._condition else None
        facts: dict[Node, dict[str, Any]] = {}

        def keep(page: list[dict[str, Any]]) -> None:
            """Of a node that is listed twice, the later entry replaces the earlier."""
            if not self._options.summary_only:
                facts.update(zip(map(node_of, page), map(_with_both, self._facts.each(page, job_id=job_id))))

        tally = count_nodes(self._client, self._options, job_id, keep) if job else PrepTally()
        if tally.refused:
            facts.clear()
        if not self._condition:
            return Snapshot(list(facts.values()), self._summary(job_id, job, tally))
        judgement = self._condition.judge(
            job_id,
            job,
            task_nodes,
            tally,
            lambda wrong: count_again(self._client, self._options, job_id, wrong, tally=tally, keep=keep),
        )
        # After the judgement, which may have counted nodes anew.
        summary = self._summary(job_id, job, tally)
        summary.update(expected=judgement.expected, situation=judgement.situation)
        return Snapshot(list(facts.values()), summary, judgement=judgement)

    def _summary(self, job_id: str, job: JobState | None, tally: PrepTally) -> Summary:
        # The service has the last word on the fact, not on a verdict: that waits until job and status agree.
        believed = None if tally.refused else job
        return {
            "total": len(tally.preparation.states),
            "has_prep_task": bool(believed and believed.has_prep_task),
            "has_release_task": bool(believed and believed.has_release_task),
            **tally.summary(),
            "job_state": job.state if job else None,
            # How many nodes must have succeeded, and where the job stands; known with a condition only.
            "expected": None,
            "situation": None,
            "missing": [] if job else [job_id],
        }


def _with_both(facts: dict[str, Any]) -> dict[str, Any]:
    """Preparation and release are always there, so that a playbook can ask for them before anything has run."""
    facts["preparation"] = facts.pop("job_preparation_task_execution_info", None)
    facts["release"] = facts.pop("job_release_task_execution_info", None)
    return facts
