# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong on request: one fault, and how a scenario writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .errors import ScenarioError
from .reader import Reader

KINDS = (
    "status",
    "reset",
    "reset_in_body",
    "truncated",
    "html",
    "empty",
    "content_type",
    "error_in_200",
    "drip",
    "huge",
    "hang",
    "repeated_next_link",
    "foreign_next_link",
    "redirect",
    "listed_twice",
    "listed_otherwise",
    "listed_otherwise_before",
    "unknown_words",
    "listed_again",
    "other_words",
    "of_tomorrow",
    "no_id",
    "counts_failure",
    "lists_running_task",
    "limit",
)
STATUSES = (408, 429, 500, 502, 503, 504)
# What a fault answers with unless it says otherwise; any other one with 503.
DEFAULTS: dict[str, dict[str, Any]] = {
    "html": {"status": 200},
    "redirect": {"status": 302},
    "limit": {"status": 429, "retry_after": 1.0},
}


@dataclass(frozen=True)
class Fault:
    """One way to misbehave, on the requests whose path and query match.

    ``after`` matching requests are answered well first, then ``times`` of them badly (None: all that follow), each
    with this ``probability``, drawn from a generator with this ``seed`` so that runs can be repeated. Of a ``limit``, only
    those that are more than ``rate`` a second of the scenario.
    """

    kind: str
    match: str = ""
    times: int | None = None
    after: int = 0
    probability: float = 1.0
    seed: int = 0
    status: int = 503
    code: str | None = None
    retry_after: float | None = None
    retry_after_date: bool = False
    rate: float = 50.0
    seconds: float = 0.05
    pieces: int = 5
    megabytes: int = 300
    host: str = "elsewhere.invalid"
    content_type: str = "text/plain"
    state: str | None = None
    result: str | None = None
    capitals: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ScenarioError(f"a fault's kind must be one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.rate <= 0:
            raise ScenarioError(f"the rate of a fault must be more than 0 requests a second, not {self.rate:g}")
        try:
            re.compile(self.match)
        except re.error as error:
            raise ScenarioError(f"the match {self.match!r} of a fault is no regular expression: {error}") from None


def read_fault(reader: Reader) -> Fault:
    """Read one fault of a scenario, or of the control endpoint."""
    kind = reader.choice("kind", None, KINDS)
    if kind is None:
        raise ScenarioError(f"{reader.place('kind')} is missing")
    defaults = DEFAULTS.get(kind.lower(), {})
    fault = Fault(
        kind=kind.lower(),
        match=reader.text("match", ""),
        times=reader.integer("times"),
        after=reader.integer("after", 0),
        probability=reader.number("probability", 1.0),
        seed=reader.integer("seed", 0),
        status=reader.integer("status", defaults.get("status", 503)),
        code=reader.text("code"),
        retry_after=reader.number("retry_after", defaults.get("retry_after")),
        retry_after_date=reader.boolean("retry_after_date", False),
        rate=reader.number("rate", 50.0),
        seconds=reader.number("seconds", 0.05),
        pieces=reader.integer("pieces", 5),
        megabytes=reader.integer("megabytes", 300),
        host=reader.text("host", "elsewhere.invalid"),
        content_type=reader.text("content_type", "text/plain"),
        state=reader.text("state"),
        result=reader.text("result"),
        capitals=reader.boolean("capitals", False),
    )
    reader.finish()
    return fault
