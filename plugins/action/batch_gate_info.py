# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._gate.checks import GATE_INFO, gate_of
from ansible_collections.batchops.azure.plugins.module_utils._gate.reader import GateReader
from ansible_collections.batchops.azure.plugins.module_utils._read.options import Question
from ansible_collections.batchops.azure.plugins.plugin_utils import _counts
from ansible_collections.batchops.azure.plugins.plugin_utils._in_controller import InController


class ActionModule(InController):  # type: ignore[misc]
    arguments = GATE_INFO
    reader = GateReader
    topic = _counts.GATE

    @staticmethod
    def ask(params: Mapping[str, Any]) -> Question:
        return gate_of(params)
