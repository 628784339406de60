# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a job, as far as it decides whether waiting for its tasks or nodes still makes sense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import part, same_id
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

# No task of such a job starts any more. A disabled job goes on only when somebody enables it.
_ENDED = frozenset(("completed", "terminating", "deleting", "disabled"))

# Stands on a terminating job for about half a minute while its release tasks run. It is progress, not an error.
_STILL_TERMINATING = "JobTerminationAwaitingNodeProcessing"

# The longest time that there is, in days: what the service says of a job without a limit.
_UNLIMITED = "P10675199D"


class JobState(NamedTuple):
    id: str
    state: str
    scheduling_error: str | None = None
    has_prep_task: bool = False
    has_release_task: bool = False
    pool_id: str | None = None
    uses_dependencies: bool = False
    # Whether the service ends it by itself after some time; known only where its constraints were read.
    limited: bool = False
    # Since when it is in its state, as the service writes it; known only where it was asked for.
    since: Any = None

    @property
    def ended(self) -> bool:
        return self.state in _ENDED or self.scheduling_error is not None

    @property
    def why_ended(self) -> str:
        if self.scheduling_error:
            return f"the job has the scheduling error {self.scheduling_error}"
        return f"the job is {self.state}"


def scheduling_error(job: Mapping[str, Any]) -> str | None:
    """Code and message of a scheduling error that keeps the job from running; None where there is none."""
    error = part(part(job, "executionInfo"), "schedulingError")
    if not error or error.get("code") == _STILL_TERMINATING:
        return None
    return f"{error.get('code')}: {mask_words(str(error.get('message')))}"


def job_state(job_id: str, job: Mapping[str, Any]) -> JobState:
    # Where the job really is; an automatic pool has no other mention.
    pool = part(job, "executionInfo").get("poolId")
    return JobState(
        job_id,
        str(job.get("state") or "unknown").lower(),
        scheduling_error(job),
        job.get("jobPreparationTask") is not None,
        job.get("jobReleaseTask") is not None,
        str(pool) if pool else None,
        job.get("usesTaskDependencies") is True,
        not str(part(job, "constraints").get("maxWallClockTime") or _UNLIMITED).startswith(_UNLIMITED),
        job.get("stateTransitionTime"),
    )


def read_job_state(client: Client, job_id: str, *more: str) -> JobState:
    """Reads what decides, and no more; `more` names further properties on the wire."""
    job = client.get(("jobs", job_id), {"$select": ",".join(("id", "state", "executionInfo", *more))})
    same_id(job, job_id, "job")
    if not job.get("state"):
        raise AnswerError(f"The answer about job {job_id} does not say its state")
    return job_state(job_id, job)
