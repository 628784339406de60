# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""1,000 pools, and one pool of 10,000 nodes: judging them, against Microsoft's library and the least that a client can do."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account.node import READINESS
from ansible_collections.batchops.azure.plugins.module_utils._account.pool import NEEDED

from ..account import Account
from ..running import bare, ours, sdk
from ..samples import Board, Target, pairwise
from .large_lists import list_url

POOLS, NODES = "1,000 pools", "10,000 nodes of one pool"
OURS_POOLS, OURS_NODES = "batch_pool_info, condition: resized", "batch_pool_info, condition: sound"
SDK_POOLS, SDK_NODES = "azure-batch list_pools, same $select", "azure-batch list_nodes, same $select"
BARE_NODES = "requests and json, the ten pages of nodes"

# What takes so little is at the mercy of whatever else the machine does.
_REPEAT = 5


def _filter(number: int) -> str:
    return f"startswith(id,'q{number}-')"


def _ours(account: Account, options: dict[str, Any], warm_up: dict[str, Any], total: int, count: str) -> float:
    options, warm_up = ({"details": "summary", **given} for given in (options, warm_up))
    found, _served = account.measure(lambda: ours(account, "batch_pool_info", options, [warm_up], _REPEAT))
    if found["summary"][count] != total or found["verdict"] != "satisfied":
        raise RuntimeError(f"a wrong answer over {total} of {count}: {found}")
    return float(found["seconds"])


def _sdk(account: Account, total: int, warm_up: dict[str, Any], **asked: Any) -> float:
    found, _served = account.measure(lambda: sdk(account, **asked, warm_up_as={**asked, **warm_up}))
    if found["total"] != total:
        raise RuntimeError(f"azure-batch found {found['total']} of {total}")
    return float(found["seconds"])


def measure(board: Board, account: Account, *, rounds: int) -> None:
    _pools(board, account, rounds)
    _nodes(board, account, rounds)


def _pools(board: Board, account: Account, rounds: int) -> None:
    found: dict[str, list[float]] = {OURS_POOLS: [], SDK_POOLS: []}
    many, few = _filter(1000), _filter(10)
    for _round in range(rounds):
        resized = {"condition": "resized"}
        found[OURS_POOLS].append(
            _ours(account, {"filter": many, **resized}, {"filter": few, **resized}, 1000, "succeeded")
        )
        asked = {"what": "pools", "filter": many, "select": list(NEEDED)}
        found[SDK_POOLS].append(_sdk(account, 1000, {"filter": few}, **asked))
    board.add(POOLS, "s", found)
    board.targets.append(
        Target(POOLS, "verdict / azure-batch", pairwise(found[OURS_POOLS], found[SDK_POOLS]), 1.0, True)
    )


def _nodes(board: Board, account: Account, rounds: int) -> None:
    found: dict[str, list[float]] = {OURS_NODES: [], SDK_NODES: [], BARE_NODES: []}
    urls = [list_url(account, f"/pools/{pool_id}/nodes", list(READINESS)) for pool_id in ("m10000", "m1000")]
    for _round in range(rounds):
        sound = {"condition": "sound"}
        found[OURS_NODES].append(
            _ours(account, {"pool_id": "m10000", **sound}, {"pool_id": "m1000", **sound}, 10_000, "succeeded_nodes")
        )
        asked = {"what": "nodes", "pool_id": "m10000", "select": list(READINESS)}
        found[SDK_NODES].append(_sdk(account, 10_000, {"pool_id": "m1000"}, **asked))
        least, _served = account.measure(lambda: bare(*urls, _REPEAT))
        found[BARE_NODES].append(least["seconds"])
    board.add(NODES, "s", found)
    board.targets.append(
        Target(NODES, "verdict / azure-batch", pairwise(found[OURS_NODES], found[SDK_NODES]), 1.0, True)
    )
