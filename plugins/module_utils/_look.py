# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every reader hands on: one look at the account, and what it was asked to look at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._errors import BatchError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Summary = dict[str, Any]

# Codes of an object that is not there. An absent parent is an error whatever the options say.
ABSENT = {"job": "JobNotFound", "task": "TaskNotFound", "pool": "PoolNotFound", "node": "NodeNotFound"}


@dataclass(frozen=True)
class Question:
    """The options that say what is read and what must be true of it; checked, and free of Ansible."""

    job_ids: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()
    pool_ids: tuple[str, ...] = ()
    node_ids: tuple[str, ...] = ()
    # Whether the option with the plural name was used: then there is one summary for each.
    several: bool = False
    filter: str | None = None
    select: tuple[str, ...] = ()
    expand: str | None = None
    limit: int | None = None
    page_size: int | None = None
    summary_only: bool = False
    missing_ok: bool = False
    task_counts: bool = True
    subtasks: bool = False
    condition: str | None = None
    min_nodes: int | None = None
    expected_nodes: tuple[str, ...] = ()
    # Nodes that may have failed without the condition being lost.
    max_failed_nodes: int = 0
    # Whether a pool that is to have no nodes, and has none, is drained.
    empty_ok: bool = False
    # Expect the nodes on which tasks of the job are; forget those that have left the pool.
    expect_task_nodes: bool = False
    ignore_removed_nodes: bool = False
    # Of a gate, which asks several questions at once.
    checks: tuple[Check, ...] = ()

    @property
    def aim(self) -> str:
        """What is asked for, in a sentence about a wait."""
        if self.checks:
            return "what the gate asks for"
        return f"condition {self.condition}" if self.condition else "the expression"

    def params(self, needed: tuple[str, ...]) -> dict[str, Any]:
        """The query of a list. What the summary needs is always read, whatever `select` names."""
        return {**self.narrow(needed), "$filter": self.filter, "maxresults": self._page_size()}

    def narrow(self, needed: tuple[str, ...]) -> dict[str, Any]:
        """The query of a single read."""
        names = dict.fromkeys(needed if self.summary_only else needed + self.select)
        chosen = ",".join(names) if self.select or self.summary_only else None
        return {"$select": chosen, "$expand": None if self.summary_only else self.expand}

    def limited(self, pages: Iterable[list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
        """The pages up to `limit` items; no page is asked for beyond it."""
        left = self.limit
        for page in pages:
            yield page if left is None else page[:left]
            if left is not None:
                left -= len(page)
                if left <= 0:
                    return

    def reached(self, count: int) -> bool:
        """Whether `limit` cut the list, or may have cut it."""
        return self.limit is not None and count >= self.limit

    def _page_size(self) -> int | None:
        if self.limit is None:
            return self.page_size
        return min(self.limit, self.page_size or 1000)


@dataclass(frozen=True)
class Check:
    """One thing that a gate wants to be true. `name` is what messages call it."""

    name: str
    kind: str
    reader: type[Reader]
    question: Question


@dataclass
class Look:
    """One consistent answer: facts, their summary, and what the condition comes to, if there is one."""

    facts: list[dict[str, Any]] = field(default_factory=list)
    summary: Summary = field(default_factory=dict)
    by_parent: dict[str, Summary] = field(default_factory=dict)
    judgement: Judgement | None = None


class Reader(Protocol):
    """One per resource. `kind` names the list in the result; `parent` what `by_...` is split by."""

    kind: str
    parent: str

    def __init__(self, client: Client, facts: Facts, question: Question) -> None:
        """What is asked, and through whom."""

    def look(self) -> Look:
        """Reads once, and judges."""


def each(client: Client, ids: Iterable[Item], read: Callable[[Item], Answer]) -> list[Answer]:
    """Reads all of them at once, as far as connections allow. Answers come in the order of `ids`, and so does the first error."""
    ids = list(ids)
    if len(ids) < 2:
        return [read(item) for item in ids]
    # Seven milliseconds to import: only where there is more than one thing to read.
    from concurrent.futures import CancelledError, ThreadPoolExecutor

    first_failed = len(ids)
    lock = threading.Lock()

    def read_unless_failed(index: int) -> Answer:
        nonlocal first_failed
        # What comes after a failure is not asked for any more; what comes before it is, so that the first error is always the same.
        if index > first_failed:
            raise CancelledError
        try:
            return read(ids[index])
        except BatchError:
            with lock:
                first_failed = min(first_failed, index)
            raise

    pool = ThreadPoolExecutor(max_workers=min(client.max_connections, len(ids)))
    interrupted = True
    try:
        answers = [future.result() for future in [pool.submit(read_unless_failed, index) for index in range(len(ids))]]
        interrupted = False
    except BatchError:
        interrupted = False
        raise
    finally:
        # Whoever is told to stop, by a task's time-out or a signal, does not wait for answers that are still to come.
        pool.shutdown(wait=not interrupted, cancel_futures=interrupted)
    return answers


def unless_absent(kind: str, missing_ok: bool, read: Callable[[], Item]) -> Item | None:
    """What `read` returns, or None where the object itself is absent and the user said that this is fine."""
    try:
        return read()
    except ServiceError as error:
        if missing_ok and error.status == 404 and error.code == ABSENT[kind]:
            return None
        raise


def merge(looks: dict[str, Look]) -> Look:
    """Many looks as one: facts in order, summaries added up, the worst verdict."""
    merged = Look(by_parent={parent: look.summary for parent, look in looks.items()})
    for look in looks.values():
        merged.facts += look.facts
        if look.judgement is not None:
            merged.judgement = merged.judgement or Judgement()
            merged.judgement.add(look.judgement)
    merged.summary = add_up(merged.by_parent)
    return merged


def add_up(summaries: dict[str, Summary]) -> Summary:
    """Counts are added, ids are named with their parent, yes and no must hold for all, a state must be the same."""
    total: Summary = {}
    for parent, summary in summaries.items():
        for name, value in _named(parent, summary).items():
            if name not in total:
                total[name] = value
            elif name == "truncated":
                total[name] = total[name] or value
            else:
                total[name] = _sum(total[name], value)
    return total


def _named(parent: str, summary: Summary) -> Summary:
    """A copy in which each id says what it belongs to."""

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [f"{parent}/{item}" for item in value]
        return _named(parent, value) if isinstance(value, dict) else value

    return {name: named(value) for name, value in summary.items()}


def _sum(left: Any, right: Any) -> Any:
    if isinstance(left, bool) and isinstance(right, bool):
        return left and right
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return left + right
    if isinstance(left, dict) and isinstance(right, dict):
        return {
            name: _sum(left.get(name, 0), right.get(name, 0))
            for name in (*left, *(key for key in right if key not in left))
        }
    return left if left == right else None
