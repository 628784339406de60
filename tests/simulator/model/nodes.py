# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compute nodes of a pool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from .errors import ScenarioError
from .members import Maker, Members, read_members
from .reader import Reader
from .runs import Outcome, Run, RunTimes, failed_with_exit_code, read_run, unchanged
from .spread import Spread
from .timeline import NEVER, Timeline, read_timeline
from .upgrades import Upgrade, image_versions, read_upgrades, upgraded_states

NODE_STATES = (
    "idle", "rebooting", "reimaging", "running", "unusable", "creating", "starting", "waitingforstarttask",
    "starttaskfailed", "unknown", "leavingpool", "offline", "preempted", "upgradingos", "deallocated", "deallocating",
)  # fmt: skip
NOT_BOOTED = ("creating", "starting")
BOOTING = ("rebooting", "reimaging", "upgradingos")
SCHEDULING_STATES = ("enabled", "disabled")


@dataclass(frozen=True)
class Node:
    """One node, its states, the executions of its start task and the versions of its image."""

    id: str
    number: int
    states: Timeline
    scheduling: Timeline
    appears_at: float
    removed_at: float
    start_runs: tuple[Run, ...]
    image_version: Timeline
    dedicated: bool
    running_tasks: int | None
    errors: list[Any]
    files: Mapping[str, str]
    ipv6: bool
    extra: Mapping[str, Any]

    def exists(self, now: float) -> bool:
        """Tell whether the node is in its pool at this time."""
        return self.appears_at <= now < self.removed_at

    def boot_time(self, now: float) -> float | None:
        """Return when the node booted, or None while it is being created."""
        if self.states.at(now) in NOT_BOOTED:
            return None
        booted = None
        for at, state in zip(self.states.times, self.states.values):
            if at > now:
                break
            if (booted is None and state not in NOT_BOOTED) or state in BOOTING:
                booted = at
        return booted if booted is not None else self.appears_at

    def start_run(self, now: float) -> Run | None:
        """Return the execution of the start task to show."""
        for run in reversed(self.start_runs):
            if run.starts_at <= now:
                return run
        return None

    def unchanged(self, now: float) -> tuple[float, float]:
        """Return from when until when the node looks as it does now, unless tasks run on it."""
        since, until = unchanged(self.start_runs, now)
        timelines = (self.states, self.scheduling, self.image_version)
        for at in (self.appears_at, self.removed_at, *chain.from_iterable(line.times for line in timelines)):
            if at <= now:
                since = max(since, at)
            else:
                until = min(until, at)
        return since, until


@dataclass(frozen=True)
class _NodeMaker:
    """What all nodes of a group share."""

    states: Timeline | None
    ready_at: Spread | None
    reboots_at: Spread | None
    scheduling: Timeline
    appears_at: Spread | None
    removed_at: Spread
    has_start_task: bool
    start_task: list[RunTimes]
    image_version: str
    upgrades: tuple[Upgrade, ...]
    dedicated: bool
    running_tasks: int | None
    errors: list[Any]
    files: Mapping[str, str]
    ipv6: bool
    extra: Mapping[str, Any]

    def __call__(self, index: int, identifier: str) -> Node:
        appears = self._appears(index)
        states = self.states or self._until_ready(index, appears)
        if self.upgrades:
            states = upgraded_states(states, self.upgrades, index, self.has_start_task)
        return Node(
            id=identifier,
            number=index + 1,
            states=states,
            scheduling=self.scheduling,
            appears_at=appears,
            removed_at=self.removed_at.at(index),
            start_runs=self._start_runs(index, identifier, states),
            image_version=image_versions(self.image_version, self.upgrades, index),
            dedicated=self.dedicated,
            running_tasks=self.running_tasks,
            errors=self.errors,
            files=self.files,
            ipv6=self.ipv6,
            extra=self.extra,
        )

    def _appears(self, index: int) -> float:
        """A node whose first state lies before the scenario begins was there by then."""
        if self.appears_at:
            return self.appears_at.at(index)
        return min(0.0, self.states.times[0]) if self.states else 0.0

    def _until_ready(self, index: int, appears: float) -> Timeline:
        """Pass the states of a new node, or of one that reboots, in the time until it is ready."""
        ready = self.ready_at.at(index) if self.ready_at else appears
        reboots = self.reboots_at.at(index) if self.reboots_at else None
        begins = appears if reboots is None else reboots
        span = ready - begins
        steps = [] if reboots is None else [(appears, "idle")]
        if span > 0:
            coming = [(begins, "rebooting")] if steps else [(begins, "creating"), (begins + span * 0.5, "starting")]
            steps += coming
            if self.has_start_task:
                steps.append((begins + span * 0.8, "waitingforstarttask"))
        return Timeline([*steps, (ready, "idle")])

    def _start_runs(self, index: int, identifier: str, states: Timeline) -> tuple[Run, ...]:
        if self.start_task:
            return tuple(times.make(index, -NEVER, identifier) for times in self.start_task)
        return tuple(_start_runs(identifier, states)) if self.has_start_task else ()


def _start_runs(identifier: str, states: Timeline) -> Iterator[Run]:
    """Derive the runs of the start task from the states: it runs while the node waits for it, after every boot."""
    steps = list(zip(states.times, states.values))
    following = [*steps[1:], (NEVER, "")]
    if steps[0][1] in ("idle", "running"):
        yield Run(-NEVER, NEVER, steps[0][0], steps[0][0], identifier, Outcome())
    for (at, state), (ends, then) in zip(steps, following):
        if state == "waitingforstarttask":
            outcome = failed_with_exit_code(1) if then == "starttaskfailed" else Outcome()
            yield Run(-NEVER, NEVER, at, ends, identifier, outcome)


def read_nodes(pool: Reader, has_start_task: bool) -> Members[Node]:
    """Read the groups of nodes of a pool."""

    def parse(reader: Reader, count: int) -> Maker[Node]:
        maker = _NodeMaker(
            states=read_timeline(reader, "states", "state", NODE_STATES),
            ready_at=reader.spread("ready_at", count),
            reboots_at=reader.spread("reboots_at", count),
            scheduling=read_timeline(reader, "scheduling", "state", SCHEDULING_STATES) or Timeline([(0.0, "enabled")]),
            appears_at=reader.spread("appears_at", count),
            removed_at=reader.spread("removed_at", count) or Spread(NEVER),
            has_start_task=has_start_task,
            start_task=[_read_start_run(section, count) for section in reader.sections("start_task")],
            # Most recorded nodes say no more than that.
            image_version=reader.text("image_version", "latest"),
            upgrades=read_upgrades(reader, count),
            dedicated=reader.boolean("dedicated", True),
            running_tasks=reader.integer("running_tasks"),
            errors=reader.items("errors"),
            files=reader.mapping("files"),
            ipv6=reader.boolean("ipv6", False),
            extra=reader.mapping("wire"),
        )
        if maker.states and maker.ready_at:
            raise ScenarioError(f"{reader.where} has both states and ready_at; one of them says it all")
        if maker.states and maker.upgrades:
            raise ScenarioError(f"{reader.where} has both states and upgrades; one of them says it all")
        return maker

    return read_members(pool, "nodes", parse)


def _read_start_run(reader: Reader, count: int) -> RunTimes:
    times = read_run(reader, count)
    reader.finish()
    return times
