# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads of files, on tasks and on nodes."""

from __future__ import annotations

import re

from ..wire.files import FILE, File, FileView, node_files, task_files
from .answer import Answer, new_request_id, standard_headers
from .conditions import http_date
from .errors import ServiceError, not_found
from .listing import Listing
from .request import Read

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def _files_of_task(read: Read) -> list[File]:
    job = read.job()
    task = read.task(job)
    run = task.run(read.context.now)
    if run.starts_at > read.context.now:
        text = "The task has no files because it has not run on a compute node."
        raise ServiceError(409, "TaskFilesUnavailable", text)
    if _has_left(read, job.pool_of(run), run.node):
        raise not_found("node")
    return task_files(read.context, job, task)


def _has_left(read: Read, pool_id: str, node_id: str | None) -> bool:
    """Tell whether the node, with all that was on it, is gone. Nodes that the scenario does not have never are."""
    pool = read.context.world.scenario.pools.find(pool_id)
    node = pool.nodes.find(node_id) if pool and node_id else None
    return node is not None and not node.exists(read.context.now)


def _files_of_node(read: Read) -> list[File]:
    pool = read.pool()
    return node_files(read.context, pool, read.node(pool))


def list_task_files(read: Read) -> Answer:
    """File - List From Task."""
    return _list(read, _files_of_task(read))


def list_node_files(read: Read) -> Answer:
    """File - List From Compute Node."""
    return _list(read, _files_of_node(read))


def get_task_file(read: Read) -> Answer:
    """File - Get From Task, and its properties for HEAD."""
    return _get(read, _files_of_task(read))


def get_node_file(read: Read) -> Answer:
    """File - Get From Compute Node, and its properties for HEAD."""
    return _get(read, _files_of_node(read))


def _list(read: Read, files: list[File]) -> Answer:
    shown = files if read.query.recursive else [file for file in files if "/" not in file.name]
    context = read.context
    return read.list(Listing(FILE, shown, exists=lambda file: True, view=lambda file: FileView(context, file)))


def _get(read: Read, files: list[File]) -> Answer:
    wanted = read.ids[-1].replace("\\", "/").strip("/")
    file = next((file for file in files if file.name == wanted), None)
    if file is None:
        raise not_found("file")
    context = read.context
    headers = standard_headers(read.asked.headers, new_request_id())
    headers += [
        ("ocp-batch-file-isdirectory", "true" if file.text is None else "false"),
        ("ocp-batch-file-url", file.url),
        ("ocp-batch-file-mode", "0o100644"),
        ("ocp-creation-time", http_date(context.ticks(file.created_at))),
        ("Last-Modified", http_date(context.ticks(file.modified_at))),
        ("Content-Type", "application/octet-stream"),
    ]
    asked = read.asked.headers.get("ocp-range") or read.asked.headers.get("range")
    if asked is None:
        return Answer(200, headers, file.content, chunked=False)
    first, last = _range(asked, len(file.content))
    headers.append(("Content-Range", f"bytes {first}-{last}/{len(file.content)}"))
    # Microsoft's clients take nothing but 200 here and yet offer ocp-range, so that is what it must be answered with.
    status = 200 if "ocp-range" in read.asked.headers else 206
    return Answer(status, headers, file.content[first : last + 1], chunked=False)


def _range(text: str, length: int) -> tuple[int, int]:
    """Return the first and last byte that were asked for. Raises ServiceError when there are none."""
    match = _RANGE.fullmatch(text.strip())
    if match is None or match[1] == match[2] == "":
        raise ServiceError(400, "InvalidHeaderValue", "The range is not in the correct format.")
    if match[1]:
        first, last = int(match[1]), int(match[2]) if match[2] else length - 1
    else:
        first, last = max(length - int(match[2]), 0), length - 1
    if first >= length or last < first:
        raise ServiceError(416, "InvalidRange", "The range specified is invalid for the current size of the file.")
    return first, min(last, length - 1)
