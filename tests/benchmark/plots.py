# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws what a run has found: how long a case takes, time and memory against size, and requests against time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from math import ceil, floor, log10
from pathlib import Path
from textwrap import fill
from typing import Any

from .headline import Line
from .samples import Board, Curve, Point
from .table import short, with_unit

# In inches and points. A phone has 360 pixels for the 442 of this width: letters are 12 high there, and no larger than the text elsewhere.
_WIDTH, _LETTERS = 4.6, 11
# As many letters of a bold question fit beside one another.
_QUESTION = 48
# Told apart without colours too.
_MARKERS = "os^DvP"


def draw(board: Board, lines: list[Line], folder: Path) -> dict[str, list[Path]]:
    """One SVG for each plot, by what it shows. Deterministic: the same figures give the same file."""
    import matplotlib as mpl

    mpl.use("svg")
    # Without these each file has random ids and a date in it.
    letters = {"font.size": _LETTERS, "axes.titlesize": _LETTERS, "svg.fonttype": "none"}
    mpl.rcParams.update({"svg.hashsalt": "benchmark", **letters})
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

    figure, axes = pyplot.subplots(rows, figsize=(_WIDTH, height), layout="constrained", sharex=True, squeeze=False)
    yield axes[:, 0]
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _plain_numbers(axis: Any, told: Callable[[float], str], at_most: int = 6) -> None:
    """A logarithmic axis with few numbers that everybody reads, also where it is shorter than a power of ten."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    least, most = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1.0,) if most / least > 100 else (1.0, 2.0, 5.0), numticks=at_most))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: told(value)))
    axis.set_minor_formatter(NullFormatter())


def _megabytes(value: float) -> str:
    return f"{short(value)} MB"


def _headline(lines: list[Line], folder: Path) -> Path:
    """A bar for each way, on one axis of seconds."""
    from matplotlib.transforms import blended_transform_factory

    path = folder / "performance.svg"
    questions = [fill(line.question, _QUESTION) for line in lines]
    rows = sum(2 + question.count("\n") + len(line.otherwise) for question, line in zip(questions, lines))
    with _figure(path, 0.6 + 0.27 * rows) as (axes,):
        place, names, places = 0.0, [], []
        times = [seconds for line in lines for seconds in (line.seconds, *line.otherwise.values())]
        # From the left edge of the picture on: beside the names there is no room for a question.
        from_the_edge = blended_transform_factory(axes.figure.transFigure, axes.transData)
        for question, line in zip(questions, lines):
            place += 0.5 * question.count("\n")
            axes.text(0.01, place, question, transform=from_the_edge, va="center", weight="bold")
            place += 0.5 * question.count("\n")
            for name, seconds in {line.ours: line.seconds, **line.otherwise}.items():
                place += 1
                axes.barh(place, seconds, height=0.75, color="tab:blue" if name == line.ours else "silver")
                axes.text(seconds * 1.1, place, with_unit(seconds), va="center")
                names.append(name)
                places.append(place)
            place += 1.3
        axes.set_xscale("log")
        # At the right there is room for the words of the longest bar.
        axes.set_xlim(10 ** floor(log10(min(times))), max(times) * 15)
        axes.set_ylim(place - 0.5, -0.7)
        axes.set_yticks(places, names)
        axes.tick_params(axis="y", length=0)
        axes.spines[["left", "top", "right"]].set_visible(False)
        _plain_numbers(axes.xaxis, with_unit, 4)
    return path


def _sizes(points: list[Point], folder: Path) -> list[Path]:
    drawn = []
    for plot in dict.fromkeys(point.plot for point in points):
        for value, label, told in (("seconds", "time", with_unit), ("megabytes", "peak memory", _megabytes)):
            path = folder / f"performance-{plot}-{value}.svg"
            shown = [point for point in points if point.plot == plot and getattr(point, value) is not None]
            _by_size(shown, value, label, told, path)
            drawn.append(path)
    return drawn


def _by_size(points: list[Point], value: str, label: str, told: Callable[[float], str], path: Path) -> None:
    names = list(dict.fromkeys(point.name for point in points))
    with _figure(path, 3 + 0.22 * len(names)) as (axes,):
        for name, marker in zip(names, cycle(_MARKERS)):
            line = sorted((point.size, getattr(point, value)) for point in points if point.name == name)
            axes.plot(*zip(*line), marker=marker, markersize=4, label=name)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel(f"number of {points[0].plot}")
        axes.set_title(label, loc="left")
        # Whole powers of ten: what hardly grows must not look steep.
        values = [getattr(point, value) for point in points]
        axes.set_ylim(10 ** floor(log10(min(values))), 10 ** ceil(log10(max(values))))
        _plain_numbers(axes.xaxis, short)
        _plain_numbers(axes.yaxis, told)
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.figure.legend(loc="outside lower left", frameon=False)


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
            axes.set_title(curve.name, loc="left")
            axes.set_ylabel("requests a second")
        rows[-1].set_xlabel("seconds")
        rows[0].figure.legend(*rows[0].get_legend_handles_labels(), loc="outside lower left", frameon=False, ncols=3)
    return path


def _each_second(times: list[float], seconds: int) -> list[int]:
    counted = Counter(int(at) for at in times)
    return [counted[second] for second in range(seconds)]
