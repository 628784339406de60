# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the task module says of scripted tasks."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._tasks.scope import TaskScope
from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Instances
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, unfiltered
from ansible_collections.batchops.azure.tests.support.modules import TASKS
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    Wire,
    job,
    task,
)

LIST = "/jobs/job-1/tasks"


SUBTASKS = "/jobs/job-1/tasks/mpi/subtasksinfo"


CONDITIONS = ("started", "completed", "succeeded")


DONE = task("done", info=SUCCESS)


ENTRIES = {
    "active": task("t", "active"),
    "running": task("t", "running", STARTED),
    "succeeded": task("t", info=SUCCESS),
    "in another spelling": task("t", "Completed", {**SUCCESS, "result": "Success"}),
    "failed": task("t", info=FAILURE),
    "never started": task("t", info=NEVER_STARTED),
    "unknown state": task("t", "zombie) (running"),
    "unknown result": task("t", info=MYSTERY),
}


def judged(service: Loopback, condition: str, *tasks: Wire, of: Wire | None = None, **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", of or job())
    answer = unfiltered(*tasks) if options.get("subtasks") else page(*tasks)
    service.say("/jobs/job-1/tasks", answer)
    return ask(service, TASKS, job_id="job-1", condition=condition, **options)


def listed(service: Loopback, *pages: list[Wire], of: Wire | None = None, **options: Any) -> dict[str, Any]:
    """What comes to the tasks of these pages."""
    service.say("/jobs/job-1", job() if of is None else of)
    links = [f"{service.url}{LIST}?$skiptoken={number}" for number in range(1, len(pages))]
    # After several pages it is asked once more what is not so: nothing.
    confirmed = [page()] if links else []
    service.say(LIST, *(page(*tasks, link=link) for tasks, link in zip(pages, [*links, None])), *confirmed)
    return ask(service, TASKS, job_id="job-1", **options)


def multi(task_id: str = "mpi", info: Wire | None = None) -> Wire:
    return task(task_id, info=info or SUCCESS, multiInstanceSettings={"numberOfInstances": 3})


def subtask(number: int, info: Wire, state: str = "completed") -> Wire:
    return {"id": number, "state": state, "nodeInfo": {"nodeId": f"tvm-{number}"}, **info}


def scope(
    *tasks: Wire,
    condition: str = "succeeded",
    subtasks: list[Wire] | None = None,
    missing: list[str] | None = None,
    blocked: dict[str, dict[str, str]] | None = None,
    **of: Any,
) -> TaskScope:
    """What is judged of tasks, without a service; `of` is known of their job, and `subtasks` are those of `multi`."""
    tally = TaskTally()
    tally.add(list(tasks))
    tally.close()
    tally.missing = missing or []
    tally.instances = {} if subtasks is None else {"mpi": Instances(multi(), subtasks)}
    job_state = JobState(**{"id": "job-1", "state": "active", **of})
    return TaskScope(condition, job_state, tally, blocked or {}, "job-1/")
