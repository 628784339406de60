# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``$filter`` takes what the service takes, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.simulator.service.errors import ServiceError
from ansible_collections.batchops.azure.tests.simulator.service.odata_filter import compile_filter
from ansible_collections.batchops.azure.tests.simulator.wire.resource import Filterable, Property, Resource
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, refusal
from hypothesis import given
from hypothesis import strategies as st

TASKS = "/jobs/job-1/tasks"
PREP = "/jobs/job-1/jobpreparationandreleasetaskstatus"


@pytest.fixture(scope="module")
def failed() -> Iterator[Asking]:
    with Simulator("tasks_fail_without_exit_code") as simulator:
        simulator.clock.set(60)
        yield Asking(simulator)


@pytest.fixture(scope="module")
def rolling() -> Iterator[Asking]:
    with Simulator("rolling_preparation") as simulator:
        simulator.clock.set(20)
        yield Asking(simulator)


def matching(asking: Asking, path: str, text: str, name: str = "id") -> list[str]:
    found: list[str] = asking.ids(path, f"$filter={quote(text)}", name)
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("id eq 'good'", ["good"]),
        ("id eq 'GOOD'", ["good"]),
        ("startswith(id,'bad')", ["bad-exit"]),
        ("startswith(id, 'BAD') or id eq 'good'", ["good", "bad-exit"]),
        ("state eq 'completed' and executionInfo/result eq 'success'", ["good"]),
        ("executionInfo/result eq 'Failure' and executionInfo/exitCode eq 0", ["upload-denied"]),
        ("executionInfo/exitCode gt 0", ["bad-exit", "old-style"]),
        ("executionInfo/exitCode ge 2 and executionInfo/exitCode lt 3", ["bad-exit"]),
        # What is absent is equal to nothing, and different from everything.
        (
            "executionInfo/exitCode ne 0 and executionInfo/result eq 'failure'",
            ["no-program", "ended-by-user", "bad-exit", "disk-full"],
        ),
        ("executionInfo/result ne 'failure'", ["good", "old-style"]),
        ("executionInfo/startTime eq DateTime'2026-01-31T08:00:02Z'", ["bad-exit", "disk-full"]),
        ("executionInfo/endTime gt DateTime'2026-01-31T08:00:05.9999999Z'", ["good", "upload-denied", "disk-full"]),
        ("executionInfo/endTime le datetime'2026-01-31T09:00:03+01:00'", ["no-program", "ended-by-user", "old-style"]),
        ("lastModifiedTime lt DateTime'2026-01-31T08:00:00.0000001Z' and id eq 'good'", ["good"]),
        ("(id eq 'good' or id eq 'bad-exit') and state eq 'completed'", ["good", "bad-exit"]),
        ("id eq 'good' or id eq 'bad-exit' and state eq 'active'", ["good"]),
        ("state eq 'it''s'", []),
    ],
)
def test_tasks_are_found(failed: Asking, text: str, found: list[str]) -> None:
    assert matching(failed, TASKS, text) == found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("nodeId eq 'TVM-3'", 1),
        ("poolId eq 'pool-1'", 12),
        ("jobPreparationTaskExecutionInfo/state eq 'running'", 1),
        ("jobPreparationTaskExecutionInfo/result eq 'success'", 11),
        ("jobPreparationTaskExecutionInfo/exitCode eq 0", 11),
        ("jobReleaseTaskExecutionInfo/state eq 'running'", 0),
        ("jobReleaseTaskExecutionInfo/state ne 'running'", 12),
        ("jobPreparationTaskExecutionInfo/endTime gt DateTime'2026-01-31T08:00:12Z'", 5),
    ],
)
def test_preparation_is_found(rolling: Asking, text: str, count: int) -> None:
    assert len(matching(rolling, PREP, text, "nodeId")) == count


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("/pools/pool-1/nodes", "state eq 'idle'", 15),
        ("/pools/pool-1/nodes", "allocationTime lt DateTime'2026-01-31T08:00:00Z' and startTaskInfo/exitCode eq 0", 15),
        (
            "/pools/pool-1/nodes",
            "startTaskInfo/result eq 'failure' or lastBootTime gt DateTime'2027-01-01T00:00:00Z'",
            0,
        ),
        ("/jobs", "state eq 'active' and executionInfo/poolId eq 'pool-1'", 1),
        ("/jobs", "creationTime gt DateTime'2026-01-31T08:00:00Z'", 0),
        ("/pools", "allocationState eq 'steady' and enableAutoScale eq false", 1),
        ("/pools", "startswith(id,'pool')", 1),
    ],
)
def test_other_lists_are_filtered(rolling: Asking, path: str, text: str, found: int) -> None:
    assert len(matching(rolling, path, text)) == found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (TASKS, "State eq 'completed'"),
        (TASKS, "nodeInfo/nodeId eq 'tvm-1'"),
        (TASKS, "executionInfo/failureInfo/code eq 'DiskFull'"),
        (TASKS, "executionInfo eq 'x'"),
        (TASKS, "state"),
        (TASKS, ""),
        (TASKS, "state eq"),
        (TASKS, "state eq 'completed"),
        (TASKS, "state = 'completed'"),
        (TASKS, "state eq 5"),
        (TASKS, "state eq null"),
        (TASKS, "executionInfo/exitCode eq '0'"),
        (TASKS, "creationTime gt '2026-01-31T08:00:00Z'"),
        (TASKS, "creationTime gt 2026-01-31T08:00:00Z"),
        (TASKS, "creationTime gt DateTime'yesterday'"),
        (TASKS, "'completed' eq state"),
        (TASKS, "not state eq 'completed'"),
        (TASKS, "state in ('active', 'running')"),
        (TASKS, "contains(id,'a')"),
        (TASKS, "endswith(id,'a')"),
        (TASKS, "startswith(executionInfo/exitCode,'1')"),
        (TASKS, "startswith(id)"),
        (TASKS, "id eq 'a' id eq 'b'"),
        (TASKS, "(id eq 'a'"),
        ("/jobs", "executionInfo/exitCode eq 0"),
        ("/pools/pool-1/nodes", "id eq 'tvm-1'"),
        ("/nodecounts", "state eq 'idle'"),
    ],
)
def test_anything_else_is_refused_with_the_reason(failed: Asking, path: str, text: str) -> None:
    status, code, values = refusal(failed.get(path, f"$filter={quote(text)}"))
    assert (status, code) == (400, "InvalidQueryParameterValue")
    assert (values["QueryParameterName"], values["QueryParameterValue"]) == ("$filter", text)
    assert values["Reason"].startswith("The filter cannot be understood: ")


class Thing:
    """A view of two properties."""

    extra: ClassVar[dict[str, Any]] = {}

    def __init__(self, name: str | None, size: int | None) -> None:
        self.name = name
        self.size = size


THINGS = Resource(
    metadata="things",
    properties=(Property("name", lambda thing: thing.name), Property("size", lambda thing: thing.size)),
    filters={"name": Filterable(("name",), "text"), "size": Filterable(("size",), "number")},
)
NAMES = st.one_of(st.none(), st.text("abAB'/ :%+", max_size=4))
SIZES = st.one_of(st.none(), st.integers(-3, 3))
OPERATORS = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> tuple[str, Any]:
    """Return a filter and what it means."""
    if depth and draw(st.booleans()):
        (left, first), (right, second) = draw(conditions(depth - 1)), draw(conditions(depth - 1))
        if draw(st.booleans()):
            return f"({left}) and ({right})", lambda thing: first(thing) and second(thing)
        return f"({left}) or ({right})", lambda thing: first(thing) or second(thing)
    word = draw(st.sampled_from(sorted(OPERATORS)))
    compare = OPERATORS[word]
    if draw(st.booleans()):
        number = draw(st.integers(-3, 3))
        return (
            f"size {word} {number}",
            lambda thing: word == "ne" if thing.size is None else compare(thing.size, number),
        )
    text = draw(st.text("abAB'/ :%+", max_size=4))
    written = text.replace("'", "''")
    lowered = text.casefold()
    return (
        f"name {word} '{written}'",
        lambda thing: word == "ne" if thing.name is None else compare(thing.name.casefold(), lowered),
    )


@given(conditions(), NAMES, SIZES)
def test_a_filter_means_what_it_says(condition: tuple[str, Any], name: str | None, size: int | None) -> None:
    text, meaning = condition
    test = compile_filter(text, THINGS)
    assert test is not None
    assert bool(test(Thing(name, size))) is bool(meaning(Thing(name, size)))


@given(st.text("ab'()=,/ eqandorstartswith1.:-TZ", max_size=30))
def test_no_text_makes_the_filter_fall_over(text: str) -> None:
    try:
        compile_filter(text, THINGS)
    except ServiceError as error:
        assert error.status == 400
