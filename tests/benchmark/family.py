# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The memory of a program with all processes that it starts. What they share, as after a fork, counts once."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType

_EVERY_SECONDS = 0.2


class Family:
    """Watches, for the time of a ``with`` block, the processes that are started from here meanwhile."""

    def __enter__(self) -> Family:
        self.peak_megabytes = 0.0
        self._ended = threading.Event()
        self._before = _descendants(os.getpid())
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._ended.wait(_EVERY_SECONDS):
            self.peak_megabytes = max(self.peak_megabytes, self.now())

    def now(self) -> float:
        """The megabytes of those that are there."""
        started = _descendants(os.getpid()) - self._before
        return sum(map(_proportional_kilobytes, started)) / 1024


def _descendants(pid: int) -> set[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            children.setdefault(_parent(entry), []).append(int(entry.name))
    found: set[int] = set()
    left = [pid]
    while left:
        new = children.get(left.pop(), [])
        found.update(new)
        left += new
    return found


def _parent(entry: Path) -> int:
    """0 for a process that is gone by now."""
    try:
        stat = (entry / "stat").read_text(encoding="latin-1")
    except OSError:
        return 0
    # The name before that may hold anything.
    return int(stat.rpartition(")")[2].split()[1])


def _proportional_kilobytes(pid: int) -> int:
    """Of each page its share: one of two processes that have it counts half. 0 for a process that is gone by now."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
