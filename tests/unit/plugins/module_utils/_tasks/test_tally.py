# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is counted of tasks, and tasks that are listed twice."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._tasks import tally as tally_file
from ansible_collections.batchops.azure.plugins.module_utils._tasks.tally import TaskTally
from ansible_collections.batchops.azure.tests.support.asking_tasks import CONDITIONS, DONE, ENTRIES, judged, listed
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    Wire,
    task,
)


def test_the_summary_counts_and_names_offenders(service: Loopback) -> None:
    old = task("old", "Completed", {**SUCCESS, "result": "Success"})
    tasks = [
        DONE,
        old,
        task("t-1", info=FAILURE),
        task("t-2", info=NEVER_STARTED),
        task("t-3", "asleep"),
        {"id": "t-4"},
    ]
    assert judged(service, "completed", *tasks)["summary"] == {
        "total": 6,
        "by_state": {"active": 0, "preparing": 0, "running": 0, "completed": 4, "asleep": 1, "unknown": 1},
        "succeeded": 2,
        "failed": 2,
        "failed_tasks": ["t-1", "t-2"],
        "failed_subtasks": [],
        "missing": [],
        "truncated": False,
    }


@pytest.mark.parametrize("name", ENTRIES)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_is_said_twice_alike_counts_once(service: Loopback, name: str, condition: str) -> None:
    once = listed(service, [ENTRIES[name]], condition=condition)
    twice = listed(service, [ENTRIES[name]], [ENTRIES[name], ENTRIES[name]], condition=condition)
    assert twice == once


@pytest.mark.parametrize("apart", [True, False], ids=["apart", "at once"])
@pytest.mark.parametrize(("first", "second"), list(permutations(ENTRIES, 2)), ids=" then ".join)
def test_the_later_entry_replaces_the_earlier(service: Loopback, first: str, second: str, apart: bool) -> None:
    only = listed(service, [ENTRIES[second]])
    pages = [[ENTRIES[first], DONE], [ENTRIES[second]]] if apart else [[ENTRIES[first], ENTRIES[second], DONE]]
    both = listed(service, *pages)
    assert both["summary"]["total"] == 2
    assert both["summary"]["succeeded"] == only["summary"]["succeeded"] + 1
    assert both["summary"]["failed_tasks"] == only["summary"]["failed_tasks"]
    assert [fact for fact in both["tasks"] if fact["id"] == "t"] == only["tasks"]


@pytest.mark.parametrize("name", ENTRIES)
def test_what_succeeds_between_two_entries_that_are_alike_makes_no_difference_of_them(name: str) -> None:
    tally = TaskTally()
    tally.add([DONE, ENTRIES[name], task("a", info=SUCCESS), ENTRIES[name]])
    tally.close()
    assert (tally.total, tally.disputed) == (3, {})


@pytest.mark.parametrize("info", ["completed", ["completed"], 7], ids=str)
def test_what_is_said_of_a_task_in_another_shape_is_no_answer(info: Any) -> None:
    with pytest.raises(AnswerError, match="executionInfo"):
        TaskTally().add([{**DONE, "executionInfo": info}])


def test_what_was_replaced_and_came_back_is_still_said_differently(service: Loopback) -> None:
    entries = [ENTRIES["succeeded"], ENTRIES["running"], ENTRIES["succeeded"]]
    result = listed(service, entries, condition="succeeded")
    assert (result["verdict"], result["summary"]["total"], result["summary"]["succeeded"]) == ("pending", 1, 1)


@pytest.mark.parametrize("part", [10, 100, 1_000])
def test_many_are_counted_in_parts(monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    monkeypatch.setattr(tally_file, "_PART", part)
    tally = TaskTally()
    for first in (0, 50, 90):
        tally.add([task(f"t-{number}", info=SUCCESS) for number in range(first, first + 60)])
    tally.add([task("t-7", info=FAILURE)])
    tally.close()
    assert (tally.total, tally.succeeded, list(tally.failed), list(tally.disputed)) == (150, 149, ["t-7"], ["t-7"])
    assert tally.succeeded_ids == sum({hash(f"t-{number}") for number in range(150)})


@pytest.mark.parametrize("wrong", [None, "", 7, True, ["t"], {}], ids=repr)
@pytest.mark.parametrize("info", [SUCCESS, FAILURE, STARTED], ids=str)
@pytest.mark.parametrize("condition", [None, "succeeded"])
def test_a_task_without_an_id_is_no_answer(service: Loopback, wrong: Any, info: Wire, condition: str | None) -> None:
    with pytest.raises(AnswerError, match="There is no id in a task of the list"):
        listed(service, [task("a", info=SUCCESS)], [{**task(info=info), "id": wrong}], condition=condition)


@pytest.mark.parametrize(("first", "second"), list(permutations(ENTRIES, 2)))
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_task_in_another_spelling_is_no_other_task(
    service: Loopback, first: str, second: str, condition: str
) -> None:
    """Whatever is said of it, it is said of the same one."""
    same = listed(service, [ENTRIES[first]], [ENTRIES[second]], condition=condition)
    other = listed(service, [ENTRIES[first]], [{**ENTRIES[second], "id": "T"}], condition=condition)
    judged_as = ("verdict", "summary", "reasons")
    # Of a success only a hash is kept: then the later spelling is shown.
    assert str([other[name] for name in judged_as]).lower() == str([same[name] for name in judged_as]).lower()
    assert [item["id"] for item in other["tasks"]] == ["T"]


def test_two_successes_of_one_task_are_one(service: Loopback) -> None:
    result = listed(service, [DONE], [{**DONE, "id": "Done"}], condition="succeeded")
    assert (result["verdict"], result["summary"]["total"], result["summary"]["succeeded"]) == ("satisfied", 1, 1)


def test_since_when_is_kept_of_the_tasks_that_a_sentence_names(service: Loopback) -> None:
    """Of no more, because there may be very many."""
    since = {"stateTransitionTime": "2026-01-31T11:13:00Z"}
    tally = TaskTally()
    tally.add(
        [DONE, task("bad", info=FAILURE, **since), *[task(f"t-{number}", "active", **since) for number in range(9)]]
    )
    names = ", ".join(f"{task_id} (active)" for task_id in tally.since)
    result = judged(service, "completed", *[task(f"t-{number}", "active") for number in range(9)])
    assert result["reasons"] == [f"job job-1: 9 tasks not completed: {names} and 4 more"]
    assert set(tally.since.values()) == {"2026-01-31T11:13:00Z"}


@pytest.mark.parametrize(
    ("entries", "waits"),
    [
        (["active"], True),
        (["active", "failed"], True),
        (["running", "active"], False),
        (["unknown state", "active"], False),
        (["failed"], False),
        ([], False),
    ],
)
def test_tasks_only_wait_where_one_does_and_none_is_on_a_node(entries: list[str], waits: bool) -> None:
    tally = TaskTally()
    tally.add([{**ENTRIES[name], "id": name} for name in entries])
    tally.close()
    assert tally.only_waits is waits
