# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the modules, the gate and the inventory through Ansible against a real account.

The targets of tests/integration cannot run there: each of them asserts what a scenario of the simulator holds. The cases are the same,
asked of whatever the account holds: the right id, a wrong one, check mode, an answer that is empty.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._registry import JUDGED, RESOURCES
from ansible_collections.batchops.azure.tests.support.many_hosts import passing, run

from .wrong import NOWHERE

_PREFIX = "batchops.azure."
TARGETS = Path(__file__).resolve().parents[1] / "integration" / "targets"
# What is not there, by the kind of parent.
_NOT_FOUND = {"job": "JobNotFound", "pool": "PoolNotFound"}
# Of these, the id names the thing itself.
_NAMED = {"jobs", "pools"}
_MOST = 10
# The option for one of a resource, where the parent is something else.
_OWN_IDS = {"tasks": "task_id", "nodes": "node_id"}
Task = dict[str, Any]


class Case(NamedTuple):
    """Tasks that must all pass, and what the account must hold for them: the kind of an id, or nothing."""

    name: str
    needs: str
    tasks: list[Task]


class Outcome(NamedTuple):
    """What became of a case: `passed`, `left out` or `failed`, and in which task. Never a message: it may hold anything."""

    case: str
    state: str
    task: str = ""


def left_out() -> list[str]:
    """The targets that only run against the simulator: all of them."""
    return sorted(path.name for path in TARGETS.iterdir() if path.name != "setup_simulator")


def cases(ids: dict[str, str]) -> list[Case]:
    """What is played, with the ids of a job and a pool that are there."""
    return [
        *(_reads(resource, ids) for resource in RESOURCES.values()),
        _gate(ids),
        Case(
            "a gate of the role, in report mode",
            "",
            [_role(ids), _says("gate_result.verdict in ['satisfied', 'pending', 'failed']")],
        ),
        Case("a gate that checks what is not there", "", _closed()),
    ]


def play(folder: Path, ids: dict[str, str]) -> list[Outcome]:
    """Plays them in one run of ansible-playbook, in a folder that does not exist yet. What was printed is left there."""
    chosen = cases(ids)
    played = [case for case in chosen if not case.needs or case.needs in ids]
    # Not by their names: Ansible takes some words for patterns.
    hosts = {f"case{number}": case for number, case in enumerate(played)}
    plays = [passing(host, {"name": case.name, "block": case.tasks}) for host, case in hosts.items()]
    # What names the account, and who signs in.
    account = {name: value for name, value in os.environ.items() if name.startswith(("AZURE_", "AZ_"))}
    done = run(folder, plays, {host: {} for host in hosts}, account)
    log = folder / "ansible.log"
    log.touch(mode=0o600)
    log.write_text(done.printed, encoding="utf-8")
    outcomes = [Outcome(case.name, "left out", f"there is no {case.needs}") for case in chosen if case not in played]
    for host, case in hosts.items():
        failed = host not in done.past
        outcomes.append(
            Outcome(case.name, "failed", done.failures.get(host, ("",))[0]) if failed else Outcome(case.name, "passed")
        )
    return [*outcomes, _inventory(folder, ids)]


def _inventory(folder: Path, ids: dict[str, str]) -> Outcome:
    """Whether ansible-inventory lists the nodes of a pool that has some."""
    name = "batch_nodes, the inventory plugin"
    if "pool" not in ids:
        return Outcome(name, "left out", "there is no pool with nodes")
    source = folder / "live.batch_nodes.yml"
    source.write_text(json.dumps({"plugin": f"{_PREFIX}batch_nodes", "pool_ids": [ids["pool"]]}), encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-inventory"), "-i", source, "--list"],
        env={**os.environ, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return Outcome(name, "failed", "ansible-inventory")
    hosts = json.loads(done.stdout)["_meta"]["hostvars"]
    return Outcome(name, "passed") if hosts else Outcome(name, "failed", "no host is listed")


def _reads(resource: Any, ids: dict[str, str]) -> Case:
    """One module: right, in check mode, wrong, and where it may be missing."""
    module, parent, facts = f"{_PREFIX}{resource.module}", resource.reader.parent, resource.reader.kind
    right, wrong = ({f"{parent}_id": value} for value in (ids.get(parent), NOWHERE))
    # A real job may have a hundred thousand tasks. What is named is not limited.
    some = {**right, "limit": _MOST} if resource.name not in _NAMED else right
    # What is in a parent may be missing; the parent may not.
    own = _OWN_IDS.get(resource.name)
    missing = {**right, own: NOWHERE} if own else wrong
    return Case(
        resource.module,
        parent,
        [
            {"name": "Read what is there", module: some, "register": "read"},
            _says(f"read is not changed and read.{facts} is sequence and read.summary is mapping"),
            {"name": "Read it in check mode", module: some, "check_mode": True, "register": "checked"},
            _says("checked is not changed", "checked.keys() | sort == read.keys() | sort"),
            {"name": "Read what is not there", module: wrong, "register": "refused", "ignore_errors": True},
            _says(
                "refused is failed",
                f"refused.failure.code == '{_NOT_FOUND[parent]}'",
                "refused.failure.request_id | length > 0",
            ),
            {"name": "Let it be missing", module: {**missing, "missing_ok": True}, "register": "missing"},
            _says(f"missing.{facts} == []", f"missing.summary.missing == ['{NOWHERE}']"),
        ],
    )


def _gate(ids: dict[str, str]) -> Case:
    asked = {f"{_PREFIX}batch_gate_info": {"checks": _checks(ids)}, "name": "Judge", "register": "judged"}
    return Case(
        "batch_gate_info",
        "job",
        [asked, _says("judged.verdict in ['satisfied', 'pending', 'failed']", "judged is not changed")],
    )


def _role(ids: dict[str, str]) -> Task:
    return {
        "name": "Ask the gate",
        "ansible.builtin.include_role": {"name": f"{_PREFIX}gate"},
        "vars": {"gate_mode": "report", "gate_checks": _checks(ids)},
    }


def _closed() -> list[Task]:
    asked = {
        "name": "Ask the gate",
        "ansible.builtin.include_role": {"name": f"{_PREFIX}gate"},
        "vars": {"gate_mode": "report", "gate_checks": [{"check": "tasks", "job_id": NOWHERE}]},
    }
    return [asked, _says("not gate_result.open", "gate_result.verdict == 'failed'")]


def _checks(ids: dict[str, str]) -> list[Task]:
    """A check of each resource whose parent is there."""
    parents = {name: resource.reader.parent for name, resource in JUDGED.items()}
    return [{"check": name, f"{parent}_id": ids.get(parent, NOWHERE)} for name, parent in parents.items()]


def _says(*that: str) -> Task:
    return {"name": f"It says so: {json.dumps(that)}", "ansible.builtin.assert": {"that": list(that), "quiet": True}}
