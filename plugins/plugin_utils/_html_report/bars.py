# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bars: where one execution, or many alike, lie in a row of the timeline, and the words that tell about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account.execution import (
    FAILED,
    RUNNING,
    SUCCEEDED,
    UNKNOWN,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import (
    OUTCOMES,
    PREPARATION,
    RELEASE,
    START_TASK,
    TASK,
    WAITING,
    Execution,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import duration
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.window import Window

# The names of classes are short: there are thousands of them on a page.
CLASS = {
    **{START_TASK: "s", PREPARATION: "p", TASK: "t", RELEASE: "r"},
    **{SUCCEEDED: "ok", FAILED: "bad", RUNNING: "run", WAITING: "wait", UNKNOWN: "odd"},
}
ENDS = {UNKNOWN: "ended in a way that is not known", WAITING: "waiting"}
LANE, GAP = 9, 2
# A kind and an outcome; a begin and an end.
Alike = tuple[str, str]
Span = tuple[float, float]
# So many tasks side by side are told apart; more share lanes.
_LANES = 8
# In percent: what took no time must be seen too.
_NARROWEST = 0.35


class Bar(NamedTuple):
    css: str
    x: str
    width: str
    y: int
    text: str


def text_of(execution: Execution, window: Window, with_job: bool = True) -> str:
    """Everything about it: id, job, how it ended, times, duration, exit code. The job matters where there are several."""
    name = execution.kind if execution.id == execution.kind else f"{execution.kind} {execution.id}"
    words = [f"{name} of {execution.job}" if execution.job and with_job else name]
    words.append(ENDS.get(execution.outcome, execution.outcome))
    start, end = execution.start, execution.end
    if execution.outcome == WAITING:
        words.append(f"since {window.time(execution.created)}" if execution.created is not None else "")
    elif start is not None and end is not None:
        words += [f"{window.time(start)} to {window.time(end)}", duration(end - start)]
    elif start is not None:
        words.append(f"since {window.time(start)}, {duration(window.end - start)} so far")
    if execution.exit_code is not None:
        words.append(f"exit code {execution.exit_code}")
    elif execution.outcome == FAILED:
        words.append("no exit code")
    if start is not None and execution.created is not None and start > execution.created:
        words.append(f"waited {duration(start - execution.created)} for it")
    again = f"run {execution.again + 1} times, only the last is shown" if execution.again else ""
    return ", ".join(word for word in (*words, execution.failure, again) if word)


def bars_of(executions: Sequence[Execution], window: Window, most: int, with_job: bool = True) -> tuple[list[Bar], int]:
    """The bars of one row, at most about so many, and how high the row is."""
    single, many = _within(executions, most)
    bars, free = [], [0.0] * _LANES
    # First start task, beneath it what runs for jobs, beneath that tasks in as many lanes as run side by side.
    fixed = {START_TASK: 0, PREPARATION: 1, RELEASE: 1}
    there = sorted({fixed[execution.kind] for execution in executions if execution.kind in fixed})
    first = len(there)
    lanes = first
    for execution in sorted(single, key=lambda one: one.start or one.created or 0.0):
        begin, end = _ends(execution, window)
        if execution.kind == TASK:
            lane = next((number for number, until in enumerate(free) if until <= begin), _LANES - 1)
            free[lane] = max(free[lane], end)
            lane += first
        else:
            lane = there.index(fixed[execution.kind])
        lanes = max(lanes, lane + 1)
        alike = execution.kind, execution.outcome
        bars.append(bar_of(alike, (begin, end), lane, text_of(execution, window, with_job), window))
    for (kind, outcome), group in many.items():
        lane = lanes if kind == TASK else there.index(fixed[kind])
        spans = [_ends(execution, window) for execution in group]
        begin, end = min(span[0] for span in spans), max(span[1] for span in spans)
        words = f"{counted(len(group), kind)}, {ENDS.get(outcome, outcome)}, {window.time(begin)} to {window.time(end)}"
        bars.append(bar_of((kind, outcome), (begin, end), lane, words, window))
        lanes = max(lanes, lane + 1)
    return bars, max(lanes, 1) * (LANE + GAP)


def bar_of(alike: Alike, span: Span, lane: int, words: str, window: Window) -> Bar:
    x = min(window.at(span[0]), 100 - _NARROWEST)
    width = max(window.at(span[1]) - x, _NARROWEST)
    return Bar(f"b {CLASS[alike[0]]} {CLASS[alike[1]]}", _short(x), _short(width), lane * (LANE + GAP), words)


def _ends(execution: Execution, window: Window) -> Span:
    begin = execution.created if execution.start is None else execution.start
    begin = window.start if begin is None else begin
    # What still runs, or waits, is open to the right.
    return begin, window.end if execution.end is None else execution.end


def _within(executions: Sequence[Execution], most: int) -> tuple[list[Execution], dict[Alike, list[Execution]]]:
    """Those with a bar of their own, what is worst and longest first, and the others together by how they ended."""
    if len(executions) <= most:
        return list(executions), {}
    ranked = sorted(executions, key=lambda one: (OUTCOMES.index(one.outcome), -length(one)))
    many: defaultdict[Alike, list[Execution]] = defaultdict(list)
    for execution in ranked[most:]:
        many[execution.kind, execution.outcome].append(execution)
    return ranked[:most], many


def length(execution: Execution) -> float:
    return (execution.end or 0.0) - execution.start if execution.start is not None and execution.end else 0.0


def counted(number: int, kind: str) -> str:
    """`1 task`, `1,200 preparation tasks`."""
    noun = kind if kind.endswith("task") else f"{kind} task"
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _short(percent: float) -> str:
    return f"{percent:.2f}".rstrip("0").rstrip(".")
