# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was measured, and whether it is as it should be."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any


@dataclass
class Series:
    """One figure, measured several times."""

    case: str
    name: str
    unit: str
    values: list[float]
    note: str = ""

    @property
    def median(self) -> float:
        return median(self.values)


@dataclass
class Target:
    """A ratio, or a bound, that shall hold. `values` has one for each round."""

    case: str
    name: str
    values: list[float]
    limit: float
    at_most: bool
    unit: str = "x"

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def met(self) -> bool:
        return self.median <= self.limit if self.at_most else self.median >= self.limit


@dataclass
class Point:
    """One size of one contender, for the plots."""

    plot: str
    name: str
    size: int
    seconds: float
    megabytes: float | None = None


@dataclass
class Curve:
    """When each request of one contender was taken or refused, in seconds after its first one. `rate` is what was allowed."""

    plot: str
    name: str
    rate: float
    taken_at: list[float]
    refused_at: list[float]


@dataclass
class Board:
    """Everything that a run has found."""

    series: list[Series] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)

    def add(self, case: str, unit: str, found: dict[str, list[float]]) -> None:
        self.series += [Series(case, name, unit, values) for name, values in found.items()]

    def missed(self) -> list[Target]:
        return [target for target in self.targets if not target.met]

    def as_json(self) -> dict[str, Any]:
        return {
            "series": [{**asdict(series), "median": series.median} for series in self.series],
            "targets": [{**asdict(target), "median": target.median, "met": target.met} for target in self.targets],
            "points": [asdict(point) for point in self.points],
            "notes": self.notes,
            "left_out": self.left_out,
            "curves": [asdict(curve) for curve in self.curves],
        }


@dataclass
class Run:
    """A board, with where and when it was filled, and the share of the time in which the service computed."""

    board: Board
    machine: dict[str, str]
    share: float

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        found = {"machine": self.machine, "share_of_the_service": self.share, **self.board.as_json()}
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Run:
        found = json.loads(path.read_text(encoding="utf-8"))
        board = Board(
            [Series(**_without(series, "median")) for series in found["series"]],
            [Target(**_without(target, "median", "met")) for target in found["targets"]],
            [Point(**point) for point in found["points"]],
            found["notes"],
            found["left_out"],
            [Curve(**curve) for curve in found["curves"]],
        )
        return cls(board, found["machine"], found["share_of_the_service"])


def _without(item: dict[str, Any], *names: str) -> dict[str, Any]:
    """What follows from the values is for other readers of the file."""
    return {name: value for name, value in item.items() if name not in names}


def pairwise(over: list[float], under: list[float]) -> list[float]:
    """Ratios of the same round, so that a slow moment of the machine slows both sides."""
    return [one / other for one, other in zip(over, under)]
