# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait of an hour at 15 s: what it costs and what it sends."""

from __future__ import annotations

from functools import partial

from ..account import Account
from ..running import hour
from ..samples import Board, Target

CASE = "an hour of waiting at 15 s"
SLEEP = 15
ENDS_AT = 3_592
WAITS = {
    "batch_job_info, condition: succeeded": ("batch_job_info", {"job_id": "w500", "condition": "succeeded"}),
    "batch_task_info of 10,000 tasks, details: summary": (
        "batch_task_info",
        {"job_id": "w10000", "condition": "succeeded", "details": "summary"},
    ),
    "batch_job_prep_status_info of 1,000 nodes, details: summary": (
        "batch_job_prep_status_info",
        {"job_id": "p1000-w1", "condition": "prepared", "details": "summary"},
    ),
}


def measure(board: Board, account: Account) -> None:
    for name, (module, options) in WAITS.items():
        wait = {"wait": True, "wait_timeout": 2 * ENDS_AT, "wait_sleep": SLEEP, "auth_source": "msi"}
        asked = {
            "module": module,
            "options": {"account_endpoint": account.url, **options, **wait},
            "ends_at": ENDS_AT,
            "finish": account.url_of("finish"),
        }
        login = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": account.url}
        took, served = account.measure(partial(hour, account, asked, login))
        if took["verdict"] != "satisfied":
            raise RuntimeError(f"the wait did not end: {took}")
        requests = sum(served.requests.values())
        board.targets += [
            Target(CASE, f"{name}: CPU, % of a core", [100 * took["cpu_seconds"] / took["elapsed"]], 2.0, True, "%"),
            Target(CASE, f"{name}: seconds until the end is seen", [took["elapsed"] - ENDS_AT], SLEEP, True, "s"),
            Target(CASE, f"{name}: connections", [served.connections], 1, True, ""),
            Target(CASE, f"{name}: logins", [served.logins], 1, True, ""),
        ]
        kinds = ", ".join(f"{number} {kind}" for kind, number in served.requests.items())
        board.notes.append(
            f"{CASE}, {name}: {took['polls']} polls, {requests} requests ({kinds}), {requests / took['polls']:.2f} requests and "
            f"{served.bytes / took['polls']:.0f} bytes a poll, {took['megabytes']:.0f} MB at its peak"
        )
