# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stretch of time that a timeline shows, and where a moment lies on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._account.execution import RUNNING
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import (
    START_TASK,
    WAITING,
    Execution,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import duration, step, utc

_MARKS = 6
# What has ended must not touch the right edge, which says that something goes on.
_MARGIN = 0.02


class Mark(NamedTuple):
    at: str
    since_start: str
    utc: str


class Window(NamedTuple):
    start: float
    end: float
    # Whether something reaches past its end.
    open: bool

    def at(self, seconds: float) -> float:
        """In percent from the left; what lies outside is on the edge."""
        return min(max(100 * (seconds - self.start) / (self.end - self.start), 0.0), 100.0)

    @property
    def dated(self) -> bool:
        """Whether times need their dates."""
        return utc(self.start)[:10] != utc(self.end)[:10]

    def time(self, seconds: float) -> str:
        return utc(seconds, self.dated or not self.start - 43_200 < seconds < self.end + 43_200)

    @property
    def step(self) -> float:
        """Between two marks, in percent."""
        return 100 * step(self.end - self.start, _MARKS) / (self.end - self.start)

    @property
    def marks(self) -> list[Mark]:
        apart = step(self.end - self.start, _MARKS)
        seconds = [number * apart for number in range(_MARKS + 1) if number * apart <= self.end - self.start]
        # A mark at the very edge would be cut.
        seconds = [after for after in seconds if after < 0.9 * (self.end - self.start)]
        return [
            Mark(f"{self.at(self.start + after):.2f}", _since(after), utc(self.start + after, self.dated))
            for after in seconds
        ]


def window_of(executions: Iterable[Execution], now: float) -> Window | None:
    """What the jobs did decides, as far as there are any: a node may have been there for months before."""
    listed = [execution for execution in executions if execution.start is not None or execution.created is not None]
    of_jobs = [execution for execution in listed if execution.kind != START_TASK]
    core = [execution for execution in of_jobs if execution.start is not None] or of_jobs or listed
    if not core:
        return None
    goes_on = any(execution.outcome in (RUNNING, WAITING) for execution in core)
    starts = [begin for execution in core if (begin := _begin(execution)) is not None]
    last = max([*starts, *(execution.end for execution in core if execution.end is not None)])
    # The service's clock may be ahead of ours.
    end = max(last, now) if goes_on else last
    start = min(starts)
    # As much of what was before as there is of the jobs themselves, if there is anything to see in it.
    limit = start - max(end - start, 1.0)
    waited = [max(one.created, limit) for one in listed if one.created is not None]
    before = [max(one.start, limit) for one in listed if one.start is not None and (one.end or end) > limit]
    start = int(min([start, *waited, *before]))
    end = max(end, start + 1.0)
    edge = last + _MARGIN * (end - start)
    return Window(start, max(end, edge), goes_on)


def _begin(execution: Execution) -> float | None:
    return execution.created if execution.start is None else execution.start


def _since(seconds: float) -> str:
    if seconds < 60:
        return f"+{seconds:.0f} s"
    if seconds < 3_600:
        return f"+{seconds // 60:.0f}:{seconds % 60:02.0f} min"
    return f"+{duration(seconds)}" if seconds >= 86_400 else f"+{seconds // 3_600:.0f}:{seconds % 3_600 // 60:02.0f} h"
