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
      - The minimum number of nodes that must satisfy O(condition), V(1) or more. The others may still be pending, but no more than
        O(max_failed_nodes) may have failed.
      - If nodes of a pool are judged, and the pool is neither resizing nor autoscaled, a number above what it has or is to have is a failed condition,
        and a wait ends at once. This does not apply to preparation, which also counts nodes that have left the pool.
      - Without it, and without O(expected_nodes), all listed nodes must satisfy the condition, and at least one must be listed.
    type: int
  expected_nodes:
    description:
      - Ids of the nodes that must satisfy O(condition). Other nodes are not judged.
      - A node that is listed twice counts once. If the two entries differ, the condition is pending.
    type: list
    elements: str
  max_failed_nodes:
    description:
      - How many nodes may fail while the condition can still be satisfied. They are then listed in RV(ignore:tolerated).
      - Even so, at least one node must satisfy the condition, and as many as O(min_nodes) says.
    type: int
    default: 0
"""
