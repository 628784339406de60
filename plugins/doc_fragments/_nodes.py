# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say on which nodes a condition must hold. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  min_nodes:
    description:
      - The least number of nodes that must satisfy O(condition), V(1) or more. The others may still be on their way, but none may have failed
        beyond O(max_failed_nodes).
      - Without it, and without O(expected_nodes), all nodes that are listed must satisfy it, and at least one must be listed.
    type: int
  expected_nodes:
    description:
      - Ids of the nodes that must satisfy O(condition). Other nodes are not judged.
      - A node that is listed twice counts once. Where what is said of it differs, the condition is pending.
    type: list
    elements: str
  max_failed_nodes:
    description:
      - How many nodes may have failed without the condition being lost. They are then listed in RV(ignore:tolerated).
      - At least one node must satisfy the condition all the same, and as many as O(min_nodes) says.
    type: int
    default: 0
"""
