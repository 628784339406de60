# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tasks are waited for, and which of them may still run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
from ansible_collections.batchops.azure.plugins.module_utils._tasks.scope import TaskScope
from ansible_collections.batchops.azure.plugins.module_utils._tasks.subtasks import Instances
from ansible_collections.batchops.azure.tests.support.asking_tasks import scope, subtask
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    Wire,
    task,
)


def of_all_kinds(condition: str, **job: Any) -> TaskScope:
    """A failed task, one that waits for it, one that waits for a node, one that runs, and one that is listed twice."""
    waiting = task("behind", "active"), task("next", "active"), task("busy", "running", STARTED)
    twice = task("twice", "active"), task("twice", info=SUCCESS)
    tasks = task("bad", info=FAILURE), *waiting, *twice
    return scope(*tasks, condition=condition, blocked={"bad": {"behind": "bad"}}, **job)


@pytest.mark.parametrize(
    ("condition", "waiting"),
    [
        ("started", ["behind", "next"]),
        ("completed", ["behind", "next", "busy"]),
        ("succeeded", ["behind", "next", "busy"]),
    ],
)
def test_what_is_not_done_is_waited_for_and_what_is_blocked_does_not_come(condition: str, waiting: list[str]) -> None:
    found = of_all_kinds(condition)
    assert list(found.waiting) == waiting
    assert list(found.coming) == [task_id for task_id in waiting if task_id != "behind"]
    assert found.disputed == ["twice"]


def test_a_job_whose_time_is_limited_completes_what_is_blocked() -> None:
    assert "behind" in of_all_kinds("completed", limited=True).coming
    assert "behind" not in of_all_kinds("succeeded", limited=True).coming


def test_a_reason_names_the_task_with_its_job_and_why_that_stays_so() -> None:
    reason = of_all_kinds("completed").about("t", "is absent", and_the_job=True)
    assert reason.offenders == (Offender("task", "is absent", job_id="job-1", task_id="t"),)
    assert reason.sentence == "job-1/t: is absent, and the job is active"


def look(*tasks: Wire, **more: Any) -> Callable[[], TaskScope]:
    """What a wait sees, made only when it looks."""
    return partial(scope, *tasks, **more)


def once(number: int, info: Wire | None = None) -> list[Wire]:
    return [subtask(number, info or SUCCESS)]


RUNS = task("a", "running", STARTED)

# Two looks that a wait must tell apart, though no number of tasks differs between them.
CHANGES = {
    "another job": (look(RUNS), look(RUNS, id="job-2")),
    "the state of the job": (look(RUNS), look(RUNS, state="terminating")),
    "an error of the job": (look(RUNS), look(RUNS, scheduling_error="PoolNotFound: gone")),
    "which task runs": (look(RUNS), look(task("b", "running", STARTED))),
    "the state of a task": (look(RUNS), look(task("a", "preparing"))),
    "how it ended": (look(task("a", info=FAILURE)), look(task("a", info=MYSTERY))),
    "why it failed": (look(task("a", info=FAILURE)), look(task("a", info={**FAILURE, "exitCode": 2}))),
    "whether it had started": (
        look(task("a", info={**NEVER_STARTED, **STARTED})),
        look(task("a", info=NEVER_STARTED)),
    ),
    "which task has succeeded": (look(RUNS, task("b", info=SUCCESS)), look(RUNS, task("c", info=SUCCESS))),
    "which task is not there": (look(missing=["a"]), look(missing=["b"])),
    "what waits in vain": (look(blocked={"bad": {"a": "bad"}}), look(blocked={"bad": {"b": "bad"}})),
    "for what it waits": (look(blocked={"bad": {"a": "bad"}}), look(blocked={"worse": {"a": "worse"}})),
    "of which task two things are said": (
        look(task("a", "active"), task("a", "active"), RUNS, task("b", "active"), task("b", "active")),
        look(task("a", "active"), RUNS, task("b", "active"), task("b", "preparing"), task("b", "active")),
    ),
    "which subtask is there": (look(subtasks=once(1)), look(subtasks=once(2))),
    "how a subtask ended": (look(subtasks=once(1)), look(subtasks=once(1, FAILURE))),
    "of which subtask two things are said": (
        look(subtasks=[*once(1), *once(1)]),
        look(subtasks=[*once(1, FAILURE), *once(1)]),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_wait_sees_each_change_of_what_is_judged(name: str) -> None:
    before, after = CHANGES[name]
    assert before().digest != after().digest


def test_a_wait_sees_that_more_subtasks_are_to_come() -> None:
    found = scope(subtasks=[])
    before = found.digest
    found.tally.instances = {"mpi": Instances({"id": "mpi", "multiInstanceSettings": {"numberOfInstances": 9}}, [])}
    assert found.digest != before


def test_a_wait_sees_no_change_where_only_the_order_is_another() -> None:
    listed = [RUNS, task("b", info=FAILURE), task("c", info=SUCCESS), task("d", "active")]
    assert scope(*listed).digest == scope(*reversed(listed)).digest
    assert scope(subtasks=[*once(1), *once(2)]).digest == scope(subtasks=[*once(2), *once(1)]).digest
    blocked = {"x": {"a": "x", "b": "x"}, "y": {"c": "y"}}
    turned = {"y": {"c": "y"}, "x": {"b": "x", "a": "x"}}
    assert scope(blocked=blocked).digest == scope(blocked=turned).digest
