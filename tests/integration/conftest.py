# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of signing in share: an account under https, and an environment that holds no credential."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.integration.signing_in import SCENARIO
from ansible_collections.batchops.azure.tests.simulator import Simulator

_PREFIXES = ("AZURE_", "AZ_BATCH_", "ANSIBLE_AZURE_", "IDENTITY_", "IMDS_", "MSI_")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of its own, and nothing of Azure, of proxies or of authorities in the environment."""
    for name in list(os.environ):
        if name.startswith(_PREFIXES) or name.lower().endswith("_proxy") or name in _BUNDLES:
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    (folder / ".azure").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only folder in which commands are looked for; empty."""
    folder = tmp_path / "commands"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture(scope="module")
def started_account() -> Iterator[Simulator]:
    with Simulator(SCENARIO, https=True) as simulator:
        yield simulator


@pytest.fixture
def account(started_account: Simulator, home: Path, commands: Path) -> Simulator:
    """The account as it begins: nothing asked, no time passed, nobody with a credential but who is given one."""
    started_account.clock.set(0)
    started_account.faults.clear()
    started_account.reset_requests()
    return started_account
