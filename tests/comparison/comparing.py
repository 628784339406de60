# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays the same calls with two checkouts, and counts where their results differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from .calls import Call
from .players import Player

_LONGEST = 300
_ABSENT = "(absent)"
_INDEX = re.compile(r"\[\d+\]")


class Difference(NamedTuple):
    """A place in the results of a module, with what the one and the other checkout put there."""

    place: str
    before: str
    after: str


@dataclass
class Comparison:
    """What was found so far."""

    calls: int = 0
    different: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    found: Counter[Difference] = field(default_factory=Counter)

    def add(self, call: Call, old: dict[str, Any], new: dict[str, Any]) -> None:
        self.calls += 1
        self.verdicts[str(new.get("verdict", "none"))] += 1
        found = list(differences(old, new))
        self.different += bool(found)
        for path, before, after in found:
            place = f"{call.module}: {_INDEX.sub('[]', path)}"
            self.found[Difference(place, str(before)[:_LONGEST], str(after)[:_LONGEST])] += 1


def compare(
    roots: tuple[Path, Path], scenario: dict[str, Any], calls: list[Call], times: Iterable[float], into: Comparison
) -> None:
    """Plays all calls at each time, with the code below the one root and below the other."""
    with ExitStack() as stack:
        players = [Player(root, scenario) for root in roots]
        for player in players:
            stack.callback(player.stop)
        for at in times:
            for player in players:
                player.set(at)
            for call in calls:
                # Both at once: they do not know of each other.
                for player in players:
                    player.send(call)
                old, new = (player.answer() for player in players)
                into.add(call, old, new)


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two results are not the same, and what stands there."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            yield from differences(old.get(name, _ABSENT), new.get(name, _ABSENT), f"{path}.{name}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new)):
            yield from differences(one, other, f"{path}[{number}]")
    elif old != new:
        yield path, old, new
