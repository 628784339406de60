#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: batch_task_info
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.batchops.azure.plugins.module_utils._arguments import TASK_INFO
from ansible_collections.batchops.azure.plugins.module_utils._run import run_module
from ansible_collections.batchops.azure.plugins.module_utils._tasks import TaskReader


def main() -> None:
    run_module(AnsibleModule(**TASK_INFO.for_module()), TaskReader)


if __name__ == "__main__":
    main()
