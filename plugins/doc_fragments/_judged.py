# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules with a condition say of judging. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  expression:
    description:
      - A JMESPath expression over the result that must be true, alone or in addition to O(condition).
      - It is judged on what the service sent, whatever O(redact) masks in the result.
      - It must evaluate to V(true) or V(false). Null counts as V(false). Over an empty answer, it is never satisfied.
        Nor is it where a list has two entries about one thing that differ.
      - In JMESPath, a property that does not exist is null. So a misspelled name in a comparison or filter is not an error,
        and V(length(jobs[?stat=='active']\) == `0`) is always true. Try an expression with O(query) first.
    type: str
notes:
  - Only what O(filter) lets through is judged. O(limit) cannot be combined with O(condition) or O(expression), because what it cuts off
    would not be judged.
  - A condition is not satisfied while a named object is missing, even with O(missing_ok).
requirements:
  - jmespath, for O(expression)
"""
