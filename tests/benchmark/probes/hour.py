# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait of an hour in one process, on a clock that does not wait: pauses move it, and end the job when its time has come."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.tests.benchmark.probes.ours import call
from ansible_collections.batchops.azure.tests.benchmark.probes.peak import peak_megabytes


class Hour(Clock):
    """Time passes by pauses only. `finish` is called once `ends_at` seconds have passed."""

    def __init__(self, ends_at: float, finish: str) -> None:
        self.now = 0.0
        self._ends_at = ends_at
        self._finish: str | None = finish

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self._finish and self.now >= self._ends_at:
            urllib.request.urlopen(self._finish, timeout=10).close()
            self._finish = None


def main() -> None:
    asked: dict[str, Any] = json.load(sys.stdin)
    clock = Hour(asked["ends_at"], asked["finish"])
    cpu = time.process_time()
    result = call(asked["module"], asked["options"], clock)
    took = time.process_time() - cpu
    kept = {name: result.get(name) for name in ("verdict", "polls", "elapsed")}
    print(json.dumps({"cpu_seconds": took, **kept, "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main()
