# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines that tell an operator how a wait goes on: when something changes, and at least every minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible import constants as C
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import printable
from ansible_collections.batchops.azure.plugins.module_utils._read.progress import Counts, ProgressFormat
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.plugin_utils._progress_line import WIDTH, Line, shortened

# Seconds after which a line is printed though nothing has changed.
_SILENCE = 60.0
_MOST_OF_A_HOST = 24


class Progress:
    """Told by a wait, tells `show`, one line at a time, with the colour that Ansible may give it.

    A wait that is over at its first look is not worth a line.
    """

    def __init__(
        self,
        progress_format: ProgressFormat,
        params: Mapping[str, Any],
        show: Callable[[str, str | None], None],
        mask: Callable[[str], str] = str,
        host: str = "",
    ) -> None:
        """`mask` takes secrets out of a text, `host` is whose line it is where there are several."""
        self._format = progress_format
        self._params = params
        self._show = show
        self._mask = mask
        self._prefix = f"{shortened(self._clean(host), _MOST_OF_A_HOST)}: " if host else ""
        self._counts: Counts | None = None
        self._said: Counts | None = None
        self._trouble = ""
        self._said_at = 0.0
        # What was done of how many when the wait began, or the number changed, and when that was: the rate of a wait is its own.
        self._start = (0, 0, 0.0)

    def looked(self, snapshot: Snapshot, elapsed: float, over: bool) -> None:
        counts = self._format.counts(snapshot, self._params)
        first = self._counts is None
        changed = counts != self._counts or self._trouble != ""
        self._counts, self._trouble = counts, ""
        if first or counts.total != self._start[1]:
            self._start = counts.done, counts.total, elapsed
        if (changed and not (first and over)) or self._due(elapsed):
            self._say(elapsed)

    def survived(self, error: BatchError, elapsed: float) -> None:
        trouble = self._clean(_few_words(error))
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
        subject = self._clean(self._format.subject(self._params))
        line = Line(subject, counts, self._said, self._trouble, elapsed, self._left(counts, elapsed), self._clean)
        self._show(f"{self._prefix}{line.text(WIDTH - len(self._prefix))}", self._colour(counts))
        self._said, self._said_at = counts, elapsed

    def _clean(self, words: str) -> str:
        """Before anything is cut: half of a secret would not be known for one."""
        return printable(self._mask(words))

    def _colour(self, counts: Counts) -> str | None:
        """As Ansible's own lines: what failed, a warning, and what went well. Whether there is any colour is for Ansible to say."""
        colour: str | None = None
        if counts.failed or any(check.failed for _subject, check in counts.checks):
            colour = C.COLOR_ERROR
        elif self._trouble:
            colour = C.COLOR_WARN
        elif self._said is not None and counts.done > self._said.done:
            colour = C.COLOR_OK
        return colour

    def _left(self, counts: Counts, elapsed: float) -> float | None:
        """Seconds until all is done at the rate so far; None where there is no rate, or no hope."""
        done, _total, since = self._start
        gained: int = counts.done - done
        open_yet: int = counts.total - counts.done
        known = counts.measurable and counts.alike and gained > 0
        if not known or open_yet <= 0 or not counts.hopeful or self._trouble:
            return None
        # Nothing is done in no time.
        return max(1.0, (elapsed - since) * open_yet / gained)


def _few_words(error: BatchError) -> str:
    """The same for the same kind of error. Its whole text has a request id, and is in the result."""
    if isinstance(error, ServiceError):
        return f"{error.code or 'HTTP error'} ({error.status})"
    return str(error)
