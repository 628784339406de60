# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of tasks and nodes: their listing, and what a read of one of them answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..model.jobs import Job
from ..model.nodes import Node
from ..model.pools import Pool
from ..model.runs import Run
from ..model.tasks import Task
from .context import Context
from .preparation import PREPARATION_ID, RELEASE_ID
from .resource import Filterable, Property, Resource

_STANDARD = {"stdout.txt": "", "stderr.txt": ""}


@dataclass(frozen=True)
class File:
    """One file, or a folder where ``text`` is None."""

    name: str
    url: str
    text: str | None = None
    created_at: float = 0.0
    modified_at: float = 0.0

    @property
    def content(self) -> bytes:
        """Return the bytes of the file."""
        return (self.text or "").encode()


class FileView:
    """One file at one moment."""

    __slots__ = ("context", "file")
    extra: Mapping[str, Any] = {}

    def __init__(self, context: Context, file: File) -> None:
        self.context = context
        self.file = file


def task_files(context: Context, job: Job, task: Task) -> list[File]:
    """Return the files of a task that has started: its output and the folder that it works in."""
    base = context.url("jobs", job.id, "tasks", task.id, "files")
    run = task.run(context.now)
    return _sorted(_of_run(context, base, "", run, task.template.files))


def node_files(context: Context, pool: Pool, node: Node) -> list[File]:
    """Return the files of a node: its start task's, and those of all that has run on it."""
    base = context.url("pools", pool.id, "nodes", node.id, "files")
    found = [File(name, f"{base}/{name}") for name in ("applications", "fsmounts", "shared", "volatile", "workitems")]
    start = node.start_run(context.now)
    if start is not None:
        found += _of_run(context, base, "startup", start, node.files)
    for stay in context.world.activity(pool, node.id).recent(context.now, most=1000):
        root = f"workitems/{stay.job.id}/job-1/{stay.task.id}"
        texts = stay.task.template.files
        if stay.subtask is not None:
            root, texts = f"{root}/{stay.subtask}", stay.task.subtasks[stay.subtask - 1].files
        found += _of_run(context, base, root, stay.run, texts)
    for job in context.world.scenario.jobs:
        found += _node_task_files(context, base, job, pool, node)
    return _sorted(found)


def _node_task_files(context: Context, base: str, job: Job, pool: Pool, node: Node) -> Iterable[File]:
    for task, identifier in ((job.preparation, PREPARATION_ID), (job.release, RELEASE_ID)):
        entry = task.entries.find(node.id) if task else None
        run = entry.run(context.now) if entry else None
        if entry and run and (entry.pool or job.pool_of(run)).lower() == pool.id.lower():
            root = f"workitems/{job.id}/job-1/{identifier}"
            yield from _of_run(context, base, root, run, entry.files)


def _of_run(context: Context, base: str, root: str, run: Run, texts: Mapping[str, str]) -> Iterable[File]:
    """Return the files of one execution below its folder, with all folders that lead there."""
    prefix = f"{root}/" if root else ""
    parts = root.split("/") if root else []
    for depth in range(1, len(parts) + 1):
        path = "/".join(parts[:depth])
        yield File(path, f"{base}/{path}")
    yield File(f"{prefix}wd", f"{base}/{prefix}wd")
    modified = min(run.ends_at, context.now)
    for name, text in {**_STANDARD, **texts}.items():
        yield File(f"{prefix}{name}", f"{base}/{prefix}{name}", str(text), run.starts_at, modified)


def _sorted(files: Iterable[File]) -> list[File]:
    return sorted({file.name: file for file in files}.values(), key=lambda file: file.name)


def _properties(view: FileView) -> dict[str, Any] | None:
    if view.file.text is None:
        return None
    return {
        "creationTime": view.context.time(view.file.created_at),
        "lastModified": view.context.time(view.file.modified_at),
        # A number in a string, as the service writes it.
        "contentLength": str(len(view.file.content)),
        "contentType": "text/plain",
        "fileMode": "0o100644",
    }


FILE = Resource(
    metadata="files",
    properties=(
        Property("name", lambda view: view.file.name),
        Property("url", lambda view: view.file.url),
        Property("isDirectory", lambda view: view.file.text is None),
        Property("properties", _properties),
    ),
    filters={"name": Filterable(("name",), "text")},
)
