# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays tasks through ansible-playbook and hands back what was printed and what each task returned."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent
Task = dict[str, Any]

# Prints the result of each task as JSON, behind the words that Ansible prints anyway.
_CALLBACK = """
import json
from ansible.plugins.callback import CallbackBase
class CallbackModule(CallbackBase):
    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, "aggregate", "results"
    def _write(self, result, failed):
        with open({path!r}, "a") as file:
            found = result._result if hasattr(result, "_result") else result.result
            file.write(json.dumps(dict(found, failed=failed), default=str) + "\\n")
    def v2_runner_on_ok(self, result):
        self._write(result, False)
    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write(result, True)
    def v2_runner_on_unreachable(self, result):
        self._write(result, True)
"""
_LINE = re.compile(r"^.*\d\d:\d\d(, ~[\d:]+ left)?$")


@dataclass(frozen=True)
class Played:
    status: int
    stdout: str
    stderr: str
    results: list[dict[str, Any]]

    @property
    def by_task(self) -> list[str]:
        """What was printed, one part for each task."""
        return self.stdout.split("\nTASK [")[1:]

    @property
    def lines(self) -> list[str]:
        """The lines of progress."""
        return [line for line in self.stdout.splitlines() if _LINE.match(line)]


def callbacks(*folders: Path) -> str:
    """Where Ansible finds callbacks: in these folders, and those that all runs have."""
    return os.pathsep.join(map(str, (*folders, Path(__file__).with_name("callbacks"))))


def python_elsewhere(folder: Path) -> str:
    """A path, without blanks, to a program that is this Python with its libraries: the kernel cannot run a wrapper of Ansible by a path with blanks."""
    folder.mkdir()
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def play(
    folder: Path,
    tasks: Iterable[Task],
    variables: Mapping[str, str],
    /,
    *arguments: str,
    **keywords: Any,
) -> Played:
    """Runs the tasks, all of them; `variables` are of the environment, `keywords` of the play."""
    folder.mkdir(exist_ok=True)
    playbook = folder / "play.yml"
    listed = [{"ignore_errors": True, **task} for task in tasks]
    playbook.write_text(
        json.dumps([{"hosts": "localhost", "gather_facts": False, **keywords, "tasks": listed}]), encoding="utf-8"
    )
    return play_file(folder, playbook, variables, *arguments)


def play_file(folder: Path, playbook: Path | str, variables: Mapping[str, str], /, *arguments: str) -> Played:
    """Runs a playbook: a file, or one of a collection by its name."""
    folder.mkdir(exist_ok=True)
    results = folder / "results.jsonl"
    results.touch()
    (folder / "callbacks").mkdir(exist_ok=True)
    (folder / "callbacks" / "results.py").write_text(_CALLBACK.format(path=str(results)), encoding="utf-8")
    done = subprocess.run(
        [BIN / "ansible-playbook", *arguments, playbook],
        env={
            **os.environ,
            "ANSIBLE_DEVEL_WARNING": "false",
            "ANSIBLE_CALLBACK_PLUGINS": callbacks(folder / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "results",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    written = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return Played(done.returncode, done.stdout, done.stderr, written)


def kept(played: Played) -> list[dict[str, Any]]:
    """What tasks have shown of the facts that a role leaves, under the name `kept`."""
    messages = [result["msg"] for result in played.results if isinstance(result.get("msg"), dict)]
    return [message["kept"] for message in messages if "kept" in message]


def refusals(played: Played) -> list[str]:
    """The messages of the tasks that failed."""
    return [str(result["msg"]) for result in played.results if result["failed"]]
