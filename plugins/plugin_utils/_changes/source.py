# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source without ansible-rulebook: looks again and again, and puts what has changed into a queue."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from ansible.module_utils.common.parameters import remove_values
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, LibraryError, OptionError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import on_one_line, printable
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently
from ansible_collections.batchops.azure.plugins.module_utils._run import connect, misplaced_secrets
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.events import Event, changes, limited_to_host
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.look import Sight, look
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.outages import Outages
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.watches import (
    ARGUMENTS,
    Watch,
    parse_interval,
    parse_watches,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._options import refusal, validated, warnings

NAME = "batchops.azure.batch_changes"
# ansible-rulebook hands it to sources that want to know what became of their events.
_FEEDBACK = "eda_feedback_queue"

_log = logging.getLogger(NAME)


class Queue(Protocol):
    """What events are put into: an asyncio.Queue, or what ansible-rulebook has in its place."""

    async def put(self, data: Event, /) -> None:
        """Waits where there is no room."""


async def follow(
    queue: Queue, args: Mapping[str, Any], pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Never returns. Raises OptionError or LibraryError for what no waiting mends, before anything has been read."""
    source = Source(_checked({name: value for name, value in args.items() if name != _FEEDBACK}))
    try:
        while True:
            # In a thread: the loop belongs to ansible-rulebook, its rules and other sources too.
            for told in await asyncio.to_thread(source.look):
                await queue.put(told)
            await pause(source.interval)
    finally:
        source.stop()


class Source:
    """What is watched, by one client with one sign-in, and what was seen of it so far."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.interval = parse_interval(params)
        self._watches = parse_watches(params)
        self._initial, self._limits = params["initial"], params["limit_to_hosts"]
        self._clock = _Stoppable()
        self._client: Client = connect(params, self._clock, _tell)
        self._outages = Outages(self._client.endpoint.base, self._watches, self.interval)
        self._seen: dict[str, Sight] = {}

    def look(self) -> list[Event]:
        """Reads side by side what is due, and returns what has changed since it was read before."""
        due = self._outages.due()
        found = list(zip(due, read_concurrently(self._client, due, self._look_at)))
        now = f"{self._clock.utc().isoformat(timespec='milliseconds')}Z"
        errors = {watch.name: sight if isinstance(sight, BatchError) else None for watch, sight in found}
        self._refuse(errors)
        events = self._outages.note(errors, now)
        for watch, sight in found:
            if isinstance(sight, Sight):
                events += self._changes(watch.name, sight, now)
        return [limited_to_host(told) for told in events] if self._limits else events

    def stop(self) -> None:
        """Ends a look that is under way: what pauses at once, what is asked for with its answer."""
        self._clock.stop()

    def _look_at(self, watch: Watch) -> Sight | BatchError:
        try:
            self._clock.go_on()
            return look(self._client, watch, self._seen.get(watch.name), self._initial)
        except BatchError as error:
            _log.warning("%s: %s", watch.name, on_one_line(str(error)))
            return error

    def _changes(self, name: str, sight: Sight, now: str) -> list[Event]:
        before = self._seen.get(name)
        self._seen[name] = sight
        if before is None and not self._initial:
            return []
        return list(changes(before.found if before else {}, sight.found, now))

    def _refuse(self, errors: Mapping[str, BatchError | None]) -> None:
        """As long as nothing has been read, what somebody has to change is no outage."""
        if self._seen or not all(errors.values()):
            return
        wrong = next((error for error in errors.values() if isinstance(error, (OptionError, LibraryError))), None)
        if wrong:
            raise wrong


class _Stopped(BatchError):
    """The source has been ended. Nobody sees it."""


class _Stoppable(Clock):
    """Its pauses end when the source does: ansible-rulebook waits for the thread of a look."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()

    def go_on(self) -> None:
        if self._stopped.is_set():
            raise _Stopped("The source has been ended")

    def sleep(self, seconds: float) -> None:
        self._stopped.wait(seconds)
        self.go_on()


def _checked(args: Mapping[str, Any]) -> dict[str, Any]:
    """The options with their defaults and what the environment has in place of them."""
    checked = validated(ARGUMENTS, args)
    params: dict[str, Any] = checked.validated_parameters
    if checked.error_messages:
        secrets = checked._no_log_values | misplaced_secrets(params)
        words = str(remove_values(on_one_line(refusal(checked, "event source")), secrets))
        raise OptionError(NAME, words)
    for warning in warnings(checked):
        _log.warning("%s", warning)
    return params


def _tell(credential: str) -> None:
    """Which credential is used; `ansible-rulebook -v` prints it."""
    _log.info("signs in with %s", printable(credential))
