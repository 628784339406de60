# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Are all tasks of 170 jobs done and successful? On a service that takes 30 ms for an answer."""

from __future__ import annotations

import time
from typing import Any

from ..account import Account, Served
from ..rendering import VERSION
from ..running import play, sdk
from ..samples import Board, Target, pairwise

CASE = "170 jobs of 500 tasks at 30 ms an answer"
LATENCY = 0.030
JOBS, TASKS = 170, 500
OURS = "a playbook with one task of batch_job_info"
URI = "a playbook with a loop of uri over the jobs"
SDK = "a script that walks the lists with azure-batch"


def wanted(jobs: int) -> str:
    """The filter that finds so many jobs."""
    return f"startswith(id,'n{jobs}-t{TASKS}-')"


def our_tasks(jobs: int) -> list[dict[str, Any]]:
    options = {"filter": wanted(jobs), "details": "summary", "condition": "succeeded"}
    wrong = [f"jobs.summary.total != {jobs} or jobs.verdict != 'satisfied'"]
    task = {"batchops.azure.batch_job_info": options, "register": "jobs", "failed_when": wrong}
    return [{"name": "Are all tasks done and successful?", **task}]


def uri_tasks(account: Account, jobs: int) -> list[dict[str, Any]]:
    """One request for each job, which is the least that a loop can do: all of its tasks on one page."""
    query = f"api-version={VERSION}&$select=id,state,executionInfo"
    read = {"url": f"{account.url}/jobs/{{{{ item }}}}/tasks?{query}", "return_content": True}
    return [
        {
            "name": "Read the tasks of each job",
            "ansible.builtin.uri": read,
            "loop": [f"n{jobs}-t{TASKS}-{index:04d}" for index in range(1, jobs + 1)],
            "loop_control": {"label": "{{ item }}"},
            "register": "read",
            "failed_when": f"(read.content | from_json).value | length != {TASKS}",
        },
    ]


def measure(board: Board, account: Account, *, rounds: int, uri_rounds: int) -> None:
    found: dict[str, list[float]] = {OURS: [], SDK: [], URI: []}
    counted: dict[str, Served] = {}
    for number in range(rounds):
        work = {OURS: lambda: play(account, "our_jobs", our_tasks(JOBS)), SDK: lambda: _script(account)}
        if number < uri_rounds:
            work[URI] = lambda: play(account, "uri_jobs", uri_tasks(account, JOBS))
        for name, run in work.items():
            seconds, counted[name] = account.measure(run, latency=LATENCY)
            found[name].append(seconds)
    board.add(CASE, "s", {name: values for name, values in found.items() if values})
    board.targets.append(Target(CASE, "azure-batch / ours", pairwise(found[SDK], found[OURS]), 5, False))
    if uri_rounds:
        board.targets.append(Target(CASE, "loop of uri / ours", pairwise(found[URI], found[OURS]), 20, False))
    else:
        board.left_out.append("the loop of uri over 170 jobs, because of --quick")
    for name, served in counted.items():
        kinds = ", ".join(f"{number} {kind}" for kind, number in served.requests.items())
        board.notes.append(
            f"{CASE}, {name}: {sum(served.requests.values())} requests ({kinds}), {served.bytes / 1e6:.1f} MB, "
            f"{served.connections} connections"
        )


def _script(account: Account) -> float:
    started = time.monotonic()
    total = sdk(account, what="jobs", filter=wanted(JOBS), select=["id", "state", "executionInfo"])["total"]
    if total != JOBS * TASKS:
        raise RuntimeError(f"azure-batch found {total} tasks")
    return time.monotonic() - started
