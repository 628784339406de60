# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was found in several jobs or pools, as one answer."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot, Summary


def merge(snapshots: dict[str, Snapshot]) -> Snapshot:
    """Many snapshots as one: facts in order, summaries added up, the worst verdict."""
    merged = Snapshot(by_parent={parent: snapshot.summary for parent, snapshot in snapshots.items()})
    for snapshot in snapshots.values():
        merged.facts += snapshot.facts
        if snapshot.judgement is not None:
            merged.judgement = merged.judgement or Judgement()
            merged.judgement.add(snapshot.judgement)
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
