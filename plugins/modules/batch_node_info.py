#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: batch_node_info
short_description: Read compute nodes of Azure Batch pools, and wait for them
version_added: 1.0.0
description:
  - Reads one compute node, several nodes, or all nodes of one or several pools.
  - Judges a condition, and can wait until it is satisfied.
  - Waiting ends early when a start task has failed, a node is unusable, or the pool cannot be resized. A resize that was stopped
    does not continue by itself, even if only Spot nodes are missing. Other shortages of Spot nodes are waited for.
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
  pool_id:
    description:
      - The id of the pool. Either this or O(pool_ids) is needed.
    type: str
  pool_ids:
    description:
      - Ids of several pools, which are read at the same time.
    type: list
    elements: str
  node_id:
    description:
      - The id of one node of O(pool_id). Without it and without O(node_ids), all nodes are read.
    type: str
  node_ids:
    description:
      - Ids of several nodes of O(pool_id).
    type: list
    elements: str
  condition:
    description:
      - What must be true of every node that is read, or of those that O(expected_nodes) and O(min_nodes) ask for.
        There must be at least one.
      - V(ready) means idle or running, with scheduling enabled, and the start task not failed.
        A whole pool must also have all its nodes and not be resizing.
      - V(idle) is a state. For a whole pool, the same applies as for V(ready).
      - V(drained) means that no task runs on the node.
      - V(idle) and V(drained) are pending while the node counts a running task, or lists one among its recent tasks.
      - An unknown state or result never satisfies a condition. Neither does a pool that does not report its target number of nodes.
      - V(offline) is a state.
    type: str
    choices: [ready, idle, drained, offline]
  empty_ok:
    description:
      - Whether a pool without nodes satisfies O(condition=drained). The pool must be steady, with a target of 0 nodes.
      - An empty list of nodes alone is not enough, because the list is also empty while a pool is still getting its nodes.
      - For an autoscaled pool, RV(tolerated) says that it may get nodes again.
    type: bool
    default: false
seealso:
  - module: batchops.azure.batch_job_prep_status_info
"""

EXAMPLES = r"""
---
- name: Read the nodes of a pool
  batchops.azure.batch_node_info:
    account_endpoint: "{{ batch_endpoint }}"
    pool_id: pool-7
  register: nodes

- name: Wait until the whole pool can take tasks
  batchops.azure.batch_node_info:
    account_endpoint: "{{ batch_endpoint }}"
    pool_id: pool-7
    details: summary
    condition: ready
    wait: true

- name: Is at least one node idle in each of the pools?
  batchops.azure.batch_node_info:
    account_endpoint: "{{ batch_endpoint }}"
    pool_ids: [pool-7, pool-8]
    condition: idle
    min_nodes: 1
  register: idle
"""

RETURN = r"""
---
nodes:
  description:
    - Facts of the nodes. Properties of the service that are not listed here pass through in snake_case.
  returned: always
  type: list
  elements: dict
  contains:
    pool_id:
      description:
        - The pool that the node belongs to.
      type: str
      sample: "pool-7"
    id:
      description:
        - The id of the node.
      type: str
      sample: "tvm-1"
    state:
      description:
        - Such as V(idle), V(running), V(starting), V(waitingforstarttask), V(starttaskfailed), V(unusable),
          V(offline), V(preempted) or V(unknown).
      type: str
      sample: "idle"
    state_transition_time:
      description:
        - When it entered its state, UTC.
      type: str
    scheduling_state:
      description:
        - V(enabled) or V(disabled).
      type: str
    url:
      description:
        - The URL of the node.
      type: str
    allocation_time:
      description:
        - When it was allocated, UTC.
      type: str
    last_boot_time:
      description:
        - When it last booted, UTC; absent while it is being created.
      type: str
    ip_address:
      description:
        - Its address for other nodes.
      type: str
    ipv6_address:
      description:
        - The same, IPv6.
      type: str
    affinity_id:
      description:
        - What tasks name to run on it.
      type: str
    vm_size:
      description:
        - The size of the virtual machine.
      type: str
    is_dedicated:
      description:
        - Whether it is a dedicated node and not a Spot node.
      type: bool
    total_tasks_run:
      description:
        - Tasks run since it was allocated.
      type: int
    total_tasks_succeeded:
      description:
        - Those that succeeded.
      type: int
    running_tasks_count:
      description:
        - Tasks that run now.
      type: int
    running_task_slots_count:
      description:
        - Task slots in use now.
      type: int
    recent_tasks:
      description:
        - Tasks whose state changed recently.
      type: list
      elements: dict
    start_task:
      description:
        - The start task.
      type: dict
    start_task_info:
      description:
        - How the start task ran.
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
    errors:
      description:
        - Errors of the node, each with C(code) and C(message).
      type: list
      elements: dict
    endpoint_configuration:
      description:
        - Its endpoints for remote login.
      type: dict
    node_agent_info:
      description:
        - The node agent; absent while the node is being created.
      type: dict
    virtual_machine_info:
      description:
        - The image that it runs.
      type: dict
    certificate_references:
      description:
        - Certificates, before C(api_version) 2025-06-01.
      type: list
      elements: dict
summary:
  description:
    - All nodes that were read, in numbers. Over several pools, ids are written C(pool/node).
  returned: always
  type: dict
  contains:
    total:
      description:
        - How many nodes were found.
      type: int
    by_state:
      description:
        - How many nodes are in each state; a key for each state that occurs.
      type: dict
    succeeded:
      description:
        - Nodes that can take tasks, which means idle or running, with scheduling enabled, and the start task not
          failed.
      type: int
    failed:
      description:
        - Nodes with a failed start task, and unusable nodes.
      type: int
    failed_nodes:
      description:
        - Ids of those.
      type: list
      elements: str
    running_tasks:
      description:
        - Tasks that run on the nodes.
      type: int
    missing:
      description:
        - Named ids that do not exist. Always empty without O(missing_ok=true).
      type: list
      elements: str
      sample: []
    pool_state:
      description:
        - V(active) or V(deleting); null without a condition, as are the next three, and over several pools that differ.
      type: str
    allocation_state:
      description:
        - V(steady), V(resizing) or V(stopping).
      type: str
    current_nodes:
      description:
        - How many nodes the pool has, dedicated and Spot. Null if it does not report it.
      type: int
    target_nodes:
      description:
        - The target number of nodes of the pool. Null if it does not report it.
      type: int
    resize_errors:
      description:
        - Why the pool has not reached its target.
      type: list
      elements: str
    truncated:
      description:
        - Whether O(limit) was reached. There may then be more items than are counted here.
      type: bool
      sample: false
by_pool:
  description:
    - One summary for each pool, with the same keys as RV(summary).
  returned: with O(pool_ids)
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
  sample: ["tvm-3: start task failed, exit code 1 (FailureExitCode)"]
tolerated:
  description:
    - Sentences about failed nodes that O(max_failed_nodes) let pass.
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
from ansible_collections.batchops.azure.plugins.module_utils._nodes.resource import NODES
from ansible_collections.batchops.azure.plugins.module_utils._run import run_module


def main() -> None:
    run_module(AnsibleModule(**NODES.arguments.for_module()), NODES)


if __name__ == "__main__":
    main()
