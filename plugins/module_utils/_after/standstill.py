# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait in which nothing changes: when it is over, and what is said of it. Loaded only with `stall_timeout`."""

from __future__ import annotations

from datetime import datetime

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Lasting, Reason, shorten

# Of what one sentence is about, so many are named with their times.
_MOST_NAMED = 3
# A pause ends a little late rather than a little early.
_GRAIN = 0.01


class Standstill:
    """Since when looks have seen the same.

    Time in which looks failed is not counted: who sees nothing cannot say that nothing changes.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._seen: int | None = None
        # The end of the look that saw the last change.
        self._since = clock.monotonic()
        # When looks began to fail, and how long they did so since the last change.
        self._blind_from: float | None = None
        self._blind = 0.0
        # Whether the last look began late enough, and saw what the first of them had seen.
        self.over = False

    def looked(self, digest: int, began: float) -> None:
        """After each look that was whole, with what its judgement was made of."""
        now = self._clock.monotonic()
        if self._blind_from is not None:
            self._blind += now - self._blind_from
            self._blind_from = None
        if digest != self._seen:
            self._seen, self._since, self._blind = digest, now, 0.0
        self.over = began - self._since - self._blind >= self._seconds

    def failed(self, began: float) -> None:
        """After each look that failed."""
        if self._blind_from is None:
            self._blind_from = began

    def clip(self, pause: float) -> float:
        """The pause, or a shorter one after which a look may find that it is over."""
        if self._blind_from is not None:
            return pause
        left = self._seconds + self._blind + self._since - self._clock.monotonic()
        return min(pause, max(left, 0.0) + _GRAIN)

    @property
    def unchanged(self) -> float:
        """Seconds since the last change was seen."""
        return self._clock.monotonic() - self._since


def describe(judgement: Judgement, unchanged: float, now: datetime, condition_text: str) -> str:
    """Since when nothing has changed, and on what."""
    parts = [reason.sentence for reason in _missing(judgement, now)]
    told = f": {'; '.join(parts[:_MOST_NAMED])}" if parts else ""
    more = len(parts) - _MOST_NAMED
    sentence = f"Nothing has changed for {length(unchanged)}{told}{f'; and {more} more' if more > 0 else ''}"
    if not judgement.failed:
        return sentence
    return f"{sentence}; {condition_text} can no longer be satisfied: {'; '.join(shorten(judgement.failed))}"


def dated(judgement: Judgement, now: datetime) -> list[str]:
    """The reasons of the result, with since when things are as they are: the message has them in these words."""
    return shorten(judgement.failed + _missing(judgement, now))


def _missing(judgement: Judgement, now: datetime) -> list[Reason]:
    """First that of which it is known since when."""
    missing = sorted(judgement.missing, key=lambda reason: not reason.lasting)
    return [Reason(_words(reason, now)) for reason in missing]


def _words(reason: Reason, now: datetime) -> str:
    told = [_lasting(item, now) for item in reason.lasting[:_MOST_NAMED]]
    if not told or None in told:
        return reason.sentence
    more = reason.total - len(told)
    return ", ".join([*filter(None, told), *([f"and {more} more"] if more else [])]) + reason.tail


def _lasting(item: Lasting, now: datetime) -> str | None:
    """None where the time is not understood."""
    try:
        since = datetime.strptime(str(item.since)[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return None
    seconds = (now - since).total_seconds()
    written = since.strftime("%H:%M" if since.date() == now.date() else "%Y-%m-%d %H:%M")
    # The clock of this machine may be behind that of the service.
    return f"{item.name} has been {item.state} since {written} ({length(max(0.0, seconds))})"


def length(seconds: float) -> str:
    """In words that are short, and exact enough for somebody who waits."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = int(seconds // 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes and hours < 48 else f"{hours} h"
