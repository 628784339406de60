# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The most recent job of a job schedule. The schedule is read until it has a job, and not again: a wait is for one job.

There is no recording of a job schedule. This code follows the service's documentation alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, part, same_id
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Reason
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import none_if_missing

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client

_NEEDED = "id,state,executionInfo"
# In these states a schedule creates no jobs. A disabled one continues only if somebody enables it.
_CREATES_NONE = frozenset(("disabled", "completed", "terminating", "deleting"))


class Schedule(NamedTuple):
    """What is known about a job schedule, from the poll that found its most recent job, or else from the last poll."""

    id: str
    state: str | None = None
    recent_job: str | None = None
    next_run_time: str | None = None
    end_time: str | None = None

    @property
    def absent(self) -> bool:
        return self.state is None

    def judgement(self) -> Judgement:
        """The judgement if there is no job, or no schedule."""
        if self.absent:
            return Judgement(missing=[Reason(f"{self.id}: no such job schedule")])
        if self.state in _CREATES_NONE:
            return Judgement(failed=[Reason(f"job schedule {self.id}: is {self.state}, and has created no job")])
        when = f"; the next run is at {self.next_run_time}" if self.next_run_time else ""
        return Judgement(missing=[Reason(f"job schedule {self.id}: has created no job yet{when}")])

    def summary(self) -> dict[str, Any]:
        return self._asdict()


class RecentJob:
    """Finds the most recent job. The same object serves all polls of a wait."""

    def __init__(self, client: Client, schedule_id: str, missing_ok: bool) -> None:
        self._client = client
        self._missing_ok = missing_ok
        self._found = Schedule(schedule_id)

    def find(self) -> Schedule:
        """The schedule, with its most recent job at the first look that found one."""
        if self._found.recent_job is None:
            schedule_id = self._found.id
            body = none_if_missing(
                "job schedule",
                self._missing_ok,
                lambda: self._client.get(("jobschedules", schedule_id), {"$select": _NEEDED}),
            )
            self._found = Schedule(schedule_id) if body is None else _schedule(schedule_id, body)
        return self._found


def _schedule(schedule_id: str, body: Mapping[str, Any]) -> Schedule:
    same_id(body, schedule_id, "job schedule")
    info = part(body, "executionInfo")
    recent = part(info, "recentJob")
    # An empty object is no absence: it should have told an id.
    has_one = info.get("recentJob") is not None
    return Schedule(
        schedule_id,
        str(body.get("state") or "unknown").lower(),
        id_of(recent, f"the most recent job of job schedule {schedule_id}") if has_one else None,
        _time(info, "nextRunTime"),
        _time(info, "endTime"),
    )


def _time(info: Mapping[str, Any], name: str) -> str | None:
    value = info.get(name)
    return None if value is None else str(value)
