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
      - Nothing is ever modified. With O(wait), check mode looks once, judges, and does not wait.
  diff_mode:
    description: Shows what has changed.
    support: none
    details:
      - Nothing is ever changed.
notes:
  - Only C(GET) requests are sent.
"""
