# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the processes that are measured: probes and playbooks."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .account import KEY, NAME, Account, clean_environment
from .peers import SDK, WORK

_PROBES = Path(__file__).resolve().parent / "probes"
_PACKAGE = "ansible_collections.batchops.azure.tests.benchmark.probes"


def ours(
    account: Account, module: str, options: dict[str, Any], warm_up: list[dict[str, Any]], repeat: int = 1
) -> dict[str, Any]:
    """What the collection's own code took in a process of its own; what takes little time is repeated, and its median counts."""
    whole = [{**_signed_in(account), **given} for given in (options, *warm_up)]
    asked = {"module": module, "options": whole[0], "warm_up": whole[1:], "repeat": repeat}
    return _probe([sys.executable, "-m", f"{_PACKAGE}.ours"], asked)


def hour(account: Account, asked: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    return _probe([sys.executable, "-m", f"{_PACKAGE}.hour"], asked, environment)


def watching(account: Account, options: dict[str, Any], *, looks: int, changes: int = 0) -> dict[str, Any]:
    """What the event source took over so many looks, while so many nodes changed, one after the other."""
    asked = {"options": {**_signed_in(account), **options}, "looks": looks, "changes": changes}
    return _probe([sys.executable, "-m", f"{_PACKAGE}.watching"], {**asked, "change": account.url_of("change")})


def compiled(account: Account, module: str, options: dict[str, Any]) -> dict[str, Any]:
    """The KB of each file of module_utils that a module pulls in with these options, and the milliseconds to compile them."""
    asked = {"ANSIBLE_MODULE_ARGS": {**_signed_in(account), **options}}
    return _probe([sys.executable, "-m", f"{_PACKAGE}.compiled", module], asked)


def bare(url: str, warm_up: str, repeat: int = 1) -> dict[str, Any]:
    """What a bare loop of requests and json took."""
    return _probe([sys.executable, "-m", f"{_PACKAGE}.bare"], {"url": url, "warm_up": [warm_up], "repeat": repeat})


def sdk(account: Account, **asked: Any) -> dict[str, Any]:
    """What azure-batch took, in its own environment."""
    given = {"endpoint": account.url, "account": NAME, "key": KEY, "warm_up": [], "select": None, **asked}
    return _probe([SDK.command("python"), str(_PROBES / "sdk.py")], given)


def _signed_in(account: Account) -> dict[str, Any]:
    return {"account_endpoint": account.url, "account_name": NAME, "account_key": KEY}


def _probe(command: list[str], asked: dict[str, Any], environment: dict[str, str] | None = None) -> dict[str, Any]:
    out = run(command, {**clean_environment(), **(environment or {})}, json.dumps(asked))
    return dict(json.loads(out))


def run(command: list[str], environment: dict[str, str], given: str | None = None) -> str:
    """The output of a command that must succeed."""
    done = subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class Took(NamedTuple):
    """What a process took, with all that it has started: on the clock, and of the processor."""

    seconds: float
    cpu_seconds: float


def play(account: Account, name: str, tasks: list[dict[str, Any]]) -> float:
    """The seconds that a whole `ansible-playbook` run of these tasks on localhost takes."""
    return playbook(name, tasks, account.environment).seconds


def playbook(name: str, tasks: list[dict[str, Any]], environment: Mapping[str, str], hosts: Sequence[str] = ()) -> Took:
    """What a whole `ansible-playbook` run of these tasks takes: on localhost, or for each of these hosts at once."""
    folder = WORK / "plays"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yml"
    path.write_text(
        json.dumps([{"hosts": "all" if hosts else "localhost", "gather_facts": False, "tasks": tasks}]),
        encoding="utf-8",
    )
    # Nobody's own settings, and a module that is compared.
    settings = folder / "ansible.cfg"
    settings.write_text(f"[defaults]\nlibrary = {_PROBES / 'library'}\n", encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), str(path)]
    if hosts:
        command += ["--inventory", "".join(f"{host}," for host in hosts), "--forks", str(len(hosts))]
    whole = {**clean_environment(), **environment, "ANSIBLE_CONFIG": str(settings)}
    started, computed = time.monotonic(), _computed()
    run(command, whole)
    return Took(time.monotonic() - started, _computed() - computed)


def _computed() -> float:
    """Seconds of the processor that all processes took which have been started from here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
