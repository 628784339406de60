#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: batch_pool_info
short_description: Read Azure Batch pools, and wait for them
version_added: 1.0.0
description:
  - Reads one pool, several pools, or all pools of the account, with their node counts and the errors of their last resize.
  - Judges a condition, and can wait until it is satisfied.
  - Waiting ends early when a pool is being deleted, when it has stopped resizing with fewer or more nodes than its target, or when too many of
    its nodes have failed.
  - A pool counts as having stopped if it is steady and not autoscaled, and one of two things is true. Either dedicated nodes are missing and there is a
    resize error. Or Spot nodes are missing, or there are too many nodes, and somebody stopped the resize.
  - Other shortages of Spot nodes, and shortages of autoscaled pools, may still be filled, and surplus nodes may still leave. They are waited for, with the
    error in the reason.
  - The service keeps the error of a resize until the next resize. If the pool has reached its target by now, the error is old. It does not
    affect the verdict, and is listed in RV(pools[].stale_errors).
author:
  - The batchops.azure authors (@batchops)
extends_documentation_fragment:
  - batchops.azure._account
  - batchops.azure._auth
  - batchops.azure._odata
  - batchops.azure._judged
  - batchops.azure._wait
  - batchops.azure._attributes
options:
  pool_id:
    description:
      - The id of one pool. Without it and without O(pool_ids), all pools of the account are read.
    type: str
  pool_ids:
    description:
      - Ids of several pools, which are read at the same time.
    type: list
    elements: str
  expand:
    description:
      - With V(stats), the service adds statistics of the pool's whole life. They are updated about every 30 minutes.
    type: str
    choices: [stats]
  node_counts:
    description:
      - Whether to read, for each pool, how many nodes are in each state.
      - These counts lag behind, so nothing is judged by them. M(batchops.azure.batch_node_info) reads the nodes themselves.
    type: bool
    default: false
  condition:
    description:
      - What must be true of every pool that is read. There must be at least one.
      - V(steady) means active, and neither resizing nor stopping. It says nothing about the number of nodes.
      - V(resized) means steady, with exactly the target numbers of dedicated and Spot nodes, none of them preempted.
        The service includes preempted nodes in the number of nodes that a pool has. So if there are Spot nodes, one more request looks for preempted ones.
      - V(sound) means resized, and every node is ready as with O(batchops.azure.batch_node_info#module:condition=ready). There must be at least one node.
      - V(image_reached) means steady, with at least one node, and every node runs exactly the version of one image that O(image_version) asks for.
        A node that does not report its version is waited for. V(latest) is not a version.
        This needs an O(api_version) of 2021-06-01.14.0 or newer.
      - A pool whose target is no nodes, and that has none, is V(steady) and V(resized), but satisfies no other condition.
      - An unknown state, or a number that the service does not report, never satisfies a condition.
    type: str
    choices: [steady, resized, sound, image_reached]
  min_nodes:
    description:
      - With O(condition=sound), the minimum number of nodes of each pool that must be ready, V(1) or more. The others may still be pending, but no more than
        O(max_failed_nodes) may have failed. Even so, the pool must be resized.
      - A number above what the pool has or is to have is a failed condition, and a wait ends at once, unless the pool is resizing or autoscaled.
    type: int
  max_failed_nodes:
    description:
      - With O(condition=sound), how many nodes of each pool may have failed. They are then listed in RV(tolerated).
    type: int
    default: 0
  image_version:
    description:
      - With O(condition=image_reached), the version that every node must run, such as V(18.04.202209020).
      - For an image from a gallery, this is the version at the end of its id, or the whole id including the version.
      - By default, it is the version that the pool itself asks for. If that is V(latest) or not set, all nodes must run the same image in the same version.
      - The image must be that of the pool, unless O(image_version) is a whole id or V(publisher:offer:sku:version) of another one.
    type: str
  image_supported_for:
    description:
      - Number of days, V(0) or more, for which the service must still create pools with the image of each pool.
      - The list of supported images is read once. If the support of a pool's image ends sooner, or a Marketplace image is
        not listed, there is a warning. In M(batchops.azure.batch_gate_info), support that ends sooner fails the check.
      - An image that is listed without an end date is supported. An image that is never listed, such as a custom image or one from a gallery, is not judged,
        and RV(pools[].image_support) says that nothing is known.
      - Existing pools keep running after the support of their image has ended.
    type: int
seealso:
  - module: batchops.azure.batch_node_info
  - module: batchops.azure.batch_gate_info
"""

EXAMPLES = r"""
---
- name: Read the pools of the account
  batchops.azure.batch_pool_info:
    account_endpoint: "{{ batch_endpoint }}"
  register: account

- name: Which of them are short of nodes, and why?
  ansible.builtin.debug:
    msg: "{{ account.summary.resize_errors }}"
  when: account.summary.short | length > 0

- name: Wait until the new pool can take tasks on every node
  batchops.azure.batch_pool_info:
    account_endpoint: "{{ batch_endpoint }}"
    pool_id: pool-8
    details: summary
    condition: sound
    diagnostics: true
    wait: true
    wait_timeout: 1800

- name: Do all nodes run the new version of the image?
  batchops.azure.batch_pool_info:
    account_endpoint: "{{ batch_endpoint }}"
    pool_id: pool-8
    condition: image_reached
    image_version: 18.04.202209020
  register: upgraded

- name: Warn of images that end within 90 days
  batchops.azure.batch_pool_info:
    account_endpoint: "{{ batch_endpoint }}"
    image_supported_for: 90
"""

RETURN = r"""
---
pools:
  description:
    - Facts of the pools. Properties of the service that are not listed here pass through in snake_case.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description:
        - The id of the pool.
      type: str
      sample: "pool-7"
    display_name:
      description:
        - Its display name.
      type: str
    state:
      description:
        - V(active), V(deleting), or of old pools V(upgrading).
      type: str
      sample: "active"
    state_transition_time:
      description:
        - When it entered its state, UTC.
      type: str
    allocation_state:
      description:
        - V(steady), V(resizing) or V(stopping).
      type: str
      sample: "steady"
    allocation_state_transition_time:
      description:
        - When it entered its allocation state, UTC.
      type: str
    current_dedicated_nodes:
      description:
        - How many dedicated nodes it has.
      type: int
    target_dedicated_nodes:
      description:
        - Its target number of dedicated nodes.
      type: int
    current_low_priority_nodes:
      description:
        - How many Spot nodes it has, preempted ones among them.
      type: int
    target_low_priority_nodes:
      description:
        - Its target number of Spot nodes.
      type: int
    resize_errors:
      description:
        - Errors of its last resize, each with C(code) and C(message); absent if there was none.
        - They stay until the next resize, even if the pool has got its nodes since.
      type: list
      elements: dict
    stale_errors:
      description:
        - Resize errors that are old, as sentences, because the pool has reached its target since.
      type: list
      elements: str
      sample: []
    resize_timeout:
      description:
        - How long a resize may take.
      type: str
    enable_auto_scale:
      description:
        - Whether a formula sets its target number of nodes.
      type: bool
    auto_scale_formula:
      description:
        - The formula.
      type: str
    auto_scale_evaluation_interval:
      description:
        - How often it is evaluated.
      type: str
    auto_scale_run:
      description:
        - The last evaluation of the formula.
      type: dict
      contains:
        timestamp:
          description:
            - When it was evaluated, UTC.
          type: str
        results:
          description:
            - The values of its variables.
          type: str
        error:
          description:
            - Why it could not be evaluated, with C(code) and C(message); absent if it could.
          type: dict
    node_counts:
      description:
        - How many nodes are in each state, as the service counts them. The counts lag behind. Null for a pool that the service does not count yet.
        - C(dedicated) and C(low_priority) have a number for each state, and their C(total).
      returned: with O(node_counts)
      type: dict
    image_support:
      description:
        - Until when the service creates pools with its image.
      returned: with O(image_supported_for)
      type: dict
      contains:
        listed:
          description:
            - Whether the service lists the image; null for one that it never lists.
          type: bool
        batch_support_end_of_life:
          description:
            - When the support ends, UTC; null if that is not planned, or not known.
          type: str
        supported:
          description:
            - Whether it is supported for the requested time; null if that is not known.
          type: bool
    vm_size:
      description:
        - The size of its virtual machines.
      type: str
    virtual_machine_configuration:
      description:
        - The image of its nodes, with disks, extensions and the like.
      type: dict
    task_slots_per_node:
      description:
        - How many task slots a node has. Before C(api_version) 2020-09-01.12.0 the service calls it C(maxTasksPerNode).
      type: int
    task_scheduling_policy:
      description:
        - How tasks are spread over the nodes.
      type: dict
    enable_inter_node_communication:
      description:
        - Whether its nodes can talk to each other.
      type: bool
    network_configuration:
      description:
        - Its network.
      type: dict
    start_task:
      description:
        - The start task of its nodes.
      type: dict
    user_accounts:
      description:
        - Users on its nodes.
      type: list
      elements: dict
    metadata:
      description:
        - The user's own names and values.
      type: list
      elements: dict
    mount_configuration:
      description:
        - File systems that its nodes mount.
      type: list
      elements: dict
    creation_time:
      description:
        - When it was created, UTC.
      type: str
    last_modified:
      description:
        - When it was last changed, UTC.
      type: str
    etag:
      description:
        - Changes with the pool.
      type: str
    url:
      description:
        - The URL of the pool.
      type: str
    stats:
      description:
        - Statistics of its whole life.
      returned: with O(expand=stats)
      type: dict
summary:
  description:
    - All pools that were read, in numbers. Ids of nodes are written C(pool/node).
  returned: always
  type: dict
  contains:
    total:
      description:
        - How many pools were found.
      type: int
    by_state:
      description:
        - How many pools are in each state; a key for each state that occurs.
      type: dict
    by_allocation_state:
      description:
        - How many pools are in each allocation state; a key for each that occurs.
      type: dict
    succeeded:
      description:
        - How many pools are active and steady, and have their target number of nodes of each kind.
      type: int
    failed:
      description:
        - How many pools have stopped resizing with fewer or more nodes than their target.
      type: int
    failed_pools:
      description:
        - Ids of those.
      type: list
      elements: str
    current_nodes:
      description:
        - How many nodes they have, dedicated and Spot. Null if a pool does not report it.
      type: int
    target_nodes:
      description:
        - Their target number of nodes. Null if a pool does not report it.
      type: int
    short:
      description:
        - Ids of pools that have fewer dedicated or Spot nodes than their target.
      type: list
      elements: str
      sample: ["pool-8"]
    resize_errors:
      description:
        - Errors of the last resize of pools that have fewer or more nodes than their target. Old errors of other pools are not included.
      type: list
      elements: str
      sample: ["pool-8: AccountCoreQuotaReached: The account has reached its core quota"]
    node_counts:
      description:
        - How many nodes the service counts in each state. Empty without O(node_counts).
      type: dict
    judged_nodes:
      description:
        - How many nodes were read for O(condition). Only V(sound) and V(image_reached) read all nodes.
      type: int
    succeeded_nodes:
      description:
        - How many of those are as O(condition) asks for.
      type: int
    failed_nodes:
      description:
        - Ids of those that can take no tasks, with O(condition=sound).
      type: list
      elements: str
    by_image:
      description:
        - How many nodes run each image, with O(condition=image_reached). C(unknown) counts nodes that do not report their version.
        - Images are written C(publisher:offer:sku:version), or with their id.
      type: dict
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
  sample: ["pool pool-8 has 3 of 5 nodes (steady): it stopped resizing, AccountCoreQuotaReached: The account has reached its core quota"]
tolerated:
  description:
    - Sentences about failed nodes that O(max_failed_nodes) let pass, and about autoscale formulas that fail while the verdict does not depend on them.
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
from ansible_collections.batchops.azure.plugins.module_utils._pools.resource import POOLS
from ansible_collections.batchops.azure.plugins.module_utils._run import run_module


def main() -> None:
    run_module(AnsibleModule(**POOLS.arguments.for_module()), POOLS)


if __name__ == "__main__":
    main()
