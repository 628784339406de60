# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was asked and what was answered, for tests to look at."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .service.query import split_query


@dataclass(frozen=True)
class Exchange:
    """One request to the data plane and its answer. Names of headers are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    # None when the connection was reset before an answer.
    status: int | None
    response_headers: Mapping[str, str]
    body: bytes

    @property
    def params(self) -> dict[str, str]:
        """Return the decoded query."""
        return dict(split_query(self.query))

    def json(self) -> Any:
        """Return the parsed body of the answer."""
        return json.loads(self.body)


class Requests:
    """The exchanges so far, the newest last. May be read while requests come in."""

    def __init__(self, most: int | None = None) -> None:
        self._lock = threading.Condition()
        self._exchanges: deque[Exchange] = deque(maxlen=most)
        self.total = 0

    def add(self, exchange: Exchange) -> None:
        """Remember an exchange."""
        with self._lock:
            self.total += 1
            self._exchanges.append(exchange)
            self._lock.notify_all()

    def wait_for(self, count: int, path: str = "", seconds: float = 30) -> bool:
        """Return whether so many requests have come whose path holds that text, as soon as they have."""
        with self._lock:
            return self._lock.wait_for(
                lambda: sum(path in exchange.path for exchange in self._exchanges) >= count, timeout=seconds
            )

    def clear(self) -> None:
        """Forget all exchanges."""
        with self._lock:
            self._exchanges.clear()

    def snapshot(self) -> list[Exchange]:
        """Return a list of all exchanges."""
        with self._lock:
            return list(self._exchanges)

    def __len__(self) -> int:
        return len(self._exchanges)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.snapshot())

    def __getitem__(self, index: Any) -> Any:
        return self.snapshot()[index]
