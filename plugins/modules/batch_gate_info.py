#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: batch_gate_info
short_description: Check several things in an Azure Batch account at once, and wait until all of them are true
version_added: 1.0.0
description:
  - Judges jobs, tasks, nodes, pools and job preparation in one pass, with one verdict for all. Can wait until it is satisfied.
  - In every poll, all checks are read in parallel, in one process, with one sign-in and one time-out.
  - All checks are judged before the task ends. Each cause is named once, with the checks that it blocks, and whatever blocks most
    comes first.
  - The role P(batchops.azure.gate#role) uses this module.
author:
  - The batchops.azure authors (@batchops)
extends_documentation_fragment:
  - batchops.azure._account
  - batchops.azure._auth
  - batchops.azure._wait
  - batchops.azure._attributes
options:
  checks:
    description:
      - What must be true. Each check takes the options of the module that reads its resource, with the same meaning.
    type: list
    elements: dict
    required: true
    suboptions:
      check:
        description:
          - The resource. V(jobs) is read as by M(batchops.azure.batch_job_info), V(tasks) as by M(batchops.azure.batch_task_info),
            V(nodes) as by M(batchops.azure.batch_node_info), V(pools) as by M(batchops.azure.batch_pool_info),
            V(preparation) as by M(batchops.azure.batch_job_prep_status_info).
        type: str
        required: true
        choices: [jobs, tasks, nodes, pools, preparation]
      name:
        description:
          - The name of the check in messages. By default, it is made of the resource and its ids, such as C(tasks of job-7).
        type: str
      condition:
        description:
          - What must be true. The default is V(succeeded) for jobs and tasks, V(ready) for nodes, V(sound) for pools, V(prepared) for preparation.
        type: str
        choices:
          [active, completed, disabled, drained, idle, image_reached, offline, prepared, ready, released, resized, sound, started, steady, succeeded]
      job_id:
        description:
          - The job, for jobs, tasks and preparation.
        type: str
      job_ids:
        description:
          - Several jobs, instead of O(checks[].job_id).
        type: list
        elements: str
      job_schedule_id:
        description:
          - For jobs, a job schedule, whose most recent job is judged. That job may be last night's; the summary of the check says when the next run is.
        type: str
      task_id:
        description:
          - One task of the job.
        type: str
      task_ids:
        description:
          - Several tasks of the job.
        type: list
        elements: str
      pool_id:
        description:
          - The pool, for nodes and pools.
        type: str
      pool_ids:
        description:
          - Several pools, instead of O(checks[].pool_id).
        type: list
        elements: str
      node_id:
        description:
          - One node of the pool.
        type: str
      node_ids:
        description:
          - Several nodes of the pool.
        type: list
        elements: str
      filter:
        description:
          - An OData C($filter) of the service; what it leaves out is not judged.
        type: str
      min_nodes:
        description:
          - For nodes and preparation, how many nodes must satisfy the condition. For pools that are V(sound), how many nodes of each must be ready.
          - For nodes and pools, a number above what the pool has or is to have is a failed check, and a wait ends at once unless it is resizing or autoscaled.
        type: int
      expected_nodes:
        description:
          - For nodes and preparation, ids of the nodes that must satisfy the condition.
        type: list
        elements: str
      max_failed_nodes:
        description:
          - For nodes, pools that are V(sound), and preparation, how many nodes may have failed.
        type: int
        default: 0
      empty_ok:
        description:
          - For nodes that must be V(drained), whether a pool counts as drained if its target is no nodes and it has none.
        type: bool
        default: false
      expect_task_nodes:
        description:
          - For preparation, whether every node that has or had a task of the job must be prepared.
        type: bool
        default: false
      ignore_removed_nodes:
        description:
          - For preparation, whether to ignore nodes that have left the pool.
        type: bool
        default: false
      subtasks:
        description:
          - For tasks, whether the subtasks of multi-instance tasks are judged too. All of them must then be listed and satisfy the condition.
        type: bool
        default: false
      image_version:
        description:
          - For pools with V(image_reached), the version that every node must run.
        type: str
      image_supported_for:
        description:
          - For pools, the number of days for which the service must still create pools with their image. The check fails if the support ends sooner.
          - An image that the service does not list does not fail the check. C(tolerated) says what is not known about it.
        type: int
      missing_ok:
        description:
          - Whether a named object may be missing or, for preparation, whether the job may have no such task.
        type: bool
        default: false
  query:
    description:
      - A JMESPath expression over the result. Its value is returned as RV(query_result).
    type: str
  redact:
    description:
      - How secrets in output and in the service's own texts are masked. Any value other than these choices, such as V(true) or V(false), is refused.
      - A gate returns no facts of jobs, tasks and nodes, so V(strict) and V(patterns) do the same here. They mask what looks like a secret.
      - With V(none), nothing in output is masked. Reasons and messages are always masked.
    type: str
    choices: [strict, patterns, none]
    default: strict
requirements:
  - jmespath, for O(query)
seealso:
  - module: batchops.azure.batch_job_info
  - module: batchops.azure.batch_task_info
  - module: batchops.azure.batch_node_info
  - module: batchops.azure.batch_pool_info
  - module: batchops.azure.batch_job_prep_status_info
"""

EXAMPLES = r"""
---
- name: May the new image be deployed?
  batchops.azure.batch_gate_info:
    account_endpoint: "{{ batch_endpoint }}"
    checks:
      - check: preparation
        job_id: job-7
        min_nodes: 12
      - check: tasks
        job_id: job-7
      - check: nodes
        pool_id: pool-7
        max_failed_nodes: 1
  register: gate

- name: Wait for it, half an hour at most, and show the output of what fails
  batchops.azure.batch_gate_info:
    account_endpoint: "{{ batch_endpoint }}"
    checks:
      - check: jobs
        job_ids: [job-7, job-8]
      - check: nodes
        pool_id: pool-7
        condition: idle
    diagnostics: true
    wait: true
    wait_timeout: 1800
"""

RETURN = r"""
---
checks:
  description:
    - One item for each check, in their order.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description:
        - The name of the check.
      type: str
      sample: "tasks of job-7"
    check:
      description:
        - The resource.
      type: str
    condition:
      description:
        - What must be true.
      type: str
    verdict:
      description:
        - V(satisfied), V(pending) or V(failed).
      type: str
    reasons:
      description:
        - What is missing or wrong. At most 20 sentences, then how many more there are.
      type: list
      elements: str
    tolerated:
      description:
        - Failures that O(checks[].max_failed_nodes) let pass, and anything else worth knowing about a satisfied check.
      type: list
      elements: str
    summary:
      description:
        - The summary that the module of the resource returns. Empty if the service refused to answer.
      type: dict
    failure:
      description:
        - If the service refused to answer this check, its answer, with the same keys as RV(failure).
      returned: when it did
      type: dict
summary:
  description:
    - The checks in numbers.
  returned: always
  type: dict
  contains:
    total:
      description:
        - How many checks there are.
      type: int
    succeeded:
      description:
        - How many are satisfied.
      type: int
    pending:
      description:
        - How many may still be satisfied.
      type: int
    failed:
      description:
        - How many can no longer be satisfied.
      type: int
    missing:
      description:
        - Always empty.
      type: list
      elements: str
    truncated:
      description:
        - Always V(false).
      type: bool
verdict:
  description:
    - The worst verdict of all checks.
    - Unless it is V(satisfied), C(msg) says why, which keeps tasks with C(until) and C(failed_when) readable.
  returned: always
  type: str
  sample: "pending"
reasons:
  description:
    - Sentences that name each cause once. If there are several checks, each sentence also names the checks that it blocks.
    - Failures come first, then what is missing. In both groups, whatever blocks most comes first. At most 20, then how many more there are.
  returned: always
  type: list
  elements: str
  sample: ["tvm-3: preparation failed, exit code 1 (FailureExitCode) [preparation of job-7]"]
tolerated:
  description:
    - Sentences about failed nodes that O(checks[].max_failed_nodes) let pass, each once, and about expected nodes that were ignored because of
      O(checks[].ignore_removed_nodes).
  returned: when there are some
  type: list
  elements: str
failures:
  description:
    - What has failed, at most 100 items. Whatever blocks most comes first.
  returned: with O(diagnostics)
  type: list
  elements: dict
  contains:
    kind:
      description:
        - V(pool), V(job), V(node), V(start_task), V(preparation), V(release), V(task) or V(subtask).
      type: str
    job_id:
      description:
        - The job; null if the failure is not about a job.
      type: str
    task_id:
      description:
        - The task; C(task/subtask) for a subtask.
      type: str
    pool_id:
      description:
        - The pool, if known.
      type: str
    node_id:
      description:
        - The node, if known.
      type: str
    reason:
      description:
        - How it failed.
      type: str
      sample: "exit code 1 (FailureExitCode)"
    blocks:
      description:
        - How many tasks depend on it and cannot run.
      type: int
    sentence:
      description:
        - The item of RV(reasons), or of RV(tolerated), that names it.
      type: str
    stderr_tail:
      description:
        - The last lines of its C(stderr.txt); null if they were not read.
      type: str
    stdout_tail:
      description:
        - The last lines of its C(stdout.txt); null if they were not read.
      type: str
    tail_error:
      description:
        - Why they were not read; null if they were, or if there is no output to read.
      type: str
api_version:
  description:
    - The version of the service's API that was used, see O(api_version).
  returned: always
  type: str
  sample: "2025-06-01"
query_result:
  description:
    - The value of O(query).
  returned: with O(query)
  type: raw
elapsed:
  description:
    - Seconds that the wait took.
  returned: with O(wait), except in check mode
  type: float
  sample: 30.214
polls:
  description:
    - How many times the account was polled, including polls that failed.
  returned: with O(wait), except in check mode
  type: int
  sample: 3
timed_out:
  description:
    - Whether O(wait_timeout) passed while there was still something to wait for.
  returned: with O(wait), except in check mode
  type: bool
  sample: false
stalled:
  description:
    - Whether the wait ended because nothing had changed for O(stall_timeout).
  returned: with O(wait), except in check mode
  type: bool
  sample: false
transient_errors:
  description:
    - How many requests and polls failed without ending the wait.
  returned: with O(wait), except in check mode
  type: int
  sample: 0
last_transient_error:
  description:
    - The error of the last poll that failed without ending the wait; null if there was none.
  returned: with O(wait), except in check mode
  type: str
failure:
  description:
    - Why the task failed, as separate values. Use C(code) in conditions of a task.
    - If the service refused, it holds the HTTP C(status), the C(code) and C(message) of the service, C(values) with details as C(key)
      and C(value), the C(request_id) for Microsoft's support, the C(client_request_id) that was sent, and the C(url) of the request.
    - Otherwise C(code) is V(InvalidOption), V(LibraryMissing), V(SignInFailed), V(ConnectionFailed) if no answer came, V(InvalidAnswer) if
      the answer was not one of the service, V(ForeignLink) if the service pointed to another host, V(TimedOut), V(Stalled) or V(ConditionFailed) if
      a wait ended that way, or V(ModuleFailed) if the module crashed on another host. C(values) is then empty, and what does not apply is null.
    - If Ansible itself fails the task, there is no such key, so use C(default) with RV(ignore:failure).
  returned: when the task has failed
  type: dict
  sample:
    status: 404
    code: JobNotFound
    message: The specified job does not exist.
    values: []
    request_id: 14b0b305-a94d-4a31-bb67-1f94f9f28eda
    client_request_id: 9b347e18-49ba-4644-a7b6-1c202455d029
    url: https://myaccount.westeurope.batch.azure.com/jobs/job-9?api-version=2025-06-01
"""

import gc

if __name__ == "__main__":
    # Nothing of what a module imports is garbage, and looking for some is 3 % of its time.
    gc.disable()

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.batchops.azure.plugins.module_utils._gate.resource import GATE
from ansible_collections.batchops.azure.plugins.module_utils._run import run_module


def main() -> None:
    run_module(AnsibleModule(**GATE.arguments.for_module()), GATE)


if __name__ == "__main__":
    main()
