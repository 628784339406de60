# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate as a resource, for its module and its action plugin. A gate cannot be a check of another gate."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._gate.checks import GATE_INFO, parse_checks
from ansible_collections.batchops.azure.plugins.module_utils._gate.reader import GateReader
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource

GATE = Resource("gate", "batch_gate_info", GATE_INFO, GateReader, parse=parse_checks)
