# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user wants to know first: how long does my case take, and how long with what I would use otherwise?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .cases import busy_account, large_lists, many_gates, many_jobs, one_read
from .samples import Board


class _Asked(NamedTuple):
    """A question, and the series of a case that answer it: of the collection, and by what others are called."""

    question: str
    case: str
    ours: str
    series: str
    otherwise: dict[str, str]


_ASKED = (
    _Asked(
        "One more read in a playbook",
        one_read.CASE,
        "batch_job_info",
        one_read.CONTROLLER,
        {"uri": one_read.URI, "az batch job show": one_read.AZ},
    ),
    _Asked(
        "Are all tasks of 170 jobs done, at 30 ms an answer?",
        many_jobs.CASE,
        "batch_job_info",
        many_jobs.OURS,
        {"azure-batch in a script": many_jobs.SDK, "a loop of uri": many_jobs.URI},
    ),
    _Asked(
        "Are all tasks of one job of 100,000 done?",
        large_lists.TASKS,
        "batch_task_info",
        large_lists.OURS,
        {"azure-batch in a script": large_lists.SDK},
    ),
    _Asked(
        f"{many_gates.HOSTS} hosts that pass a gate at once",
        many_gates.case_of(many_gates.HOSTS),
        "batch_gate_info",
        many_gates.SECRET,
        {"loops of uri": many_gates.URI},
    ),
    _Asked(
        f"1,000 jobs where {busy_account.RATE} requests a second are allowed",
        busy_account.CASE,
        "batch_job_info",
        busy_account.OURS,
        {"azure-batch in a script": busy_account.SDK},
    ),
)
_SECONDS = {"ms": 0.001, "s": 1.0}


@dataclass
class Line:
    """One question with its answers, in seconds."""

    question: str
    ours: str
    seconds: float
    otherwise: dict[str, float]


def lines_of(board: Board) -> list[Line]:
    """What this run can answer; a contender that was left out is not named."""
    found = {
        (series.case, series.name): series.median * _SECONDS[series.unit]
        for series in board.series
        if series.unit in _SECONDS
    }
    return [
        Line(
            asked.question,
            asked.ours,
            found[asked.case, asked.series],
            {
                name: found[asked.case, series]
                for name, series in asked.otherwise.items()
                if (asked.case, series) in found
            },
        )
        for asked in _ASKED
        if (asked.case, asked.series) in found
    ]
