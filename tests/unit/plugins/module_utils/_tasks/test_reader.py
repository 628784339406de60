# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks as they are read: what is asked in which order, and what facts and summaries say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_tasks import (
    DONE,
    ENTRIES,
    SUBTASKS,
    judged,
    listed,
    multi,
    subtask,
)
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import TASKS
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    SUCCESS,
    Wire,
    job,
    task,
)


def test_the_job_is_read_before_its_tasks_and_only_for_a_condition(service: Loopback) -> None:
    judged(service, "completed", DONE)
    assert service.paths == ["/jobs/job-1", "/jobs/job-1/tasks"]
    ask(service, TASKS, job_id="job-1")
    assert service.paths[2:] == ["/jobs/job-1/tasks"]


def test_a_failed_subtask_keeps_its_task_from_having_succeeded(service: Loopback) -> None:
    service.say(SUBTASKS, page(subtask(1, SUCCESS), subtask(2, FAILURE)))
    result = judged(service, "succeeded", DONE, multi(), subtasks=True)
    assert (result["verdict"], result["reasons"]) == ("failed", ["mpi/2: failed, exit code 1 (FailureExitCode)"])
    assert result["summary"]["failed_subtasks"] == ["mpi/2"]
    assert [fact["id"] for fact in result["tasks"][1]["subtasks"]] == [1, 2]
    assert "subtasks" not in result["tasks"][0]


def test_subtasks_are_read_only_when_asked_for_and_of_multi_instance_tasks_only(service: Loopback) -> None:
    service.say(SUBTASKS, page())
    judged(service, "succeeded", DONE, multi())
    assert SUBTASKS not in service.paths
    judged(service, "succeeded", DONE, multi(), subtasks=True, select=["id"])
    assert "multiInstanceSettings" in service.asked("/jobs/job-1/tasks")[1].query["$select"].split(",")
    assert [path for path in service.paths if path.endswith("subtasksinfo")] == [SUBTASKS]


@pytest.mark.parametrize("option", ["job_id", "job_ids"])
def test_an_absent_job_is_always_an_error(service: Loopback, option: str) -> None:
    service.say("/jobs/gone", refusal(404, "JobNotFound"))
    service.say("/jobs/gone/tasks", refusal(404, "JobNotFound"))
    given: Any = {"job_id": "gone"} if option == "job_id" else {"job_ids": ["gone"]}
    for condition in (None, "succeeded"):
        with pytest.raises(ServiceError, match="JobNotFound"):
            ask(service, TASKS, condition=condition, missing_ok=True, **given)


def test_over_several_jobs_offenders_are_named_with_their_job(jobs: Loopback) -> None:
    result = ask(jobs, TASKS, job_ids=["well", "bad", "new"], condition="succeeded")
    assert result["reasons"] == [
        "bad/b: failed, exit code 1 (FailureExitCode)",
        "job new: 1 task not succeeded: b (active)",
    ]
    assert result["summary"]["failed_tasks"] == ["bad/b"]
    assert (result["summary"]["total"], result["summary"]["succeeded"]) == (6, 4)
    assert list(result["by_job"]) == ["well", "bad", "new"]
    assert result["by_job"]["bad"]["failed_tasks"] == ["b"]
    assert [(fact["job_id"], fact["id"]) for fact in result["tasks"]] == [
        (job_id, task_id) for job_id in ("well", "bad", "new") for task_id in "ab"
    ]


def test_a_task_of_the_same_name_as_its_job_is_named_with_it_all_the_same(jobs: Loopback) -> None:
    jobs.say("/jobs/bad/tasks", page(task("bad", info=FAILURE)))
    assert ask(jobs, TASKS, job_ids=["well", "bad"])["summary"]["failed_tasks"] == ["bad/bad"]


def test_facts_of_a_task_name_its_job(jobs: Loopback) -> None:
    wire: dict[str, Any] = {
        "odata.metadata": "x",
        **task("a", "Completed", {**SUCCESS, "result": "Success"}, eTag="0x1"),
    }
    jobs.say("/jobs/well/tasks/a", wire)
    assert ask(jobs, TASKS, job_id="well", task_id="a")["tasks"] == [
        {
            "job_id": "well",
            "id": "a",
            "state": "completed",
            "execution_info": {"start_time": "2025-01-17T00:00:01Z", "exit_code": 0, "result": "success"},
            "etag": "0x1",
        }
    ]


@pytest.mark.parametrize("body", [{}, {"state": "completed"}, {"id": "job-1"}, job("job-2")], ids=str)
def test_an_answer_about_another_job_or_about_none_is_no_answer(service: Loopback, body: Wire) -> None:
    with pytest.raises(AnswerError, match="answer about job job-1"):
        listed(service, [ENTRIES["succeeded"]], of=body, condition="completed", missing_ok=True)


def test_ids_do_not_differ_by_case(service: Loopback) -> None:
    service.say("/jobs/JOB-1", job())
    service.say("/jobs/JOB-1/tasks/T", ENTRIES["succeeded"])
    assert ask(service, TASKS, job_id="JOB-1", task_id="T", condition="succeeded")["verdict"] == "satisfied"
