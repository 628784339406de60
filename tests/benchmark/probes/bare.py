# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least that a client can do: `requests` and `json` over the pages of a list, and nothing else."""

from __future__ import annotations

import json
import sys
import time
from statistics import median
from typing import Any

import requests
from ansible_collections.batchops.azure.tests.benchmark.probes.peak import peak_megabytes


def walk(session: requests.Session, url: str | None) -> int:
    total = 0
    while url:
        body: dict[str, Any] = json.loads(session.get(url, timeout=60).content)
        total += len(body["value"])
        url = body.get("odata.nextLink")
    return total


def main() -> None:
    asked = json.load(sys.stdin)
    session = requests.Session()
    session.trust_env = False
    for url in asked["warm_up"]:
        walk(session, url)
    seconds = []
    for _number in range(asked["repeat"]):
        started = time.perf_counter()
        total = walk(session, asked["url"])
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"seconds": median(seconds), "total": total, "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main()
