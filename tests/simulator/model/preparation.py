# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job preparation and job release tasks, and where and when they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .members import Maker, Members, read_members
from .reader import Reader
from .runs import Run, RunTimes, read_run
from .spread import Spread
from .timeline import NEVER


@dataclass(frozen=True)
class Entry:
    """The executions of a preparation or release task on one node, the last started one being shown."""

    __slots__ = ("files", "node", "pool", "runs")
    node: str
    pool: str | None
    runs: tuple[Run, ...]
    files: Mapping[str, str]

    def run(self, now: float) -> Run | None:
        """Return the execution to show, or None while the task has not run on the node."""
        for run in reversed(self.runs):
            if run.starts_at <= now:
                return run
        return None


@dataclass(frozen=True)
class NodeTask:
    """A preparation or release task: its definition and its entries, one a node."""

    command_line: str
    wait_for_success: bool
    rerun_on_reboot: bool
    max_retries: int
    environment: Mapping[str, str]
    resource_files: list[Any]
    extra: Mapping[str, Any]
    entries: Members[Entry]


@dataclass(frozen=True)
class _EntryMaker:
    pool: str | None
    files: Mapping[str, str]
    first: RunTimes
    attempts: list[RunTimes]
    reboots: list[float]

    def __call__(self, index: int, identifier: str) -> Entry:
        runs = [times.make(index, -NEVER, identifier) for times in self.attempts or [self.first]]
        first = runs[0]
        for reboot in self.reboots:
            # A reboot runs the task once more, for as long as it took the first time.
            runs.append(first._replace(starts_at=reboot, ends_at=reboot + first.ends_at - first.starts_at))
        return Entry(identifier, self.pool, tuple(runs), self.files)


def read_node_task(job: Reader, key: str) -> NodeTask | None:
    """Read ``preparation`` or ``release``; None when the job has no such task."""
    reader = job.section(key)
    if reader is None:
        return None
    task = NodeTask(
        command_line=reader.text("command_line", '/bin/bash -c "echo prepare"'),
        wait_for_success=reader.boolean("wait_for_success", True),
        rerun_on_reboot=reader.boolean("rerun_on_reboot", True),
        max_retries=reader.integer("max_retries", 0),
        environment=reader.mapping("environment"),
        resource_files=reader.items("resource_files"),
        extra=reader.mapping("wire"),
        entries=read_members(reader, "entries", _parse_entry, id_key="node"),
    )
    reader.finish()
    return task


def _parse_entry(reader: Reader, count: int) -> Maker[Entry]:
    return _EntryMaker(
        pool=reader.text("pool"),
        files=reader.mapping("files"),
        first=_read_run(reader, count),
        attempts=[_read_attempt(section, count) for section in reader.sections("attempts")],
        reboots=[at + reader.origin for at in reader.items("reboots")],
    )


def _read_run(reader: Reader, count: int) -> RunTimes:
    times = read_run(reader, count)
    starts_at = times.starts_at or Spread(reader.origin)
    return RunTimes(None, starts_at, times.ends_at, times.takes, times.outcome)


def _read_attempt(reader: Reader, count: int) -> RunTimes:
    times = _read_run(reader, count)
    reader.finish()
    return times
