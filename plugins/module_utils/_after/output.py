# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last lines that something which failed has written, read from its node.

The service takes no range that counts from a file's end, so the size is read first, from a list of files: a HEAD would be
shorter, but this collection sends nothing but GET. Nothing here raises a BatchError: what cannot be read says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Optional

from ansible_collections.batchops.azure.plugins.module_utils._after.last_lines import SHOWN_BYTES, last_lines
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, BatchError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import part
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently

Tail = dict[str, Optional[str]]

# Three requests each: more would hold up the answer that they explain.
_MOST = 10
_MOST_PAGES = 5
# Read with what is shown: the beginning of a secret, by which it is known for one, may stand before the part that is shown.
_BYTES_BEFORE = 2048
_STDERR, _STDOUT = "stderr.txt", "stdout.txt"


@dataclass(frozen=True)
class Execution:
    """What failed, and where its files are.

    With `directory`, the folder on the node, files are asked for from the node; without it from the task.
    """

    job_id: str | None
    task_id: str | None
    pool_id: str | None
    node_id: str | None
    directory: str | None


@dataclass(frozen=True)
class _Folder:
    """Where a list of files is, and what precedes the names of those wanted in it."""

    path: tuple[str, ...]
    prefix: str
    recursive: str | None

    def segments(self, name: str) -> tuple[str, ...]:
        # Slashes, on nodes with Windows too: so the service itself writes the URL of a task's folder.
        return (*self.path, *(piece for piece in re.split(r"[/\\]", self.prefix) if piece), name)


def tails(client: Client, executions: list[Execution], redact: str) -> list[Tail]:
    """The last lines of stderr.txt and stdout.txt of each, in the order given. `client.deadline` bounds the time."""
    read = read_concurrently(client, executions[:_MOST], lambda execution: _tail_of(client, execution, redact))
    return read + [_tail(error=f"not read: only the first {_MOST} are") for _beyond in executions[_MOST:]]


def _tail(found: Mapping[str, str] | None = None, error: str | None = None) -> Tail:
    found = found or {}
    return {"stderr_tail": found.get(_STDERR), "stdout_tail": found.get(_STDOUT), "tail_error": error}


def _tail_of(client: Client, execution: Execution, redact: str) -> Tail:
    """What can be read of it, and in words what cannot."""
    folders = _folders(execution)
    if not folders:
        return _tail(error="the output cannot be read: it is not known on which node it is")
    found: dict[str, str] = {}
    troubles: list[str] = []
    try:
        folder, sizes = _sizes(client, folders)
        if missing := [name for name in (_STDERR, _STDOUT) if name not in sizes]:
            troubles.append(_missing(missing, execution))
        for name, size in sizes.items():
            try:
                found[name] = _read(client, folder.segments(name), size, redact)
            except ServiceError as error:
                troubles.append(_why_changed(error, name, execution))
    except BatchError as error:
        troubles.append(_why_unread(error, execution))
    return _tail(found, "; ".join(troubles) or None)


def _folders(execution: Execution) -> list[_Folder]:
    """Where to look, the likelier folder first; none where it is not known."""
    if execution.directory:
        if not execution.pool_id or not execution.node_id:
            return []
        path = ("pools", execution.pool_id, "nodes", execution.node_id, "files")
        directory = execution.directory.rstrip("/\\")
        # A node with Windows lists names with backslashes, mostly, and a name of one piece does not tell.
        separators = "\\/" if "\\" in directory else "/\\"
        pieces = re.split(r"[/\\]+", directory)
        return [_Folder(path, "".join(piece + mark for piece in pieces), "true") for mark in separators]
    if execution.job_id and execution.task_id:
        return [_Folder(("jobs", execution.job_id, "tasks", execution.task_id, "files"), "", None)]
    return []


def _sizes(client: Client, folders: list[_Folder]) -> tuple[_Folder, dict[str, int]]:
    """Bytes in each of the two files, those on stderr first; one that is not listed is left out."""
    for folder in folders:
        sizes: dict[str, int] = {}
        for item in _listed(client, folder):
            name = str(item.get("name"))
            if name.lower().startswith(folder.prefix.lower()):
                name = name[len(folder.prefix) :].lower()
                if name in (_STDERR, _STDOUT):
                    sizes[name] = _size(item, name)
            if len(sizes) == 2:
                break
        if sizes:
            break
    return folder, dict(sorted(sizes.items()))


def _listed(client: Client, folder: _Folder) -> Iterator[dict[str, Any]]:
    quoted = (folder.prefix + "std").replace("'", "''")
    params = {"recursive": folder.recursive, "$filter": f"startswith(name,'{quoted}')"}
    for page in islice(client.pages(folder.path, params), _MOST_PAGES):
        yield from page


def _size(item: Mapping[str, Any], name: str) -> int:
    """The length is a number in a string on the wire, and a plain number in the documentation."""
    length = str(part(item, "properties").get("contentLength"))
    if not re.fullmatch("[0-9]{1,18}", length):
        raise AnswerError(f"The service lists {name} without its size")
    return int(length)


def _read(client: Client, segments: tuple[str, ...], size: int, redact: str) -> str:
    if not size:
        return ""
    # An even number: a character of UTF-16 has two bytes.
    first = max(0, size - SHOWN_BYTES - _BYTES_BEFORE) & ~1
    return last_lines(client.get_bytes(segments, first, size - 1), cut=bool(first), redact=redact)


def _missing(names: list[str], execution: Execution) -> str:
    where = f" in {execution.directory}" if execution.directory else ""
    are = "is" if len(names) == 1 else "are"
    return f"{' and '.join(names)} {are} not there{where}"


def _why_changed(error: ServiceError, name: str, execution: Execution) -> str:
    """What has happened to a file since it was listed. Any other refusal is raised: it would meet the next file too."""
    if error.code == "FileNotFound":
        return _missing([name], execution)
    if error.status == 416:
        return f"{name} became shorter while it was read"
    raise error


def _why_unread(error: BatchError, execution: Execution) -> str:
    node = f"the node {execution.node_id}" if execution.node_id else "the node"
    known = {
        "NodeNotFound": f"{node} is gone, and its files with it",
        "PoolNotFound": f"the pool {execution.pool_id or 'it ran in'} is gone, and its nodes with it",
        "FileNotFound": _missing([_STDERR, _STDOUT], execution),
        "TaskFilesUnavailable": f"{_STDERR} and {_STDOUT} are not available: it has not run on a node, or they were not kept",
        "TaskFilesCleanedup": f"{_STDERR} and {_STDOUT} were deleted when their retention time was over",
        "JobPreparationTaskNotRunOnNode": f"{_STDERR} and {_STDOUT} are not there: it has not run on {node}",
    }
    return known.get(error.code) or f"the output was not read: {' '.join(str(error).split())}"
