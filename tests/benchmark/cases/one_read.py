# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one read costs a playbook: the marginal time of a task."""

from __future__ import annotations

import json
import time
from functools import partial
from statistics import median
from typing import Any

from ..account import KEY, NAME, Account, clean_environment
from ..peers import CLI
from ..rendering import VERSION
from ..running import compiled, play, run
from ..samples import Board, Target, pairwise

CASE = "one read, marginal time of a task"
CONTROLLER = "batch_job_info in the controller"
MODULE = "batch_job_info as a module"
ONLY_REQUESTS = "a module that only calls requests.get"
URI, PING, DEBUG = "ansible.builtin.uri", "ansible.builtin.ping", "ansible.builtin.debug"
PROFILE = "what a module compiles at every task, one read with a Shared Key"
_READS = {
    "batch_job_info": {"job_id": "t10"},
    "batch_task_info": {"job_id": "t10"},
    "batch_job_prep_status_info": {"job_id": "n10"},
}
_WANTED_KB = 50
AZ = "az batch job show, a call"


def tasks(account: Account) -> dict[str, dict[str, Any]]:
    read = {"batchops.azure.batch_job_info": {"job_id": "t10", "task_counts": False}}
    url = f"{account.url}/jobs/t10?api-version={VERSION}"
    return {
        CONTROLLER: read,
        # A variable of the environment is for a process of its own: this hands over to the module.
        MODULE: {**read, "environment": {"BENCHMARK": "1"}},
        ONLY_REQUESTS: {"only_requests": {"url": url}},
        URI: {URI: {"url": url, "return_content": True}},
        PING: {PING: {}},
        DEBUG: {DEBUG: {"msg": "floor"}},
    }


def measure(board: Board, account: Account, *, rounds: int, number: int, with_cli: bool) -> None:
    found: dict[str, list[float]] = {}
    for _round in range(rounds):
        for name, task in tasks(account).items():
            read = {"name": "Read", **task}
            one, _cost = account.measure(partial(play, account, "one", [read]))
            many, _cost = account.measure(partial(play, account, "many", [read] * (number + 1)))
            found.setdefault(name, []).append((many - one) / number * 1000)
        if with_cli:
            found.setdefault(AZ, []).append(az(account, "job", "show", "--job-id", "t10") * 1000)
    board.add(CASE, "ms", found)
    floor = median(pairwise(found[ONLY_REQUESTS], found[URI]))
    board.notes.append(f"{CASE}: {ONLY_REQUESTS} takes {floor:.2f} of uri; no module that uses this library takes less")
    _profile(board, account, median(found[MODULE]))
    board.targets += [
        Target(CASE, f"{CONTROLLER} / uri", pairwise(found[CONTROLLER], found[URI]), 0.10, True),
        Target(CASE, f"{MODULE} / uri", pairwise(found[MODULE], found[URI]), 0.80, True),
        Target(CASE, f"{MODULE} / {ONLY_REQUESTS}", pairwise(found[MODULE], found[ONLY_REQUESTS]), 1.25, True),
    ]


def _profile(board: Board, account: Account, task: float) -> None:
    """What a module compiles; `task` is the milliseconds that one of batch_job_info takes."""
    sizes, times = {}, {}
    for module, options in _READS.items():
        pulled = compiled(account, module, options)
        files = pulled["kilobytes"]
        sizes[f"{module}, {len(files)} files"] = [sum(files.values())]
        times[f"{module}, compiled"] = pulled["milliseconds"]
        if module == "batch_job_info":
            largest = dict(sorted(files.items(), key=lambda item: -item[1]))
            by_file = {f"batch_job_info: {name}": [size] for name, size in largest.items()}
    board.add(PROFILE, "KB", sizes)
    board.add(PROFILE, "ms", times)
    board.add(PROFILE, "KB", by_file)
    total, spent = sizes[next(iter(sizes))][0], median(times["batch_job_info, compiled"])
    board.notes.append(
        f"{PROFILE}: wanted were {_WANTED_KB} KB; batch_job_info compiles {total:.0f} in {spent:.1f} of the {task:.0f} ms of a task."
        " What is left is in every read: options that are checked, an endpoint that is, the signature, a client with a deadline,"
        " and facts without secrets. Conditions, waits, errors and tokens are imported when they are used"
    )


def az(account: Account, *arguments: str) -> float:
    """The seconds that a call of `az batch` takes, which must answer."""
    command = [CLI.command("az"), "batch", *arguments, "--account-name", NAME, "--account-key", KEY]
    command += ["--account-endpoint", account.url]

    def call() -> float:
        started = time.monotonic()
        answer = run(command, clean_environment())
        seconds = time.monotonic() - started
        if not json.loads(answer):
            raise RuntimeError(f"{' '.join(arguments)}: az batch found nothing")
        return seconds

    return float(account.measure(call)[0])
