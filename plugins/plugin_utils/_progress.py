# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines that tell an operator how a wait goes on: when something changes, and at least every minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import printable
from ansible_collections.batchops.azure.plugins.module_utils._read.progress import Counts, ProgressFormat
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

# Seconds after which a line is printed though nothing has changed.
_SILENCE = 60.0
_BAR = 10


class Progress:
    """Told by a wait, tells `show`, one line at a time. A wait that is over at its first look is not worth a line."""

    def __init__(self, progress_format: ProgressFormat, params: Mapping[str, Any], show: Callable[[str], None]) -> None:
        self._format = progress_format
        self._params = params
        self._show = show
        self._counts: Counts | None = None
        self._trouble: str | None = None
        self._said_at = 0.0
        # What was done when the wait began, and when that was: the rate of a wait is its own.
        self._start = (0, 0.0)

    def looked(self, snapshot: Snapshot, elapsed: float, over: bool) -> None:
        counts = self._format.counts(snapshot, self._params)
        first = self._counts is None
        changed = counts != self._counts or self._trouble is not None
        self._counts, self._trouble = counts, None
        if first:
            self._start = counts.done, elapsed
        if (changed and not (first and over)) or self._due(elapsed):
            self._say(elapsed)

    def survived(self, error: BatchError, elapsed: float) -> None:
        trouble = _few_words(error)
        changed = trouble != self._trouble
        self._trouble = trouble
        if changed or self._due(elapsed):
            self._say(elapsed)

    def paused(self, elapsed: float) -> None:
        # The first look may take long too, and there is nothing to tell before it.
        if self._counts is not None and self._due(elapsed):
            self._say(elapsed)

    def next_word(self, elapsed: float) -> float:
        return max(0.0, self._said_at + _SILENCE - elapsed)

    def _due(self, elapsed: float) -> bool:
        return elapsed >= self._said_at + _SILENCE

    def _say(self, elapsed: float) -> None:
        counts = self._counts
        if counts is None:
            raise AssertionError("a wait is told of its first look first")
        self._said_at = elapsed
        words = f"{self._format.subject(self._params)}: {counts.sentence()}"
        if counts.measurable:
            words += f" [{_bar(counts)}]"
        left = self._left(counts, elapsed)
        words += f" {clock(elapsed)}" + (f", ~{clock(left).removeprefix('0')} left" if left is not None else "")
        if self._trouble:
            words += f", the last look failed: {self._trouble}"
        self._show(printable(words))

    def _left(self, counts: Counts, elapsed: float) -> float | None:
        """Seconds until all is done at the rate so far; None where there is no rate."""
        done, since = self._start
        gained: int = counts.done - done
        open_yet: int = counts.total - counts.done
        if not (counts.measurable and counts.alike) or gained <= 0 or open_yet <= 0:
            return None
        # Nothing is done in no time.
        return max(1.0, (elapsed - since) * open_yet / gained)


def clock(seconds: float) -> str:
    """`02:10`, or `1:02:10` beyond an hour."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def _bar(counts: Counts) -> str:
    full: int = counts.done * _BAR // counts.total
    return "#" * full + "-" * (_BAR - full)


def _few_words(error: BatchError) -> str:
    """The same for the same kind of error. Its whole text has a request id, and is in the result."""
    if isinstance(error, ServiceError):
        return f"{error.code or 'HTTP error'} ({error.status})"
    return str(error)
