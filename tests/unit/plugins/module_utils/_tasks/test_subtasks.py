# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subtasks: whoever asks for them gets no pass before all of them are there and done."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, unfiltered
from ansible_collections.batchops.azure.tests.support.modules import GATE, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    Wire,
    job,
    task,
)

LIST = "/jobs/job-1/tasks/mpi/subtasksinfo"
CONDITIONS = ("started", "completed", "succeeded")


def subtask(number: Any, info: Wire | None = None, state: Any = "completed") -> Wire:
    return {
        "id": number,
        "state": state,
        "nodeInfo": {"nodeId": f"tvm-{number}"},
        **(SUCCESS if info is None else info),
    }


def judged(
    service: Loopback,
    condition: str | None,
    *subtasks: Wire,
    instances: Any = 4,
    of: str = "active",
    info: Wire | None = None,
    state: str = "completed",
    **options: Any,
) -> dict[str, Any]:
    service.say("/jobs/job-1", job(state=of))
    settings = {} if instances is None else {"numberOfInstances": instances}
    mpi = task("mpi", state, SUCCESS if info is None else info, multiInstanceSettings=settings)
    service.say("/jobs/job-1/tasks", unfiltered(mpi))
    service.say(LIST, page(*subtasks))
    return ask(service, TASKS, job_id="job-1", condition=condition, subtasks=True, **options)


ALL = [subtask(number) for number in (1, 2, 3)]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("of", ["active", "terminating", "completed"])
def test_all_that_are_there_and_done_are_a_pass(service: Loopback, condition: str, of: str) -> None:
    assert judged(service, condition, *ALL, of=of)["verdict"] == "satisfied"


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(
    ("there", "words"),
    [
        ([], "mpi: 3 of its 3 subtasks are not there: mpi/1, mpi/2, mpi/3"),
        (ALL[:1], "mpi: 2 of its 3 subtasks are not there: mpi/2, mpi/3"),
        (ALL[1:], "mpi: 1 of its 3 subtasks is not there: mpi/1"),
        ([*ALL[:2], subtask(7)], "mpi: 1 of its 3 subtasks is not there: mpi/3"),
        ([*ALL[:2], ALL[0]], "mpi: 1 of its 3 subtasks is not there: mpi/3"),
        ([subtask(0), *ALL[:2]], "mpi: 1 of its 3 subtasks is not there: mpi/3"),
    ],
    ids=["none", "one", "not the first", "another one", "one twice", "the primary"],
)
def test_subtasks_that_are_not_there_may_still_come_unless_the_job_is_over(
    service: Loopback, condition: str, there: list[Wire], words: str
) -> None:
    result = judged(service, condition, *there)
    assert (result["verdict"], result["reasons"]) == ("pending", [words])
    result = judged(service, condition, *there, of="completed")
    assert (result["verdict"], result["reasons"]) == ("failed", [f"{words}, and the job is completed"])


def test_of_very_many_a_few_are_named(service: Loopback) -> None:
    result = judged(service, "completed", subtask(2), instances=2**60)
    assert result["verdict"] == "pending"
    assert "mpi/1, mpi/3, mpi/4, mpi/5, mpi/6 and 1152921504606846969 more" in result["reasons"][0]


@pytest.mark.parametrize("of", ["active", "terminating", "completed"])
@pytest.mark.parametrize(
    ("state", "verdicts"),
    [
        ("running", ("satisfied", "pending", "pending")),
        ("preparing", ("pending", "pending", "pending")),
        ("hibernating", ("pending", "pending", "pending")),
        ("zombie) (running", ("pending", "pending", "pending")),
        (None, ("pending", "pending", "pending")),
    ],
    ids=str,
)
def test_subtasks_that_are_not_done_are_waited_for_though_their_task_is_completed(
    service: Loopback, state: Any, verdicts: tuple[str, ...], of: str
) -> None:
    info = {**STARTED} if state == "running" else SUCCESS
    found = [judged(service, name, *ALL[:2], subtask(3, info, state), of=of)["verdict"] for name in CONDITIONS]
    assert tuple(found) == verdicts


@pytest.mark.parametrize(("state", "word"), [("Running", "running"), ("zombie", "zombie"), (None, "unknown")])
def test_the_reason_names_the_subtask_and_its_state(service: Loopback, state: str | None, word: str) -> None:
    result = judged(service, "completed", *ALL[:2], subtask(3, STARTED, state))
    assert result["reasons"] == [f"job job-1: 1 subtask not completed: mpi/3 ({word})"]


OTHERS = [
    subtask(3, FAILURE),
    subtask(3, STARTED, "running"),
    subtask(3, {}),
    subtask(3, {**SUCCESS, "startTime": None}),
]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("other", OTHERS, ids=str)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_subtask_of_which_two_things_are_said_is_pending(
    service: Loopback, condition: str, other: Wire, turned: bool
) -> None:
    pair = [other, ALL[2]] if turned else [ALL[2], other]
    result = judged(service, condition, *ALL[:2], *pair)
    assert (result["verdict"], result["reasons"][0]) == (
        "pending",
        "mpi/3: listed twice in one answer, with different states",
    )


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_subtask_that_runs_and_is_only_preparing_is_pending_and_named_once(service: Loopback, condition: str) -> None:
    """Of which the later entry would be a pass for `started`."""
    runs, prepares = (subtask(3, STARTED, state) for state in ("running", "preparing"))
    result = judged(service, condition, *ALL[:2], prepares, runs, prepares, runs)
    assert result["verdict"] == "pending"
    assert [reason.split(":")[0] for reason in result["reasons"]].count("mpi/3") == 1


def test_a_subtask_that_is_listed_twice_alike_is_one(service: Loopback) -> None:
    result = judged(service, "succeeded", *ALL, ALL[2])
    assert result["verdict"] == "satisfied"
    assert [item["id"] for item in result["tasks"][0]["subtasks"]] == [1, 2, 3]


@pytest.mark.parametrize("wrong", [None, "1", True, 1.5, [1]], ids=repr)
def test_a_subtask_without_a_number_is_no_answer(service: Loopback, wrong: Any) -> None:
    with pytest.raises(AnswerError):
        judged(service, None, *ALL, subtask(wrong))


@pytest.mark.parametrize("wrong", ["4", True, 4.5, []], ids=repr)
def test_a_number_of_instances_that_is_none_is_no_answer(service: Loopback, wrong: Any) -> None:
    with pytest.raises(AnswerError, match="numberOfInstances"):
        judged(service, "completed", *ALL, instances=wrong)


@pytest.mark.parametrize("instances", [None, 1])
def test_without_a_number_there_is_the_primary_alone(service: Loopback, instances: int | None) -> None:
    """It is the service's default."""
    assert judged(service, "succeeded", instances=instances)["verdict"] == "satisfied"


@pytest.mark.parametrize("of", ["active", "completed"])
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(
    ("instances", "there", "words"),
    [
        (None, ALL[:1], "mpi: has no number of instances, which stands for one, and its subtask 1 is listed"),
        (1, ALL[:2], "mpi: has 1 instance, and its subtask 2 is listed"),
        (3, ALL, "mpi: has 3 instances, and its subtask 3 is listed"),
        (0, [], "mpi: is said to have 0 instances"),
        (-4, [], "mpi: is said to have -4 instances"),
    ],
)
def test_a_number_of_instances_that_cannot_be_is_pending(
    service: Loopback, instances: int | None, there: list[Wire], words: str, condition: str, of: str
) -> None:
    result = judged(service, condition, *there, instances=instances, of=of)
    assert (result["verdict"], result["reasons"]) == ("pending", [words])


def test_of_a_task_that_failed_before_it_started_no_subtask_comes(service: Loopback) -> None:
    result = judged(service, "completed", info=NEVER_STARTED)
    assert (result["verdict"], result["reasons"]) == (
        "failed",
        ["mpi: 3 of its 3 subtasks are not there: mpi/1, mpi/2, mpi/3"],
    )


@pytest.mark.parametrize("info", [FAILURE, {"result": "mystery"}, SUCCESS], ids=["failed", "not known", "succeeded"])
def test_of_any_other_task_they_may_still_come(service: Loopback, info: Wire) -> None:
    assert judged(service, "completed", info=info)["verdict"] == "pending"


def test_a_subtask_that_never_started_is_not_started(service: Loopback) -> None:
    result = judged(service, "started", *ALL[:2], subtask(3, NEVER_STARTED))
    assert (result["verdict"], result["reasons"]) == ("failed", ["mpi/3: completed without having started"])


@pytest.mark.parametrize("state", ["active", "preparing"])
def test_a_subtask_that_may_still_start_is_waited_for(service: Loopback, state: str) -> None:
    result = judged(service, "started", *ALL[:2], subtask(3, {}, state))
    assert result["verdict"] == "pending"


def test_about_a_task_that_waits_nothing_is_said_of_its_subtasks(service: Loopback) -> None:
    result = judged(service, "completed", state="active", info={})
    assert result["reasons"] == ["job job-1: 1 task not completed: mpi (active)"]


def test_a_wait_ends_with_the_last_subtask(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    mpi = task("mpi", info=SUCCESS, multiInstanceSettings={"numberOfInstances": 3})
    service.say("/jobs/job-1/tasks", unfiltered(mpi))
    running = page(ALL[0], subtask(2, STARTED, "running"))
    service.say(LIST, page(), page(ALL[0]), running, page(*ALL[:2]))
    options = {"condition": "succeeded", "subtasks": True, "wait": True, "wait_sleep": 5}
    result = ask(service, TASKS, ScriptedClock(5, 5, 5), job_id="job-1", **options)
    assert (result["verdict"], result["polls"]) == ("satisfied", 4)


def test_a_named_task_and_a_gate_are_judged_alike(service: Loopback) -> None:
    judged(service, None)
    service.say("/jobs/job-1/tasks/mpi", task("mpi", info=SUCCESS, multiInstanceSettings={"numberOfInstances": 4}))
    result = ask(service, TASKS, job_id="job-1", task_ids=["mpi"], condition="completed", subtasks=True)
    assert result["verdict"] == "pending"
    gate = ask(service, GATE, checks=[{"check": "tasks", "job_id": "job-1", "subtasks": True}])
    assert gate["verdict"] == "pending"


@pytest.mark.parametrize("where", ["poolId", "nodeId", "taskRootDirectory"])
def test_a_place_of_a_failed_subtask_that_is_no_text_is_an_error(service: Loopback, where: str) -> None:
    with pytest.raises(AnswerError, match=f"{where} of a task's node is not a text"):
        judged(service, "succeeded", *ALL[:2], {**subtask(3, FAILURE), "nodeInfo": {where: 7}}, diagnostics=True)


@pytest.mark.parametrize("numbers", [(3, 2), (2, 3), (None, 2), (2, None)])
@pytest.mark.parametrize("pages", [1, 2])
def test_a_task_that_is_listed_twice_with_other_numbers_of_instances_is_no_pass(
    service: Loopback, numbers: tuple[int | None, int | None], pages: int
) -> None:
    settings = [{} if number is None else {"numberOfInstances": number} for number in numbers]
    twice = [task("mpi", "completed", SUCCESS, multiInstanceSettings=several) for several in settings]
    more = f"{service.url}/jobs/job-1/more"
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/tasks", page(*twice) if pages == 1 else page(twice[0], link=more))
    service.say("/jobs/job-1/more", page(twice[1]))
    service.say(LIST, page(subtask(1)))
    result = ask(service, TASKS, job_id="job-1", condition="succeeded", subtasks=True)
    assert (result["verdict"], result["reasons"]) == (
        "pending",
        ["mpi: is listed twice in one answer, with different numbers of instances"],
    )


@pytest.mark.parametrize("numbers", [(0, 1), (1, 0)])
def test_a_task_that_is_once_said_to_have_no_instance_is_no_pass(service: Loopback, numbers: tuple[int, int]) -> None:
    settings = [{"numberOfInstances": number} for number in numbers]
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/tasks", page(*(task("mpi", info=SUCCESS, multiInstanceSettings=one) for one in settings)))
    service.say(LIST, page())
    result = ask(service, TASKS, job_id="job-1", condition="succeeded", subtasks=True)
    assert (result["verdict"], result["reasons"]) == ("pending", ["mpi: is said to have 0 instances"])


@pytest.mark.parametrize("numbers", [(3, 2), (2, 3)])
def test_of_what_is_lacking_by_either_number_the_job_that_is_over_waits_no_more(
    service: Loopback, numbers: tuple[int, int]
) -> None:
    settings = [{"numberOfInstances": number} for number in numbers]
    service.say("/jobs/job-1", job(state="completed"))
    service.say("/jobs/job-1/tasks", page(*(task("mpi", info=SUCCESS, multiInstanceSettings=one) for one in settings)))
    service.say(LIST, page())
    result = ask(service, TASKS, job_id="job-1", condition="succeeded", subtasks=True)
    assert result["verdict"] == "failed"
    assert result["reasons"][0].startswith("mpi: 1 of its 1 subtasks is not there: mpi/1")


@pytest.mark.parametrize(
    ("reads", "reason"),
    [
        ([[subtask(1, FAILURE)], [subtask(1)]], "mpi/1: listed twice in one answer, with different states"),
        ([[subtask(1)], [subtask(1, FAILURE)]], "mpi/1: listed twice in one answer, with different states"),
        ([[subtask(1), subtask(1, FAILURE)], [subtask(1)]], "mpi/1: listed twice in one answer, with different states"),
        ([[], [subtask(1)]], "mpi/1: listed twice in one answer, with different states"),
        ([[subtask(1), subtask(2)], [subtask(1)]], "mpi/2: listed twice in one answer, with different states"),
    ],
    ids=["failed before", "failed after", "disputed before", "not there before", "more before"],
)
def test_what_is_read_of_the_subtasks_of_a_task_that_is_listed_twice_has_to_agree(
    service: Loopback, reads: list[list[Wire]], reason: str
) -> None:
    entry = task("mpi", info=SUCCESS, multiInstanceSettings={"numberOfInstances": 2})
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/tasks", page(entry, link=f"{service.url}/jobs/job-1/more"))
    service.say("/jobs/job-1/more", page(entry))
    service.say(LIST, *(page(*read) for read in reads))
    result = ask(service, TASKS, job_id="job-1", condition="succeeded", subtasks=True)
    assert result["verdict"] == "pending"
    assert reason in result["reasons"]


def test_what_is_read_alike_of_a_task_in_two_spellings_is_of_one_task(service: Loopback) -> None:
    entries = [task(name, info=SUCCESS, multiInstanceSettings={"numberOfInstances": 2}) for name in ("MPI", "mpi")]
    service.say("/jobs/job-1", job())
    # Then those that have not succeeded are asked for.
    service.say("/jobs/job-1/tasks", page(*entries), page())
    for name in ("MPI", "mpi"):
        service.say(LIST.replace("mpi", name), page(subtask(1)))
    result = ask(service, TASKS, job_id="job-1", condition="succeeded", subtasks=True)
    assert result["verdict"] == "satisfied", result["reasons"]


@pytest.mark.parametrize("first", [True, False])
def test_a_task_that_is_listed_once_without_settings_is_no_pass(service: Loopback, first: bool) -> None:
    entries = [task("MPI", info=SUCCESS, multiInstanceSettings={"numberOfInstances": 2}), task("mpi", info=SUCCESS)]
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/tasks", page(*(entries if first else entries[::-1])))
    service.say(LIST.replace("mpi", "MPI"), page(subtask(1)))
    result = ask(service, TASKS, job_id="job-1", condition="succeeded", subtasks=True)
    assert (result["verdict"], result["reasons"]) == (
        "pending",
        ["MPI: is listed twice in one answer, with different numbers of instances"],
    )


@pytest.mark.parametrize(
    ("condition", "first", "second", "numbers", "reason"),
    [
        ("completed", [subtask(1, FAILURE)], [subtask(1)], (2, 2), "mpi/1: listed twice in one answer"),
        ("started", [subtask(1, STARTED, "running")], [subtask(1)], (2, 2), "mpi/1: listed twice in one answer"),
        ("succeeded", [subtask(1)], [], (2, 1), "mpi: is listed twice in one answer, with different numbers"),
    ],
)
def test_another_spelling_is_the_same_task(
    service: Loopback, condition: str, first: list[Wire], second: list[Wire], numbers: tuple[int, int], reason: str
) -> None:
    entries = [
        task(name, info=SUCCESS, multiInstanceSettings={"numberOfInstances": number})
        for name, number in zip(("mpi", "MPI"), numbers)
    ]
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/tasks", page(*entries))
    service.say(LIST, page(*first))
    service.say(LIST.replace("mpi", "MPI"), page(*second))
    result = ask(service, TASKS, job_id="job-1", condition=condition, subtasks=True)
    assert result["verdict"] == "pending"
    assert any(said.startswith(reason) for said in result["reasons"])
    assert [len(fact["subtasks"]) for fact in result["tasks"]] == [len(second)]


def test_a_task_in_another_spelling_that_runs_in_a_job_that_ends_is_waited_for(service: Loopback) -> None:
    settings = {"numberOfInstances": 2}
    entries = [task(name, "running", STARTED, multiInstanceSettings=settings) for name in ("MPI", "mpi")]
    service.say("/jobs/job-1", job(state="terminating"))
    service.say("/jobs/job-1/tasks", page(*entries))
    for path in (LIST, LIST.replace("mpi", "MPI")):
        service.say(path, page())
    result = ask(service, TASKS, job_id="job-1", condition="completed", subtasks=True)
    assert result["verdict"] == "pending"
