# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two processes that call the modules of two checkouts, each over an account of its own in which the same happens."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from ..simulator import ManualClock, Simulator
from .calls import Call

# Of both sides, what differs by itself.
_PASSING = ("elapsed", "polls")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SECONDS = re.compile(r"after \d+ s")


class Player:
    """A process that calls the modules below `root`, the folder that holds `ansible_collections`."""

    def __init__(self, root: Path, scenario: dict[str, Any]) -> None:
        self._simulator = Simulator(scenario, clock=ManualClock(), record=0).start()
        script = str(Path(__file__).with_name("player.py"))
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen([sys.executable, script, str(root)], text=True, **pipes)  # type: ignore[call-overload]

    def set(self, seconds: float) -> None:
        self._simulator.clock.set(seconds)

    def send(self, call: Call) -> None:
        account = {
            "account_endpoint": self._simulator.url,
            "account_name": self._simulator.account,
            "account_key": self._simulator.key,
        }
        line = json.dumps({"module": call.module, "options": {**account, **call.options}})
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """The result of the call, without what differs by itself: addresses, ids of requests, how long it took."""
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a player ended before its calls; what it said stands above")
        found = {name: value for name, value in json.loads(line).items() if name not in _PASSING}
        text = _ID.sub("ID", json.dumps(found).replace(self._simulator.url, "ENDPOINT"))
        settled: dict[str, Any] = json.loads(_SECONDS.sub("after N s", text))
        return settled

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._simulator.stop()
