# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of a run: medians, and ratios with their spread."""

from __future__ import annotations

from collections.abc import Sequence

from .samples import Board, Series, Target

Row = tuple[str, ...]
_SERIES_HEAD: Row = ("what", "median", "spread", "rounds")
_TARGET_HEAD: Row = ("ratio", "median", "spread", "wanted", "result")


def short(value: float) -> str:
    """Three digits that count, and no exponent."""
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def with_unit(seconds: float) -> str:
    """Seconds as one says them."""
    if seconds < 1:
        return f"{short(1000 * seconds)} ms"
    return f"{short(seconds)} s" if seconds < 120 else f"{short(seconds / 60)} min"


def spread(values: Sequence[float]) -> str:
    return f"{short(min(values))} to {short(max(values))}" if len(values) > 1 else ""


def series_row(series: Series) -> Row:
    return series.name, f"{short(series.median)} {series.unit}", spread(series.values), str(len(series.values))


def target_row(target: Target) -> Row:
    sign = "at most" if target.at_most else "at least"
    unit = "" if target.unit == "x" else f" {target.unit}"
    wanted = f"{sign} {short(target.limit)}{unit}".rstrip()
    found = f"{short(target.median)}{unit}".rstrip()
    return f"{target.case}: {target.name}", found, spread(target.values), wanted, "met" if target.met else "MISSED"


def sections(board: Board) -> list[tuple[str, list[Row]]]:
    """Title and rows of each table, its head first."""
    cases = dict.fromkeys(series.case for series in board.series)
    found = [
        (case, [_SERIES_HEAD, *(series_row(series) for series in board.series if series.case == case)])
        for case in cases
    ]
    return [*found, ("Ratios", [_TARGET_HEAD, *(target_row(target) for target in board.targets)])]


def as_text(board: Board) -> str:
    """For a terminal."""
    parts = []
    for title, rows in sections(board):
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
        parts.append("\n".join([title, *(f"  {line}" for line in lines)]))
    return "\n\n".join([*parts, *_remarks(board)])


def as_markdown(rows: list[Row]) -> str:
    head, *rest = rows
    lines = [head, tuple("---" for _cell in head), *rest]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _remarks(board: Board) -> list[str]:
    remarks = [*board.notes, *(f"left out: {reason}" for reason in board.left_out)]
    return ["\n".join(remarks)] if remarks else []


def verdict(board: Board) -> tuple[int, str]:
    """The exit code of a check, and a line for each ratio that is missed."""
    missed = board.missed()
    if not board.targets:
        return 1, "nothing was measured"
    if not missed:
        return 0, f"all {len(board.targets)} ratios are met"
    lines = [" ".join(("missed:", f"{target.case}: {target.name}:", *target_row(target)[1:2])) for target in missed]
    wanted = [target_row(target)[3] for target in missed]
    return 1, "\n".join(f"{line}, wanted {limit}" for line, limit in zip(lines, wanted))
