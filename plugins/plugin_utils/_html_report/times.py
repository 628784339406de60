# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moments as seconds since 1970, and how they are written. Tens of thousands are read for one page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1)
# Distances between the marks of an axis that are easy to count on with.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)
_DAY = 86_400


def moment(text: Any) -> float | None:
    """Of a time as the service writes it; None for what is none, and for the year 1 that stands for never."""
    if not isinstance(text, str) or not text.endswith("Z") or text[10:11] != "T":
        return None
    try:
        seconds = (datetime.fromisoformat(text[:19]) - _EPOCH).total_seconds()
        return seconds + float(f"0{text[19:-1]}") if seconds > 0 else None
    except ValueError:
        return None


def utc(seconds: float, dated: bool = True) -> str:
    """`2026-01-31 08:00:00`, or the time of the day only."""
    written = (_EPOCH + timedelta(seconds=int(seconds))).isoformat(" ")
    return written if dated else written[11:]


def duration(seconds: float) -> str:
    """In two units at most: `3.2 s`, `1 min 05 s`, `2 h 10 min`, `3 d 04 h`."""
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    for unit, smaller, size, part in (("d", "h", _DAY, 3_600), ("h", "min", 3_600, 60), ("min", "s", 60, 1)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part:02d} {smaller}"
    return f"{whole} s"


def step(span: float, most: int) -> float:
    """How far the marks of an axis are from each other, so that there are not too many."""
    for candidate in _STEPS:
        if span / candidate <= most:
            return candidate
    days = _DAY
    while span / days > most:
        days *= 2
    return days
