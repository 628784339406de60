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
      - A JMESPath expression over the result that must be true, alone or beside O(condition).
      - It is judged on what the service sent, whatever O(redact) masks in the result.
      - It must give V(true) or V(false). Null counts as V(false). Over an empty answer it is never satisfied.
      - For JMESPath, a property that does not exist is null. So a misspelled name is no error where it is compared or filtered by,
        and V(length(jobs[?stat=='active']\) == `0`) is always true. Try an expression with O(query) first.
    type: str
notes:
  - What is judged is what O(filter) lets through. O(limit) cannot go with O(condition) or O(expression), because what is cut off
    would not be judged.
  - A condition is not satisfied while a named object is missing, also with O(missing_ok).
requirements:
  - jmespath, for O(expression)
"""
