# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One playbook at the highest verbosity, a secret in every place that can hold one, and everything that it wrote."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus


@dataclass(frozen=True)
class Task:
    """A call of a module. Options may name secrets as variables."""

    module: str
    options: Mapping[str, Any]
    environment: Mapping[str, str]
    fails: bool

    def as_yaml(self, number: int) -> dict[str, Any]:
        return {
            "name": f"task {number}",
            f"batchops.azure.{self.module}": dict(self.options),
            "environment": dict(self.environment),
            "ignore_errors": True,
        }


@dataclass(frozen=True)
class Written:
    """What a run has written, by where."""

    status: int
    places: Mapping[str, str]

    @property
    def shown(self) -> str:
        return self.places["stdout"]

    def traces(self, secret: str) -> list[str]:
        """The places in which the secret stands, in any of the forms in which it could."""
        return [
            f"{form} in {place}"
            for place, text in self.places.items()
            for form, looks in forms(secret).items()
            if looks in text
        ]


def forms(secret: str) -> dict[str, str]:
    """A secret as it stands, and as it is written inside of other things."""
    whole = base64.b64encode(secret.encode()).decode()
    return {
        "as it is": secret,
        "quoted": quote(secret, safe=""),
        "quoted twice": quote(quote(secret, safe=""), safe=""),
        "in a form": quote_plus(secret),
        "in base64": whole.rstrip("="),
        "in a URL's base64": whole.replace("+", "-").replace("/", "_").rstrip("="),
        "in JSON": json.dumps(secret)[1:-1],
    }


def play(folder: Path, tasks: Iterable[Task], secrets: Mapping[str, str], environment: Mapping[str, str]) -> Written:
    """Runs the tasks, all of them. The secrets are variables of a file of their own, as from a vault."""
    listed = [task.as_yaml(number) for number, task in enumerate(tasks)]
    playbook, variables, log = folder / "play.yml", folder / "variables.json", folder / "ansible.log"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": listed}]), encoding="utf-8")
    variables.write_text(json.dumps(dict(secrets)), encoding="utf-8")
    return _run(["ansible-playbook", "-vvvv", "-e", f"@{variables}", str(playbook)], log, environment)


def ad_hoc(folder: Path, module: str, options: Mapping[str, Any], environment: Mapping[str, str]) -> Written:
    """Runs one module as the command `ansible` does."""
    arguments = ["ansible", "localhost", "-vvvv", "-m", f"batchops.azure.{module}", "-a", json.dumps(dict(options))]
    return _run(arguments, folder / "ansible.log", environment)


def _run(command: list[str], log: Path, environment: Mapping[str, str]) -> Written:
    done = subprocess.run(
        [str(Path(sys.executable).with_name(command[0])), *command[1:]],
        env={**os.environ, "ANSIBLE_DEVEL_WARNING": "false", "ANSIBLE_LOG_PATH": str(log), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    places = {"stdout": done.stdout, "stderr": done.stderr, "the log": log.read_text(encoding="utf-8")}
    return Written(done.returncode, places)


def outcomes(written: Written) -> Iterator[bool]:
    """Of each task in turn, whether it failed."""
    for part in written.shown.split("TASK [task ")[1:]:
        yield "fatal: [localhost]" in part or "[ERROR]: Task failed" in part
