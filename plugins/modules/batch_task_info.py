#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: batch_task_info
short_description: Read tasks of Azure Batch jobs, and wait for them
version_added: 1.0.0
description:
  - Reads one task, several tasks, or all tasks of one or several jobs.
  - Judges a condition, and can wait until it is satisfied.
  - Waiting ends early if the job has ended, because no more of its tasks will start.
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
  job_id:
    description:
      - The id of the job. Either this or O(job_ids) is needed.
    type: str
  job_ids:
    description:
      - Ids of several jobs, which are read at the same time.
    type: list
    elements: str
  task_id:
    description:
      - The id of one task of O(job_id). Without it and without O(task_ids), all tasks are read.
    type: str
  task_ids:
    description:
      - Ids of several tasks of O(job_id).
    type: list
    elements: str
  expand:
    description:
      - With V(stats), statistics of resource usage are read as well.
    type: str
    choices: [stats]
  subtasks:
    description:
      - Whether to read the subtasks of multi-instance tasks, which takes one more request for each such task.
      - With V(true), a condition is satisfied only if all subtasks are listed and it is true of each of them. Their number is
        C(numberOfInstances) minus one. A task can be completed while one of its subtasks still runs.
      - Subtasks that are not listed when the job is over, or when their task failed before it started, count as failed.
      - With V(false), a multi-instance task is judged by its primary alone. M(batchops.azure.batch_job_info) always does so.
    type: bool
    default: false
  condition:
    description:
      - What must be true of every task that is read. There must be at least one.
      - V(started) means running, or completed after having started.
      - V(completed) means ended, successfully or not.
      - V(succeeded) means completed with the result success. The exit code does not count.
      - Tasks are counted by their ids. A task that is listed twice with different states is pending. So is a task with an unknown state or
        result.
    type: str
    choices: [started, completed, succeeded]
seealso:
  - module: batchops.azure.batch_job_info
"""

EXAMPLES = r"""
---
- name: Read one task
  batchops.azure.batch_task_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_id: job-7
    task_id: task-1
  register: task

- name: Count the tasks of a large job, and list those that failed
  batchops.azure.batch_task_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_id: job-7
    details: summary
  register: tasks

- name: Wait until all tasks of several jobs have succeeded, or one has failed
  batchops.azure.batch_task_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_ids: [job-7, job-8]
    details: summary
    condition: succeeded
    wait: true

- name: Read what is left to do
  batchops.azure.batch_task_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_id: job-7
    filter: state ne 'completed'
    select: [id, state]
  register: left
"""

RETURN = r"""
---
tasks:
  description:
    - Facts of the tasks. Properties of the service that are not listed here pass through in snake_case.
  returned: always
  type: list
  elements: dict
  contains:
    job_id:
      description:
        - The job that the task belongs to.
      type: str
      sample: "job-7"
    id:
      description:
        - The id of the task.
      type: str
      sample: "task-1"
    display_name:
      description:
        - Its display name.
      type: str
    state:
      description:
        - V(active), V(preparing), V(running) or V(completed).
      type: str
      sample: "completed"
    state_transition_time:
      description:
        - When it entered its state, UTC.
      type: str
    previous_state:
      description:
        - The previous state.
      type: str
    previous_state_transition_time:
      description:
        - When it entered the previous state, UTC.
      type: str
    url:
      description:
        - The URL of the task.
      type: str
    etag:
      description:
        - The version of the task.
      type: str
    creation_time:
      description:
        - When it was created, UTC.
      type: str
    last_modified:
      description:
        - When it was last changed, UTC.
      type: str
    command_line:
      description:
        - What it runs.
      type: str
    container_settings:
      description:
        - The container that it runs in.
      type: dict
    resource_files:
      description:
        - Files that are downloaded before it runs.
      type: list
      elements: dict
    output_files:
      description:
        - Files that are uploaded after it ran.
      type: list
      elements: dict
    environment_settings:
      description:
        - Environment variables, each with C(name) and C(value).
      type: list
      elements: dict
    affinity_info:
      description:
        - The node that it would like to run on.
      type: dict
    constraints:
      description:
        - Limits of time and retries.
      type: dict
    required_slots:
      description:
        - How many task slots it takes.
      type: int
    user_identity:
      description:
        - The user that it runs as.
      type: dict
    execution_info:
      description:
        - How it ran.
      type: dict
      contains:
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
        requeue_count:
          description:
            - How often it was put back into the queue.
          type: int
        last_requeue_time:
          description:
            - When it was last put back, UTC.
          type: str
    node_info:
      description:
        - The node that it ran on, with C(node_id), C(pool_id) and the folder of the task.
      type: dict
    multi_instance_settings:
      description:
        - Set for a multi-instance task. The task itself shows its primary.
      type: dict
    depends_on:
      description:
        - Tasks that must succeed first.
      type: dict
    exit_conditions:
      description:
        - What happens by exit code.
      type: dict
    application_package_references:
      description:
        - Application packages that it needs.
      type: list
      elements: dict
    authentication_token_settings:
      description:
        - What it may access in the account.
      type: dict
    stats:
      description:
        - Resource usage, with O(expand=stats). Counters may be strings.
      type: dict
    subtasks:
      description:
        - The subtasks of a multi-instance task.
      returned: with O(subtasks=true), for a multi-instance task
      type: list
      elements: dict
      contains:
        id:
          description:
            - The number of the subtask, from V(1).
          type: int
        node_info:
          description:
            - The node that it ran on.
          type: dict
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
        state_transition_time:
          description:
            - When it entered its state, UTC.
          type: str
        previous_state:
          description:
            - The previous state.
          type: str
        previous_state_transition_time:
          description:
            - When it entered the previous state, UTC.
          type: str
summary:
  description:
    - All tasks that were read, in numbers. Over several jobs, ids are written C(job/task).
  returned: always
  type: dict
  contains:
    total:
      description:
        - How many tasks were found.
      type: int
    by_state:
      description:
        - How many tasks are in each state; a key for each state that occurs.
      type: dict
    succeeded:
      description:
        - Completed tasks with the result success.
      type: int
    failed:
      description:
        - Completed tasks that failed, or that ended without having started.
      type: int
    failed_tasks:
      description:
        - Ids of those.
      type: list
      elements: str
    failed_subtasks:
      description:
        - Failed subtasks, as C(task/number). Filled with O(subtasks=true).
      type: list
      elements: str
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
  sample: ["task-3: failed, exit code 1 (FailureExitCode)"]
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
        - The item of RV(reasons) that names it.
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
from ansible_collections.batchops.azure.plugins.module_utils._run import run_module
from ansible_collections.batchops.azure.plugins.module_utils._tasks.resource import TASKS


def main() -> None:
    run_module(AnsibleModule(**TASKS.arguments.for_module()), TASKS)


if __name__ == "__main__":
    main()
