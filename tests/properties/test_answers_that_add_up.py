# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gate over jobs and tasks does not believe answers that do not add up, and waits for every subtask that was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.batchops.azure.tests.properties import truth
from ansible_collections.batchops.azure.tests.properties.answers import ALIKE, Several, is_busy, lies, several
from ansible_collections.batchops.azure.tests.properties.gates import TIMEOUT, wait
from ansible_collections.batchops.azure.tests.properties.lifecycles import Job, Weather, jobs, starving_jobs, weathers
from ansible_collections.batchops.azure.tests.properties.test_no_false_pass import checked, judge
from ansible_collections.batchops.azure.tests.support.modules import JOBS, TASKS
from hypothesis import given
from hypothesis import strategies as st

JOB_CONDITIONS = ("active", "disabled", "completed", "succeeded")
TASK_CONDITIONS = st.sampled_from(("started", "completed", "succeeded"))
ways = st.fixed_dictionaries(
    {"page_size": st.sampled_from((None, 1, 2)), "details": st.sampled_from(("full", "summary"))}
)


@checked
@given(several(), weathers, TASK_CONDITIONS, ways)
def test_subtasks(found: Several, weather: Weather, condition: str, way: dict[str, Any]) -> None:
    gate = wait(
        found.scenario(),
        weather,
        TASKS,
        job_id="job-1",
        condition=condition,
        subtasks=True,
        **way,
    )
    judge(gate, found.are(condition, gate), found.are_hopeless(condition), weather)


@checked
@given(several(), weathers, lies(), TASK_CONDITIONS, ways)
def test_lies_about_tasks(
    found: Several, weather: Weather, lie: dict[str, Any], condition: str, way: dict[str, Any]
) -> None:
    weather = replace(weather, faults=(lie, *weather.faults))
    options = {"job_id": "job-1", "condition": condition, "subtasks": True, **way}
    gate = wait(found.scenario(), weather, TASKS, **options)
    judge(gate, found.are(condition, gate), found.are_hopeless(condition), weather)


@checked
@given(jobs(), weathers, lies(), st.sampled_from(JOB_CONDITIONS))
def test_lies_about_the_tasks_of_a_job(job: Job, weather: Weather, lie: dict[str, Any], condition: str) -> None:
    weather = replace(weather, faults=(lie, *weather.faults))
    gate = wait(job.scenario(), weather, JOBS, job_id="job-1", condition=condition)
    judge(gate, truth.job_is(job, condition), truth.job_is_hopeless(job, condition), weather)


@checked
@given(several(), st.sampled_from((0.01, 1.0)), st.sampled_from(ALIKE), TASK_CONDITIONS, ways)
def test_what_is_listed_twice_alike_or_in_capitals_is_judged_as_if_it_were_listed_once(
    found: Several, latency: float, alike: dict[str, Any], condition: str, way: dict[str, Any]
) -> None:
    options = {"job_id": "job-1", "condition": condition, "subtasks": True, **way}
    weather = Weather(latency, (alike,))
    gate = wait(found.scenario(), weather, TASKS, **options)
    # As in good weather: neither an error nor a delay.
    judge(gate, found.are(condition, gate), found.are_hopeless(condition), Weather(latency))


@checked
@given(jobs(), st.sampled_from((0.01, 1.0)), st.sampled_from(ALIKE), st.sampled_from(JOB_CONDITIONS))
def test_a_job_in_capitals_is_the_same_job(job: Job, latency: float, alike: dict[str, Any], condition: str) -> None:
    gate = wait(job.scenario(), Weather(latency, (alike,)), JOBS, job_ids=["JOB-1", "job-1"], condition=condition)
    judge(gate, truth.job_is(job, condition), truth.job_is_hopeless(job, condition), Weather(latency))


miscounts = st.fixed_dictionaries(
    {
        "kind": st.just("counts_failure"),
        "match": st.just("taskcounts"),
        "after": st.sampled_from((0, 0, 1, 5)),
        "times": st.sampled_from((None, None, 1, 3)),
    }
)


@checked
@given(jobs(), st.sampled_from((0.01, 1.0)), miscounts, st.sampled_from(("succeeded", *JOB_CONDITIONS)), st.booleans())
def test_counts_that_contradict_the_lists(
    job: Job, latency: float, lie: dict[str, Any], condition: str, fail_fast: bool
) -> None:
    """They hold up a success as long as they do, and change nothing else."""
    job = replace(job, count_lag=0)
    options = {"job_id": "job-1", "condition": condition, "fail_fast": fail_fast}
    gate = wait(job.scenario(), Weather(latency, (lie,)), JOBS, **options)
    # Counts are read once at each look. What is contradicted for ever is never a pass.
    for_ever = lie["times"] is None and condition == "succeeded"
    true = truth.job_is(job, condition)
    if for_ever and gate.polls > lie["after"]:
        assert gate.verdict != "satisfied", "a false pass"
    weather = Weather(latency, (lie,) if for_ever else ())
    judge(gate, true, truth.job_is_hopeless(job, condition), weather)


@checked
@given(st.one_of(jobs(), jobs(), starving_jobs()), st.sampled_from((0.01, 1.0)), st.sampled_from(("jobs", "tasks")))
def test_every_failure_is_waited_for_and_nothing_else(job: Job, latency: float, kind: str) -> None:
    resource = JOBS if kind == "jobs" else TASKS
    options = {"job_id": "job-1", "condition": "succeeded", "fail_fast": False}
    gate = wait(job.scenario(), Weather(latency), resource, **options)
    if kind == "jobs":
        judge(gate, truth.job_is(job, "succeeded"), truth.job_is_hopeless(job, "succeeded"), Weather(latency))
    else:
        judge(gate, truth.tasks_are(job, "succeeded"), truth.tasks_are_hopeless(job, "succeeded"), Weather(latency))
    if gate.verdict == "failed" and not gate.timed_out:
        assert any(not is_busy(job, at) for at in gate.moments()), f"ended while a task ran: {gate.reasons}"
    elif gate.verdict == "failed":
        done = all(truth.succeeded(task, TIMEOUT) or truth.failed(task, TIMEOUT) for task in job.tasks)
        assert not done, f"waited for nothing: {gate.reasons}"
        assert not truth.has_no_node(job.pool, TIMEOUT)
