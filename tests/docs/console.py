# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the commands of a console block and compares what they print with what stands beneath them.

A line `...` stands for any lines. What is another each time, such as times, ports and ids, is not compared. Neither is how
many lines of progress a wait prints, and their numbers: they depend on when it looks.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.batchops.azure.tests.docs.blocks import Block
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock

BIN = Path(sys.executable).parent
_SHORT_WAIT = re.compile(r"\b((?:\w+_)?wait_timeout[=: ]+)\d{1,2}\b")
_SERVE = "./dev simulator"
_PROGRESS = re.compile(r"^[\w ]+(?: [\w.,/ -]+)?: .*\d+ \w.* \d\d:\d\d(?:, ~[\d:]+ left)?$")
_OTHER_EACH_TIME = (
    (re.compile(r"\x1b\[[\d;]*m"), ""),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<guid>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:<port>"),
    (re.compile(r"\b20\d\d-\d\d-\d\dT[\d:.]+Z"), "<date>"),
    (re.compile(r"\b\d+:\d\d(:\d\d)?\b"), "<time>"),
    (re.compile(r"\b(after|within) \d+ s\b"), r"\1 <n> s"),
    (re.compile(r'("(?:elapsed|polls)": )[\d.]+'), r"\1<n>"),
    (re.compile(r"\*{3,}"), "***"),
    (re.compile(r"(?:/[\w.@+-]+)+/([\w.-]+\.yml)\b"), r"\1"),
)


@dataclass(frozen=True)
class Command:
    """A command, and what it prints according to the documentation."""

    text: str
    output: list[str]
    line: int


@dataclass(frozen=True)
class Ran:
    status: int
    output: list[str]


def commands(block: Block) -> list[Command]:
    """A line that begins with a dollar sign is a command. It goes on after a backslash at its end."""
    found: list[Command] = []
    for number, line in enumerate(block.text.splitlines(), block.line):
        if line.startswith("$ "):
            found.append(Command(line[2:], [], number))
        elif found and found[-1].text.endswith("\\") and not found[-1].output:
            last = found.pop()
            found.append(Command(f"{last.text}\n{line}", [], last.line))
        elif found:
            found[-1].output.append(line)
    return found


def account_at(mark: Mapping[str, str], folder: Path) -> Simulator:
    """The account, and the moment, that a block is about. Its scenario may be a file that the document shows."""
    clock = StepClock(float(mark.get("step", 0)), float(mark.get("at", 60)))
    scenario = mark.get("scenario", "demo")
    return Simulator(folder / scenario if (folder / scenario).is_file() else scenario, clock=clock)


def patient(text: str) -> str:
    """A command that does the same, with the minutes that the driven clock passes in no time: its looks cost some of them."""
    return _SHORT_WAIT.sub(r"\g<1>600", text)


def run(command: Command, folder: Path, account: Simulator) -> Ran:
    """Runs it in a shell, in the folder, with the account in the environment."""
    text = patient(command.text).replace("127.0.0.1:8765", f"127.0.0.1:{account.port}")
    environment = {**_environment(account), **driven_clock(folder)}
    if text.startswith(_SERVE):
        return _serve(text, folder, environment)
    done = subprocess.run(
        ["bash", "-c", text],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    return Ran(done.returncode, done.stdout.splitlines())


def _environment(account: Simulator) -> dict[str, str]:
    prefixes = ("AZURE_", "AZ_", "ANSIBLE_STDOUT", "ANSIBLE_CALLBACK")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    return {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "ANSIBLE_NOCOLOR": "1",
        # Ansible warns whoever has no inventory, whatever is called.
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        **account_of(account),
    }


def _serve(text: str, folder: Path, environment: Mapping[str, str]) -> Ran:
    """Starts the simulator of the command on a free port, reads what it tells, and ends it."""
    arguments = re.sub(r"--port \d+", "", text.removeprefix(_SERVE))
    module = "ansible_collections.batchops.azure.tests.simulator"
    lines = []
    with subprocess.Popen(
        [sys.executable, "-m", module, *shlex.split(arguments)],
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout is not None
        for line in server.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("export "):
                server.send_signal(signal.SIGTERM)
    return Ran(server.returncode, lines)


def comparable(lines: list[str]) -> list[str]:
    """The lines without what is another each time, and lines of progress that follow each other as one."""
    told: list[str] = []
    for line in lines:
        said = _without_the_moment(line)
        if said and not (said.startswith("<progress of ") and told and told[-1] == said):
            told.append(said)
    return told


def _without_the_moment(line: str) -> str:
    if _PROGRESS.match(line.strip()):
        return f"<progress of {line.strip().partition(': ')[0]}>"
    said = line.rstrip()
    for pattern, replacement in _OTHER_EACH_TIME:
        said = pattern.sub(replacement, said)
    return said


def agrees(expected: list[str], printed: list[str]) -> bool:
    """Whether that was printed, where `...` stands for any lines or the rest of one, in the words of its lines of progress."""
    parts = [_pattern(line) for line in comparable(expected)]
    told = "".join(f"{line}\n" for line in comparable(printed))
    return re.fullmatch("".join(parts), told) is not None and _words(expected) <= _words(printed)


def _pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:.*\n)*?"
    return re.escape(line[:-3]) + ".*\n" if line.endswith(" ...") else re.escape(line) + "\n"


def _words(lines: list[str]) -> set[str]:
    """What lines of progress call things: ready, running, succeeded."""
    return {word for line in lines if _PROGRESS.match(line.strip()) for word in re.findall(r"[a-z]{3,}", line)}
