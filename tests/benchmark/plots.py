# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws time and memory against size, from the points of a run."""

from __future__ import annotations

from pathlib import Path

from .samples import Point


def draw(points: list[Point], folder: Path) -> list[Path]:
    """One SVG for each plot. Deterministic: the same points give the same file."""
    import matplotlib as mpl

    mpl.use("svg")
    # Without these each file has random ids and a date in it.
    mpl.rcParams.update({"svg.hashsalt": "benchmark", "font.size": 9, "svg.fonttype": "none"})
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for plot in dict.fromkeys(point.plot for point in points):
        for value, label in (("seconds", "seconds"), ("megabytes", "peak memory, MB")):
            path = folder / f"performance-{plot}-{value}.svg"
            shown = [point for point in points if point.plot == plot and getattr(point, value) is not None]
            _draw(shown, value, label, path)
            drawn.append(path)
    return drawn


def _draw(points: list[Point], value: str, label: str, path: Path) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.6), layout="constrained")
    for name in dict.fromkeys(point.name for point in points):
        line = sorted((point.size, getattr(point, value)) for point in points if point.name == name)
        axes.plot(*zip(*line), marker="o", markersize=3, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(f"number of {points[0].plot}")
    axes.set_ylabel(label)
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(frameon=False, fontsize=7)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
