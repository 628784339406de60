# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scenario says, as plain objects that can be asked about any moment."""

from __future__ import annotations

from .errors import ScenarioError
from .loader import Scenario, bundled_names, load_scenario

__all__ = ["Scenario", "ScenarioError", "bundled_names", "load_scenario"]
