#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: batch_node_info
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.batchops.azure.plugins.module_utils._arguments import NODE_INFO
from ansible_collections.batchops.azure.plugins.module_utils._nodes import NodeReader
from ansible_collections.batchops.azure.plugins.module_utils._run import run_module


def main() -> None:
    run_module(AnsibleModule(**NODE_INFO.for_module()), NodeReader)


if __name__ == "__main__":
    main()
