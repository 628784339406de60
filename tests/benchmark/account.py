# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The served account as the benchmark uses it: starts the process, resets and reads what it counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

NAME = "benchmark"
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@dataclass
class Served:
    """What one piece of work took on both sides."""

    seconds: float = 0
    cpu_seconds: float = 0
    requests: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    connections: int = 0
    logins: int = 0
    # Seconds after the first request at which each was taken or refused, where the account takes so many a second only.
    taken_at: list[float] = field(default_factory=list)
    refused_at: list[float] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of the time in which the service computed rather than the client."""
        return self.cpu_seconds / self.seconds if self.seconds else 0.0


class Account:
    """A process that serves rendered pages, for the time of a ``with`` block."""

    def __enter__(self) -> Account:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ansible_collections.batchops.azure.tests.benchmark.service"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        if not port:
            raise RuntimeError("the service of the benchmark did not start")
        self.url = f"http://127.0.0.1:{port}"
        # Everything that was measured, to say how much of it was the service.
        self.total = Served()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    @property
    def environment(self) -> dict[str, str]:
        """How clients find the account and sign in."""
        return {
            "AZURE_BATCH_ENDPOINT": self.url,
            "AZURE_BATCH_ACCOUNT": NAME,
            "AZURE_BATCH_ACCESS_KEY": KEY,
        }

    def url_of(self, command: str) -> str:
        """What a probe asks for to have the account do something."""
        return f"{self.url}/_benchmark/{command}"

    def control(self, command: str) -> dict[str, Any]:
        with urllib.request.urlopen(self.url_of(command), timeout=10) as answer:
            return dict(json.load(answer))

    def measure(self, work: Any, latency: float = 0, rate: float = 0) -> tuple[Any, Served]:
        """What `work` returns, and what the service did meanwhile. With a `rate` it takes so many requests a second, and refuses others."""
        self.control(f"reset?latency={latency}&rate={rate}")
        started = time.monotonic()
        result = work()
        seconds = time.monotonic() - started
        counted = self.control("state")
        if counted["unexpected"]:
            raise RuntimeError(f"requests that the benchmark does not serve: {counted['unexpected'][:3]}")
        del counted["unexpected"]
        served = Served(seconds=seconds, **counted)
        self.total.seconds += seconds
        self.total.cpu_seconds += served.cpu_seconds
        return result, served


def clean_environment() -> dict[str, str]:
    """The environment without what would lead a client elsewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AZURE_", "AZ_BATCH_", "ANSIBLE_AZURE_")) and not name.lower().endswith("_proxy")
    }
