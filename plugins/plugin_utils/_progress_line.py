# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One line about a wait, within the width of a terminal: what has changed first, and as much of the rest as there is room for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.batchops.azure.plugins.module_utils._read.progress import Counts

WIDTH = 100
_BAR = 10
# A job or a pool may have 64 letters, and a task is named with its job.
_MOST_OF_A_SUBJECT, _LEAST_OF_A_SUBJECT = 36, 12
_LEAST_OF_A_TROUBLE = 24
_LEFT_OUT = "..."


@dataclass(frozen=True)
class _Part:
    """One thing that a line says, in several words: the fewest first."""

    forms: tuple[str, ...]
    changed: bool
    # Whether a line without it would be wrong.
    needed: bool = False


@dataclass(frozen=True)
class Line:
    """What is known when a line is printed, and what was told by the one before."""

    subject: str
    counts: Counts
    before: Counts | None
    trouble: str
    elapsed: float
    left: float | None
    clean: Callable[[str], str]

    def text(self, width: int) -> str:
        tail = self._tail()
        between = "; " if self.counts.checks else ", "
        needed = between.join(part.forms[0] for part in self._own_parts() if part.needed)
        room = width - len(f": {needed}{between}{_LEFT_OUT}{tail}")
        kept = _LEAST_OF_A_TROUBLE + len(between) if self.trouble else 0
        subject = shortened(self.subject, max(_LEAST_OF_A_SUBJECT, min(_MOST_OF_A_SUBJECT, room - kept)))
        said = _fitted(self._parts(room - len(subject)), between, width - len(f"{subject}: {tail}"))
        return shortened(f"{subject}: {said}{tail}", width)

    def _parts(self, room: int) -> list[_Part]:
        parts = [*self._own_parts(), *self._checks()]
        if self.trouble:
            words = f"the last poll failed: {self.trouble}"
            most = max(_LEAST_OF_A_TROUBLE, room - len(", "))
            cut = words if len(words) <= most else f"{words[: most - len(_LEFT_OUT)]}{_LEFT_OUT}"
            parts.insert(0, _Part((cut,), changed=True, needed=True))
        return sorted(parts, key=lambda part: not part.changed)

    def _own_parts(self) -> list[_Part]:
        """What is done, and what has failed, are never left out."""
        told = set(self.before.parts) if self.before else set()
        kept = 2 if self.counts.failed else 1
        return [
            _Part((words,), bool(told) and words not in told, position < kept)
            for position, words in enumerate(self.counts.parts)
        ]

    def _checks(self) -> list[_Part]:
        told = self.before.checks if self.before else self.counts.checks
        return [
            _Part(_of_check(self.clean(subject), counts), (subject, counts) not in told)
            for subject, counts in self.counts.checks
        ]

    def _tail(self) -> str:
        # What a look that failed would have told of is not known.
        drawn = self.counts.measurable and self.counts.alike and not self.trouble
        share = f" [{_bar(self.counts)}]" if drawn else " "
        left = f", ~{clock(self.left).removeprefix('0')} left" if self.left is not None else ""
        return f"{share} {clock(self.elapsed)}{left}"


def _of_check(subject: str, counts: Counts) -> tuple[str, ...]:
    name = shortened(subject, _MOST_OF_A_SUBJECT)
    parts = counts.parts
    longer = (f"{name} {', '.join(parts[:number])}" for number in range(1, len(parts) + 1))
    return (f"{name} {counts.so_many}", *longer)


def _fitted(parts: list[_Part], between: str, room: int) -> str:
    """The parts in their order: what is not needed is left out from the end, then those in front get the words that there is room for."""
    forms = {number: part.forms[0] for number, part in enumerate(parts)}

    def said() -> str:
        return between.join([*forms.values(), *([_LEFT_OUT] if len(forms) < len(parts) else [])])

    for number in reversed(range(len(parts))):
        if len(said()) > room and not parts[number].needed:
            del forms[number]
    for number, shortest in list(forms.items()):
        fits = shortest
        for longer in parts[number].forms[1:]:
            forms[number] = longer
            if len(said()) > room:
                break
            fits = longer
        forms[number] = fits
    return said()


def shortened(words: str, most: int) -> str:
    """Not longer than that: of an id, the beginning and the end tell more than the middle."""
    if len(words) <= most:
        return words
    end = (most - len(_LEFT_OUT)) // 2
    return f"{words[: most - end - len(_LEFT_OUT)]}{_LEFT_OUT}{words[len(words) - end :]}"


def clock(seconds: float) -> str:
    """`02:10`, or `1:02:10` beyond an hour."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def _bar(counts: Counts) -> str:
    full: int = counts.done * _BAR // counts.total
    return "#" * full + "-" * (_BAR - full)
