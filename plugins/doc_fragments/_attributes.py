# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible users can rely on. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
attributes:
  check_mode:
    description: Runs in check mode.
    support: full
    details:
      - Nothing is ever modified.
  diff_mode:
    description: Shows what has changed.
    support: none
    details:
      - Nothing is ever changed.
  action:
    description: Has an action plugin of the same name, parts of which run on the controller.
    support: full
    details:
      - A task on a local connection, without C(become), C(environment) and C(async), runs inside the controller, unless
        C(ansible_python_interpreter) names another Python than the one that Ansible runs with.
        That is faster. Any other task runs the module.
      - Result, credentials and files are the same either way.
  async:
    description: Supports being used with the C(async) keyword.
    support: full
    details:
      - With C(async), the task runs as a module, not inside the controller.
  platform:
    description: Target systems on which the module runs.
    support: full
    platforms: posix
notes:
  - Only C(GET) requests are sent.
"""
