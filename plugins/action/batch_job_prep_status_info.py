# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._prep.reader import PrepStatusReader
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import PREP_STATUS_INFO
from ansible_collections.batchops.azure.plugins.plugin_utils import _counts
from ansible_collections.batchops.azure.plugins.plugin_utils._in_controller import InController


class ActionModule(InController):  # type: ignore[misc]
    arguments = PREP_STATUS_INFO
    reader = PrepStatusReader
    topic = _counts.PREPARATION
