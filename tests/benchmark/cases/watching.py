# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source over 1,000 jobs and 10,000 nodes: what a look takes, what a minute comes to, and how late an event is."""

from __future__ import annotations

from functools import partial
from statistics import mean, median
from typing import Any, NamedTuple

from ..account import Account, Served
from ..running import watching
from ..samples import Board, Target

INTERVALS = (10, 30, 60, 300)
LATENCY = 0.030
_JOBS, _NODES, _NODES_OF_JOB = 1000, 10_000, 10
LISTS = f"an event source: the lists of {_JOBS:,} jobs and {_NODES:,} nodes"
PREPARATION = f"an event source: preparation of {_JOBS:,} jobs on {_NODES_OF_JOB} nodes each"
# One for the jobs, and one for each thousand nodes.
_MOST_REQUESTS = 11
WATCHED = [
    {"kind": "jobs", "filter": f"startswith(id,'n{_JOBS}-t10-')"},
    {"kind": "nodes", "pool_id": f"m{_NODES}"},
]
_PREPARATION = [
    {"kind": "preparation", "job_ids": [f"n{_JOBS}-p{_NODES_OF_JOB}-{number:04d}" for number in range(1, _JOBS + 1)]}
]


class Look(NamedTuple):
    """What one look takes: the median of several, and the whole number of requests."""

    requests: int
    megabytes: float
    seconds: float
    cpu_seconds: float


class Minute(NamedTuple):
    """What a minute comes to. A pause of the interval stands between two looks."""

    requests: float
    megabytes: float
    cpu_seconds: float
    usual_delay: float
    longest_delay: float


def minute(look: Look, interval: float) -> Minute:
    """A change is seen by the next look, and told when that ends. At worst it falls behind the page that has just been read."""
    looks = 60 / (interval + look.seconds)
    return Minute(
        look.requests * looks,
        look.megabytes * looks,
        look.cpu_seconds * looks,
        interval / 2 + look.seconds,
        interval + 2 * look.seconds,
    )


def measure(board: Board, account: Account, *, changes: int, looks: int) -> None:
    """Measures with the shortest interval. The others are arithmetic: a look takes what it takes."""
    options = {"interval": INTERVALS[0], "watch": WATCHED}
    took, served = account.measure(
        partial(watching, account, options, looks=changes + 1, changes=changes), latency=LATENCY
    )
    look = _found(board, LISTS, took, served)
    board.add(LISTS, "s", {f"delay of an event, interval {INTERVALS[0]} s": took["delays"]})
    board.targets.append(Target(LISTS, "requests a look", [look.requests], _MOST_REQUESTS, True, ""))
    board.notes.append(
        f"{LISTS}: {len(took['delays'])} changes, told after {mean(took['delays']):.1f} s on average and"
        f" {max(took['delays']):.1f} s at most, interval {INTERVALS[0]} s"
    )
    took, served = account.measure(
        partial(watching, account, {"interval": 1, "watch": _PREPARATION}, looks=looks), latency=LATENCY
    )
    _found(board, PREPARATION, took, served)


def _found(board: Board, case: str, took: dict[str, Any], served: Served) -> Look:
    requests, left = divmod(sum(served.requests.values()), took["looks"])
    if left:
        raise RuntimeError(f"looks that ask for different things: {served.requests} in {took['looks']}")
    megabytes = served.bytes / took["looks"] / 1e6
    look = Look(requests, megabytes, median(took["seconds"]), median(took["cpu_seconds"]))
    board.add(case, "s", {"a look": took["seconds"], "a look, processor time": took["cpu_seconds"]})
    board.add(case, "MB", {"a look, received": [megabytes], "peak memory": [took["megabytes"]]})
    kinds = ", ".join(f"{number // took['looks']} {kind}" for kind, number in served.requests.items())
    board.notes.append(f"{case}: {requests} requests a look ({kinds}), {served.connections} connections")
    board.notes += [f"{case}, interval {interval} s: {_told(minute(look, interval))}" for interval in INTERVALS]
    return look


def _told(found: Minute) -> str:
    return (
        f"{found.requests:.0f} requests, {found.megabytes:.2f} MB and {found.cpu_seconds:.2f} s of the processor a minute,"
        f" an event after {found.usual_delay:.1f} s on average and {found.longest_delay:.1f} s at most"
    )
