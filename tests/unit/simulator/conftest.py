# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulators that end with their test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play


@pytest.fixture
def play() -> Iterator[Play]:
    """Start a simulator of a scenario and return what asks it."""
    with ExitStack() as started:

        def start(scenario: Any = "demo", **options: Any) -> Asking:
            asking = Asking(started.enter_context(Simulator(scenario, **options)))
            started.callback(asking.close)
            return asking

        yield start


@pytest.fixture
def demo(play: Play) -> Asking:
    """The demo scenario, at its beginning."""
    return play("demo")
