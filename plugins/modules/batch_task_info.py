#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: batch_task_info
short_description: Read tasks of Azure Batch jobs, and wait for them
version_added: 0.1.0
description:
  - Reads one task, several tasks, or all tasks of one or several jobs.
  - Judges a condition, and can wait until it is satisfied.
  - Waiting ends early when the job has ended, because none of its tasks will start then.
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
      - With V(stats), use of resources is read as well.
    type: str
    choices: [stats]
  subtasks:
    description:
      - Whether to read the subtasks of multi-instance tasks, which takes one more request for each such task.
      - Whoever asks for them waits for them. A condition is satisfied only when all subtasks are listed, which are one less than
        C(numberOfInstances), and it is true of each of them. Recorded tasks are completed while a subtask still runs.
      - Subtasks that are not listed when the job is over, or when their task failed before it started, are failures.
      - Without it, a multi-instance task is judged by its primary alone, and so it is by M(batchops.azure.batch_job_info).
    type: bool
    default: false
  condition:
    description:
      - What must be true of every task that is read. There must be at least one.
      - V(started) means running, or completed after having started.
      - V(completed) means ended, well or not.
      - V(succeeded) means completed with the result success. The exit code does not count.
      - Tasks are counted by their ids. A task that one answer lists twice, with different states, is pending, and so is one in a
        state, or with a result, that is not known.
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
        - Its name for people.
      type: str
    state:
      description:
        - V(active), V(preparing), V(running) or V(completed).
      type: str
      sample: "completed"
    state_transition_time:
      description:
        - When it got into its state, UTC.
      type: str
    previous_state:
      description:
        - The state before.
      type: str
    previous_state_transition_time:
      description:
        - When it got into the state before, UTC.
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
        - Use of resources, with O(expand=stats). Counters may be strings.
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
            - When it got into its state, UTC.
          type: str
        previous_state:
          description:
            - The state before.
          type: str
        previous_state_transition_time:
          description:
            - When it got into the state before, UTC.
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
        - Ids that were named and do not exist. Not empty only with O(missing_ok=true).
      type: list
      elements: str
      sample: []
    truncated:
      description:
        - Whether O(limit) was reached, so that there may be more than is counted here.
      type: bool
      sample: false
by_job:
  description:
    - One summary for each job, of the shape of RV(summary).
  returned: with O(job_ids)
  type: dict
query_result:
  description:
    - What O(query) gives.
  returned: with O(query)
  type: raw
verdict:
  description:
    - What O(condition) and O(expression) come to, V(satisfied), V(pending) or V(failed).
    - V(failed) means that it can no longer be satisfied.
    - With anything but V(satisfied), C(msg) says why, so that C(until) and C(failed_when) are easy to read.
  returned: with O(condition) or O(expression)
  type: str
  sample: "pending"
reasons:
  description:
    - Sentences that name what is missing or wrong. At most 20, then how many more there are. Empty when satisfied.
  returned: with O(condition) or O(expression)
  type: list
  elements: str
  sample: ["task-3: failed, exit code 1 (FailureExitCode)"]
failures:
  description:
    - What has failed, first what blocks most. At most 100.
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
        - The job; null where it is not about one.
      type: str
    task_id:
      description:
        - The task; of a subtask, C(task/subtask).
      type: str
    pool_id:
      description:
        - The pool, as far as it is known.
      type: str
    node_id:
      description:
        - The node, as far as it is known.
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
    - How often was looked, failed looks included.
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
    - How many failed requests and looks the wait survived.
  returned: with O(wait), except in check mode
  type: int
  sample: 0
last_transient_error:
  description:
    - The last error of a look that the wait survived; null if there was none.
  returned: with O(wait), except in check mode
  type: str
failure:
  description:
    - Why the task failed, in parts. C(code) is what a task can ask for.
    - Where the service said no, it has the HTTP C(status), the C(code) and C(message) of the service, C(values) with details as C(key)
      and C(value), the C(request_id) for Microsoft's support, the C(client_request_id) that was sent, and the C(url) that was asked for.
    - Otherwise C(code) is V(InvalidOption), V(LibraryMissing), V(SignInFailed), V(ConnectionFailed) if no answer came, V(InvalidAnswer) if
      it was none of the service, V(ForeignLink) if it pointed to another host, V(TimedOut), V(Stalled) or V(ConditionFailed) if a wait ended so, or
      V(ModuleFailed) if the module crashed on another host; C(values) is empty, and what does not apply is null.
    - If Ansible itself fails the task, there is no such key. So ask for RV(ignore:failure) with C(default).
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
