# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits that pass no real time: minutes are over at once, on a quiet machine and on a busy one alike."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock

# Seconds that one look at the clock takes. The last look of a wait gets as much as the one before it took, and has to be
# answered within it in real seconds, so that these are its patience with a busy machine.
GLANCE = 2.0

# Python imports it before anything else, in the controller and in the process of a module alike.
_SITE = f"""
import sys, time

real_monotonic, real_sleep, now = time.monotonic, time.sleep, 1000.0

def of_a_wait():
    return sys._getframe(2).f_globals.get("__name__") == {Clock.__module__!r}

def monotonic():
    global now
    if not of_a_wait():
        return real_monotonic()
    now += {GLANCE}
    return now

def sleep(seconds):
    global now
    if not of_a_wait():
        return real_sleep(seconds)
    now += seconds

time.monotonic, time.sleep = monotonic, sleep
"""


class DrivenClock(Clock):
    """Time passes where a wait pauses and, a little, whenever it looks at the clock."""

    def __init__(self, glance: float = GLANCE) -> None:
        self._now = 1_000.0
        self._glance = glance

    def monotonic(self) -> float:
        self._now += self._glance
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


def driven_clock(folder: Path) -> dict[str, str]:
    """The environment in which Ansible, and every module that it starts, waits by such a clock."""
    site = folder / "driven_clock"
    site.mkdir(parents=True, exist_ok=True)
    (site / "sitecustomize.py").write_text(_SITE, encoding="utf-8")
    paths = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths)}


def without_times(text: str) -> str:
    """How long a wait took is no part of what is compared."""
    return re.sub(r"(?<=after |aited )\d\d:\d\d", "MM:SS", text)
