# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks of a job as a scenario describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Callable

from .errors import ScenarioError
from .members import IdPattern, Maker, Members, read_members
from .reader import Reader
from .runs import Run, RunTimes, current_run, read_run, unchanged
from .spread import Spread
from .timeline import NEVER

NodeChoice = Callable[[int], "str | None"]


@dataclass(frozen=True)
class TaskTemplate:
    """What all tasks of a group share."""

    command_line: str
    display_name: str | None
    required_slots: int
    max_retries: int
    environment: Mapping[str, str]
    resource_files: list[Any]
    output_files: list[Any]
    depends_on: list[str]
    coordination_command_line: str
    instances: int
    files: Mapping[str, str]
    extra: Mapping[str, Any]


@dataclass(frozen=True)
class Subtask:
    """One of the tasks 1..n-1 of a multi-instance task; the primary is the task itself."""

    number: int
    run: Run
    files: Mapping[str, str]


@dataclass(frozen=True)
class Task:
    """One task and all its executions."""

    __slots__ = ("created_at", "id", "removed_at", "runs", "subtasks", "template")
    id: str
    template: TaskTemplate
    created_at: float
    removed_at: float
    runs: tuple[Run, ...]
    subtasks: tuple[Subtask, ...]

    def exists(self, now: float) -> bool:
        """Tell whether the service knows the task at this time."""
        return self.created_at <= now < self.removed_at

    def run(self, now: float) -> Run:
        """Return the execution that the task shows."""
        return current_run(self.runs, now)

    def unchanged(self, now: float) -> tuple[float, float]:
        """Return from when until when the task looks as it does now."""
        since, until = unchanged(self.runs, now)
        if now < self.removed_at:
            return since, min(until, self.removed_at)
        return self.removed_at, NEVER


@dataclass(frozen=True)
class _TaskMaker:
    template: TaskTemplate
    origin: float
    created_at: Spread | None
    removed_at: Spread
    first: RunTimes
    again: list[tuple[Spread, RunTimes, NodeChoice | None]]
    node: NodeChoice
    subtasks: Members[Subtask] | None

    def __call__(self, index: int, identifier: str) -> Task:
        node = self.node(index)
        first = self.first.make(index, 0.0, node)
        # A task that runs before the scenario begins was created by then.
        created = self.created_at.at(index) if self.created_at else min(self.origin, *first[1:4])
        runs = [first._replace(active_at=created)]
        for active_at, times, moved_to in self.again:
            runs.append(times.make(index, active_at.at(index), moved_to(index) if moved_to else node))
        subtasks = tuple(self._subtask(subtask, runs[0], index) for subtask in self.subtasks or ())
        return Task(identifier, self.template, created, self.removed_at.at(index), tuple(runs), subtasks)

    def _subtask(self, subtask: Subtask, primary: Run, index: int) -> Subtask:
        """Let a subtask that has no times of its own run with its primary."""
        run = subtask.run
        if run.starts_at == NEVER:
            run = run._replace(starts_at=primary.starts_at, ends_at=min(run.ends_at, primary.ends_at))
        return replace(subtask, run=run._replace(node=run.node or self.node(index + subtask.number)))


def read_tasks(job: Reader, nodes: list[str]) -> Members[Task]:
    """Read the groups of tasks of a job. ``nodes`` are the ids to run on when a group names none."""

    def parse(reader: Reader, count: int) -> Maker[Task]:
        choice = _read_nodes(reader, nodes)
        subtasks = _read_subtasks(reader, nodes)
        return _TaskMaker(
            template=_read_template(reader, subtasks),
            origin=reader.origin,
            created_at=reader.times("created_at", count),
            removed_at=reader.times("removed_at", count) or Spread(NEVER),
            first=read_run(reader, count, "runs_at"),
            again=[_read_again(section, count) for section in reader.sections("again")],
            node=choice,
            subtasks=subtasks,
        )

    return read_members(job, "tasks", parse)


def _read_template(reader: Reader, subtasks: Members[Subtask] | None) -> TaskTemplate:
    return TaskTemplate(
        command_line=reader.text("command_line", '/bin/bash -c "echo work"'),
        display_name=reader.text("display_name"),
        required_slots=reader.integer("required_slots", 1),
        max_retries=reader.integer("max_retries", 0),
        environment=reader.mapping("environment"),
        resource_files=reader.items("resource_files"),
        output_files=reader.items("output_files"),
        depends_on=reader.items("depends_on"),
        coordination_command_line=reader.text("coordination_command_line", '/bin/bash -c "hostname"'),
        instances=len(subtasks) + 1 if subtasks is not None else 0,
        files=reader.mapping("files"),
        extra=reader.mapping("wire"),
    )


def _read_again(reader: Reader, count: int) -> tuple[Spread, RunTimes, NodeChoice | None]:
    """Read a further execution of a reactivated task, active again from ``active_at``."""
    active_at = reader.times("active_at", count)
    times = read_run(reader, count, "runs_at")
    moved_to = _read_nodes(reader, []) if reader.has("node") else None
    reader.finish()
    if active_at is None:
        raise ScenarioError(f"{reader.place('active_at')} is missing")
    return active_at, times, moved_to


def _read_nodes(reader: Reader, nodes: list[str]) -> NodeChoice:
    """Return which node each task runs on: a pattern, a list in turn, or all nodes of the pool in turn."""
    wanted = reader.raw("node")
    if isinstance(wanted, str):
        return IdPattern(wanted, reader.place("node")).format
    if wanted is not None and not isinstance(wanted, list):
        raise ScenarioError(f"{reader.place('node')} must be an id, a pattern or a list of ids")
    names = wanted or nodes
    return (lambda index: names[index % len(names)]) if names else (lambda index: None)


def _read_subtasks(reader: Reader, nodes: list[str]) -> Members[Subtask] | None:
    section = reader.section("subtasks")
    if section is None:
        return None

    def parse(inner: Reader, count: int) -> Maker[Subtask]:
        times = read_run(inner, count)
        choice = _read_nodes(inner, []) if inner.has("node") else (lambda index: None)
        files = inner.mapping("files")
        return lambda index, name: Subtask(int(name), times.make(index, -NEVER, choice(index)), files)

    # Subtask ids are the numbers 1, 2, … and nothing else, so the pattern is not the scenario's to choose.
    numbered = Reader({"subtasks": {**section.data, "id": "{n}"}}, reader.where, reader.origin)
    return read_members(numbered, "subtasks", parse)
