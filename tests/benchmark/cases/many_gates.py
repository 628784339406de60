# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""50 hosts at once, each of which passes a gate on the controller: beside as many loops of `uri` over the same addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...simulator import Simulator
from ...support.accounts import account_of
from ..family import Family
from ..running import playbook
from ..samples import Board, Target, pairwise

HOSTS = 50
KEY = "batch_gate_info with a Shared Key"
SECRET = "batch_gate_info with a secret"
URI = "loops of uri with a token, over what one gate reads"
_LONGEST = 0.5
_ENDED = 1000.0
_SCENARIO: dict[str, Any] = {
    "account": {"access_token": "of-the-benchmark"},
    "pools": [{"id": "pool-1", "nodes": {"count": 12, "id": "tvm-{n}"}}],
    "jobs": [
        {
            "id": "job-1",
            "states": [{"at": 0, "state": "active"}, {"at": 900, "state": "completed"}],
            "pool": "pool-1",
            "preparation": {"entries": {"count": 12, "node": "tvm-{n}", "starts_at": 0, "takes": 10}},
            "tasks": {"count": 24, "id": "task-{n}", "runs_at": 20, "takes": 30},
        }
    ],
}
_CHECKS = [
    {"check": "jobs", "job_id": "job-1", "condition": "succeeded"},
    {"check": "preparation", "job_id": "job-1", "condition": "prepared"},
    {"check": "nodes", "pool_id": "pool-1", "condition": "ready"},
]


def case_of(hosts: int) -> str:
    return f"{hosts} hosts that pass a gate at once"


def measure(board: Board, *, rounds: int, uri_rounds: int, hosts: int) -> None:
    """Memory is looked at in a run of its own, because looking takes time."""
    case = case_of(hosts)
    seconds: dict[str, list[float]] = {}
    memory: dict[str, float] = {}
    with Simulator(_SCENARIO, https=True) as account:
        account.clock.set(_ENDED)
        contenders: dict[str, dict[str, str]] = {KEY: account_of(account), SECRET: _secret(account), URI: {}}
        tasks = {name: [_gate(account)] for name in (KEY, SECRET)}
        tasks[URI] = [_loop(account, _addresses(account, tasks[KEY], contenders[KEY]))]
        for number in range(rounds):
            for name, environment in contenders.items():
                if name != URI or number < uri_rounds:
                    seconds.setdefault(name, []).append(_play(tasks[name], environment, hosts))
        for name, environment in contenders.items():
            account.reset_requests()
            with Family() as family:
                _play(tasks[name], environment, hosts)
            memory[name] = family.peak_megabytes
            _count(board, account, case, name)
    board.notes.append(
        f"{case}: seconds and memory are those of the whole playbook; memory is the most that all of its processes had at"
        " once, where what they share counts once (PSS)"
    )
    board.add(case, "s", seconds)
    board.add(case, "MB", {f"{name}, peak memory of all processes": [peak] for name, peak in memory.items()})
    board.targets += [
        Target(case, f"{KEY} / {URI}", pairwise(seconds[KEY], seconds[URI]), _LONGEST, True),
        Target(case, f"{SECRET} / {URI}", pairwise(seconds[SECRET], seconds[URI]), _LONGEST, True),
        Target(case, "peak memory with a secret / of the loops of uri", [memory[SECRET] / memory[URI]], 1.0, True),
    ]


def _secret(account: Simulator) -> dict[str, str]:
    return {
        "AZURE_BATCH_ENDPOINT": account.url,
        "AZURE_BATCH_ACCOUNT": account.account,
        "AZURE_CLIENT_ID": account.client_id,
        "AZURE_SECRET": account.secret,
        "AZURE_TENANT": account.tenant,
        "AZURE_AUTHORITY_HOST": account.url,
    }


def _gate(account: Simulator) -> dict[str, Any]:
    options = {"checks": _CHECKS, "ca_path": account.ca_path, "disable_instance_discovery": True}
    return {"name": "Gate", "batchops.azure.batch_gate_info": options, "delegate_to": "localhost"}


def _addresses(account: Simulator, tasks: list[dict[str, Any]], environment: Mapping[str, str]) -> list[str]:
    """What one gate reads."""
    playbook("one_gate", tasks, environment)
    return [f"{account.url}{exchange.path}?{exchange.query}" for exchange in account.requests]


def _loop(account: Simulator, addresses: list[str]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {account.access_token}"}
    read = {"url": "{{ item }}", "return_content": True, "headers": headers, "ca_path": account.ca_path}
    return {"name": "Read", "ansible.builtin.uri": read, "loop": addresses, "delegate_to": "localhost"}


def _play(tasks: list[dict[str, Any]], environment: Mapping[str, str], hosts: int) -> float:
    names = [f"host-{number:02d}" for number in range(1, hosts + 1)]
    return playbook("many_gates", tasks, environment, names).seconds


def _count(board: Board, account: Simulator, case: str, name: str) -> None:
    requests, logins = len(account.requests), len(account.logins.snapshot())
    if any(exchange.status != 200 for exchange in account.requests):
        raise RuntimeError(f"{name}: not every request was answered")
    board.notes.append(f"{case}, {name}: {requests} requests, {logins} sign-ins")
    if name == SECRET:
        board.targets.append(Target(case, f"{name}: sign-ins", [logins], 1, True, ""))
