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
      - Whether to look again until what is asked for is satisfied, can no longer be satisfied, O(wait_timeout) has passed, or nothing
        has changed for O(stall_timeout).
      - Anything but RV(ignore:verdict=satisfied) then fails the task, with the whole result in it.
      - Without it, the condition is only judged, and the task succeeds whatever the verdict. The same in check mode, which looks once.
      - Errors of the first look fail the task. Later ones that may pass are survived and counted in RV(ignore:transient_errors).
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds that the whole wait may take. Signing in, look-ups of names, requests, retries and pauses all count.
      - A look that this cuts off is no error. The result is then that of the look before it.
      - What the last look saw is masked when the wait is over. Past this time 1,000,000 characters more are searched for secrets,
        which takes about a second. Whatever is left is masked whole, and a warning says how many texts that are.
      - A value of 922337203685 or more means that there is no limit. That is what P(batchops.azure.from_duration#filter) makes of the
        duration that the service says of what has none.
    type: float
    default: 600
  wait_sleep:
    description:
      - Seconds between two looks.
    type: float
    default: 15
    aliases: [wait_interval, wait_delay]
  stall_timeout:
    description:
      - Seconds after which the wait ends because nothing has changed, with RV(ignore:stalled=true). By default it goes on until O(wait_timeout).
      - The message and RV(ignore:reasons) then say since when, and on what. The verdict stays V(pending), unless something had failed before.
      - A change is one of the ids and states of what is judged. What satisfies the condition may change as it likes. With
        O(ignore:expression), any change of what is read counts.
      - A node that leaves while another one comes is a change. Of jobs, and of tasks that wait in a list of more than one page, numbers are compared.
      - Time in which looks fail does not count, because nobody sees then whether something changes.
      - It has no effect if it is not shorter than O(wait_timeout), nor without O(wait), of which a warning tells where something is judged.
    type: float
  fail_fast:
    description:
      - Whether to stop as soon as it can no longer be satisfied.
      - With V(false) the wait goes on while anything runs or may start, so that the result lists every failure, and ends when
        nothing can change any more. What has ended with a result that is not known does not.
    type: bool
    default: true
  diagnostics:
    description:
      - Whether to list in RV(ignore:failures) what has failed, once a condition is judged, with the last lines of its output.
      - The ends of C(stderr.txt) and C(stdout.txt) are read from the node, 4 KB of each and of 10 failures at most.
        Secrets in them are masked by their looks. That is best effort; V(false) keeps output away.
      - Needs a few more requests, and only where something has failed. They begin when the wait is over, and may take 20 seconds.
    type: bool
    default: false
  progress:
    description:
      - Whether to print a line while the task waits, whenever something changes and at least every minute.
      - Lines are printed only where the task runs inside the controller, see the attribute C(action); elsewhere this has no effect.
      - Nothing is printed with C(no_log), nor by a task that does not have to wait, nor beside a stdout callback that prints JSON.
    type: bool
    default: true
"""
