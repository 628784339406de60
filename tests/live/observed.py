# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a tour has seen, without what it is about: shapes and codes, names of headers, how lists go on, times."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from .asking import Exchange
from .shapes import Shape

# A code and a header's name are words of the service. What is not written like one is not told.
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,79}")
# In place of an operation: refusals have the same headers whatever was asked.
REFUSED = "a refusal"
_MEDIA_TYPE = re.compile(r"none|[a-z]{1,32}/[a-z0-9.+-]{1,64}")
_SECONDS = re.compile(r"\d{1,6}")


class Refusal(NamedTuple):
    """A status, the code of the body, and the keys of its `values`."""

    status: int
    code: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        details = f" with {', '.join(self.details)}" if self.details else ""
        return f"{self.status} {self.code}{details}"


def refusal_of(exchange: Exchange) -> Refusal:
    """How the request was refused, or the status of an answer and no code."""
    body = exchange.body or {}
    values = body.get("values")
    keys = [value.get("key") for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    code = word(body.get("code")) if exchange.status != 200 else "no refusal"
    return Refusal(exchange.status, code, tuple(sorted(map(word, keys))))


def word(text: object) -> str:
    return text if isinstance(text, str) and _WORD.fullmatch(text) else "(not a code)"


class Link(NamedTuple):
    """How a list went on: whether its link leads to the same host and path, and which parameters it repeats."""

    operation: str
    same_host: bool
    same_path: bool
    repeats: tuple[str, ...]


class Status(NamedTuple):
    """What the status of a deleting job's preparation came to: how it was refused, or how many nodes it listed."""

    refusal: Refusal | None
    nodes: int


@dataclass
class Headers:
    """Of one operation's answers: names of headers, and how many answers had them."""

    answers: int = 0
    names: Counter[str] = field(default_factory=Counter)


@dataclass
class Observations:
    """All that one tour has seen."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    # By what was wrong with the request.
    refusals: dict[str, Refusal] = field(default_factory=dict)
    # Of requests that were right.
    unexpected: dict[str, set[Refusal]] = field(default_factory=dict)
    headers: dict[str, Headers] = field(default_factory=dict)
    media_types: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    # Whether an answer repeated the id of its request.
    echoed: Counter[bool] = field(default_factory=Counter)
    links: list[Link] = field(default_factory=list)
    # By operation, pages that were longer than asked for.
    long_pages: Counter[str] = field(default_factory=Counter)
    # Seconds by which the service's clock is ahead.
    skews: list[float] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    # As it was written, where it is seconds; otherwise that it is a date.
    retry_after: Counter[str] = field(default_factory=Counter)
    # What there was to look at, such as a job that is being deleted.
    deleting: list[Status] = field(default_factory=list)
    # Hours for which preparation or release has been running on nodes that are gone.
    running_on_removed: list[float] = field(default_factory=list)
    by_shared_key: bool = False
    expired_token: Refusal | None = None

    @property
    def requests(self) -> int:
        return self.statuses.total()

    def note(self, operation: str, exchange: Exchange) -> None:
        """What every answer tells, whatever was asked."""
        self.statuses[exchange.status] += 1
        kind = operation if exchange.status < 300 else REFUSED
        self.seconds.setdefault(kind, []).append(exchange.seconds)
        headers = self.headers.setdefault(kind, Headers())
        headers.answers += 1
        headers.names.update(name for name in exchange.headers if _WORD.fullmatch(name))
        media_type = exchange.headers.get("content-type", "none").partition(";")[0].strip().lower()
        self.media_types[media_type if _MEDIA_TYPE.fullmatch(media_type) else "(not a media type)"] += 1
        self.echoed[exchange.headers.get("client-request-id", "").lower() == exchange.sent_id] += 1
        if after := exchange.headers.get("retry-after"):
            self.retry_after[f"{after} s" if _SECONDS.fullmatch(after) else "a date or another text"] += 1
        self._note_date(exchange)

    def _note_date(self, exchange: Exchange) -> None:
        try:
            date = parsedate_to_datetime(exchange.headers.get("date", ""))
        except ValueError:
            return
        # It is cut to whole seconds.
        self.skews.append(date.timestamp() + 0.5 - exchange.at)

    def refused(self, operation: str, exchange: Exchange) -> None:
        """A read that was right was refused all the same."""
        self.unexpected.setdefault(operation, set()).add(refusal_of(exchange))
