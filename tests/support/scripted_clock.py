# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock whose time passes by a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Union

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.tests.support.loopback import Reply, Request

# A length in seconds, or the least and the most where chance has a part in it.
Pause = Union[float, tuple[float, float]]


class ScriptedClock(Clock):
    """Time passes only by the pauses of the script, in their order, and by what `work` says that something took."""

    def __init__(self, *pauses: Pause) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []
        self._script = list(pauses)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert self._script, f"a pause of {seconds} s that is not in the script"
        pause = self._script.pop(0)
        least, most = pause if isinstance(pause, tuple) else (pause - 1e-6, pause + 1e-6)
        assert least <= seconds <= most, f"a pause of {seconds} s instead of {pause}"
        self.slept.append(seconds)
        self.now += seconds

    def work(self, seconds: float) -> None:
        self.now += seconds

    def assert_used_up(self) -> None:
        assert not self._script, f"pauses that did not happen: {self._script}"


def taking(clock: ScriptedClock, seconds: float, reply: Reply) -> Callable[[Request], Reply]:
    """An answer that takes so long by that clock.

    A wait leaves as much for its last look and half again. That look has to be answered within it in real seconds, also on a busy machine.
    """

    def answer(request: Request) -> Reply:
        clock.work(seconds)
        return reply

    return answer
