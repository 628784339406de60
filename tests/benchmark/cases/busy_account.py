# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""1,000 jobs on an account that takes 50 requests a second and refuses what is more, with a Retry-After of one second."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..account import Account, Served
from ..running import ours, sdk
from ..samples import Board, Curve, Target

RATE = 50
LATENCY = 0.030
CASE = f"1,000 jobs on an account that takes {RATE} requests a second"
OURS = "batch_job_info, condition: succeeded"
SDK = "a script that walks the lists with azure-batch"
PLOT = "busy-account"
_JOBS, _TASKS = 1000, 10
_FILTER = f"startswith(id,'n{_JOBS}-t{_TASKS}-')"
_LONGEST, _MOST_REFUSED = 1.2, 5.0


def measure(board: Board, account: Account, *, rounds: int, sdk_rounds: int) -> None:
    found: dict[str, list[float]] = {}
    longer: list[float] = []
    refused: list[float] = []
    for number in range(rounds):
        contenders: dict[str, Callable[[Account], float]] = {OURS: _ours}
        if number < sdk_rounds:
            contenders[SDK] = _sdk
        for name, work in contenders.items():
            seconds, served = account.measure(partial(work, account), latency=LATENCY, rate=RATE)
            found.setdefault(name, []).append(seconds)
            if name == OURS:
                longer.append(seconds / least(len(served.taken_at)))
                refused.append(100 * len(served.refused_at) / len(served.taken_at))
            if number == 0:
                board.curves.append(Curve(PLOT, name, RATE, served.taken_at, served.refused_at))
                board.notes.append(f"{CASE}, {name}: {_told(served)}")
    board.add(CASE, "s", found)
    board.targets += [
        Target(CASE, "time / least time that the account allows", longer, _LONGEST, True),
        Target(CASE, "refused requests, % of those that are needed", refused, _MOST_REFUSED, True, "%"),
    ]


def least(requests: int) -> float:
    """The seconds in which the account can take so many: those of one second at once, and then so many a second."""
    return (requests - RATE) / RATE


def _told(served: Served) -> str:
    taken, refused = len(served.taken_at), len(served.refused_at)
    return (
        f"{taken + refused} requests, {refused} of them refused; the account allows no less than {least(taken):.1f} s"
    )


def _ours(account: Account) -> float:
    options = {"filter": _FILTER, "details": "summary", "condition": "succeeded"}
    result = ours(account, "batch_job_info", options, [])
    if result["summary"]["total"] != _JOBS or result["verdict"] != "satisfied":
        raise RuntimeError(f"a wrong answer over {_JOBS} jobs: {result}")
    return float(result["seconds"])


def _sdk(account: Account) -> float:
    result = sdk(account, what="jobs", filter=_FILTER, select=["id", "state", "executionInfo"])
    if result["total"] != _JOBS * _TASKS:
        raise RuntimeError(f"azure-batch found {result['total']} tasks")
    return float(result["seconds"])
