# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that are listed twice, contradict themselves, or are in states that nobody knows: never a pass."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._tasks import tally as tally_file
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import GATE, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
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
CONDITIONS = ("started", "completed", "succeeded")
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
SAME = {("succeeded", "in another spelling"), ("in another spelling", "succeeded")}


def listed(service: Loopback, *pages: list[Wire], of: Wire | None = None, **options: Any) -> dict[str, Any]:
    """What comes to the tasks of these pages."""
    service.say("/jobs/job-1", job() if of is None else of)
    links = [f"{service.url}{LIST}?$skiptoken={number}" for number in range(1, len(pages))]
    service.say(LIST, *(page(*tasks, link=link) for tasks, link in zip(pages, [*links, None])))
    return ask(service, TASKS, job_id="job-1", **options)


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


@pytest.mark.parametrize("name", ENTRIES)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_is_said_twice_alike_counts_once(service: Loopback, name: str, condition: str) -> None:
    once = listed(service, [ENTRIES[name]], condition=condition)
    twice = listed(service, [ENTRIES[name]], [ENTRIES[name], ENTRIES[name]], condition=condition)
    assert twice == once


@pytest.mark.parametrize(("first", "second"), [pair for pair in permutations(ENTRIES, 2)], ids=" then ".join)
def test_the_later_entry_replaces_the_earlier(service: Loopback, first: str, second: str) -> None:
    only = listed(service, [ENTRIES[second]])
    both = listed(service, [ENTRIES[first], task("a", info=SUCCESS)], [ENTRIES[second]])
    assert both["summary"]["total"] == 2
    assert both["summary"]["succeeded"] == only["summary"]["succeeded"] + 1
    assert both["summary"]["failed_tasks"] == only["summary"]["failed_tasks"]
    assert [fact for fact in both["tasks"] if fact["id"] == "t"] == only["tasks"]


def test_what_was_replaced_and_came_back_is_still_said_differently(service: Loopback) -> None:
    entries = [ENTRIES["succeeded"], ENTRIES["running"], ENTRIES["succeeded"]]
    result = listed(service, entries, condition="succeeded")
    assert (result["verdict"], result["summary"]["total"], result["summary"]["succeeded"]) == ("pending", 1, 1)


def test_a_wait_goes_on_until_one_answer_says_one_thing(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(LIST, page(ENTRIES["succeeded"], ENTRIES["running"]), page(ENTRIES["succeeded"]))
    result = ask(service, TASKS, ScriptedClock(5), job_id="job-1", condition="succeeded", wait=True, wait_sleep=5)
    assert (result["verdict"], result["polls"]) == ("satisfied", 2)


def test_many_are_counted_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_file, "_SLICE", 10)
    tally = TaskTally()
    for first in (0, 50, 90):
        tally.add([task(f"t-{number}", info=SUCCESS) for number in range(first, first + 60)])
    tally.add([task("t-7", info=FAILURE)])
    tally.close()
    assert (tally.total, tally.succeeded, list(tally.failed), list(tally.disputed)) == (150, 149, ["t-7"], ["t-7"])


@pytest.mark.parametrize("wrong", [None, "", 7, True, ["t"], {}], ids=repr)
@pytest.mark.parametrize("info", [SUCCESS, FAILURE, STARTED], ids=str)
@pytest.mark.parametrize("condition", [None, "succeeded"])
def test_a_task_without_an_id_is_no_answer(service: Loopback, wrong: Any, info: Wire, condition: str | None) -> None:
    with pytest.raises(AnswerError, match="There is no id in a task of the list"):
        listed(service, [task("a", info=SUCCESS)], [{**task(info=info), "id": wrong}], condition=condition)


@pytest.mark.parametrize("body", [{}, {"state": "completed"}, task("other", info=SUCCESS)], ids=str)
@pytest.mark.parametrize("missing_ok", [False, True])
def test_an_answer_about_another_task_or_about_none_is_no_answer(
    service: Loopback, body: Wire, missing_ok: bool
) -> None:
    service.say("/jobs/job-1", job())
    service.say(f"{LIST}/t", body)
    with pytest.raises(AnswerError, match=r"(?i)the answer about task t"):
        ask(service, TASKS, job_id="job-1", task_id="t", condition="completed", missing_ok=missing_ok)


@pytest.mark.parametrize("body", [{}, {"state": "completed"}, {"id": "job-1"}, job("job-2")], ids=str)
def test_an_answer_about_another_job_or_about_none_is_no_answer(service: Loopback, body: Wire) -> None:
    with pytest.raises(AnswerError, match="answer about job job-1"):
        listed(service, [ENTRIES["succeeded"]], of=body, condition="completed", missing_ok=True)


def test_ids_do_not_differ_by_case(service: Loopback) -> None:
    service.say("/jobs/JOB-1", job())
    service.say("/jobs/JOB-1/tasks/T", ENTRIES["succeeded"])
    assert ask(service, TASKS, job_id="JOB-1", task_id="T", condition="succeeded")["verdict"] == "satisfied"


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


def test_a_gate_is_not_open_either(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(LIST, page(ENTRIES["succeeded"], ENTRIES["running"]))
    assert ask(service, GATE, checks=[{"check": "tasks", "job_id": "job-1"}])["verdict"] == "pending"


def test_a_list_that_ignores_its_filter_is_read_as_a_whole(service: Loopback) -> None:
    """The small look of a wait asks for unfinished tasks. What has ended is not one of them."""
    link = f"{service.url}{LIST}?$skiptoken=1"
    done = [task("a", info=SUCCESS), task("b", info=SUCCESS)]
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/taskcounts", {"taskCounts": {}})
    service.say(LIST, page(done[0], link=link), page(ENTRIES["running"]), page(*done), page(*done))
    options = {"condition": "completed", "details": "summary", "wait": True, "wait_sleep": 5}
    result = ask(service, TASKS, ScriptedClock(5), job_id="job-1", **options)
    assert (result["verdict"], result["polls"]) == ("satisfied", 2)
