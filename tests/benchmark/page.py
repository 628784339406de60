# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/performance.md from what a run has found."""

from __future__ import annotations

from pathlib import Path

from .headline import Line, lines_of
from .samples import Run
from .table import as_markdown, sections, with_unit

_FIRST = """# Performance

{lines}
"""
_HOW = """## How this was measured

Written by `./dev bench`, not by hand. `./dev bench --check` exits non-zero when one of the ratios is missed.

All contenders read from the same service on loopback, one after the other in each round. The service sends pages that the simulator rendered in advance,
so its own speed hardly counts: it computed for {share:.1%} of the time. Sign-ins, parallel gates and the inventory are measured on the simulator itself.
A ratio is the median of the ratios of single rounds.
"""


def write(run: Run, path: Path, images: dict[str, list[Path]]) -> None:
    """`images` are the plots by what they show, as `plots.draw` returns them."""

    def shown(kind: str) -> str:
        return "\n\n".join(f"![{_title(image)}]({image.relative_to(path.parent)})" for image in images.get(kind, []))

    lines = "\n".join(f"- {_told(line)}" for line in lines_of(run.board))
    # What shall hold first, then what it comes from.
    *tables, ratios = sections(run.board)
    remarks = [*run.board.notes, *(f"Left out: {reason}" for reason in run.board.left_out)]
    parts = [
        _FIRST.format(lines=lines),
        *(f"{picture}\n" for picture in [shown("headline")] if picture),
        *(f"## {title[:1].upper()}{title[1:]}\n\n{as_markdown(rows)}\n" for title, rows in (ratios, *tables)),
        _section("Requests over time on a busy account", shown("curves")),
        _section("Cost by size", shown("sizes")),
        _section("Requests, and bounds of this run", "\n".join(f"- {remark}" for remark in remarks)),
        _HOW.format(share=run.share),
        as_markdown([("what", "here"), *run.machine.items()]) + "\n",
    ]
    path.write_text("\n".join(part for part in parts if part), encoding="utf-8")


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}\n" if text else ""


def _title(image: Path) -> str:
    return image.stem.replace("-", " ")


def _told(line: Line) -> str:
    """A question and its answers, as a sentence."""
    others = ", ".join(f"{with_unit(seconds)} with {name}" for name, seconds in line.otherwise.items())
    question = line.question if line.question.endswith("?") else f"{line.question}:"
    return f"{question} **{with_unit(line.seconds)}** with `{line.ours}`{f'; {others}' if others else ''}."
