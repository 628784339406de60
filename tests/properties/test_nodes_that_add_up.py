# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes, pools and preparation whose answers do not add up: counted by id, and no pass where they contradict each other."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from ansible_collections.batchops.azure.tests.properties import truth
from ansible_collections.batchops.azure.tests.properties.gates import Gate, wait
from ansible_collections.batchops.azure.tests.properties.lifecycles import (
    Job,
    Pool,
    Weather,
    jobs,
    pools,
    short_pools,
    starving_jobs,
    weathers,
)
from ansible_collections.batchops.azure.tests.properties.test_no_false_pass import judge, options_of, preparations
from ansible_collections.batchops.azure.tests.support.modules import NODES, PREP
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Five properties share the examples.
EXAMPLES = int(os.environ.get("BATCHOPS_EXAMPLES", "90"))

checked = settings(
    max_examples=max(1, EXAMPLES // 5),
    deadline=None,
    derandomize="BATCHOPS_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

_NODES = r"^/pools/[^/?]+/nodes\?"
_STATUS = r"taskstatus\?"
_NO_PREPARATION = "JobPreparationTaskOrReleaseTaskNotSpecified"


# What changes nothing: entries that are there again, and ids in capitals, which are the same ids to the service.
_ALIKE: dict[str, dict[str, Any]] = {
    "listed_twice": {"kind": "listed_twice"},
    "listed_in_capitals": {"kind": "listed_again", "capitals": True},
    "in_capitals": {"kind": "other_words", "capitals": True},
    "sometimes_in_capitals": {"kind": "other_words", "capitals": True, "probability": 0.5},
}


def strange(weather: Weather, kind: str, where: str) -> Weather:
    """The same weather, and pages that do not add up, each time."""
    fault = {**_ALIKE.get(kind, {"kind": kind}), "match": where}
    return Weather(weather.latency, (fault, *weather.faults))


def judge_strange(gate: Gate, kind: str, true: truth.Truth, hopeless: truth.Truth, weather: Weather) -> None:
    """What is listed twice or in capitals changes nothing; what is listed otherwise, or not understood, is never a pass."""
    if kind in _ALIKE:
        judge(gate, true, hopeless, weather)
        return
    assert gate.verdict != "satisfied", "a false pass"
    if gate.verdict == "failed":
        assert any(hopeless(at) for at in gate.moments()), f"gave up too early: {gate.reasons}"


# Good weather only: that bad weather is survived is shown elsewhere.
calm = st.builds(Weather, latency=st.sampled_from((0.01, 1.0)))
kinds = st.sampled_from((*_ALIKE, "listed_otherwise", "listed_otherwise_before", "unknown_words"))
sizes = st.sampled_from((None, 1, 2))


@checked
@given(
    st.one_of(pools(), short_pools()),
    calm,
    kinds,
    st.sampled_from(("ready", "idle")),
    st.sampled_from((None, None, 1, 2, 3)),
    st.sampled_from((0, 0, 1, 2)),
    sizes,
)
def test_nodes(
    pool: Pool, weather: Weather, kind: str, condition: str, least: int | None, tolerated: int, size: int | None
) -> None:
    # With at least so many, one node of which nothing is known may be left aside.
    least = least if kind in _ALIKE else None
    given: dict[str, Any] = {"condition": condition, "min_nodes": least, "max_failed_nodes": tolerated}
    gate = wait(
        pool.scenario(),
        strange(weather, kind, _NODES),
        NODES,
        pool_id="pool-1",
        page_size=size,
        **given,
    )
    states = condition, least, tolerated
    true, hopeless = truth.nodes_are(pool, *states), truth.nodes_are_hopeless(pool, *states)
    judge_strange(gate, kind, true, hopeless, weather)


@checked
@given(st.one_of(jobs(), jobs(), starving_jobs()), calm, kinds, preparations, sizes, st.booleans())
def test_preparation(
    job: Job, weather: Weather, kind: str, asked: truth.Preparation, size: int | None, capitals: bool
) -> None:
    if kind not in _ALIKE:
        # All that are listed are asked for, the one that is strange among them.
        asked = truth.Preparation(tolerated=asked.tolerated)
    given: dict[str, Any] = {"condition": "prepared", "page_size": size, **options_of(asked)}
    if asked.expected and capitals:
        given["expected_nodes"] = [node_id.upper() for node_id in asked.expected]
    gate = wait(job.scenario(), strange(weather, kind, _STATUS), PREP, **given)
    judge_strange(gate, kind, partial(asked.holds, job), partial(asked.is_hopeless, job), weather)


@checked
@given(pools(), calm, st.sampled_from(("ready", "idle", "drained")), sizes)
def test_a_node_that_lists_a_task_that_it_does_not_count(
    pool: Pool, weather: Weather, condition: str, size: int | None
) -> None:
    strangely = strange(weather, "lists_running_task", _NODES)
    gate = wait(pool.scenario(), strangely, NODES, pool_id="pool-1", condition=condition, page_size=size)
    true, hopeless = truth.nodes_are(pool, condition), truth.nodes_are_hopeless(pool, condition)
    if condition == "ready":
        # A node that is ready may well run a task.
        judge(gate, true, hopeless, weather)
        return
    assert gate.verdict != "satisfied", "a false pass"
    if gate.verdict == "failed":
        assert any(hopeless(at) for at in gate.moments()), f"gave up too early: {gate.reasons}"


@checked
@given(short_pools(), weathers, st.sampled_from((None, 1, 2)), st.sampled_from((0, 1)))
def test_pools_that_are_short(pool: Pool, weather: Weather, least: int | None, tolerated: int) -> None:
    given = {"condition": "ready", "min_nodes": least, "max_failed_nodes": tolerated}
    gate = wait(pool.scenario(), weather, NODES, pool_id="pool-1", **given)
    states = "ready", least, tolerated
    judge(gate, truth.nodes_are(pool, *states), truth.nodes_are_hopeless(pool, *states), weather)


@checked
@given(st.one_of(jobs(), starving_jobs()), calm, preparations, st.sampled_from((0, 1, 5)))
def test_a_job_with_preparation_whose_status_says_that_it_has_none(
    job: Job, weather: Weather, asked: truth.Preparation, after: int
) -> None:
    """`missing_ok` lets a job without it pass. This one has it, and may have had a look or more at it before."""
    none = {"kind": "status", "status": 409, "code": _NO_PREPARATION, "match": _STATUS, "after": after, "times": None}
    given: dict[str, Any] = {"condition": "prepared", "missing_ok": True, **options_of(asked)}
    gate = wait(job.scenario(), Weather(weather.latency, (none,)), PREP, **given)
    before = gate.polls <= after
    assert gate.verdict != "satisfied" or before, "a false pass"
    assert gate.verdict != "failed" or any(map(partial(asked.is_hopeless, job), gate.moments())), "gave up too early"
