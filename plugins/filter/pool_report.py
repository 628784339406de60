# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: pool_report
short_description: Say in words what is wrong with each pool, worst first
version_added: 1.0.0
description:
  - Turns the registered result of M(batchops.azure.batch_pool_info) into an overview, such as the playbook C(batchops.azure.batch_status) prints.
  - It judges exactly as the module does. An error that is left from before the pool reached its target is marked as old.
author:
  - The batchops.azure authors (@batchops)
options:
  _input:
    description:
      - The registered result, with its facts. With C(node_counts), it also reports broken nodes, and with C(image_supported_for), images whose support ends.
    type: dict
    required: true
seealso:
  - module: batchops.azure.batch_pool_info
"""

EXAMPLES = r"""
- name: Read all pools of the account
  batchops.azure.batch_pool_info:
    node_counts: true
  register: account

- name: Say what is wrong with them
  ansible.builtin.debug:
    msg: "{{ account | batchops.azure.pool_report | batchops.azure.table({'pool': 'id', 'nodes': 'current_nodes', 'wrong': 'wrong'}) }}"
"""

RETURN = r"""
_value:
  description:
    - The pools. Those on which nothing can run come first, because all of their nodes are broken or because none comes. Then come those that stay
      short of nodes, those with broken nodes, those that may still get theirs, have too many or whose image ends, those that are being resized or
      deleted, and those with which nothing is wrong.
  type: list
  elements: dict
  contains:
    id:
      description:
        - The id of the pool.
      type: str
    state:
      description:
        - Its state.
      type: str
    allocation_state:
      description:
        - Its allocation state.
      type: str
    current_nodes:
      description:
        - How many nodes it has, of both kinds; null if the service does not tell.
      type: int
    target_nodes:
      description:
        - How many it is to have.
      type: int
    by_state:
      description:
        - How many nodes are in each state, as the service counts them, which is late; empty if that was not read.
      type: dict
    wrong:
      description:
        - What is wrong with it, in words; empty if nothing is.
      type: str
      sample: "it stopped resizing, AccountCoreQuotaReached: The specified account has reached core quota"
"""

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.module_utils._account.node import BROKEN
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import NEEDED, PoolState, pool_state
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._read.properties import snake_case
from ansible_collections.batchops.azure.plugins.plugin_utils._report import number_of, one_line

Fact = Mapping[str, Any]


class Rank(IntEnum):
    """How bad something is: the worst comes first."""

    NO_NODE = 0
    STUCK = 1
    BROKEN_NODES = 2
    NOT_RIGHT = 3
    MOVING = 4
    WELL = 5


def pool_report(found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, Mapping) or not isinstance(found.get("pools"), list):
        raise AnsibleFilterError(f"pool_report: needs the registered result of batch_pool_info, not {found!r}")
    if not found["pools"] and (found.get("summary") or {}).get("total"):
        raise AnsibleFilterError("pool_report: needs the facts of pools, which details=summary leaves out")
    try:
        ranked = [_row(fact) for fact in found["pools"]]
    except (BatchError, KeyError) as error:
        raise AnsibleFilterError(f"pool_report: needs facts of pools: {error}") from error
    # Sorting keeps the order of the account among those that are as bad.
    return [row for _rank, row in sorted(ranked, key=lambda found: found[0])]


def _row(fact: Fact) -> tuple[Rank, dict[str, Any]]:
    pool, by_state = _pool_of(fact), _nodes_by_state(fact)
    wrong = [*_size(pool), *_nodes(by_state), *_image(fact), *_old_errors(pool)]
    row = {
        "id": pool.id,
        "state": pool.state,
        "allocation_state": pool.allocation_state,
        "current_nodes": pool.current,
        "target_nodes": pool.target,
        "by_state": by_state,
        "wrong": "; ".join(one_line(sentence) for _rank, sentence in wrong),
    }
    return min((rank for rank, _sentence in wrong), default=Rank.WELL), row


def _pool_of(fact: Fact) -> PoolState:
    """Judged by what the module judges it by: facts are what the service said, under other names."""
    return pool_state(fact["id"], {name: fact.get(snake_case(name)) for name in NEEDED})


def _size(pool: PoolState) -> Iterator[tuple[Rank, str]]:
    """Why it has not what it is to have."""
    if not pool.known:
        yield Rank.NOT_RIGHT, f"it is not known what {pool.state} means"
    if pool.state == "deleting":
        yield Rank.MOVING, "it is being deleted"
    elif not pool.counted:
        yield Rank.NOT_RIGHT, "the service does not tell how many nodes it has"
    elif pool.accused and pool.stuck:
        yield Rank.STUCK if pool.current else Rank.NO_NODE, pool.stuck
    elif pool.accused and pool.kept:
        # It works, and costs more than it should.
        yield Rank.NOT_RIGHT, pool.kept
    elif not pool.steady:
        yield Rank.MOVING, f"it is {pool.allocation_state}"
    elif pool.short:
        yield Rank.NOT_RIGHT, pool.short
    elif pool.has_more and pool.errors:
        yield Rank.NOT_RIGHT, f"it has more nodes than it should have, {'; '.join(pool.resize_errors)}"
    elif pool.has_fewer or pool.has_more:
        yield Rank.NOT_RIGHT, "it has not as many nodes as it is to have, and is not being resized"


def _nodes(by_state: Mapping[str, int]) -> Iterator[tuple[Rank, str]]:
    broken = [state for state in by_state if state.replace("_", "") in BROKEN]
    words = [f"{number_of(by_state[state], 'node')} {state}" for state in broken]
    # Preempted nodes are counted, and cannot run anything either.
    if words and set(by_state) <= {*broken, "preempted"}:
        yield Rank.NO_NODE, f"all of its nodes are broken, {', '.join(words)}"
    else:
        yield from ((Rank.BROKEN_NODES, sentence) for sentence in words)


def _image(fact: Fact) -> Iterator[tuple[Rank, str]]:
    support = fact.get("image_support") or {}
    if support.get("supported") is False:
        yield Rank.NOT_RIGHT, f"the support of its image ends on {str(support.get('batch_support_end_of_life'))[:10]}"
    elif support.get("listed") is False:
        yield Rank.NOT_RIGHT, "its image is not among those that the service lists as supported"


def _old_errors(pool: PoolState) -> Iterator[tuple[Rank, str]]:
    for error in pool.stale_errors:
        yield Rank.WELL, f"an old error, since it has its nodes now: {error}"


def _nodes_by_state(fact: Fact) -> dict[str, int]:
    counts = fact.get("node_counts") or {}
    by_state: dict[str, int] = {}
    for kind in ("dedicated", "low_priority"):
        for state, count in (counts.get(kind) or {}).items():
            if state != "total" and count:
                by_state[state] = by_state.get(state, 0) + count
    return by_state


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"pool_report": pool_report}
