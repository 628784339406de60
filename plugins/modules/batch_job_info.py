#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: batch_job_info
short_description: Read jobs of an Azure Batch account, and wait for them
version_added: 1.0.0
description:
  - Reads one job, several jobs, or all jobs of an account, with the counts of their tasks.
  - Judges a condition, and can wait until it is satisfied.
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
      - The id of one job. Without it, O(job_ids) and O(job_schedule_id), all jobs of the account are read.
    type: str
  job_ids:
    description:
      - Ids of several jobs, which are read at the same time.
    type: list
    elements: str
  job_schedule_id:
    description:
      - The id of a job schedule, whose most recent job is read. That job may be last night's; RV(summary.job_schedule) says which one it is, and when
        the next run is.
      - A wait is for the job that its first poll finds, even if the schedule creates another one in the meantime.
      - A schedule that has created no job yet is pending. If it will not create one by itself, such as a disabled or completed schedule, it
        has failed.
      - With O(missing_ok=true), neither the schedule nor its job need exist. They are then listed in RV(summary.missing).
    type: str
  expand:
    description:
      - With V(stats), statistics of resource usage are read as well.
    type: str
    choices: [stats]
  task_counts:
    description:
      - Whether to count the tasks of each job, which takes one more request for each job.
      - Tasks are always counted with O(condition=succeeded), and with O(condition=completed) if a wait has O(stall_timeout).
      - With V(false), RV(summary.succeeded) is V(0), because a completed job has not always succeeded.
      - With V(false), O(condition=completed) checks each completed job for a task that still runs.
    type: bool
    default: true
  condition:
    description:
      - What must be true of every job that is read.
      - V(active), V(disabled) and V(completed) are states. A completed job may well have failed tasks.
      - V(succeeded) means completed, with at least one task, and every task has succeeded. Counts are confirmed by a list of the tasks.
        The result of a multi-instance task is that of its primary; O(batchops.azure.batch_task_info#module:subtasks=true) judges the
        subtasks, too.
      - A completed job is pending where its counts say that tasks run, or were not read, and a list names one that runs or whose state is
        unknown. So is a job whose counts include a failed task that no list names.
    type: str
    choices: [active, disabled, completed, succeeded]
seealso:
  - module: batchops.azure.batch_task_info
  - module: batchops.azure.batch_job_prep_status_info
"""

EXAMPLES = r"""
---
- name: Read a job with the counts of its tasks
  batchops.azure.batch_job_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_id: job-7
  register: job

- name: Wait until the job has ended and all its tasks have succeeded
  batchops.azure.batch_job_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_id: job-7
    condition: succeeded
    wait: true
    wait_timeout: 1800

- name: Has the last run of the nightly schedule succeeded?
  batchops.azure.batch_job_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_schedule_id: nightly
    condition: succeeded
  register: nightly

- name: Which of these jobs have failed tasks?
  batchops.azure.batch_job_info:
    account_endpoint: "{{ batch_endpoint }}"
    job_ids: [job-7, job-8]
    details: summary
    query: summary.failed_jobs
  register: failing
"""

RETURN = r"""
---
jobs:
  description:
    - Facts of the jobs. Properties of the service that are not listed here pass through in snake_case.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description:
        - The id of the job.
      type: str
      sample: "job-7"
    display_name:
      description:
        - Its display name.
      type: str
    state:
      description:
        - V(active), V(disabling), V(disabled), V(enabling), V(terminating), V(completed) or V(deleting).
      type: str
      sample: "active"
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
        - The URL of the job.
      type: str
    etag:
      description:
        - The version of the job. It does not change with every change of state.
      type: str
    creation_time:
      description:
        - When it was created, UTC.
      type: str
    last_modified:
      description:
        - When it was last changed, UTC.
      type: str
    priority:
      description:
        - From V(-1000) to V(1000).
      type: int
    uses_task_dependencies:
      description:
        - Whether its tasks can depend on each other.
      type: bool
    allow_task_preemption:
      description:
        - Whether its tasks can be preempted by those of a job of higher priority.
      type: bool
    max_parallel_tasks:
      description:
        - The most tasks that run at the same time; V(-1) for no limit.
      type: int
    constraints:
      description:
        - Limits of time and retries.
      type: dict
    pool_info:
      description:
        - The pool that it runs on.
      type: dict
    job_manager_task:
      description:
        - The job manager task.
      type: dict
    job_preparation_task:
      description:
        - The job preparation task.
      type: dict
    job_release_task:
      description:
        - The job release task.
      type: dict
    common_environment_settings:
      description:
        - Environment variables of all its tasks, each with C(name) and C(value).
      type: list
      elements: dict
    metadata:
      description:
        - The user's own names and values.
      type: list
      elements: dict
    network_configuration:
      description:
        - Its network.
      type: dict
    on_all_tasks_complete:
      description:
        - What happens when all tasks have ended, V(noaction) or V(terminatejob).
      type: str
    on_task_failure:
      description:
        - What happens when a task fails, V(noaction) or V(performexitoptionsjobaction).
      type: str
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
        pool_id:
          description:
            - The pool that it ran on.
          type: str
        scheduling_error:
          description:
            - Why it could not be scheduled, with C(category), C(code), C(message) and C(details).
          type: dict
        terminate_reason:
          description:
            - Why it ended.
          type: str
    stats:
      description:
        - Resource usage, with O(expand=stats). Counters may be strings.
      type: dict
    task_counts:
      description:
        - How many of its tasks are in each state. The service counts with a delay.
      returned: with O(task_counts=true)
      type: dict
      contains:
        active:
          description:
            - Tasks that wait for a node or for other tasks.
          type: int
        running:
          description:
            - Tasks that run or are being prepared.
          type: int
        completed:
          description:
            - Tasks that have ended, successfully or not.
          type: int
        succeeded:
          description:
            - Completed tasks that succeeded.
          type: int
        failed:
          description:
            - Completed tasks that failed.
          type: int
    task_slot_counts:
      description:
        - The same in task slots; null before C(api_version) 2020-09-01.12.0.
      returned: with O(task_counts=true)
      type: dict
summary:
  description:
    - All jobs that were read, in numbers.
  returned: always
  type: dict
  contains:
    total:
      description:
        - How many jobs were found.
      type: int
    by_state:
      description:
        - How many jobs are in each state; a key for each state that occurs.
      type: dict
    succeeded:
      description:
        - Completed jobs with at least one task whose tasks have all succeeded.
      type: int
    failed:
      description:
        - Jobs with a scheduling error, with failed tasks, or completed without success.
      type: int
    failed_jobs:
      description:
        - Ids of those.
      type: list
      elements: str
    missing:
      description:
        - Named ids that do not exist. Always empty without O(missing_ok=true).
      type: list
      elements: str
      sample: []
    task_counts:
      description:
        - The tasks of all jobs.
      type: dict
      contains:
        active:
          description:
            - Tasks that wait for a node or for other tasks.
          type: int
        running:
          description:
            - Tasks that run or are being prepared.
          type: int
        completed:
          description:
            - Tasks that have ended, successfully or not.
          type: int
        succeeded:
          description:
            - Completed tasks that succeeded.
          type: int
        failed:
          description:
            - Completed tasks that failed.
          type: int
    truncated:
      description:
        - Whether O(limit) was reached. There may then be more items than are counted here.
      type: bool
      sample: false
    job_schedule:
      description:
        - The job schedule, as it was in the poll that found its most recent job.
      returned: with O(job_schedule_id)
      type: dict
      contains:
        id:
          description:
            - Its id, as it was given.
          type: str
          sample: "nightly"
        state:
          description:
            - V(active), V(disabled), V(terminating), V(completed) or V(deleting); null if there is no such schedule.
          type: str
          sample: "active"
        recent_job:
          description:
            - The id of its most recent job; null if it has created none.
          type: str
          sample: "nightly:job-2"
        next_run_time:
          description:
            - When it creates its next job, UTC, if it is active then; null if it has ended, or does not say.
          type: str
          sample: "2026-02-01T02:00:00Z"
        end_time:
          description:
            - When it ended, UTC; null if it has not.
          type: str
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
  sample: ["job-7: is active, not completed"]
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
from ansible_collections.batchops.azure.plugins.module_utils._jobs.resource import JOBS
from ansible_collections.batchops.azure.plugins.module_utils._run import run_module


def main() -> None:
    run_module(AnsibleModule(**JOBS.arguments.for_module()), JOBS)


if __name__ == "__main__":
    main()
