# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/performance.md from what a run has found."""

from __future__ import annotations

from pathlib import Path

from .samples import Run
from .table import as_markdown, sections

_INTRODUCTION = """# Performance

Written by `./dev bench`, not by hand. `./dev bench --check` exits non-zero when one of the ratios is missed.

All contenders read the same service on loopback, one after the other in each round. It serves pages that were rendered before by the simulator,
so that it is not what is measured: it computed for {share:.1%} of the time. A ratio is the median of the ratios of single rounds.
"""


def write(run: Run, path: Path, images: list[Path]) -> None:
    parts = [
        _INTRODUCTION.format(share=run.share),
        "## Measured on\n\n" + as_markdown([("", ""), *run.machine.items()]) + "\n",
    ]
    tables = sections(run.board)
    # What shall hold first, then what it comes from.
    for title, rows in [tables[-1], *tables[:-1]]:
        parts.append(f"## {title[:1].upper()}{title[1:]}\n\n{as_markdown(rows)}\n")
    if images:
        links = [f"![{image.stem.replace('-', ' ')}]({image.relative_to(path.parent)})" for image in images]
        parts.append("## Cost by size\n\n" + "\n\n".join(links) + "\n")
    remarks = [*run.board.notes, *(f"Left out: {reason}" for reason in run.board.left_out)]
    parts.append("## Requests, and bounds of this run\n\n" + "\n".join(f"- {remark}" for remark in remarks) + "\n")
    path.write_text("\n".join(parts), encoding="utf-8")
