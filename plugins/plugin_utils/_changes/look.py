# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at what is watched: what is there, by what it is recognised by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account.execution import FAILED, SUCCEEDED
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    PENDING,
    SATISFIED,
    Judgement,
    Reason,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._jobs.resource import JOBS
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.seen import (
    Key,
    Seen,
    see_job,
    see_node,
    see_pool,
    see_preparation,
    see_task,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.watches import Watch

_SEE: dict[str, Callable[..., Seen | None]] = {
    "nodes": see_node,
    "preparation": see_preparation,
    "tasks": see_task,
    "jobs": see_job,
    "pools": see_pool,
}
_COMPLETED = "completed"


class Sight(NamedTuple):
    """What a look saw. `undecided` are jobs that have completed, of which it is not known yet how."""

    found: dict[Key, Seen]
    undecided: frozenset[Key] = frozenset()


def look(client: Client, watch: Watch, before: Sight | None, initial: bool) -> Sight:
    """What is there now. `before` is what the last look saw; with `initial`, that of the first one is told too.

    Raises BatchError where anything of it could not be read: half of a list is not what is there.
    """
    try:
        if watch.is_gate:
            return _look_at_gate(client, watch)
        page_by_page = _Collected(_SEE[watch.resource.name])
        watch.resource.reader(client, page_by_page, watch.options).read()
        found = page_by_page.believed(before.found if before else {})
        return _with_endings(client, found, before, initial) if watch.resource is JOBS else Sight(found)
    except RecursionError as error:
        raise AnswerError("The answer of the service is nested too deeply") from error


class _Collected(Facts):
    """Stands where readers make facts: takes what the service sent, page by page, and makes none."""

    def __init__(self, see: Callable[..., Seen | None]) -> None:
        super().__init__()
        self._see = see
        self._found: dict[Key, Seen] = {}
        # What is listed twice, in different states.
        self._disputed: set[Key] = set()

    def of(self, wire: Mapping[str, Any]) -> dict[str, Any]:
        return self.each((wire,))[0]

    def each(self, objects: Sequence[Mapping[str, Any]], **parent: str) -> list[dict[str, Any]]:
        for seen in map(partial(self._see, **parent), objects):
            if seen is not None:
                if self._found.setdefault(seen.key, seen).to != seen.to:
                    self._disputed.add(seen.key)
                self._found[seen.key] = seen
        return [{} for _wire in objects]

    def believed(self, before: Mapping[Key, Seen]) -> dict[Key, Seen]:
        """Of what two entries say differently, neither is believed: it is as it was, or not there yet."""
        for key in self._disputed:
            del self._found[key]
            if key in before:
                self._found[key] = before[key]
        return self._found


def _look_at_gate(client: Client, watch: Watch) -> Sight:
    # A reader of its own at each look: one that is kept stays with the job of a schedule that it found first.
    result = _judged(watch.resource.reader(client, Facts(), watch.options).read())
    seen = Seen(watch.resource.name, watch.name, result["verdict"], "; ".join(result["reasons"]) or None)
    return Sight({seen.key: seen})


def _with_endings(client: Client, found: dict[Key, Seen], before: Sight | None, initial: bool) -> Sight:
    """`completed` does not say how. That is asked once, of jobs that were seen to complete; it takes further reads of each."""
    known = before.found if before else {}
    asked: list[Key] = []
    for key, seen in found.items():
        was = known.get(key)
        if seen.to != _COMPLETED:
            continue
        if was and was.to in (SUCCEEDED, FAILED) and was.at and was.at == seen.at:
            # The same end. It stays what it is.
            found[key] = was
        elif (before and (key in before.undecided or not was or was.to != _COMPLETED)) or (not before and initial):
            asked.append(key)
    found.update(zip(asked, read_concurrently(client, [found[key] for key in asked], partial(_ending, client))))
    return Sight(found, frozenset(key for key in asked if found[key].to == _COMPLETED))


def _ending(client: Client, job: Seen) -> Seen:
    """With its outcome, as the condition `succeeded` judges it. What is not known yet stays `completed`."""
    options = ReadOptions(job_ids=(job.id,), condition=SUCCEEDED, summary_only=True, missing_ok=True)
    try:
        result = _judged(JOBS.reader(client, Facts(), options).read())
    except ServiceError as error:
        if error.transient:
            raise
        return job._replace(reason=f"how it ended cannot be told, {error}")
    outcome = {SATISFIED: SUCCEEDED, PENDING: _COMPLETED}.get(result["verdict"], FAILED)
    return job._replace(to=outcome, reason="; ".join(result["reasons"]) or None)


def _judged(snapshot: Snapshot) -> dict[str, Any]:
    """Verdict and reasons. Where nothing was judged, nothing is satisfied."""
    judgement = snapshot.judgement
    if judgement is None:
        judgement = Judgement(missing=[Reason("nothing was judged")])
    return judgement.as_result()
