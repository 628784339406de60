# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cost by size: time and memory against the number of tasks and of jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..account import Account
from ..running import ours, play, sdk
from ..samples import Board, Point, Target
from .large_lists import bare_of, full_of, sdk_of, summary_of
from .many_jobs import LATENCY, our_tasks, uri_tasks, wanted
from .one_read import az

CASE = "memory of a summary"
TASKS, JOBS = "tasks", "jobs"
_SELECT = ["id", "state", "executionInfo"]


def measure(board: Board, account: Account, *, most: dict[str, int]) -> None:
    """`most` bounds each contender: the largest size that it is measured at."""
    contenders: dict[str, Callable[[int], dict[str, float]]] = {
        "batch_task_info, details: summary": lambda size: summary_of(account, size),
        "batch_task_info, full details": lambda size: full_of(account, size),
        "requests and json": lambda size: bare_of(account, size, _SELECT),
        "azure-batch, same $select": lambda size: sdk_of(account, size),
        "azure-batch, full details": lambda size: sdk_of(account, size, "full"),
    }
    for power in range(7):
        size = 10**power
        for name, take in contenders.items():
            if size <= most[name]:
                _add(board, TASKS, name, size, take(size))
        if size <= most["az batch"]:
            _whole(
                board, TASKS, "az batch task list, a call", size, az(account, "task", "list", "--job-id", f"t{size}")
            )
    for size in (1, 10, 100, 1000):
        if size <= most[JOBS]:
            _add(board, JOBS, "batch_job_info, condition: succeeded", size, _our_jobs(account, size))
            _whole(board, JOBS, "a playbook with batch_job_info", size, _play(account, our_tasks(size)))
        if size <= most["jobs of azure-batch"]:
            _add(board, JOBS, "azure-batch, walks the lists", size, _sdk_jobs(account, size))
        if size <= most["jobs of uri"]:
            _whole(board, JOBS, "a playbook with a loop of uri", size, _play(account, uri_tasks(account, size)))
    for name, size in most.items():
        board.notes.append(f"cost by size: {name} up to {size:,}")
    _memory(board)


def _memory(board: Board) -> None:
    peaks = {
        point.size: point.megabytes or 0 for point in board.points if point.name == "batch_task_info, details: summary"
    }
    largest = max(peaks)
    board.targets.append(Target(CASE, f"peak at {largest:,} tasks", [peaks[largest]], 80, True, "MB"))
    if largest > 10_000:
        grown = peaks[largest] / peaks[10_000]
        board.targets.append(Target(CASE, f"peak at {largest:,} / peak at 10,000 tasks", [grown], 1.1, True))
        board.notes.append(
            f"{CASE}: eight bytes of each id are kept, {largest * 8 / 1e6:.0f} MB of {largest:,}, because a task may be listed twice and"
            " nothing is known of the order of the list"
        )


def _add(board: Board, plot: str, name: str, size: int, took: dict[str, float]) -> None:
    board.points.append(Point(plot, name, size, took["seconds"], took["megabytes"]))


def _whole(board: Board, plot: str, name: str, size: int, seconds: float) -> None:
    """With the start of the program, whose memory is not known."""
    board.points.append(Point(plot, name, size, seconds))


def _play(account: Account, tasks: list[dict[str, Any]]) -> float:
    return float(account.measure(lambda: play(account, "sizes", tasks), latency=LATENCY)[0])


def _our_jobs(account: Account, size: int) -> dict[str, float]:
    options = {"filter": wanted(size), "details": "summary", "condition": "succeeded"}
    return dict(account.measure(lambda: ours(account, "batch_job_info", options, []), latency=LATENCY)[0])


def _sdk_jobs(account: Account, size: int) -> dict[str, float]:
    asked = {"what": "jobs", "filter": wanted(size), "select": _SELECT}
    return dict(account.measure(lambda: sdk(account, **asked), latency=LATENCY)[0])
