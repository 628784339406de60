# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-rulebook with one rulebook, for some minutes: its memory and its time of the processor, as Linux counts them."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .account import Account, clean_environment
from .peers import RULEBOOK, WORK

# Between two readings of the memory.
_PAUSE = 1.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Usage(NamedTuple):
    """Of one moment: what is in memory, the most that ever was, and the seconds of the processor until then."""

    megabytes: float
    peak_megabytes: float
    cpu_seconds: float


class Ran(NamedTuple):
    """The seconds of the processor until the first look, and what came to pass in the time after it."""

    start_cpu_seconds: float
    seconds: float
    cpu_seconds: float
    megabytes: list[float]
    peak_megabytes: float


def ran(
    account: Account, rulebook: str | Path, variables: Mapping[str, Any], seconds: float, begun: Callable[[], bool]
) -> Ran:
    """Runs the rulebook until `begun`, and then for so many seconds. Raises RuntimeError where the engine ends by itself."""
    folder = WORK / "rulebook"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "inventory.ini").write_text("localhost ansible_connection=local\n", encoding="utf-8")
    (folder / "vars.json").write_text(json.dumps(variables), encoding="utf-8")
    command = [RULEBOOK.command("ansible-rulebook"), "--rulebook", str(rulebook)]
    environment = {
        **clean_environment(),
        **account.environment,
        "PATH": f"{RULEBOOK.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        # Where ./dev has made a link to the checkout.
        "ANSIBLE_COLLECTIONS_PATH": sysconfig.get_path("purelib"),
    }
    with (
        (folder / "printed").open("wb") as printed,
        subprocess.Popen(
            [*command, "--inventory", "inventory.ini", "--vars", "vars.json"],
            cwd=folder,
            env=environment,
            stdout=printed,
            stderr=subprocess.STDOUT,
        ) as engine,
    ):
        try:
            return _measured(engine, seconds, begun)
        finally:
            engine.kill()


def _measured(engine: subprocess.Popen[bytes], seconds: float, begun: Callable[[], bool]) -> Ran:
    while not begun():
        _wait(engine)
    first, started, megabytes = usage(engine.pid), time.monotonic(), []
    while time.monotonic() < started + seconds:
        _wait(engine)
        megabytes.append(usage(engine.pid).megabytes)
    last = usage(engine.pid)
    took = time.monotonic() - started
    return Ran(first.cpu_seconds, took, last.cpu_seconds - first.cpu_seconds, megabytes, last.peak_megabytes)


def _wait(engine: subprocess.Popen[bytes]) -> None:
    if engine.poll() is not None:
        raise RuntimeError(f"ansible-rulebook has ended with {engine.returncode}; see {WORK / 'rulebook' / 'printed'}")
    time.sleep(_PAUSE)


def usage(pid: int) -> Usage:
    """Of one process, with the Java that it has loaded into itself. The memory is what is resident, shared libraries included."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines())
    # What stands before the last bracket is the name of the program, which may hold anything.
    counted = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system = int(counted[11]), int(counted[12])
    resident, peak = (int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return Usage(resident, peak, (user + system) / _TICKS)
