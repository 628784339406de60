# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.plugin_utils._in_controller import InController


# The files here are the same, written by `./dev registry`: Ansible looks an action plugin up by the name of its module.
class ActionModule(InController):  # type: ignore[misc]
    pass
