# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say what must be true, and how long to wait for it. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  expression:
    description:
      - A JMESPath expression over the result that must be true, alone or beside O(condition).
      - It must give V(true) or V(false). Null counts as V(false). Over an empty answer it is never satisfied.
    type: str
  wait:
    description:
      - Whether to look again until the condition is satisfied, cannot be satisfied any more, or O(wait_timeout) has passed.
      - Anything but RV(ignore:verdict=satisfied) then fails the task, with the whole result in it.
      - Without it a condition is only judged, and the task succeeds whatever the verdict.
      - Errors of the first look fail the task. Later ones that may pass are survived and counted in RV(ignore:transient_errors).
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds that the whole wait may take, requests and retries included.
    type: float
    default: 600
  wait_sleep:
    description:
      - Seconds between two looks.
    type: float
    default: 15
    aliases: [wait_interval, wait_delay]
  fail_fast:
    description:
      - Whether to stop as soon as the condition cannot be satisfied any more.
      - With V(false) the wait goes on until nothing is left to wait for, so that the result lists every failure.
    type: bool
    default: true
"""
