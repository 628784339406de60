# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gate is satisfied only when that is true, gives up only when it has to, and never outlasts its deadline."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from ansible_collections.batchops.azure.plugins.module_utils import _arguments
from ansible_collections.batchops.azure.plugins.module_utils._jobs import JobReader
from ansible_collections.batchops.azure.plugins.module_utils._nodes import NodeReader
from ansible_collections.batchops.azure.plugins.module_utils._prep_status import PrepStatusReader
from ansible_collections.batchops.azure.plugins.module_utils._tasks import TaskReader
from ansible_collections.batchops.azure.tests.properties import truth
from ansible_collections.batchops.azure.tests.properties.gates import SLEEP, TIMEOUT, Gate, wait
from ansible_collections.batchops.azure.tests.properties.lifecycles import (
    Job,
    Pool,
    Run,
    Weather,
    Work,
    jobs,
    pools,
    weathers,
)
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

# Four properties share the examples: 10,000 in `./dev bench --faults`, a few hundred in `./dev test`.
EXAMPLES = int(os.environ.get("BATCHOPS_EXAMPLES", "240"))
COUNTS: Counter[str] = Counter()

checked = settings(
    max_examples=max(1, EXAMPLES // 4),
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
        assert any(true(at) for at in moments), "a false pass"
    elif gate.verdict == "failed":
        assert any(hopeless(at) for at in moments), f"gave up too early: {gate.reasons}"
    else:
        assert gate.timed_out
        assert gate.reasons
        # What has been true since well before the deadline must have been seen, unless the account misbehaved.
        late = [TIMEOUT - offset for offset in range(int(SLEEP + 20 * weather.latency) + 2)]
        assert weather.faults or not all(true(at) for at in late), "missed what was true"


@checked
@given(jobs(), weathers, st.sampled_from(("started", "completed", "succeeded")), st.sampled_from((None, 1)))
def test_tasks(job: Job, weather: Weather, condition: str, page_size: int | None) -> None:
    gate = wait(
        job.scenario(),
        weather,
        _arguments.TASK_INFO,
        TaskReader,
        job_id="job-1",
        condition=condition,
        page_size=page_size,
    )
    judge(gate, truth.tasks_are(job, condition), truth.tasks_are_hopeless(job, condition), weather)


@pytest.mark.parametrize("at", range(4, 22))
def test_a_job_that_ends_itself_between_two_reads_is_not_given_up(at: int) -> None:
    """Whatever the moment, also that between reading the tasks and reading the job."""
    work = Work("task-1", 0, (Run(0, at),))
    job = Job(((0, "active"), (at, "terminating"), (at + 5, "completed")), (work,), ())
    gate = wait(job.scenario(), Weather(2.0), _arguments.TASK_INFO, TaskReader, job_id="job-1", condition="succeeded")
    assert gate.verdict == "satisfied", gate.reasons


@checked
@given(jobs(), weathers, st.sampled_from(("active", "disabled", "completed", "succeeded")))
def test_jobs(job: Job, weather: Weather, condition: str) -> None:
    gate = wait(job.scenario(), weather, _arguments.JOB_INFO, JobReader, job_id="job-1", condition=condition)
    judge(gate, truth.job_is(job, condition), truth.job_is_hopeless(job, condition), weather)


@checked
@given(jobs(), weathers, st.sampled_from((None, 1, 3)), st.sampled_from(((), ("tvm-1",), ("tvm-1", "tvm-3"))))
def test_preparation(job: Job, weather: Weather, least: int | None, expected: tuple[str, ...]) -> None:
    gate = wait(
        job.scenario(),
        weather,
        _arguments.PREP_STATUS_INFO,
        PrepStatusReader,
        job_id="job-1",
        condition="prepared",
        min_nodes=least,
        expected_nodes=list(expected) or None,
    )
    judge(
        gate,
        truth.nodes_are_prepared(job, least, expected),
        truth.preparation_is_hopeless(job, least, expected),
        weather,
    )


@checked
@given(pools(), weathers, st.sampled_from(("ready", "idle", "offline")))
def test_nodes(pool: Pool, weather: Weather, condition: str) -> None:
    gate = wait(pool.scenario(), weather, _arguments.NODE_INFO, NodeReader, pool_id="pool-1", condition=condition)
    judge(gate, truth.nodes_are(pool, condition), truth.nodes_are_hopeless(pool, condition), weather)
