# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated Azure Batch account: rehearse playbooks and run tests without a subscription."""

from __future__ import annotations

from .clock import ManualClock, RealClock, StepClock
from .model import ScenarioError, bundled_names, load_scenario
from .model.faults import Fault
from .simulator import Simulator

__all__ = [
    "Fault",
    "ManualClock",
    "RealClock",
    "ScenarioError",
    "Simulator",
    "StepClock",
    "bundled_names",
    "load_scenario",
]
