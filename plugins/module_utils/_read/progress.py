# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The numbers of a progress line. Each resource's room says what they are there; only the controller imports them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import name_some
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

Params = Mapping[str, Any]
Summary = Mapping[str, Any]


@dataclass(frozen=True)
class Counts:
    """`done` of `total`, which is 0 where nobody knows how many there will be; `word` says what is done; and the rest."""

    done: int
    total: int
    word: str
    failed: int = 0
    others: tuple[tuple[int, str], ...] = ()
    details: str = ""
    # Of the others, those that will hardly be done: with them, nobody can tell how long it takes.
    stuck: int = 0
    # Whether one takes about as long as another, so that their rate says something.
    alike: bool = True
    # Of a gate, the subject and the counts of each check that is pending.
    checks: tuple[tuple[str, Counts], ...] = ()

    @property
    def so_many(self) -> str:
        return f"{self.done}/{self.total}" if self.measurable else f"{self.done}"

    @property
    def parts(self) -> list[str]:
        """What is done, what has failed, and the rest, as far as there is any."""
        others = ((self.failed, "failed"), *self.others)
        told = [f"{self.so_many} {self.word}", *(f"{number} {word}" for number, word in others if number)]
        return [*told, self.details] if self.details else told

    @property
    def measurable(self) -> bool:
        return self.total > 0 and self.done <= self.total

    @property
    def hopeful(self) -> bool:
        return not (self.failed or self.stuck)


@dataclass(frozen=True)
class ProgressFormat:
    """What the lines of one module are about."""

    subject: Callable[[Params], str]
    counts: Callable[[Snapshot, Params], Counts]


def wanted_nodes(summary: Summary, params: Params) -> int:
    """How many nodes must be right, as far as that was said; 0 where it was not."""
    if summary.get("expected"):
        return int(summary["expected"])
    if params.get("expected_nodes"):
        return len(params["expected_nodes"])
    # Of each job or pool: several have no common number.
    several = params.get("job_ids") is not None or params.get("pool_ids") is not None
    return 0 if several else int(params.get("min_nodes") or 0)


def named(word: str, params: Params, parent: str) -> str:
    """The word, and the ids of the jobs or pools that the task is about."""
    ids = [params[f"{parent}_id"]] if params[f"{parent}_id"] is not None else params[f"{parent}_ids"] or []
    return f"{word} {name_some(ids, 2)}".strip()


def progress_format(resource: Resource) -> ProgressFormat:
    """What the resource's own room says of its lines."""
    room = resource.reader.__module__.rpartition(".")[0]
    found: ProgressFormat = import_module(f"{room}.progress").PROGRESS
    return replace(found, counts=partial(_counted, found.counts))


def _counted(counts: Callable[[Snapshot, Params], Counts], snapshot: Snapshot, params: Params) -> Counts:
    """An expression may be about anything: states are told then, but they are not what is waited for."""
    found = counts(snapshot, params)
    if params.get("condition") or not params.get("expression"):
        return found
    return replace(found, total=0, details="until the expression is true")
