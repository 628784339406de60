# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws what a run has found: how long a case takes, time and memory against size, and requests against time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any

from .headline import Line
from .samples import Board, Curve, Point
from .table import short, with_unit


def draw(board: Board, lines: list[Line], folder: Path) -> dict[str, list[Path]]:
    """One SVG for each plot, by what it shows. Deterministic: the same figures give the same file."""
    import matplotlib as mpl

    mpl.use("svg")
    # Without these each file has random ids and a date in it.
    mpl.rcParams.update({"svg.hashsalt": "benchmark", "font.size": 9, "svg.fonttype": "none"})
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "headline": [_headline(lines, folder)] if lines else [],
        "sizes": _sizes(board.points, folder),
        "curves": [
            _curves([curve for curve in board.curves if curve.plot == plot], folder / f"performance-{plot}.svg")
            for plot in dict.fromkeys(curve.plot for curve in board.curves)
        ],
    }


@contextmanager
def _figure(path: Path, height: float, rows: int = 1) -> Iterator[Any]:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(rows, figsize=(6.4, height), layout="constrained", sharex=True, squeeze=False)
    yield axes[:, 0]
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _plain_numbers(axis: Any) -> None:
    """A logarithmic axis with numbers that everybody reads, also where it is shorter than a power of ten."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    least, most = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1.0,) if most / least > 1000 else (1.0, 2.0, 5.0)))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: short(value)))
    axis.set_minor_formatter(NullFormatter())


def _headline(lines: list[Line], folder: Path) -> Path:
    """A bar for each way, on one axis of seconds."""
    path = folder / "performance.svg"
    with _figure(path, 0.6 + 0.27 * sum(2 + len(line.otherwise) for line in lines)) as (axes,):
        place, names, places = 0.0, [], []
        longest = max(seconds for line in lines for seconds in (line.seconds, *line.otherwise.values()))
        for line in lines:
            axes.text(0, place, line.question, transform=axes.get_yaxis_transform(), va="center", weight="bold")
            for name, seconds in {line.ours: line.seconds, **line.otherwise}.items():
                place += 1
                axes.barh(place, seconds, height=0.75, color="tab:blue" if name == line.ours else "silver")
                axes.text(seconds * 1.1, place, with_unit(seconds), va="center")
                names.append(name)
                places.append(place)
            place += 1.3
        axes.set_xscale("log")
        axes.set_xlim(right=longest * 5)
        axes.set_ylim(place - 0.5, -0.7)
        axes.set_yticks(places, names)
        axes.set_xlabel("seconds")
        axes.spines[["top", "right"]].set_visible(False)
        _plain_numbers(axes.xaxis)
    return path


def _sizes(points: list[Point], folder: Path) -> list[Path]:
    drawn = []
    for plot in dict.fromkeys(point.plot for point in points):
        for value, label in (("seconds", "seconds"), ("megabytes", "peak memory, MB")):
            path = folder / f"performance-{plot}-{value}.svg"
            shown = [point for point in points if point.plot == plot and getattr(point, value) is not None]
            _by_size(shown, value, label, path)
            drawn.append(path)
    return drawn


def _by_size(points: list[Point], value: str, label: str, path: Path) -> None:
    with _figure(path, 3.6) as (axes,):
        for name in dict.fromkeys(point.name for point in points):
            line = sorted((point.size, getattr(point, value)) for point in points if point.name == name)
            axes.plot(*zip(*line), marker="o", markersize=3, label=name)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel(f"number of {points[0].plot}")
        axes.set_ylabel(label)
        _plain_numbers(axes.xaxis)
        _plain_numbers(axes.yaxis)
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(frameon=False, fontsize=7)


def _curves(curves: list[Curve], path: Path) -> Path:
    """The requests of each second, one contender below the other."""
    last = max(at for curve in curves for at in (*curve.taken_at, *curve.refused_at))
    with _figure(path, 0.6 + 2 * len(curves), len(curves)) as rows:
        for axes, curve in zip(rows, curves):
            seconds = range(ceil(last) + 1)
            taken, refused = (_each_second(times, len(seconds)) for times in (curve.taken_at, curve.refused_at))
            axes.bar(seconds, taken, width=1, align="edge", color="tab:blue", label="taken")
            axes.bar(seconds, refused, width=1, align="edge", bottom=taken, color="tab:red", label="refused")
            axes.axhline(curve.rate, color="black", linewidth=0.8, linestyle="--", label="allowed")
            axes.set_title(curve.name, fontsize=9)
            axes.set_ylabel("requests a second")
        rows[0].legend(frameon=False, fontsize=7, ncols=3)
        rows[-1].set_xlabel("seconds")
    return path


def _each_second(times: list[float], seconds: int) -> list[int]:
    counted = Counter(int(at) for at in times)
    return [counted[second] for second in range(seconds)]
