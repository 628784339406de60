# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the contract tests share: one server for a run, and an environment that does not reach into them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer


@pytest.fixture(scope="session")
def _server() -> Iterator[ReplayServer]:
    server = ReplayServer()
    yield server
    server.close()


@pytest.fixture
def server(_server: ReplayServer) -> ReplayServer:
    """A server that answers nothing yet."""
    _server.clear()
    return _server


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Options fall back on the environment, and requests are sent through its proxies: here it holds neither."""
    for name in list(os.environ):
        if name.startswith(("AZURE_", "AZ_BATCH_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
