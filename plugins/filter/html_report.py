# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: html_report
short_description: Show what was judged and read as a page with a timeline
version_added: 1.0.0
description:
  - Turns registered results of the modules of this collection into one HTML file, which needs no network and no script.
  - It has the verdict and its reasons, a timeline with a row for each node, the nodes by state, what has failed with the end of its output, and pools
    with their resize errors. It follows the reader's light or dark mode, can be printed, and can be read on a phone.
  - With more than 500 nodes, the timeline shows how much ran at a time, and rows only for the nodes where something failed or took longest.
  - The service keeps no history. A retry, a requeue, a reboot or a reimage overwrites the previous run. The page says so.
  - All text is escaped, and control characters are shown as symbols. Whatever the modules have masked stays masked. The page has no links.
author:
  - The batchops.azure authors (@batchops)
options:
  _input:
    description:
      - The registered result that says whether all is well, of any module of this collection, or what P(batchops.azure.gate_report#filter) or
        P(batchops.azure.job_prep_report#filter) makes of one. It may have failed.
      - Without a verdict, the page says that nothing was judged. A satisfied verdict in a result that has failed, was skipped or timed out, or whose checks
        are not all satisfied, is shown as one that could not be judged.
    type: dict
    required: true
  facts:
    description:
      - Further registered results, to be drawn. Those of a loop may be given as they are.
      - One that has failed, or in which nothing was read, is named on the page.
      - The timeline needs results of M(batchops.azure.batch_task_info), M(batchops.azure.batch_job_prep_status_info) and M(batchops.azure.batch_node_info),
        with their facts. With O(batchops.azure.batch_node_info#module:condition), results of the last one also describe pools.
    type: list
    elements: dict
    default: []
  title:
    description:
      - The heading above the verdict.
    type: str
    default: Azure Batch report
  account:
    description:
      - The account, for the foot of the page. By default, the host that the facts name.
    type: str
  api_version:
    description:
      - The version of the service's API, for the foot of the page. By default, the version that the results name.
    type: str
  read_at:
    description:
      - When the results were read, such as V(2026-01-31T08:00:00Z). Bars of running tasks end there. By default, now.
    type: str
positional: facts
seealso:
  - plugin: batchops.azure.gate_report
    plugin_type: filter
  - module: batchops.azure.batch_gate_info
"""

EXAMPLES = r"""
- name: Judge, and go on whatever comes of it
  batchops.azure.batch_gate_info:
    checks:
      - check: tasks
        job_id: job-8
    diagnostics: true
  register: gate
  failed_when: false

- name: Read the tasks
  batchops.azure.batch_task_info:
    job_id: job-8
  register: read_tasks

- name: Read where the job was prepared
  batchops.azure.batch_job_prep_status_info:
    job_id: job-8
  register: read_preparation

- name: Read the nodes, and the pool beside them
  batchops.azure.batch_node_info:
    pool_id: pool-7
    condition: ready
  register: read_nodes

- name: Write the report
  ansible.builtin.copy:
    content: "{{ gate | batchops.azure.html_report([read_tasks, read_preparation, read_nodes], title='job-8') }}"
    dest: "{{ playbook_dir }}/job-8.html"
    mode: "0644"
"""

RETURN = r"""
_value:
  description:
    - The page.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.page import page
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.version import collection_version


def html_report(
    judged: Any,
    facts: Any = (),
    *,
    title: str = "Azure Batch report",
    account: str | None = None,
    api_version: str | None = None,
    read_at: str | None = None,
) -> str:
    if not isinstance(judged, Mapping):
        raise AnsibleFilterError(f"html_report: needs the registered result of a module, not {judged!r}")
    if not isinstance(facts, (list, tuple)) or not all(isinstance(result, Mapping) for result in facts):
        raise AnsibleFilterError("html_report: facts must be a list of registered results of modules")
    words = {"title": title, "account": account, "api_version": api_version, "read_at": read_at}
    for name, value in words.items():
        if value is not None and not isinstance(value, str):
            raise AnsibleFilterError(f"html_report: {name} must be a text, not {value!r}")
    try:
        return page(
            judged,
            facts,
            title=title,
            version=collection_version(),
            account=account,
            api_version=api_version,
            read_at=read_at,
        )
    except (BatchError, ValueError) as error:
        raise AnsibleFilterError(f"html_report: {error}") from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"html_report": html_report}
