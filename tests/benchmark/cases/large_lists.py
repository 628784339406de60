# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""100,000 tasks and 10,000 nodes: reading and judging, against the least that a client can do."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from ..account import Account
from ..rendering import VERSION
from ..running import bare, ours, sdk
from ..samples import Board, Target, pairwise

TASKS = "100,000 tasks"
NODES = "10,000 nodes of preparation status"
OURS, OURS_FULL = "batch_task_info, details: summary", "batch_task_info, full details"
BARE, BARE_FULL = "requests and json, same pages", "requests and json, full details"
SDK, SDK_FULL = "azure-batch list_tasks, same $select", "azure-batch list_tasks, full details"
PREP, BARE_PREP = "batch_job_prep_status_info, condition: prepared", "requests and json, the ten pages"

# Ten pages take a twentieth of a second, which a machine that does other things easily doubles.
_REPEAT = 7
_TASK_SELECT = ["id", "state", "executionInfo"]
_SUMMARY = {"details": "summary", "condition": "succeeded"}


def list_url(account: Account, path: str, select: list[str]) -> str:
    chosen = f"&$select={quote(','.join(select), safe='')}" if select else ""
    return f"{account.url}{path}?api-version={VERSION}{chosen}"


def summary_of(account: Account, tasks: int) -> dict[str, float]:
    """Time and memory of one summary of so many tasks."""
    options = {"job_id": f"t{tasks}", **_SUMMARY}
    found, _served = account.measure(
        lambda: ours(account, "batch_task_info", options, [{**options, "job_id": "t1000"}])
    )
    if found["summary"]["total"] != tasks or found["verdict"] != "satisfied":
        raise RuntimeError(f"a wrong answer over {tasks} tasks: {found}")
    return dict(found)


def full_of(account: Account, tasks: int) -> dict[str, float]:
    options = {"job_id": f"t{tasks}"}
    return dict(
        account.measure(lambda: ours(account, "batch_task_info", options, [{"job_id": "t10"}]))[0],
    )


def bare_of(account: Account, tasks: int, select: list[str]) -> dict[str, float]:
    url, warm_up = (list_url(account, f"/jobs/t{number}/tasks", select) for number in (tasks, 1000))
    return dict(account.measure(lambda: bare(url, warm_up))[0])


def sdk_of(account: Account, tasks: int, what: str = "states") -> dict[str, float]:
    select = None if what == "full" else _TASK_SELECT
    asked = {"what": what, "job_id": f"t{tasks}", "select": select, "warm_up": ["t10"]}
    return dict(account.measure(lambda: sdk(account, **asked))[0])


def measure(board: Board, account: Account, *, rounds: int, full_rounds: int, full_tasks: int) -> None:
    found: dict[str, list[float]] = {}
    for _round in range(rounds):
        found.setdefault(OURS, []).append(summary_of(account, 100_000)["seconds"])
        found.setdefault(BARE, []).append(bare_of(account, 100_000, _TASK_SELECT)["seconds"])
        found.setdefault(SDK, []).append(sdk_of(account, 100_000)["seconds"])
    board.add(TASKS, "s", found)
    board.targets += [
        Target(TASKS, "summary / bare loop", pairwise(found[OURS], found[BARE]), 2.0, True),
        Target(TASKS, "summary / azure-batch", pairwise(found[OURS], found[SDK]), 1.0, True),
    ]
    _full(board, account, full_rounds, full_tasks)
    # They are short, so that each is at the mercy of whatever else the machine does.
    _nodes(board, account, 3 * rounds)


def _full(board: Board, account: Account, rounds: int, tasks: int) -> None:
    case = f"{tasks:,} tasks with full details"
    found: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}
    # The first to ask for a page would pay for its ids.
    bare_of(account, tasks, [])
    for _round in range(rounds):
        for name, took in (
            (OURS_FULL, full_of(account, tasks)),
            (BARE_FULL, bare_of(account, tasks, [])),
            (SDK_FULL, sdk_of(account, tasks, "full")),
        ):
            found.setdefault(name, []).append(took["seconds"])
            memory.setdefault(f"{name}, peak memory", []).append(took["megabytes"])
    board.add(case, "s", found)
    board.add(case, "MB", {name: values for name, values in memory.items() if BARE_FULL not in name})
    board.targets += [
        Target(case, "full details / bare loop", pairwise(found[OURS_FULL], found[BARE_FULL]), 2.0, True),
        Target(case, "full details / azure-batch", pairwise(found[OURS_FULL], found[SDK_FULL]), 1.0, True),
        Target(case, "full details: peak memory", memory[f"{OURS_FULL}, peak memory"], 250, True, "MB"),
    ]


def _nodes(board: Board, account: Account, rounds: int) -> None:
    path = "jobpreparationandreleasetaskstatus"
    select = ["poolId", "nodeId", "jobPreparationTaskExecutionInfo", "jobReleaseTaskExecutionInfo"]
    options = {"job_id": "p10000", "details": "summary", "condition": "prepared", "min_nodes": 10_000}
    found: dict[str, list[float]] = {PREP: [], BARE_PREP: []}
    for _round in range(rounds):
        result, _cost = account.measure(
            lambda: ours(account, "batch_job_prep_status_info", options, [{**options, "job_id": "p1000"}], _REPEAT)
        )
        if result["verdict"] != "satisfied":
            raise RuntimeError(f"a wrong answer over 10,000 nodes: {result}")
        urls = [list_url(account, f"/jobs/{job_id}/{path}", select) for job_id in ("p10000", "p1000")]
        least, _cost = account.measure(partial(bare, *urls, _REPEAT))
        found[PREP].append(result["seconds"])
        found[BARE_PREP].append(least["seconds"])
    board.add(NODES, "s", found)
    board.notes.append(
        f"{NODES}: what is above the bare loop is, the most expensive first: the ids of nodes in one spelling, the proof that no name"
        " stands twice in an object, counting preparation, the verdict, counting release, the summary, and looking for the credential"
        " in what came back"
    )
    board.targets.append(Target(NODES, "verdict / bare loop", pairwise(found[PREP], found[BARE_PREP]), 1.3, True))
