# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools in a line each: how many nodes they have and are to have, and why they have not got them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Facts = Mapping[str, Any]


class Pool(NamedTuple):
    id: str
    state: str
    nodes: str
    errors: list[str]


def pools_of(pools: Mapping[str, Facts]) -> list[Pool]:
    """Those with errors first. `pools` are facts of pools, or what the summary of their nodes says about them."""
    lines = [_pool(name, pool) for name, pool in pools.items()]
    return sorted(lines, key=lambda pool: (not pool.errors, pool.id))


def _pool(name: str, pool: Facts) -> Pool:
    states = [pool.get("pool_state") or pool.get("state") or _one_of(pool, "by_state")]
    states += [pool.get("allocation_state") or _one_of(pool, "by_allocation_state")]
    current = _sum(pool, "current_nodes", "current_dedicated_nodes", "current_low_priority_nodes")
    target = _sum(pool, "target_nodes", "target_dedicated_nodes", "target_low_priority_nodes")
    errors = pool.get("resize_errors")
    # The service keeps an error until the next resize.
    old = "before it got its nodes: " if current is not None and current == target else ""
    return Pool(
        name,
        ", ".join(str(state) for state in states if state) or "not known",
        " of ".join("?" if number is None else f"{number:,}" for number in (current, target)),
        [f"{old}{_error(error)}" for error in errors] if isinstance(errors, list) else [],
    )


def _one_of(pool: Facts, counts: str) -> str:
    """The summary of one pool counts one state."""
    states = pool.get(counts)
    return next(iter(states), "") if isinstance(states, Mapping) and len(states) == 1 else ""


def _sum(pool: Facts, summed: str, *parts: str) -> int | None:
    if isinstance(pool.get(summed), int):
        return int(pool[summed])
    numbers = [pool[part] for part in parts if isinstance(pool.get(part), int)]
    return sum(numbers) if numbers else None


def _error(error: Any) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    values = [f"{value.get('name')}: {value.get('value')}" for value in error.get("values") or () if value]
    return ": ".join(str(part) for part in (error.get("code"), error.get("message"), "; ".join(values)) if part)
