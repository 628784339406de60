# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the unit tests: a clean environment, a loopback server, clocks with a script."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import ansible_collections
import pytest
from ansible_collections.batchops.azure.tests.support import wire
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the caller's machine has set for Azure and for proxies must not decide a test."""
    for name in os.environ:
        if name.startswith(("AZURE_", "AZ_BATCH_", "ANSIBLE_AZURE_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(_empty_home(tmp_path_factory)))


@pytest.fixture(scope="session", autouse=True)
def collection_on_the_path() -> Iterator[None]:
    """Processes that a test starts find the collection where this one does: ansible-test knows it without any path."""
    with pytest.MonkeyPatch.context() as patch:
        # Before the others: that is where ansible-test keeps Ansible itself.
        patch.setenv("PYTHONPATH", str(_collections().parent), prepend=os.pathsep)
        yield


def _collections() -> Path:
    return Path(next(iter(ansible_collections.__path__)))


def _empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.getbasetemp() / "empty_home"
    home.mkdir(exist_ok=True)
    return home


@pytest.fixture
def service() -> Iterator[Loopback]:
    with Loopback() as loopback:
        # A pool that is well, and a job without tasks: looked at only where nothing runs.
        loopback.otherwise("/pools/pool-1", wire.pool(1))
        loopback.otherwise("/pools/pool-1/nodes", {"value": [wire.node()]})
        loopback.otherwise("/jobs/[^/]+/taskcounts", wire.counts())
        yield loopback


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedClock]]:
    """Makes clocks, and asserts at the end that their scripts were used up."""
    clocks: list[ScriptedClock] = []

    def make(*pauses: float | tuple[float, float]) -> ScriptedClock:
        clocks.append(ScriptedClock(*pauses))
        return clocks[-1]

    yield make
    for clock in clocks:
        clock.assert_used_up()
