# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads and judges with the collection's own code: `run`, as modules and action plugins call it."""

from __future__ import annotations

import json
import sys
import time
from statistics import median
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.benchmark.probes.peak import peak_megabytes
from ansible_collections.batchops.azure.tests.support.modules import MODULES


def call(module: str, options: dict[str, Any], clock: Any = None) -> dict[str, Any]:
    """The result of one module with these options and the defaults of all others."""
    resource = MODULES[module]
    defaults = {name: option.get("default") for name, option in resource.arguments.spec.items()}
    return run({**defaults, **options}, resource, clock=clock)


def main() -> None:
    asked = json.load(sys.stdin)
    for options in asked["warm_up"]:
        call(asked["module"], options)
    seconds = []
    for _number in range(asked["repeat"]):
        started = time.perf_counter()
        result = call(asked["module"], asked["options"])
        seconds.append(time.perf_counter() - started)
    kept = {name: result.get(name) for name in ("summary", "verdict")}
    print(json.dumps({"seconds": median(seconds), **kept, "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main()
