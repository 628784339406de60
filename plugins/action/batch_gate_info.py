# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._arguments import GATE_INFO
from ansible_collections.batchops.azure.plugins.module_utils._checks import gate_of
from ansible_collections.batchops.azure.plugins.module_utils._gate import GateReader
from ansible_collections.batchops.azure.plugins.plugin_utils import _counts
from ansible_collections.batchops.azure.plugins.plugin_utils._in_controller import InController


class ActionModule(InController):  # type: ignore[misc]
    arguments = GATE_INFO
    reader = GateReader
    ask = staticmethod(gate_of)
    topic = _counts.GATE
