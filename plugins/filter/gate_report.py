# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: gate_report
short_description: Say in words whether a gate is open, and what keeps it closed
version_added: 1.0.0
description:
  - Turns the registered result of M(batchops.azure.batch_gate_info) into what the role P(batchops.azure.gate#role) keeps as C(gate_result).
  - A result without a verdict, because an option was wrong or the service did not answer, is a closed gate.
  - So is a satisfied verdict without checks, beside a check that is not satisfied, or in a result that has failed, was skipped or timed out.
author:
  - The batchops.azure authors (@batchops)
options:
  _input:
    description:
      - The registered result. It may have failed.
    type: dict
    required: true
seealso:
  - module: batchops.azure.batch_gate_info
"""

EXAMPLES = r"""
- name: Judge, and go on whatever comes of it
  batchops.azure.batch_gate_info:
    checks:
      - check: tasks
        job_id: job-7
  register: gate
  failed_when: false

- name: Say it in words
  ansible.builtin.debug:
    msg: "{{ (gate | batchops.azure.gate_report).message.splitlines() }}"
"""

RETURN = r"""
_value:
  description:
    - The gate in words and in facts.
  type: dict
  contains:
    open:
      description:
        - Whether all checks are satisfied.
      type: bool
    message:
      description:
        - Whether it is open, and beneath it a line for each cause, with the last line that its task wrote to C(stderr.txt).
      type: str
      sample: |-
        The gate is closed: 1 of 2 checks can no longer be satisfied.
          tvm-3: preparation failed, exit code 1 (FailureExitCode) [preparation of job-8]
            stderr of tvm-3 ends with: mount error(13): Permission denied
    verdict:
      description:
        - V(satisfied), V(pending) or V(failed).
      type: str
    reasons:
      description:
        - Sentences that name each cause once.
      type: list
      elements: str
    checks:
      description:
        - One item for each check; empty if they could not be judged.
      type: list
      elements: dict
    failures:
      description:
        - What has failed; empty without O(batchops.azure.batch_gate_info#module:diagnostics).
      type: list
      elements: dict
    tolerated:
      description:
        - Sentences about failures that were let pass.
      type: list
      elements: str
    elapsed:
      description:
        - Seconds that the wait took; null without one.
      type: float
    polls:
      description:
        - How many times the account was polled, including polls that failed; null without a wait.
      type: int
    timed_out:
      description:
        - Whether the wait ended because its time was over.
      type: bool
    stalled:
      description:
        - Whether the wait ended because nothing changed any more. Then the message says since when.
      type: bool
    api_version:
      description:
        - The version of the service's API that was used.
      returned: unless the module failed before it had read anything
      type: str
    failure:
      description:
        - Why the module failed, in parts, with the C(code) that can be asked for.
      returned: when it failed
      type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import on_one_line
from ansible_collections.batchops.azure.plugins.plugin_utils._report import (
    carried,
    lines_of,
    number_of,
    one_line,
    time_waited,
    was_judged,
)


def gate_report(found: Any) -> dict[str, Any]:
    if not isinstance(found, Mapping):
        raise AnsibleFilterError(f"gate_report: needs the registered result of batch_gate_info, not {found!r}")
    # Where there are none, nothing was checked.
    found = {"checks": [], **found}
    report = {**carried(found), "checks": list(found["checks"] or ()) if was_judged(found) else []}
    report["open"] = report["verdict"] == "satisfied"
    lines = [_headline(found, report)]
    if report["open"]:
        lines += [
            f"  {one_line(check['name'])}: {_what_is_true(check)}{_which_run(check, ': ')}"
            for check in report["checks"]
        ]
    lines += lines_of(report, found, _unsaid(report))
    if not report["open"]:
        lines += [f"  {one_line(check['name'])}: {run}" for check in report["checks"] if (run := _which_run(check))]
    report["message"] = "\n".join(lines)
    return report


def _headline(found: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    if not was_judged(found):
        return "The gate is closed: its checks could not be judged."
    waited, total = time_waited(found), len(report["checks"])
    if report["open"]:
        which = {1: "its check is", 2: "both checks are"}.get(total, f"all {total} checks are")
        return f"The gate is open: {which} satisfied{waited}."
    verdicts = [check["verdict"] for check in report["checks"]]
    closed, hopeless = total - verdicts.count("satisfied"), verdicts.count("failed")
    which = "its check" if total == 1 else f"{closed} of {total} checks"
    return f"The gate is closed: {which} {_outlook(closed, hopeless)}{waited}."


def _unsaid(report: Mapping[str, Any]) -> list[str]:
    """A reason of each closed check that the module's list of reasons had no room for."""
    said = "\n".join(report["reasons"])
    closed = [check for check in report["checks"] if check["verdict"] != "satisfied" and len(report["checks"]) > 1]
    # Reasons are printable, a name is as the playbook has it.
    return [f"{check['reasons'][0]} [{check['name']}]" for check in closed if on_one_line(check["name"]) not in said]


def _outlook(closed: int, hopeless: int) -> str:
    """Whether waiting makes sense."""
    if hopeless == closed:
        return "can no longer be satisfied"
    not_satisfied = f"{'is' if closed == 1 else 'are'} not satisfied"
    return f"{not_satisfied}, and {hopeless} of them can no longer be satisfied" if hopeless else f"{not_satisfied} yet"


def _what_is_true(check: Mapping[str, Any]) -> str:
    """A satisfied check in numbers."""
    summary, condition = check["summary"], check["condition"]
    if check["check"] == "preparation":
        how = summary["release"] if condition == "released" else summary
        return f"{number_of(how['succeeded'], 'node')} {condition}" if how["started"] else f"nothing to be {condition}"
    by_state, total = summary["by_state"], summary["total"]
    done = summary["succeeded"] if condition in ("succeeded", "ready") else by_state.get(condition, total)
    of_all = f"{done} of " if done != total else "all " if total > 1 else ""
    words = {"image_reached": "with the image reached"}.get(condition, condition)
    return f"{of_all}{number_of(total, check['check'].rstrip('s'))} {words}"


def _which_run(check: Mapping[str, Any], before: str = "") -> str:
    """Of a job schedule, which job was judged: it may be last night's. Nothing where there is none."""
    schedule = check["summary"].get("job_schedule") or {}
    if not schedule.get("recent_job"):
        return ""
    then = f", and the next run is at {schedule['next_run_time']}" if schedule["next_run_time"] else ""
    return f"{before}{one_line(schedule['recent_job'] + then)}"


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"gate_report": gate_report}
