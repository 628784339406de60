# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task asks: the options that say what is read and what must be true of it, checked and free of Ansible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple


class ReadOptions(NamedTuple):
    """As readers take it. Names are those of the options."""

    job_ids: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()
    pool_ids: tuple[str, ...] = ()
    node_ids: tuple[str, ...] = ()
    # Its most recent job is read.
    job_schedule_id: str | None = None
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
    # Whether a wait ends with the first failure. Otherwise it matters whether anything can still happen after that.
    fail_fast: bool = True
    # Whether a wait ends when nothing changes any more (stall_timeout), so that a judgement must tell what it was made of.
    watched: bool = False
    # Expect the nodes on which tasks of the job are; forget those that have left the pool.
    expect_task_nodes: bool = False
    ignore_removed_nodes: bool = False
    # How many nodes of a pool are in each state, as the service counts them.
    node_counts: bool = False
    # The version that the image of every node must have; None where any will do that all of them have.
    image_version: str | None = None
    # Days for which the service must go on creating pools with the image.
    image_supported_for: int | None = None
    # Whether a gate asks, which fails where a read only warns.
    in_gate: bool = False
    # Of a gate, which asks for several things at once: its own checks, which nobody else looks into.
    checks: tuple[Any, ...] = ()

    def ids_of(self, what: str) -> tuple[str, ...]:
        """The ids that are given of a job, task, pool or node."""
        ids: tuple[str, ...] = getattr(self, f"{what}_ids")
        return ids

    @property
    def condition_text(self) -> str:
        """What is asked for, in a sentence about a wait."""
        if self.checks:
            return "what the gate asks for"
        return f"condition {self.condition}" if self.condition else "the expression"

    @property
    def jobs_may_go(self) -> bool:
        """A job of a list may have been deleted since the list was read; a named one only where the user said so."""
        return self.missing_ok or not (self.job_ids or self.job_schedule_id)

    def list_query(self, needed: tuple[str, ...]) -> dict[str, Any]:
        """The query of a list. What the summary needs is always read, whatever `select` names."""
        return {**self.item_query(needed), "$filter": self.filter, "maxresults": self._page_size()}

    def item_query(self, needed: tuple[str, ...]) -> dict[str, Any]:
        """The query of a single read."""
        names = dict.fromkeys(needed if self.summary_only else needed + self.select)
        chosen = ",".join(names) if self.select or self.summary_only else None
        return {"$select": chosen, "$expand": None if self.summary_only else self.expand}

    def narrowed(self, wrong: str) -> str:
        """A filter of those among the items that are asked for of which this is true."""
        return f"({self.filter}) and ({wrong})" if self.filter else wrong

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
