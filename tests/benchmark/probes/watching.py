# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source in a process of its own: what each look takes, and how late a change is told."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.plugin_utils._changes.source import follow
from ansible_collections.batchops.azure.tests.benchmark.probes.peak import peak_megabytes

# Far more than a look takes.
_LATE = 300.0


class Mark(NamedTuple):
    """A moment on the clock, and the seconds of the processor until then."""

    clock: float
    cpu: float

    @classmethod
    def now(cls) -> Mark:
        return cls(time.monotonic(), time.process_time())


class Looks:
    """Stands where the source pauses: notes when looks begin and end."""

    def __init__(self, enough: int) -> None:
        self._begun: list[Mark] = []
        self._ended: list[Mark] = []
        self._left = enough
        self.first, self.enough = asyncio.Event(), asyncio.Event()

    async def pause(self, seconds: float) -> None:
        self._ended.append(Mark.now())
        self._left -= 1
        self.first.set()
        if self._left <= 0:
            self.enough.set()
        await asyncio.sleep(seconds)
        self._begun.append(Mark.now())

    def as_json(self) -> dict[str, Any]:
        """The first look also imports and connects, so that nothing is told of it but that it was one."""
        took = [(end.clock - begin.clock, end.cpu - begin.cpu) for begin, end in zip(self._begun, self._ended[1:])]
        return {
            "looks": len(self._ended),
            "seconds": [clock for clock, _cpu in took],
            "cpu_seconds": [cpu for _clock, cpu in took],
        }


async def watch(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Ends when there were enough looks, and every change has been told."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    looks = Looks(asked["looks"])
    following = asyncio.create_task(follow(queue, asked["options"], looks.pause))
    measuring = asyncio.create_task(_delays(queue, looks, asked))
    try:
        await asyncio.wait((following, measuring), return_when=asyncio.FIRST_COMPLETED)
        if following.done():
            await following
        return {**looks.as_json(), "delays": await measuring, "megabytes": peak_megabytes()}
    finally:
        following.cancel()


async def _delays(queue: asyncio.Queue[dict[str, Any]], looks: Looks, asked: Mapping[str, Any]) -> list[float]:
    """Seconds from each change to its event. Changes fall on moments that are spread evenly over the pause between two looks."""
    number, interval = asked["changes"], asked["options"]["interval"]
    delays = []
    await looks.first.wait()
    for index in range(number):
        await asyncio.sleep(interval * (index + 0.5) / number)
        await asyncio.to_thread(_change, asked["change"])
        changed = time.monotonic()
        told = await asyncio.wait_for(queue.get(), interval + _LATE)
        delays.append(time.monotonic() - changed)
        if told["batch"]["kind"] != "node":
            raise RuntimeError(f"this is not what has changed: {told}")
    await looks.enough.wait()
    if not queue.empty():
        raise RuntimeError(f"nothing has changed, and this was told: {queue.get_nowait()}")
    return delays


def _change(url: str) -> None:
    urllib.request.urlopen(url, timeout=10).close()


def main() -> None:
    print(json.dumps(asyncio.run(watch(json.load(sys.stdin)))))


if __name__ == "__main__":
    main()
