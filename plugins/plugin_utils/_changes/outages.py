# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cannot be read at present: after which pause it is tried again, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._http.retry import pause_before
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.events import Event, event
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.seen import Seen
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.watches import Watch

READING, FAILING = "reading", "failing"
# As long as a pause grows, in seconds, unless the interval is longer or the service asks for more.
LONGEST_PAUSE = 600.0
# As long as the service is left alone because it asks for it: a watch that is silent for longer is taken for a calm one.
LONGEST_ASKED = 3600.0


class Outages:
    """Pauses are counted in looks that are left out, so that everything that can be read is read at the same moments."""

    def __init__(self, account: str, watches: tuple[Watch, ...], interval: float) -> None:
        self._account = Seen("source", account, FAILING)
        self._watches = {watch.name: watch for watch in watches}
        self._interval = interval
        # By the name of a watch: how often in a row it could not be read, why, and how many looks are left out.
        self._failures: dict[str, int] = {}
        self._why: dict[str, str] = {}
        self._left_out: dict[str, int] = {}
        # What was told to be failing; with None for the account as a whole.
        self._told: dict[str | None, Seen] = {}

    def due(self) -> list[Watch]:
        """What this look is for. Each call is a look."""
        due = [watch for name, watch in self._watches.items() if not self._left_out.get(name)]
        self._left_out = {name: left - 1 for name, left in self._left_out.items() if left > 0}
        return due

    def note(self, errors: Mapping[str, BatchError | None], now: str) -> list[Event]:
        """What became of the look, by the names of the watches, as events of what fails now and of what is read again."""
        for watched, error in errors.items():
            # What is put back stands at the end: the last reason is the newest.
            self._why.pop(watched, None)
            if error is None:
                self._failures.pop(watched, None)
            else:
                self._failures[watched], self._why[watched] = self._failures.get(watched, 0) + 1, str(error)
                self._left_out[watched] = self._pause(self._failures[watched], error)
        failing = self._failing()
        over = [name for name in self._told if name not in failing]
        new = {name: seen for name, seen in failing.items() if name not in self._told}
        if None in over:
            # Somebody answers again: nothing else waits for the end of its own pause.
            self._left_out.clear()
        events = [event(self._told[name]._replace(reason=None), FAILING, READING, now) for name in over]
        events += [event(seen, READING, FAILING, now) for seen in new.values()]
        self._told = failing
        return events

    def _failing(self) -> dict[str | None, Seen]:
        """Where nothing at all can be read, that is told once, and not for each."""
        if len(self._watches) > 1 and len(self._failures) == len(self._watches):
            why = next(reversed(self._why.values()))
            return {**self._told, None: self._told.get(None) or self._account._replace(reason=why)}
        return {name: self._told.get(name) or self._seen(name) for name in self._failures}

    def _seen(self, name: str) -> Seen:
        watch = self._watches[name]
        return Seen("source", name, FAILING, self._why[name], None, watch.job_id, watch.pool_id)

    def _pause(self, failures: int, error: BatchError) -> int:
        """Looks to leave out. What the service asks for in Retry-After counts up to an hour."""
        most = max(1, int(LONGEST_PAUSE / self._interval))
        grown = min(1 << (failures - 1), most)
        seconds = min(pause_before(0, error.retry_after), LONGEST_ASKED) if error.retry_after else 0.0
        return max(grown, ceil(seconds / self._interval)) - 1
