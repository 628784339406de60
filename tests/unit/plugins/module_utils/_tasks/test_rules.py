# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tasks, subtasks and their job mean for a condition: in doubt never a pass."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Lasting, Offender
from ansible_collections.batchops.azure.plugins.module_utils._tasks import rules
from ansible_collections.batchops.azure.plugins.module_utils._tasks.rules import CONDITIONS as RULES
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_tasks import (
    CONDITIONS,
    DONE,
    ENTRIES,
    SUBTASKS,
    judged,
    listed,
    multi,
    scope,
    subtask,
)
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import TASKS
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    UPLOAD_FAILED,
    Wire,
    job,
    task,
    troubled,
)

ENDED = [
    job(state="completed"),
    job(state="terminating"),
    job(state="deleting"),
    job(state="disabled"),
    troubled("PoolNotFound"),
]


SAME = {("succeeded", "in another spelling"), ("in another spelling", "succeeded")}


@pytest.mark.parametrize(
    ("wire", "started", "completed", "succeeded"),
    [
        (task("t", "active"), "pending", "pending", "pending"),
        (task("t", "preparing"), "pending", "pending", "pending"),
        (task("t", "running", STARTED), "satisfied", "pending", "pending"),
        (task("t", "Running", STARTED), "satisfied", "pending", "pending"),
        (task("t", info=SUCCESS), "satisfied", "satisfied", "satisfied"),
        (task("t", "Completed", {**SUCCESS, "result": "Success"}), "satisfied", "satisfied", "satisfied"),
        (task("t", info=FAILURE), "satisfied", "satisfied", "failed"),
        (task("t", info=UPLOAD_FAILED), "satisfied", "satisfied", "failed"),
        (task("t", info=NEVER_STARTED), "failed", "satisfied", "failed"),
        (task("t", info={**STARTED, "exitCode": 0}), "satisfied", "satisfied", "satisfied"),
        (task("t", info={**STARTED, "exitCode": 3}), "satisfied", "satisfied", "failed"),
        (task("t", info=STARTED), "satisfied", "satisfied", "failed"),
        (task("t"), "failed", "satisfied", "failed"),
        (task("t", info=MYSTERY), "satisfied", "satisfied", "pending"),
        (task("t", "hibernating", SUCCESS), "pending", "pending", "pending"),
        ({"id": "t"}, "pending", "pending", "pending"),
        ({"id": "t", "state": "active", "executionInfo": None}, "pending", "pending", "pending"),
        ({"id": "t", "state": "completed", "executionInfo": None}, "failed", "satisfied", "failed"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.get("state")),
)
def test_a_task_is_judged_by_its_state_and_its_result(
    service: Loopback, wire: Wire, started: str, completed: str, succeeded: str
) -> None:
    verdicts = {name: judged(service, name, DONE, wire)["verdict"] for name in ("started", "completed", "succeeded")}
    assert verdicts == {"started": started, "completed": completed, "succeeded": succeeded}


def test_reasons_name_the_task_and_what_is_wrong(service: Loopback) -> None:
    tasks = [task("t-1", info=FAILURE), task("t-2", "active"), task("t-3", info=MYSTERY)]
    assert judged(service, "succeeded", *tasks)["reasons"] == [
        "t-1: failed, exit code 1 (FailureExitCode)",
        "t-3 (result mystery) is not known to be a success",
        "job job-1: 1 task not succeeded: t-2 (active)",
    ]


def test_a_task_that_ended_before_it_started_is_named(service: Loopback) -> None:
    result = judged(service, "started", task("t-1", info=NEVER_STARTED))
    assert result["reasons"] == ["t-1: completed without having started"]


@pytest.mark.parametrize("of", ENDED, ids=lambda wire: str(wire["state"]))
@pytest.mark.parametrize("condition", ["started", "completed", "succeeded"])
def test_a_waiting_task_of_a_job_that_has_ended_waits_in_vain(service: Loopback, condition: str, of: Wire) -> None:
    result = judged(service, condition, DONE, task("t", "active"), of=of)
    assert result["verdict"] == "failed"
    assert "t (active); the job " in result["reasons"][0]


@pytest.mark.parametrize(
    "of", [wire for wire in ENDED if wire["state"] != "terminating"], ids=lambda wire: str(wire["state"])
)
def test_a_running_task_of_a_job_that_has_ended_does_not_complete(service: Loopback, of: Wire) -> None:
    assert judged(service, "completed", task("t", "running", STARTED), of=of)["verdict"] == "failed"


def test_of_many_waiting_tasks_some_are_named(service: Loopback) -> None:
    waiting = [task(f"t-{number}", "active") for number in range(7)]
    assert judged(service, "completed", DONE, *waiting)["reasons"] == [
        "job job-1: 7 tasks not completed: t-0 (active), t-1 (active), t-2 (active), t-3 (active), t-4 (active) and 2 more"
    ]


@pytest.mark.parametrize("state", ["active", "enabling", "disabling", "hibernating"])
def test_a_waiting_task_of_a_job_that_goes_on_may_still_run(service: Loopback, state: str) -> None:
    assert judged(service, "succeeded", DONE, task("t", "active"), of=job(state=state))["verdict"] == "pending"


@pytest.mark.parametrize(("condition", "verdict"), [("completed", "pending"), ("succeeded", "failed")])
@pytest.mark.parametrize(
    "of",
    [job(state="terminating"), troubled("JobTerminationAwaitingNodeProcessing", "terminating")],
    ids=["plain", "awaiting"],
)
def test_a_running_task_of_a_terminating_job_completes_but_does_not_succeed(
    service: Loopback, condition: str, verdict: str, of: Wire
) -> None:
    assert judged(service, condition, task("t", "running", STARTED), of=of)["verdict"] == verdict


def test_a_job_that_has_ended_does_no_harm_to_tasks_that_have(service: Loopback) -> None:
    assert judged(service, "succeeded", DONE, of=job(state="completed"))["verdict"] == "satisfied"


@pytest.mark.parametrize("of", ENDED, ids=lambda wire: str(wire["state"]))
@pytest.mark.parametrize("condition", ["started", "completed", "succeeded"])
def test_no_task_in_a_job_that_has_ended_is_a_failure(service: Loopback, condition: str, of: Wire) -> None:
    result = judged(service, condition, of=of)
    assert result["verdict"] == "failed"
    assert result["reasons"][0].startswith("job job-1: no task was found, and the job ")


@pytest.mark.parametrize("state", ["active", "enabling", "disabling", "hibernating"])
@pytest.mark.parametrize("condition", CONDITIONS)
def test_no_task_in_a_job_that_goes_on_is_no_success(service: Loopback, condition: str, state: str) -> None:
    result = judged(service, condition, of=job(state=state))
    assert (result["verdict"], result["reasons"]) == ("pending", ["job job-1: no task was found"])


def test_a_subtask_whose_result_is_not_known_is_no_success(service: Loopback) -> None:
    service.say(SUBTASKS, page(subtask(1, SUCCESS), subtask(2, MYSTERY)))
    result = judged(service, "succeeded", multi(), subtasks=True)
    assert result["verdict"] == "pending"
    assert result["reasons"] == ["mpi/2 (result mystery) is not known to be a success"]


def test_subtasks_that_succeeded_do_no_harm(service: Loopback) -> None:
    service.say(SUBTASKS, page(subtask(1, SUCCESS), subtask(2, SUCCESS)))
    assert judged(service, "succeeded", multi(), subtasks=True)["verdict"] == "satisfied"


@pytest.mark.parametrize(
    ("ids", "verdict"),
    [(["well"], "satisfied"), (["well", "new"], "pending"), (["well", "bad"], "failed"), (["new", "bad"], "failed")],
)
def test_over_several_jobs_the_verdict_is_the_worst(jobs: Loopback, ids: list[str], verdict: str) -> None:
    assert ask(jobs, TASKS, job_ids=ids, condition="succeeded")["verdict"] == verdict


@pytest.mark.parametrize("task_id", ["password-reset", "rotate-secret", "sas"])
def test_a_reason_stays_readable_whatever_words_an_id_is_made_of(jobs: Loopback, task_id: str) -> None:
    jobs.say("/jobs/bad/tasks", page(task(task_id, info=FAILURE)))
    result = ask(jobs, TASKS, job_id="bad", condition="succeeded")
    assert result["reasons"] == [f"{task_id}: failed, exit code 1 (FailureExitCode)"]


def test_a_secret_in_what_the_service_says_of_a_failure_is_masked_in_the_reason(jobs: Loopback) -> None:
    info = {"result": "failure", "failureInfo": {"code": "BlobDownload", "message": "https://x/c?sv=1&sig=hunter2"}}
    jobs.say("/jobs/bad/tasks", page(task("a", info=info)))
    assert "hunter2" not in str(ask(jobs, TASKS, job_id="bad", condition="succeeded"))


@pytest.mark.parametrize("condition", ["started", "completed", "succeeded"])
@pytest.mark.parametrize("ids", [["gone"], ["a", "gone"]])
def test_an_absent_task_that_may_be_absent_is_named_and_satisfies_nothing(
    jobs: Loopback, ids: list[str], condition: str
) -> None:
    result = ask(jobs, TASKS, job_id="well", task_ids=ids, condition=condition, missing_ok=True)
    assert result["verdict"] == "pending"
    assert result["reasons"] == ["gone: not found in job well"]
    assert result["summary"]["missing"] == ["gone"]
    assert len(result["tasks"]) == len(ids) - 1


@pytest.mark.parametrize("state", ["completed", "terminating", "deleting", "disabled"])
@pytest.mark.parametrize("ids", [["gone"], ["a", "gone"]])
def test_an_absent_task_of_a_job_that_has_ended_never_comes(jobs: Loopback, ids: list[str], state: str) -> None:
    jobs.say("/jobs/well", job("well", state))
    options = {"condition": "completed", "missing_ok": True}
    result = ask(jobs, TASKS, job_id="well", task_ids=ids, **options)
    assert (result["verdict"], result["reasons"]) == (
        "failed",
        [f"gone: not found in job well, and the job is {state}"],
    )


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("state", ["active", "completed"])
@pytest.mark.parametrize(
    ("first", "second"), [pair for pair in permutations(ENTRIES, 2) if pair not in SAME], ids=" then ".join
)
def test_what_is_said_differently_is_pending_whichever_came_later(
    service: Loopback, first: str, second: str, condition: str, state: str
) -> None:
    pages = [ENTRIES[first]], [task("other", info=SUCCESS), ENTRIES[second]]
    result = listed(service, *pages, of=job(state=state), condition=condition)
    assert (result["verdict"], result["reasons"][0]) == (
        "pending",
        "t: listed twice in one answer, with different states",
    ), result["reasons"]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("of", ["active", "terminating", "completed", "disabled", "hibernating"])
@pytest.mark.parametrize("state", ["zombie) (running", "running) (completed", "x (running)", "", "sleeping", None])
def test_a_task_in_an_unknown_state_is_pending_whatever_the_job_does(
    service: Loopback, condition: str, of: str, state: Any
) -> None:
    wire = {**task("t", info=SUCCESS), "state": state}
    assert listed(service, [wire], of=job(state=of), condition=condition)["verdict"] == "pending"


@pytest.mark.parametrize("result", ["success", "Success"])
def test_a_success_with_the_information_about_a_failure_is_pending(service: Loopback, result: str) -> None:
    info = {**FAILURE, "result": result}
    outcome = listed(service, [task("t", info=info)], condition="succeeded")
    assert (outcome["verdict"], outcome["reasons"]) == (
        "pending",
        [f"t (result {result}, with the information about a failure) is not known to be a success"],
    )


def test_each_condition_that_may_be_asked_for_has_its_rules() -> None:
    assert set(RULES) == set(TASKS.arguments.spec["condition"]["choices"])


SINCE = "2026-01-31T11:13:00Z"


def offenders(judgement: Judgement) -> list[Offender]:
    return [offender for reason in (*judgement.failed, *judgement.missing) for offender in reason.offenders]


class TestAccused:
    """Whom each reason accuses, and whether it may have left output."""

    def test_failed_tasks_and_first_that_for_which_most_wait(self) -> None:
        tasks = [task("x", info=FAILURE), task("y", info=NEVER_STARTED), ENTRIES["running"]]
        waiting = {"x": {"w1": "x"}, "y": {"w2": "y", "w3": "y"}}
        why = "TaskEnded: Task was ended by user request"
        assert offenders(rules.failed(scope(*tasks, blocked=waiting))) == [
            Offender("task", why, "job-1", "y", blocks=2, ran=False),
            Offender("task", "exit code 1 (FailureExitCode)", "job-1", "x", blocks=1, ran=True),
        ]

    def test_a_failed_subtask_on_its_node(self) -> None:
        place = {"poolId": "pool-1", "nodeId": "tvm-2", "taskRootDirectory": "workitems/mpi/2"}
        failed = {**subtask(2, FAILURE), "nodeInfo": place}
        assert offenders(rules.failed(scope(subtasks=[subtask(1, SUCCESS), failed]))) == [
            Offender(
                "subtask",
                "exit code 1 (FailureExitCode)",
                "job-1",
                "mpi/2",
                "pool-1",
                "tvm-2",
                "workitems/mpi/2",
                ran=True,
            )
        ]
        (never,) = offenders(rules.failed(scope(subtasks=[subtask(2, NEVER_STARTED)])))
        assert never.ran is False

    def test_nobody_of_whom_two_things_are_said(self) -> None:
        twice = [task("t", info=FAILURE), task("t", info=MYSTERY), task("t", info=FAILURE)]
        found = scope(*twice, subtasks=[subtask(1, SUCCESS), subtask(1, FAILURE)])
        assert rules.failed(found) == Judgement()
        assert [one.task_id for one in offenders(rules.disputed(found))] == ["t", "mpi/1"]

    def test_what_ended_in_an_unknown_way_and_goes_on_no_more(self) -> None:
        judgement = rules.not_known(scope(task("t", info=MYSTERY), subtasks=[subtask(1, MYSTERY)]))
        assert offenders(judgement) == [
            Offender("task", "result mystery is not known", "job-1", name) for name in ("t", "mpi/1")
        ]
        assert judgement.missing[0].sentence == "job-1/t (result mystery) is not known to be a success"
        assert judgement.going_on is False

    @pytest.mark.parametrize(
        ("behind", "words"),
        [
            (["w1"], "job-1/w1: cannot run, it depends on bad, which failed"),
            (["w1", "w2"], "job-1/w1, w2: cannot run, they depend on bad, which failed"),
        ],
    )
    def test_for_what_waits_in_vain_the_task_that_failed(self, behind: list[str], words: str) -> None:
        waiting = [task(name, "active") for name in ("w1", "w2")]
        blocked = {"bad": {name: "bad" for name in [*behind, "gone"]}}
        judgement = rules.blocked(scope(task("bad", info=FAILURE), *waiting, blocked=blocked))
        assert [reason.sentence for reason in judgement.failed] == [words]
        why = "exit code 1 (FailureExitCode)"
        assert offenders(judgement) == [Offender("task", why, "job-1", "bad", blocks=len(blocked["bad"]), ran=True)]
        # Where nobody asked about it, it is not known why it failed.
        assert offenders(rules.blocked(scope(*waiting, blocked=blocked)))[0].why == ""

    def test_what_does_not_wait_any_more_is_not_said_to(self) -> None:
        found = scope(task("w1", info=SUCCESS), blocked={"bad": {"w1": "bad"}})
        assert rules.blocked(found) == Judgement()

    def test_what_waits_in_vain_is_completed_by_a_job_whose_time_is_limited(self) -> None:
        waits = task("w1", "active")
        found = scope(waits, condition="completed", blocked={"bad": {"w1": "bad"}}, limited=True)
        assert (len(rules.blocked(found).missing), rules.blocked(found).failed) == (1, [])


@pytest.mark.parametrize(
    ("state", "tasks", "failed", "missing"),
    [
        ("active", ["active", "zombie"], [], ["t-1 (active)", "t-2 (zombie)"]),
        ("completed", ["active", "zombie"], ["t-1 (active)"], ["t-2 (zombie)"]),
        ("completed", ["preparing", "running"], ["t-1 (preparing)", "t-2 (running)"], []),
        # It still ends what is on a node, unless something waits that will not start any more.
        ("terminating", ["preparing", "running"], [], ["t-1 (preparing)", "t-2 (running)"]),
        ("terminating", ["active", "running"], ["t-1 (active)", "t-2 (running)"], []),
    ],
)
def test_what_is_not_done_may_still_come_or_never_will(
    state: str, tasks: list[str], failed: list[str], missing: list[str]
) -> None:
    listed = [task(f"t-{number}", name, stateTransitionTime=SINCE) for number, name in enumerate(tasks, 1)]
    judgement = rules.unfinished(scope(*listed, condition="completed", state=state))

    def sentence(names: list[str], more: str = "") -> list[str]:
        many = f"{len(names)} task{'s' if len(names) > 1 else ''}"
        return [f"job job-1: {many} not completed: {', '.join(names)}{more}"] if names else []

    assert [reason.sentence for reason in judgement.failed] == sentence(failed, f"; the job is {state}")
    assert [reason.sentence for reason in judgement.missing] == sentence(missing)
    # Since when is told of what is waited for.
    lasting = [item for reason in judgement.missing for item in reason.lasting]
    assert lasting == [
        Lasting(f"task {name.split()[0]} of job job-1", name.split("(")[1].rstrip(")"), SINCE) for name in missing
    ]
    assert [one.kind for one in offenders(judgement)] == ["job"] * len([*judgement.failed, *judgement.missing])
