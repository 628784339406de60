# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the event source without time: each pause moves a simulated account on, and the last one ends it.

What it tells is checked against the schema that the collection ships.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.batchops.azure.plugins.plugin_utils._changes.source import follow
from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).resolve().parents[2] / "extensions" / "eda" / "schemas" / "batch_changes.json"
_VALID = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))

Event = dict[str, Any]


class _Ended(Exception):
    """There is no step left."""


def drain(queue: asyncio.Queue[Event]) -> list[Event]:
    """What is in the queue, each of which is what the schema says."""
    told = [queue.get_nowait() for _number in range(queue.qsize())]
    for event in told:
        _VALID.validate(event)
    return told


def tell(options: dict[str, Any], steps: Sequence[Callable[[], object]]) -> list[list[Event]]:
    """The events of each look: of the first one, and of one after each step."""
    looks: list[list[Event]] = []

    async def run() -> None:
        queue: asyncio.Queue[Event] = asyncio.Queue()
        left = list(steps)

        async def pause(_seconds: float) -> None:
            looks.append(drain(queue))
            if not left:
                raise _Ended
            left.pop(0)()

        await follow(queue, options, pause)

    try:
        asyncio.run(run())
    except _Ended:
        return looks
    raise AssertionError("the source has ended by itself")


def said(events: list[Event]) -> list[tuple[str, str, str | None, str | None]]:
    """Of each event, what it is about, and from what to what."""
    return [(told["batch"]["kind"], told["batch"]["id"], told["batch"]["from"], told["batch"]["to"]) for told in events]
