# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition comes to: a verdict, and sentences that name what is missing or wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

SATISFIED = "satisfied"
PENDING = "pending"
FAILED = "failed"

# More than an operator reads. Lists of ids in the summary are complete.
_MOST_REASONS = 20


@dataclass(frozen=True)
class Offender:
    """One thing of the account that keeps a condition from being true, named so that it is recognised in another check.

    `blocks` counts what cannot go on because of it. `directory` is where its output lies on the node; an ordinary task
    has none, because the service finds its files by the id of the task.
    """

    kind: str
    why: str
    job_id: str | None = None
    task_id: str | None = None
    pool_id: str | None = None
    node_id: str | None = None
    directory: str | None = None
    blocks: int = 0
    # Whether it ran, so that it may have left output.
    ran: bool = False

    @property
    def key(self) -> tuple[str | None, ...]:
        # A node and its start task are the same to whoever has to repair it.
        kind = "node" if self.kind == "start_task" else self.kind
        # Another check may have them from another place, where the same id is written otherwise.
        ids = (self.job_id, self.task_id, self.pool_id, self.node_id)
        return (kind, *(found and found.lower() for found in ids))


# What keeps most others from going on comes first: no node without the pool, no task without the job.
_RANK = {
    name: rank for rank, name in enumerate(("other", "pool", "job", "node", "start_task", "preparation", "release"))
}


def weight(offender: Offender) -> tuple[int, int]:
    """Sorts offenders by how much they block."""
    return (_RANK.get(offender.kind, len(_RANK)), -offender.blocks)


class Lasting(NamedTuple):
    """Something that has been in one state for some time; `since` is as the service writes it."""

    name: str
    state: str
    since: Any


@dataclass(frozen=True, init=False)
class Reason:
    """A sentence, and whom it accuses. Only the result of a judgement makes text of it.

    `lasting` says of some that it is about since when they are as they are; `total` is how many there are, and `tail` what is to be said
    behind the times.
    """

    sentence: str
    offenders: tuple[Offender, ...]
    lasting: tuple[Lasting, ...] = field(compare=False)
    total: int = field(compare=False)
    tail: str = field(compare=False)

    def __init__(
        self, sentence: str, *offenders: Offender, lasting: Iterable[Lasting] = (), total: int = 0, tail: str = ""
    ) -> None:
        object.__setattr__(self, "sentence", sentence)
        object.__setattr__(self, "offenders", offenders)
        known = tuple(item for item in lasting if item.since)
        object.__setattr__(self, "lasting", known)
        object.__setattr__(self, "total", max(total, len(known)))
        object.__setattr__(self, "tail", tail)


class Consequence(Reason):
    """A sentence about something that cannot go on because of whom it accuses. Who says more about those need not repeat it."""


Judged = TypeVar("Judged", bound="Judgement")


@dataclass
class Judgement:
    """`failed` says why the condition can no longer be satisfied, `missing` why it is not satisfied yet, `tolerated` what the user let pass."""

    failed: list[Reason] = field(default_factory=list)
    missing: list[Reason] = field(default_factory=list)
    tolerated: list[Reason] = field(default_factory=list)
    # Whether anything runs or may start by itself that would change this; None where `missing` says so.
    going_on: bool | None = None
    # The ids and states that were judged, as one number, whatever their order: a wait sees by it whether anything has changed.
    # It is not the same in another process.
    digest: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        for reason in (*self.failed, *self.missing, *self.tolerated):
            if not isinstance(reason, Reason):
                raise TypeError(f"a judgement holds reasons, not {reason!r}")

    @property
    def verdict(self) -> str:
        if self.failed:
            return FAILED
        return PENDING if self.missing else SATISFIED

    @property
    def settled(self) -> bool:
        """Whether nothing is left to wait for: nothing runs, and nothing that is missing can come by itself."""
        return not self.missing if self.going_on is None else not self.going_on

    @property
    def offenders(self) -> list[Offender]:
        """What has failed, each once, and first what blocks most."""
        found: dict[tuple[str | None, ...], Offender] = {}
        for reason in (*self.failed, *self.tolerated):
            for offender in reason.offenders:
                found.setdefault(offender.key, offender)
        return sorted(found.values(), key=weight)

    def add(self, other: Judgement) -> None:
        if self.going_on is not None or other.going_on is not None:
            self.going_on = not (self.settled and other.settled)
        self.failed += other.failed
        self.missing += other.missing
        self.tolerated += other.tolerated
        self.digest += other.digest

    def as_pending(self: Judged) -> Judged:
        """What has failed by answers that are of several moments: the next look tells whether it has."""
        return replace(self, failed=[], missing=self.failed + self.missing, going_on=True)

    def message(self, what: str) -> str:
        """Why it is not satisfied. `what` is that for which this is asked."""
        outlook = "can no longer be satisfied" if self.failed else "is not satisfied yet"
        return f"{what[0].upper()}{what[1:]} {outlook}: {'; '.join(shorten(self.failed + self.missing))}"

    def as_result(self) -> dict[str, Any]:
        result: dict[str, Any] = {"verdict": self.verdict, "reasons": shorten(self.failed + self.missing)}
        if self.tolerated:
            result["tolerated"] = shorten(self.tolerated)
        return result


def shorten(reasons: list[Reason]) -> list[str]:
    """The first sentences, and how many more there are."""
    sentences = [reason.sentence for reason in reasons[:_MOST_REASONS]]
    return sentences if len(reasons) <= _MOST_REASONS else [*sentences, f"and {len(reasons) - _MOST_REASONS} more"]


def name_some(ids: Iterable[str], most: int = 5, total: int = 0) -> str:
    """A few ids for a sentence: `tvm-1, tvm-2 and 10 more`. `total` is how many there are, where not all are given."""
    ids = list(ids)
    named, more = ", ".join(ids[:most]), max(total, len(ids)) - min(most, len(ids))
    return f"{named} and {more} more" if more else named
