# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeline: a row for each job and node; of very many nodes, how much went on at a time, and rows of a few."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account.execution import (
    FAILED,
    RUNNING,
    UNKNOWN,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.bars import (
    CLASS,
    ENDS,
    GAP,
    LANE,
    Bar,
    bar_of,
    bars_of,
    counted,
    length,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import (
    OUTCOMES,
    PREPARATION,
    RELEASE,
    START_TASK,
    TASK,
    WAITING,
    Execution,
    Found,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import duration
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.window import Window

Place = tuple[str, str]

MOST_ROWS = 500
# Each bar is three hundred bytes with its words, which stand there twice: for a mouse and for a finger.
_MOST_BARS = 1_600
_FEWEST_BARS = 4
# Where there are too many rows for all.
FAILED_ROWS, _SLOWEST_ROWS, _BARS_OF_A_ROW = 150, 20, 12
_MOST_JOBS = 50
_COLUMNS, _HEIGHT = 100, 34
_NO_NODE = "no node"


class Row(NamedTuple):
    name: str
    about: str
    bars: list[Bar]
    height: int
    # From where on the node was there, in percent; empty for what is no node.
    there: str


class Band(NamedTuple):
    """How many executions of a kind went on at a time, of those that ended alike."""

    name: str
    about: str
    height: int
    bars: list[tuple[str, Bar]]


class Style(NamedTuple):
    """How many bars a row may have, and whether names need those of their job and pool beside them."""

    most: int
    with_job: bool
    with_pool: bool


class Timeline(NamedTuple):
    jobs: list[Row]
    bands: list[Band]
    rows: list[Row]
    # How many nodes there are, with and without a row.
    nodes: int
    merged: bool
    jobs_left_out: int


def timeline_of(found: Found, window: Window) -> Timeline:
    by_place: defaultdict[Place, list[Execution]] = defaultdict(list)
    tasks_of: defaultdict[str, list[Execution]] = defaultdict(list)
    for execution in found.executions:
        if execution.kind == TASK:
            tasks_of[execution.job].append(execution)
        # What waits for a node is told in the rows of jobs.
        if execution.node or execution.outcome != WAITING:
            by_place[execution.pool, execution.node or _NO_NODE].append(execution)
    for place in found.nodes:
        by_place.setdefault(place, [])
    ids = _jobs(found)
    jobs = [_of_job(job, tasks_of[job], window) for job in ids[:_MOST_JOBS]]
    if len(by_place) <= MOST_ROWS:
        places, bands = sorted(by_place, key=lambda place: (not _troubled(by_place[place]), *_natural(place))), []
        most = max(_FEWEST_BARS, _MOST_BARS // max(len(places), 1))
        if sum(map(len, by_place.values())) <= _MOST_BARS:
            most = _MOST_BARS
    else:
        places, bands, most = _worth_a_row(by_place), _bands(found.executions, window), _BARS_OF_A_ROW
    style = Style(most, len(ids) > 1, len({pool for pool, _node in by_place if pool}) > 1)
    rows = [_of_node(place, by_place[place], found, window, style) for place in places]
    merged = any(len(by_place[place]) > most for place in places)
    nodes = sum(name != _NO_NODE for _pool, name in by_place)
    return Timeline(jobs, bands, rows, nodes, merged, len(ids[_MOST_JOBS:]))


def _jobs(found: Found) -> list[str]:
    return sorted({execution.job for execution in found.executions if execution.job} | set(found.jobs))


def _of_job(job: str, tasks: Iterable[Execution], window: Window) -> Row:
    """Of its tasks by how they ended: from when to when they ran, and before that, from when on they waited."""
    groups: defaultdict[str, list[Execution]] = defaultdict(list)
    for task in tasks:
        groups[task.outcome].append(task)
    bars: list[Bar] = []
    for lane, outcome in enumerate(outcome for outcome in OUTCOMES if outcome in groups):
        bars += _spans(outcome, groups[outcome], lane, window)
    total = sum(map(len, groups.values()))
    about = ", ".join(
        f"{len(groups[outcome]):,} {ENDS.get(outcome, outcome)}" for outcome in OUTCOMES if outcome in groups
    )
    waits = _waits([task for group in groups.values() for task in group])
    words = f"{counted(total, TASK)}: {about}{waits}" if total else "no tasks were read"
    return Row(job, words, bars, max(len(groups), 1) * (LANE + GAP), "")


def _spans(outcome: str, tasks: list[Execution], lane: int, window: Window) -> Iterator[Bar]:
    created = [task.created for task in tasks if task.created is not None]
    starts = [task.start for task in tasks if task.start is not None]
    if outcome == WAITING:
        begin = min(created or [window.start])
        words = f"{counted(len(tasks), TASK)} waiting since {window.time(begin)}"
        yield bar_of((TASK, WAITING), (begin, window.end), lane, words, window)
    elif starts:
        begin, end = min(starts), max(window.end if task.end is None else task.end for task in tasks)
        if created and min(created) < begin:
            words = f"the first of them waited {duration(begin - min(created))}, from {window.time(min(created))}"
            yield bar_of((TASK, WAITING), (min(created), begin), lane, words, window)
        until = "" if outcome == RUNNING else f" to {window.time(end)}, {duration(end - begin)}"
        words = f"{counted(len(tasks), TASK)}, {ENDS.get(outcome, outcome)}, from {window.time(begin)}{until}"
        yield bar_of((TASK, outcome), (begin, end), lane, words, window)


def _waits(tasks: list[Execution]) -> str:
    waits = [task.start - task.created for task in tasks if task.start is not None and task.created is not None]
    if not waits or max(waits) < 1:
        return ""
    return f"; they waited {duration(sum(waits) / len(waits))} on average, {duration(max(waits))} at most"


def _of_node(place: Place, executions: list[Execution], found: Found, window: Window, style: Style) -> Row:
    pool, name = place
    node = found.nodes.get(place)
    bars, height = bars_of(executions, window, style.most, style.with_job)
    about = node.state if node else ""
    gone = node is None and name != _NO_NODE and any(known == pool for known, _id in found.nodes)
    if gone:
        about = "is not in the pool any more"
    there = ""
    if node is not None:
        since = node.allocated if node.allocated is not None else window.start
        there = f"{window.at(since):.2f}"
    return Row(f"{pool} / {name}" if style.with_pool and pool else name, about, bars, height, there)


def _troubled(executions: list[Execution]) -> bool:
    return any(execution.outcome in (FAILED, UNKNOWN) for execution in executions)


def _natural(place: Place) -> tuple[str, list[tuple[int, int, str]]]:
    """So that tvm-10 comes after tvm-9."""
    parts = re.findall(r"([0-9]+)|([^0-9]+)", place[1])
    return place[0], [(0, int(digits), "") if digits else (1, 0, word) for digits, word in parts]


def _worth_a_row(by_place: dict[Place, list[Execution]]) -> list[Place]:
    failed = sorted((place for place, executions in by_place.items() if _troubled(executions)), key=_natural)
    longest = {place: max(map(length, executions), default=0.0) for place, executions in by_place.items()}
    slowest = sorted(longest, key=lambda place: -longest[place])[:_SLOWEST_ROWS]
    shown = failed[:FAILED_ROWS]
    return [*shown, *(place for place in slowest if place not in shown)]


def _bands(executions: Iterable[Execution], window: Window) -> list[Band]:
    """By kind and outcome, in columns of the same width: the most that can have gone on in each."""
    changes: dict[tuple[str, str], list[int]] = {}
    members: defaultdict[tuple[str, str], int] = defaultdict(int)
    scale = _COLUMNS / (window.end - window.start)
    for execution in executions:
        begin = execution.created if execution.start is None else execution.start
        if begin is None:
            continue
        key = execution.kind, execution.outcome
        change = changes.setdefault(key, [0] * (_COLUMNS + 1))
        end = window.end if execution.end is None else execution.end
        members[key] += 1
        # What was over before the window is not in it.
        if end >= window.start:
            change[min(max(int((begin - window.start) * scale), 0), _COLUMNS - 1)] += 1
            change[min(max(int((end - window.start) * scale), 0), _COLUMNS - 1) + 1] -= 1
    order = [(kind, outcome) for kind in (START_TASK, PREPARATION, TASK, RELEASE) for outcome in OUTCOMES]
    return [_band(key, members[key], changes[key], window) for key in order if key in changes]


def _band(key: tuple[str, str], members: int, changes: list[int], window: Window) -> Band:
    kind, outcome = key
    counts = list(accumulate(changes))[:_COLUMNS]
    most = max(*counts, 1)
    width = (window.end - window.start) / _COLUMNS
    bars = []
    for column, count in enumerate(counts):
        if count:
            height = max(1, round(count / most * _HEIGHT))
            begin = window.start + column * width
            words = f"{count:,} in the {duration(width)} from {window.time(begin)}"
            x, wide = f"{100 / _COLUMNS * column:g}", f"{100 / _COLUMNS:g}"
            bars.append((str(height), Bar(f"b {CLASS[kind]} {CLASS[outcome]}", x, wide, _HEIGHT - height, words)))
    words = f"{counted(members, kind)}, at most {max(counts):,} at a time"
    return Band(f"{kind}, {ENDS.get(outcome, outcome)}", words, _HEIGHT, bars)
