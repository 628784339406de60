# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of operations: each path, the parameters that it takes, and what answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable
from urllib.parse import unquote

from . import file_reads, job_reads, pool_reads, schedule_reads
from .answer import Answer
from .errors import ServiceError
from .query import Parameters
from .request import Read

_LIST = Parameters(filter=True, select=True, expand=True, pages=True)
_LIST_WITHOUT_EXPAND = Parameters(filter=True, select=True, pages=True)
_GET = Parameters(select=True, expand=True)
_FILES = Parameters(filter=True, pages=True, recursive=True)


@dataclass(frozen=True)
class Operation:
    """One row. In a path ``*`` stands for an id and ``**`` for all the rest."""

    path: str
    parameters: Parameters
    answer: Callable[[Read], Answer]

    def ids(self, segments: list[str]) -> tuple[str, ...] | None:
        """Return the ids in a path, decoded, or None when the path is not this operation's."""
        pattern = self.path.split("/")
        rest: list[str] = []
        if pattern[-1] == "**" and len(segments) >= len(pattern):
            rest = segments[len(pattern) - 1 :]
            segments = [*segments[: len(pattern) - 1], "**"]
        if len(pattern) != len(segments):
            return None
        found: list[str] = []
        for wanted, given in zip(pattern, segments):
            if wanted == "*" and given:
                found.append(unquote(given))
            elif wanted == "**":
                found.append("/".join(unquote(segment) for segment in rest))
            elif wanted != given.lower():
                return None
        return tuple(found)


OPERATIONS = (
    Operation("jobs", _LIST, job_reads.list_jobs),
    Operation("jobs/*", _GET, job_reads.get_job),
    Operation("jobs/*/tasks", _LIST, job_reads.list_tasks),
    Operation("jobs/*/tasks/*", _GET, job_reads.get_task),
    Operation("jobs/*/tasks/*/subtasksinfo", Parameters(select=True, continues=True), job_reads.list_subtasks),
    Operation("jobs/*/taskcounts", Parameters(), job_reads.get_task_counts),
    Operation("jobs/*/jobpreparationandreleasetaskstatus", _LIST_WITHOUT_EXPAND, job_reads.list_prep_status),
    # The path of a nextLink as the documentation shows it.
    Operation("jobs/*/jobpreparationandreleasestatus", _LIST_WITHOUT_EXPAND, job_reads.list_prep_status),
    Operation("jobs/*/tasks/*/files", _FILES, file_reads.list_task_files),
    Operation("jobs/*/tasks/*/files/**", Parameters(), file_reads.get_task_file),
    Operation("jobschedules", _LIST, schedule_reads.list_schedules),
    Operation("jobschedules/*", _GET, schedule_reads.get_schedule),
    Operation("jobschedules/*/jobs", _LIST, schedule_reads.list_jobs_of_schedule),
    Operation("pools", _LIST, pool_reads.list_pools),
    Operation("pools/*", _GET, pool_reads.get_pool),
    Operation("pools/*/nodes", _LIST_WITHOUT_EXPAND, pool_reads.list_nodes),
    Operation("pools/*/nodes/*", Parameters(select=True), pool_reads.get_node),
    Operation("pools/*/nodes/*/remoteloginsettings", Parameters(), pool_reads.get_remote_login),
    Operation("pools/*/nodes/*/files", _FILES, file_reads.list_node_files),
    Operation("pools/*/nodes/*/files/**", Parameters(), file_reads.get_node_file),
    Operation("nodecounts", Parameters(filter=True, pages=True, most=10), pool_reads.list_node_counts),
    Operation("supportedimages", Parameters(filter=True, pages=True), pool_reads.list_supported_images),
)


def find_operation(raw_path: str) -> tuple[Operation, tuple[str, ...]]:
    """Return the operation of a path and the ids in it. Raises ServiceError for any other path."""
    segments = raw_path.strip("/").split("/")
    for operation in OPERATIONS:
        ids = operation.ids(segments)
        if ids is not None:
            return operation, ids
    text = "The requested URI does not represent any resource on the server."
    raise ServiceError(400, "InvalidUri", text)
