# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the integration targets through Ansible against a real account: of each target the part that holds for any account.

What a target asserts in `tasks/main.yml` is so in its scenario only. `tasks/any_account.yml` beside it goes by ids that it is given; `main.yml`
includes it with those of the scenario, and here it gets what the account holds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from ansible_collections.batchops.azure.tests.support.many_hosts import Run, passing, run

from .wrong import NOWHERE

TARGETS = Path(__file__).resolve().parents[1] / "integration" / "targets"
PASSED, FAILED, NOT_POSSIBLE = "passed", "failed", "not possible"
# How a target names what the account must hold for all of it to run.
_HELD = re.compile(r"\bheld_(\w+)_id\b")
# What the tour looks for under that name.
_WORDS = {"job": "job", "pool": "pool with nodes"}
# What ansible.builtin.assert says where everything is so.
_TRUE = "All assertions passed"


class Outcome(NamedTuple):
    """What became of a target, and why: never a message of Ansible, which may hold anything, but words of the target's own file."""

    target: str
    state: str
    why: str


def targets() -> dict[str, Path]:
    """By its name, the part of each target that holds for any account."""
    folders = sorted(folder for folder in TARGETS.iterdir() if folder.name != "setup_simulator")
    return {folder.name: folder / "tasks" / "any_account.yml" for folder in folders}


def needs(target: Path) -> list[str]:
    """The kinds of objects without which a part of it is left out."""
    return sorted(set(_HELD.findall(target.read_text(encoding="utf-8"))))


def play(folder: Path, ids: Mapping[str, str], names: Collection[str] = ()) -> list[Outcome]:
    """Plays them, or those that are named, in one run of ansible-playbook, in a folder that does not exist yet.

    What was printed is left there.
    """
    played = {name: path for name, path in targets().items() if not names or name in names}
    variables = {"absent_id": NOWHERE, **{f"held_{kind}_id": value for kind, value in ids.items()}}
    plays = [passing(name, {"name": name, "ansible.builtin.include_tasks": str(path)}) for name, path in played.items()]
    # What names the account, and who signs in.
    account = {name: value for name, value in os.environ.items() if name.startswith(("AZURE_", "AZ_"))}
    done = run(folder, plays, dict.fromkeys(played, variables), account)
    log = folder / "ansible.log"
    log.touch(mode=0o600)
    log.write_text(done.printed, encoding="utf-8")
    return [_outcome(done, name, [kind for kind in needs(path) if kind not in ids]) for name, path in played.items()]


def _outcome(done: Run, target: str, missing: list[str]) -> Outcome:
    held = sum(host == target and message == _TRUE for host, message in done.messages)
    if target not in done.past:
        task, _message = done.failures.get(target, ("it was not played", ""))
        claim = done.untrue.get(target)
        return Outcome(target, FAILED, f"{task}: `{claim}`" if claim else task)
    if not held:
        return Outcome(target, FAILED, "nothing was asserted")
    if missing:
        absent = " and ".join(f"no {_WORDS[kind]}" for kind in missing)
        return Outcome(target, NOT_POSSIBLE, f"the account has {absent}; {held} assertions that need none passed")
    return Outcome(target, PASSED, f"{held} assertions")
