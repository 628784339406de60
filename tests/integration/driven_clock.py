# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits inside a controller that pass no real time: a minute is over at once, on a quiet machine and on a busy one alike."""

from __future__ import annotations

import re
from pathlib import Path

# Ansible loads it before it forks, so all tasks that run inside the controller have the clock.
_CALLBACK = """
from ansible.plugins.callback import CallbackBase
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock

now = 1000.0

def monotonic(clock):
    # Looking takes time too. The last look of a wait gets as much, and has to be answered within it in real seconds.
    global now
    now += 1.0
    return now

def sleep(clock, seconds):
    global now
    now += seconds

Clock.monotonic, Clock.sleep = monotonic, sleep

class CallbackModule(CallbackBase):
    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, "aggregate", "driven_clock"
"""


def driven_clock(folder: Path) -> dict[str, str]:
    """The environment in which Ansible waits by that clock. `folder` is the one that is played in, if any."""
    callbacks = folder / "callbacks"
    callbacks.mkdir(parents=True, exist_ok=True)
    (callbacks / "driven_clock.py").write_text(_CALLBACK, encoding="utf-8")
    return {"ANSIBLE_CALLBACK_PLUGINS": str(callbacks), "ANSIBLE_CALLBACKS_ENABLED": "results,driven_clock"}


def without_times(text: str) -> str:
    """How long a wait took is no part of what is compared."""
    return re.sub(r"(?<=after )\d\d:\d\d", "MM:SS", text)
