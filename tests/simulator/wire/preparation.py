# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preparation and release status on the wire: one item for each node where either has run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..model.jobs import Job
from ..model.preparation import Entry
from ..model.runs import unchanged
from .context import Context
from .execution import OF_RELEASE, OF_START_TASK, execution
from .resource import Filterable, Property, Resource

_FOLDERS = ("taskRootDirectory", "taskRootDirectoryUrl")
_PREPARATION = (*OF_START_TASK, *_FOLDERS)
_RELEASE = (*OF_RELEASE, *_FOLDERS)
PREPARATION_ID = "jobpreparation"
RELEASE_ID = "jobrelease"


class Pair(NamedTuple):
    """What runs for a job on one node."""

    node: str
    pool: str
    preparation: Entry | None
    release: Entry | None

    def exists(self, now: float) -> bool:
        """Tell whether either task has run on the node."""
        entries = (self.preparation, self.release)
        return any(entry is not None and entry.run(now) is not None for entry in entries)

    def unchanged(self, now: float) -> tuple[float, float]:
        """Return from when until when the item looks as it does now."""
        runs = tuple(run for entry in (self.preparation, self.release) if entry for run in entry.runs)
        return unchanged(runs, now)


def pairs(job: Job) -> list[Pair]:
    """Return the nodes of a job's preparation and release entries, in the order of the scenario."""
    found: dict[str, list[Any]] = {}
    for place, task in enumerate((job.preparation, job.release)):
        for entry in task.entries if task else ():
            found.setdefault(entry.node.lower(), [entry, None, None])[place + 1] = entry
    return [
        Pair(first.node, first.pool or job.pool_of(first.runs[0]), prep, release)
        for first, prep, release in found.values()
    ]


class PairView:
    """What has run for a job on one node, at one moment."""

    __slots__ = ("context", "job", "pair")
    extra: Mapping[str, Any] = {}

    def __init__(self, context: Context, job: Job, pair: Pair) -> None:
        self.context = context
        self.job = job
        self.pair = pair


def _info(view: PairView, entry: Entry | None, task_id: str, names: Iterable[str]) -> dict[str, Any] | None:
    run = entry.run(view.context.now) if entry else None
    if run is None:
        return None
    body = execution(view.context, run, [name for name in names if name not in _FOLDERS])
    root = f"workitems/{view.job.id}/job-1/{task_id}"
    if "taskRootDirectory" in names:
        body["taskRootDirectory"] = root
    if "taskRootDirectoryUrl" in names:
        node = view.context.url("pools", view.pair.pool, "nodes", view.pair.node)
        body["taskRootDirectoryUrl"] = f"{node}/files/{root}"
    return body


def _preparation(view: PairView, names: Iterable[str] = _PREPARATION) -> dict[str, Any] | None:
    return _info(view, view.pair.preparation, PREPARATION_ID, names)


def _release(view: PairView, names: Iterable[str] = _RELEASE) -> dict[str, Any] | None:
    return _info(view, view.pair.release, RELEASE_ID, names)


def _quick(task: str, name: str) -> Any:
    """Read one part of an entry for a filter."""
    build = _preparation if task == "jobPreparationTaskExecutionInfo" else _release
    return lambda view: (build(view, (name,)) or {}).get(name)


PREP_STATUS = Resource(
    metadata="jobpreparationandreleasetaskstatuslist",
    properties=(
        Property("poolId", lambda view: view.pair.pool),
        Property("nodeId", lambda view: view.pair.node),
        Property("nodeUrl", lambda view: view.context.url("pools", view.pair.pool, "nodes", view.pair.node)),
        Property("jobPreparationTaskExecutionInfo", _preparation, nested=frozenset(_PREPARATION), parts=_preparation),
        Property("jobReleaseTaskExecutionInfo", _release, nested=frozenset(_RELEASE), parts=_release),
    ),
    filters={
        "poolId": Filterable(("poolId",), "text"),
        "nodeId": Filterable(("nodeId",), "text"),
        **{
            f"{task}/{name}": Filterable((task, name), kind, _quick(task, name))
            for task in ("jobPreparationTaskExecutionInfo", "jobReleaseTaskExecutionInfo")
            for name, kind in (
                ("state", "text"),
                ("startTime", "time"),
                ("endTime", "time"),
                ("exitCode", "number"),
                ("result", "text"),
            )
        },
    },
)
