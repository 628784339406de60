#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: batch_job_prep_status_info
short_description: Read on which nodes Azure Batch job preparation and release tasks have run, and wait for them
version_added: 1.0.0
description:
  - Reads on which nodes the job preparation task and the job release task of one or several jobs have run, and how they ended.
  - Judges a condition, and can wait until it is satisfied.
  - The service lists only nodes on which one of the two has started. At first there are none, and a node without a task of the job is never listed.
    Use O(expect_task_nodes), O(expected_nodes) or O(min_nodes) to say where preparation must have succeeded.
author:
  - The batchops.azure authors (@batchops)
extends_documentation_fragment:
  - batchops.azure._account
  - batchops.azure._auth
  - batchops.azure._odata
  - batchops.azure._judged
  - batchops.azure._wait
  - batchops.azure._nodes
  - batchops.azure._attributes
options:
  job_id:
    description:
      - The id of the job. Either this or O(job_ids) is needed.
    type: str
  job_ids:
    description:
      - Ids of several jobs, which are read at the same time.
    type: list
    elements: str
  expect_task_nodes:
    description:
      - Whether every node that has or had a task of the job must satisfy O(condition=prepared). Those are the nodes of the
        tasks and subtasks that are preparing, running or completed. There must be at least one, and the service must name the node of each of those tasks.
      - A failure on another node counts too, because its task has only moved on to the next node; see O(max_failed_nodes).
      - This reads the list of those tasks in every poll.
    type: bool
    default: false
  ignore_removed_nodes:
    description:
      - Whether to ignore nodes that are no longer in the pool, whether they are expected or have failed. A node that is named in
        O(expected_nodes) is then listed in RV(tolerated).
      - If the job was on another pool before, nodes of that pool are looked for in that pool.
    type: bool
    default: false
  missing_ok:
    description:
      - Whether the job may be missing, or may have no job preparation task (with O(condition=released), no job release task).
      - A job without that task satisfies O(condition) only with V(true). A job that does not exist never does.
      - If the job and the status do not agree on whether there is such a task, the condition is pending.
  condition:
    description:
      - What must be true on every node that is listed, or on those that O(expected_nodes) and O(min_nodes) ask for.
        There must be at least one.
      - V(prepared) means that the job preparation task has succeeded.
      - V(released) means that the job release task has succeeded, on every node that was prepared.
    type: str
    choices: [prepared, released]
seealso:
  - module: batchops.azure.batch_job_info
  - module: batchops.azure.batch_node_info
"""

EXAMPLES = r"""
---
- name: Where has the preparation task run?
  batchops.azure.batch_job_prep_status_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_id: job-7
  register: prep

- name: Wait until 12 nodes are prepared, and stop as soon as it fails on one
  batchops.azure.batch_job_prep_status_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_id: job-7
    condition: prepared
    min_nodes: 12
    wait: true
    wait_timeout: 900
    wait_sleep: 10

- name: Wait until the nodes that matter are prepared
  batchops.azure.batch_job_prep_status_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_id: job-7
    condition: prepared
    expected_nodes: [tvm-1, tvm-2]
    wait: true
"""

RETURN = r"""
---
nodes:
  description:
    - One item for each node on which the job preparation or release task of a job has run.
  returned: always
  type: list
  elements: dict
  contains:
    job_id:
      description:
        - The job.
      type: str
      sample: "job-7"
    pool_id:
      description:
        - The pool of the node.
      type: str
      sample: "pool-7"
    node_id:
      description:
        - The node. It may have left the pool since.
      type: str
      sample: "tvm-1"
    node_url:
      description:
        - The URL of the node.
      type: str
    preparation:
      description:
        - How the job preparation task ran; null if it has not.
      type: dict
      contains:
        state:
          description:
            - V(running) or V(completed).
          type: str
        start_time:
          description:
            - When it started, UTC.
          type: str
        end_time:
          description:
            - When it ended, UTC.
          type: str
        result:
          description:
            - V(success) or V(failure). The only thing to judge by.
          type: str
        exit_code:
          description:
            - The exit code; absent if there was none, and sometimes 0 for a failure.
          type: int
        failure_info:
          description:
            - Why it failed, with C(category), C(code), C(message) and C(details).
          type: dict
        container_info:
          description:
            - The container that it ran in.
          type: dict
        retry_count:
          description:
            - How often it was tried again.
          type: int
        last_retry_time:
          description:
            - When it was last tried again, UTC.
          type: str
        task_root_directory:
          description:
            - Its folder on the node.
          type: str
        task_root_directory_url:
          description:
            - The URL of that folder.
          type: str
    release:
      description:
        - How the job release task ran; null if it has not.
      type: dict
      contains:
        state:
          description:
            - V(running) or V(completed).
          type: str
        start_time:
          description:
            - When it started, UTC.
          type: str
        end_time:
          description:
            - When it ended, UTC.
          type: str
        result:
          description:
            - V(success) or V(failure). The only thing to judge by.
          type: str
        exit_code:
          description:
            - The exit code; absent if there was none, and sometimes 0 for a failure.
          type: int
        failure_info:
          description:
            - Why it failed, with C(category), C(code), C(message) and C(details).
          type: dict
        container_info:
          description:
            - The container that it ran in.
          type: dict
        task_root_directory:
          description:
            - Its folder on the node.
          type: str
        task_root_directory_url:
          description:
            - The URL of that folder.
          type: str
summary:
  description:
    - All nodes that are listed, in numbers. Over several jobs, ids are written C(job/node).
  returned: always
  type: dict
  contains:
    total:
      description:
        - How many nodes are listed. V(0) means that nothing has started.
      type: int
    has_prep_task:
      description:
        - Whether the job has a job preparation task.
      type: bool
    has_release_task:
      description:
        - Whether the job has a job release task.
      type: bool
    started:
      description:
        - Nodes on which preparation has started.
      type: int
    running:
      description:
        - Nodes on which preparation is running.
      type: int
    succeeded:
      description:
        - Nodes on which preparation has succeeded.
      type: int
    failed:
      description:
        - Nodes on which preparation has failed.
      type: int
    failed_nodes:
      description:
        - Ids of those.
      type: list
      elements: str
    by_state:
      description:
        - How many preparation tasks are in each state; a key for each state that occurs.
      type: dict
    release:
      description:
        - The same for release tasks.
      type: dict
      contains:
        started:
          description:
            - Nodes on which release has started.
          type: int
        running:
          description:
            - Nodes on which release is running.
          type: int
        succeeded:
          description:
            - Nodes on which release has succeeded.
          type: int
        failed:
          description:
            - Nodes on which release has failed.
          type: int
        failed_nodes:
          description:
            - Ids of those.
          type: list
          elements: str
    job_state:
      description:
        - The state of the job; null if it is not the same for all jobs, or the job does not exist.
      type: str
    expected:
      description:
        - On how many nodes it must have succeeded, as far as the options say so; null without O(condition).
        - V(0) where the job has no such task and O(missing_ok) lets that pass.
      type: int
    situation:
      description:
        - How far the job has got towards O(condition); null without it, and if several jobs differ.
        - V(succeeded); V(failed); V(retried) if it failed on a node and its task went on to another one; V(job_ended) if the job
          ended before; V(no_node) if no node can take a task; V(restarted) if it runs again where it had ended, after a
          reboot or reimage; V(running); V(no_task_on_a_node) if no task of the job has been given to a node; V(not_started).
      type: str
    missing:
      description:
        - Named ids that do not exist. Always empty without O(missing_ok=true).
      type: list
      elements: str
      sample: []
    truncated:
      description:
        - Whether O(limit) was reached. There may then be more items than are counted here.
      type: bool
      sample: false
by_job:
  description:
    - One summary for each job, with the same keys as RV(summary).
  returned: with O(job_ids)
  type: dict
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
verdict:
  description:
    - The verdict on O(condition) and O(expression), V(satisfied), V(pending) or V(failed).
    - V(failed) means that it can no longer be satisfied.
    - Unless it is V(satisfied), C(msg) says why, which keeps tasks with C(until) and C(failed_when) readable.
  returned: with O(condition) or O(expression)
  type: str
  sample: "pending"
reasons:
  description:
    - Sentences that name what is missing or wrong, at most 20, then one that says how many more there are. Empty if satisfied.
  returned: with O(condition) or O(expression)
  type: list
  elements: str
  sample: ["tvm-3: preparation failed, exit code 1 (FailureExitCode)"]
tolerated:
  description:
    - Sentences about failed nodes that O(max_failed_nodes) let pass, and about expected nodes that were ignored because of O(ignore_removed_nodes).
  returned: when there are some
  type: list
  elements: str
failures:
  description:
    - What has failed, at most 100 items. Whatever blocks most comes first.
  returned: with O(diagnostics) and a verdict
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
from ansible_collections.batchops.azure.plugins.module_utils._prep.resource import PREPARATION
from ansible_collections.batchops.azure.plugins.module_utils._run import run_module


def main() -> None:
    run_module(AnsibleModule(**PREPARATION.arguments.for_module()), PREPARATION)


if __name__ == "__main__":
    main()
