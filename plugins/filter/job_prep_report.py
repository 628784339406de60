# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: job_prep_report
short_description: Say in words how far job preparation has got, and what blocks it
version_added: 1.0.0
description:
  - Turns the registered result of M(batchops.azure.batch_job_prep_status_info) with a condition into what the role
    P(batchops.azure.wait_for_job_prep#role) keeps as C(wait_for_job_prep_result).
  - A result without a verdict, because an option was wrong or the service did not answer, has failed.
author:
  - The batchops.azure authors (@batchops)
options:
  _input:
    description:
      - The registered result. It may have failed.
    type: dict
    required: true
  job_ids:
    description:
      - The ids of the jobs, in the order in which they were asked for.
    type: list
    elements: str
    required: true
  condition:
    description:
      - The condition that was asked for, V(prepared) or V(released).
    type: str
    default: prepared
positional: job_ids, condition
seealso:
  - module: batchops.azure.batch_job_prep_status_info
"""

EXAMPLES = r"""
- name: Judge, and go on whatever comes of it
  batchops.azure.batch_job_prep_status_info:
    job_id: job-7
    condition: prepared
    expect_task_nodes: true
  register: prep
  failed_when: false

- name: Say it in words
  ansible.builtin.debug:
    msg: "{{ (prep | batchops.azure.job_prep_report(['job-7'])).message.splitlines() }}"
"""

RETURN = r"""
_value:
  description:
    - Where it stands, in words and in facts.
  type: dict
  contains:
    satisfied:
      description:
        - Whether the condition is true of all jobs.
      type: bool
    message:
      description:
        - Where it stands, and beneath it a line for each node that is in the way with the last line that its task wrote to C(stderr.txt).
      type: str
      sample: |-
        Preparation of job-8 has failed.
          tvm-3: preparation failed, exit code 1 (FailureExitCode)
            stderr of tvm-3 ends with: mount error(13): Permission denied
    situation:
      description:
        - As in the summary of the module; null if it is not known, or not the same for all jobs.
      type: str
    verdict:
      description:
        - V(satisfied), V(pending) or V(failed).
      type: str
    reasons:
      description:
        - Sentences that name what is missing or wrong.
      type: list
      elements: str
    summary:
      description:
        - The summary of the module; empty if nothing could be judged.
      type: dict
    by_job:
      description:
        - The same for each job; empty if there is one job.
      type: dict
    failures:
      description:
        - What has failed; empty without O(batchops.azure.batch_job_prep_status_info#module:diagnostics).
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

from collections.abc import Callable, Mapping, Set
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import printable
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import name_some
from ansible_collections.batchops.azure.plugins.plugin_utils._report import (
    carried,
    lines_of,
    number_of,
    time_waited,
    was_judged,
)

# What a summary must have, and its part about releasing.
_SAID = frozenset(("situation", "missing", "started", "succeeded", "release"))
_COUNTED = frozenset(("started", "succeeded"))
# What the summary's `situation` means, in words.
_WORDS = {
    "not_started": "has not started on any node",
    "no_task_on_a_node": "has not started, because no node has a task of the job yet",
    "running": "is running",
    "restarted": "is running again on a node that was rebooted or reimaged",
    "failed": "has failed",
    "retried": "has failed, and its task was retried on another node",
    "no_node": "can no longer succeed, because no node can take a task",
    "job_ended": "can no longer succeed, because the job has ended",
}


def job_prep_report(found: Any, job_ids: list[str], condition: str = "prepared") -> dict[str, Any]:
    if not isinstance(found, Mapping):
        raise AnsibleFilterError(
            f"job_prep_report: needs the registered result of batch_job_prep_status_info, not {found!r}"
        )
    if was_judged(found) and not _has_summaries(found):
        # Not the module's own, or one of another module.
        found = {"msg": "the verdict has no summary", **found, "verdict": None}
    summary = dict(found["summary"]) if was_judged(found) else {}
    by_job = dict(found.get("by_job") or {}) if was_judged(found) else {}
    report = {**carried(found), "summary": summary, "by_job": by_job, "situation": summary.get("situation")}
    report["satisfied"] = report["verdict"] == "satisfied"
    report["message"] = "\n".join(
        [
            *map(printable, _headlines([str(job_id) for job_id in job_ids], found, report, condition)),
            *lines_of(report, found),
        ]
    )
    return report


def _has_summaries(found: Mapping[str, Any]) -> bool:
    """Whether there is all that the sentences are made of."""
    by_job = found.get("by_job") or {}
    if not isinstance(by_job, Mapping):
        return False
    return all(
        isinstance(summary, Mapping) and summary.keys() >= _SAID and _keys_of(summary["release"]) >= _COUNTED
        for summary in (found.get("summary"), *by_job.values())
    )


def _keys_of(part: Any) -> Set[str]:
    return part.keys() if isinstance(part, Mapping) else frozenset()


def _headlines(job_ids: list[str], found: Mapping[str, Any], report: Mapping[str, Any], condition: str) -> list[str]:
    name, by_job = "Release" if condition == "released" else "Preparation", report["by_job"]
    if not was_judged(found):
        return [f"{_of(name, job_ids)} could not be judged."]
    waited = f"{time_waited(found)}."
    if len(by_job) < 2:
        [summary] = by_job.values() or [report["summary"]]
        return [f"{_of(name, job_ids[:1])} {_in_words(summary, condition, report['satisfied'])}{waited}"]
    lines = [f"  {job_id} {_in_words(summary, condition, report['satisfied'])}" for job_id, summary in by_job.items()]
    return [f"{name} {_where(list(by_job.values()), report['satisfied'])}{waited}", *lines]


def _of(name: str, job_ids: list[str]) -> str:
    return f"{name} of {name_some(job_ids)}" if job_ids else name


def _where(summaries: list[Mapping[str, Any]], fine: bool) -> str:
    """In how many jobs. One without such a task has neither succeeded nor failed, where the module lets it pass."""
    concerned = [summary for summary in summaries if not _has_nothing_to_do(summary, fine)]
    if not concerned:
        return f"has nothing to do in any of {len(summaries)} jobs"
    others = sum(summary["situation"] != "succeeded" for summary in concerned)
    total = number_of(len(concerned), "job")
    if others:
        return f"has not succeeded in {others} of {total}"
    return f"has succeeded in {'all ' if len(concerned) > 1 else ''}{total}"


def _has_nothing_to_do(summary: Mapping[str, Any], fine: bool) -> bool:
    return summary["situation"] is None and (fine or summary.get("expected") == 0)


def _in_words(summary: Mapping[str, Any], condition: str, fine: bool) -> str:
    """Where one job stands; `fine` says that the condition is satisfied."""
    how = summary["release"] if condition == "released" else summary
    done = f"on {number_of(how['succeeded'], 'node')}"
    if summary["situation"] == "succeeded":
        return f"has succeeded {done}"
    if summary["situation"] is None:
        # There was nothing to judge.
        task = "release" if condition == "released" else "preparation"
        why = "there is no such job" if summary["missing"] else f"the job has no job {task} task"
        return f"has nothing to do, {why}" if _has_nothing_to_do(summary, fine) else f"cannot be judged, {why}"
    words = _WORDS.get(summary["situation"], f"is in the situation {summary['situation']}")
    if summary["situation"] == "not_started" and how["started"]:
        words = "has not started on every node that needs it"
    return f"{words}; it has succeeded {done}" if how["succeeded"] else words


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"job_prep_report": job_prep_report}
