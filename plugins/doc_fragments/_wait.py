# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say what must be true, and how long to wait for it. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  wait:
    description:
      - Whether to poll until the condition is satisfied, can no longer be satisfied, O(wait_timeout) has passed, or nothing
        has changed for O(stall_timeout).
      - Any verdict other than RV(ignore:verdict=satisfied) then fails the task, with the whole result in it.
      - Without it, the condition is judged once, and the task succeeds whatever the verdict. The same is true in check mode.
      - If the first poll fails, the task fails. Later errors that may be temporary do not end the wait, and are counted in RV(ignore:transient_errors).
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds that the whole wait may take. Signing in, name resolution, requests, retries and pauses all count.
      - A poll that this cuts off is not an error. The result is then that of the poll before it.
      - Secrets in the result are masked after the wait is over. If this time has passed by then, only 1,000,000 more characters are searched for secrets,
        which takes about a second. Any text beyond that is masked completely, and a warning says how many texts those are.
      - A value of 922337203685 or more means no limit. The service uses such a duration for "no limit", and
        P(batchops.azure.from_duration#filter) converts it to this value.
    type: float
    default: 600
  wait_sleep:
    description:
      - Seconds between two polls.
    type: float
    default: 15
    aliases: [wait_interval, wait_delay]
  stall_timeout:
    description:
      - End the wait if nothing has changed for this many seconds, with RV(ignore:stalled=true). By default, the wait goes on until O(wait_timeout).
      - The message and RV(ignore:reasons) then name what the wait was stuck on, and since when. The verdict stays V(pending) unless something failed before.
      - A change is a change in the ids and states that are judged. Changes in what already satisfies the condition do not count. With
        O(ignore:expression), any change in what is read counts.
      - If one node leaves while another joins, that is a change. For jobs, and for tasks that wait in a list of more than one page, numbers are compared.
      - The time during which polls fail does not count, because it is not known whether anything changes then.
      - It has no effect if it is not shorter than O(wait_timeout), nor without O(wait). If there is a condition and no O(wait), a warning says so.
    type: float
  fail_fast:
    description:
      - Whether to stop as soon as the condition can no longer be satisfied.
      - With V(false), the wait goes on while anything runs or may start, so that the result lists every failure. It ends when
        nothing can change any more. Something that has ended with an unknown result counts as unable to change.
    type: bool
    default: true
  diagnostics:
    description:
      - Whether to list what has failed in RV(ignore:failures), with the last lines of its output, once a condition is judged.
      - The last 4 KB of C(stderr.txt) and of C(stdout.txt) are read from the node, for 10 failures at most.
        What looks like a secret is masked. That is best effort; with V(false), no output is read.
      - This takes a few more requests, and only if something has failed. They start when the wait is over, and may take 20 seconds.
    type: bool
    default: false
  progress:
    description:
      - Whether to print a line whenever something changes, and at least every minute, while the task waits.
      - Lines are printed only if the task runs inside the controller, see the attribute C(action). Otherwise this has no effect.
      - Nothing is printed with C(no_log), by a task that does not have to wait, or with a stdout callback that prints JSON.
    type: bool
    default: true
"""
