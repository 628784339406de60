# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gate is satisfied only when that is true, gives up only when it has to, and never outlasts its deadline."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.tests.properties import truth
from ansible_collections.batchops.azure.tests.properties.gates import SLEEP, TIMEOUT, Gate, wait
from ansible_collections.batchops.azure.tests.properties.lifecycles import (
    Job,
    Node,
    Pool,
    Run,
    Weather,
    Work,
    jobs,
    jobs_with_own_pool,
    pools,
    starving_jobs,
    weathers,
)
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS, NODES, PREP, TASKS
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

# Five properties share the examples: 10,000 in `./dev bench --faults`, far fewer in `./dev test`.
EXAMPLES = int(os.environ.get("BATCHOPS_EXAMPLES", "120"))
COUNTS: Counter[str] = Counter()

checked = settings(
    max_examples=max(1, EXAMPLES // 5),
    deadline=None,
    derandomize="BATCHOPS_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module", autouse=True)
def figures() -> Iterator[None]:
    """Examples that all ended the same way would prove nothing."""
    yield
    print(
        "\nGates over generated lifecycles:", ", ".join(f"{count} {outcome}" for outcome, count in COUNTS.most_common())
    )
    # Not where only a part of this file was asked for.
    if COUNTS.total() >= 100:
        assert {"satisfied", "failed", "timed out"} <= set(COUNTS)


def judge(gate: Gate, true: truth.Truth, hopeless: truth.Truth, weather: Weather) -> None:
    judge_all(gate, [true], [hopeless], weather)


def judge_all(gate: Gate, trues: list[truth.Truth], hopeless: list[truth.Truth], weather: Weather) -> None:
    """Of several checks each must be true at some moment of the last look, and one hopeless where it is given up."""
    outcome = "error" if gate.error else "timed out" if gate.timed_out else str(gate.verdict)
    event(outcome)
    COUNTS[outcome] += 1
    # One request may be under way when the deadline passes.
    assert gate.elapsed <= TIMEOUT + 2 * weather.latency + 0.1
    if gate.error:
        assert weather.faults, f"an error in good weather: {gate.error}"
        return
    moments = gate.moments()
    if gate.verdict == "satisfied":
        assert all(any(true(at) for at in moments) for true in trues), "a false pass"
    elif gate.verdict == "failed":
        assert any(lost(at) for lost in hopeless for at in moments), f"gave up too early: {gate.reasons}"
    else:
        assert gate.timed_out
        assert gate.reasons
        # What has been true since well before the deadline must have been seen, unless the account misbehaved.
        late = [TIMEOUT - offset for offset in range(int(SLEEP + 20 * weather.latency) + 2)]
        assert weather.faults or not all(true(at) for true in trues for at in late), "missed what was true"


@pytest.mark.parametrize("at", range(2, 14))
@pytest.mark.parametrize(
    "resource",
    [TASKS, JOBS],
    ids=["tasks", "jobs"],
)
def test_a_job_whose_pool_goes_with_it_is_not_given_up(resource: Resource, at: int) -> None:
    """Whatever the moment, also that between reading the job, its late counts, and the pool."""
    work = Work("task-1", 0, (Run(at - 1, at),))
    states = ((0, "active"), (at, "terminating"), (at + 5, "completed"))
    pool = Pool((Node("tvm-1", 0, ((0, "idle"),)),), 0, 1, deleting_at=at)
    job = Job(states, (work,), (), count_lag=15, pool=pool)
    gate = wait(job.scenario(), Weather(2.0), resource, job_id="job-1", condition="succeeded")
    assert gate.verdict == "satisfied", gate.reasons


any_jobs = st.one_of(jobs(), jobs(), starving_jobs(), jobs_with_own_pool())


@checked
@given(
    any_jobs,
    weathers,
    st.sampled_from(("started", "completed", "succeeded")),
    st.sampled_from((None, 1)),
    st.sampled_from(("full", "summary")),
)
def test_tasks(job: Job, weather: Weather, condition: str, page_size: int | None, details: str) -> None:
    gate = wait(
        job.scenario(),
        weather,
        TASKS,
        job_id="job-1",
        condition=condition,
        page_size=page_size,
        details=details,
    )
    judge(gate, truth.tasks_are(job, condition), truth.tasks_are_hopeless(job, condition), weather)


@pytest.mark.parametrize("at", range(4, 22))
def test_a_job_that_ends_itself_between_two_reads_is_not_given_up(at: int) -> None:
    """Whatever the moment, also that between reading the tasks and reading the job."""
    work = Work("task-1", 0, (Run(0, at),))
    job = Job(((0, "active"), (at, "terminating"), (at + 5, "completed")), (work,), ())
    gate = wait(job.scenario(), Weather(2.0), TASKS, job_id="job-1", condition="succeeded")
    assert gate.verdict == "satisfied", gate.reasons


@checked
@given(any_jobs, weathers, st.sampled_from(("active", "disabled", "completed", "succeeded")))
def test_jobs(job: Job, weather: Weather, condition: str) -> None:
    gate = wait(job.scenario(), weather, JOBS, job_id="job-1", condition=condition)
    judge(gate, truth.job_is(job, condition), truth.job_is_hopeless(job, condition), weather)


preparations = st.builds(
    truth.Preparation,
    least=st.sampled_from((None, None, 1, 3)),
    expected=st.sampled_from(((), ("tvm-1",), ("tvm-1", "tvm-3"), ("tvm-1", "tvm-4"))),
    tolerated=st.sampled_from((0, 0, 1, 2)),
    without_removed=st.booleans(),
) | st.builds(
    truth.Preparation,
    least=st.sampled_from((None, 1, 2)),
    on_task_nodes=st.just(True),
    tolerated=st.sampled_from((0, 1)),
    without_removed=st.booleans(),
)


def options_of(asked: truth.Preparation) -> dict[str, Any]:
    return {
        "job_id": "job-1",
        "min_nodes": asked.least,
        "expected_nodes": list(asked.expected) or None,
        "max_failed_nodes": asked.tolerated,
        "expect_task_nodes": asked.on_task_nodes,
        "ignore_removed_nodes": asked.without_removed,
    }


@checked
@given(st.one_of(jobs(), jobs(), starving_jobs()), weathers, preparations, st.sampled_from((None, 1)))
def test_preparation(job: Job, weather: Weather, asked: truth.Preparation, page_size: int | None) -> None:
    given_options = {"condition": "prepared", "page_size": page_size, **options_of(asked)}
    gate = wait(job.scenario(), weather, PREP, **given_options)
    judge(gate, partial(asked.holds, job), partial(asked.is_hopeless, job), weather)


@checked
@given(
    pools(),
    weathers,
    st.sampled_from(("ready", "idle", "offline", "drained")),
    st.sampled_from((None, None, 1, 2)),
    st.sampled_from((0, 0, 1, 2)),
    st.sampled_from((None, 1)),
)
def test_nodes(
    pool: Pool, weather: Weather, condition: str, least: int | None, tolerated: int, page_size: int | None
) -> None:
    least = None if condition in ("offline", "drained") else least
    asked = {"condition": condition, "min_nodes": least, "max_failed_nodes": tolerated, "page_size": page_size}
    gate = wait(pool.scenario(), weather, NODES, pool_id="pool-1", **asked)
    states = condition, least, tolerated
    judge(gate, truth.nodes_are(pool, *states), truth.nodes_are_hopeless(pool, *states), weather)


@checked
@given(
    any_jobs,
    pools(),
    weathers,
    st.lists(st.sampled_from(("jobs", "tasks", "preparation", "nodes")), min_size=1, max_size=3, unique=True),
    st.sampled_from((0, 1)),
)
def test_gates_of_several_checks(job: Job, pool: Pool, weather: Weather, kinds: list[str], tolerated: int) -> None:
    """Of a job and of another pool, whose nodes have nothing to do with it."""
    asked = truth.Preparation(tolerated=tolerated)
    checks: dict[str, tuple[dict[str, Any], truth.Truth, truth.Truth]] = {
        "jobs": ({"job_id": "job-1"}, truth.job_is(job, "succeeded"), truth.job_is_hopeless(job, "succeeded")),
        "tasks": ({"job_id": "job-1"}, truth.tasks_are(job, "succeeded"), truth.tasks_are_hopeless(job, "succeeded")),
        "preparation": (
            {name: value for name, value in options_of(asked).items() if value is not None},
            partial(asked.holds, job),
            partial(asked.is_hopeless, job),
        ),
        "nodes": (
            {"pool_id": "pool-2", "max_failed_nodes": tolerated},
            truth.nodes_are(pool, "ready", None, tolerated),
            truth.nodes_are_hopeless(pool, "ready", None, tolerated),
        ),
    }
    scenario = job.scenario()
    scenario["pools"].append({**pool.wire(), "id": "pool-2"})
    chosen = [{"check": kind, **checks[kind][0]} for kind in kinds]
    gate = wait(scenario, weather, GATE, checks=chosen)
    judge_all(gate, [checks[kind][1] for kind in kinds], [checks[kind][2] for kind in kinds], weather)
