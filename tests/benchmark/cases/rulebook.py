# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-rulebook with the event source: the rulebook of the collection over one job, and one that watches a whole account."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from ..account import Account
from ..engine import ran
from ..peers import RULEBOOK, WORK
from ..samples import Board
from .watching import LATENCY, LISTS, WATCHED

_INTERVAL = 30
_SHIPPED = "batchops.azure.gate_when_preparation_fails"
ONE_JOB = "ansible-rulebook with the rulebook of the collection, for one job"
WHOLE = f"ansible-rulebook with {LISTS}"


def measure(board: Board, account: Account, *, minutes: float) -> None:
    """Leaves itself out where there is no Java, which the engine runs its rules in."""
    if not shutil.which("java"):
        board.left_out.append("rulebook, because there is no Java")
        return
    RULEBOOK.install()
    variables: dict[str, Any] = {"batch_job_ids": ["n1000-p10-0001"], "batch_interval": _INTERVAL}
    _measure(board, account, ONE_JOB, _SHIPPED, variables, minutes)
    _measure(board, account, WHOLE, _whole_account(), {}, minutes)


def _measure(
    board: Board, account: Account, case: str, rulebook: str | Path, variables: dict[str, Any], minutes: float
) -> None:
    def begun() -> bool:
        return bool(account.control("state")["requests"])

    took, served = account.measure(partial(ran, account, rulebook, variables, 60 * minutes, begun), latency=LATENCY)
    half = len(took.megabytes) // 2
    board.add(
        case,
        "MB",
        {
            "memory": took.megabytes,
            "memory, second half of the time": took.megabytes[half:],
            "peak memory": [took.peak_megabytes],
        },
    )
    board.add(
        case,
        "s",
        {
            "processor time until the first request": [took.start_cpu_seconds],
            "processor time a minute": [60 * took.cpu_seconds / took.seconds],
        },
    )
    board.notes.append(
        f"{case}, interval {_INTERVAL} s, {took.seconds:.0f} s: {sum(served.requests.values())} requests,"
        f" {median(took.megabytes):.0f} MB"
    )


def _whole_account() -> Path:
    """A rulebook that watches lists, with a rule that no event meets."""
    path = WORK / "rulebook" / "account.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    source = {"batchops.azure.batch_changes": {"interval": _INTERVAL, "watch": WATCHED}}
    rule = {
        "name": "A job has ended well",
        "condition": 'event.batch.kind == "job" and event.batch.to == "succeeded"',
        "action": {"debug": {"msg": "it has"}},
    }
    rulebook = [{"name": "Watch an account", "hosts": "localhost", "sources": [source], "rules": [rule]}]
    path.write_text(json.dumps(rulebook), encoding="utf-8")
    return path
