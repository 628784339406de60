# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look: what the readers find, what is listed twice, and how jobs ended."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._gate.reader import GateReader
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.plugin_utils._changes import look as look_of
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.look import Sight, look
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.watches import ARGUMENTS, Watch, parse_watches
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    SUCCESS,
    Wire,
    counts,
    job,
    node,
    pool,
    prepared,
    task,
)

AT = "2026-01-31T08:00:00Z"


def watch(**given: Any) -> Watch:
    [only] = parse_watches(params_of(ARGUMENTS, watch=[given]))
    return only


def see(service: Loopback, before: Sight | None = None, initial: bool = False, **given: Any) -> Sight:
    return look(connect(service.url), watch(**given), before, initial)


def states(sight: Sight) -> dict[str, str]:
    return {seen.id: seen.to for seen in sight.found.values()}


def test_each_kind_is_read_by_its_reader(service: Loopback) -> None:
    service.say("/pools/pool-1/nodes", page(node("tvm-1"), node("tvm-2", "offline")))
    assert states(see(service, kind="nodes", pool_id="pool-1")) == {"tvm-1": "idle", "tvm-2": "offline"}
    service.say("/jobs/job-1", job(jobPreparationTask={}))
    service.say("/jobs/job-1/jobpreparationandreleasetaskstatus", page(prepared("tvm-1", SUCCESS)))
    assert states(see(service, kind="preparation", job_id="job-1")) == {"tvm-1": "succeeded"}
    service.say("/jobs/job-1/tasks", page(task("t", info=FAILURE)))
    assert states(see(service, kind="tasks", job_id="job-1")) == {"t": "failed"}
    service.say("/pools", page(pool(1)))
    assert states(see(service, kind="pools")) == states(see(service, kind="pools", pool_id="pool-1"))
    assert states(see(service, kind="pools")) == {"pool-1": "steady"}
    gate = see(service, kind="gate", name="both", checks=[{"check": "tasks", "job_id": "job-1"}])
    assert states(gate) == {"both": "failed"}
    [seen] = gate.found.values()
    assert seen.reason
    assert "t: failed, exit code 1 (FailureExitCode)" in seen.reason


def test_only_what_is_needed_is_asked_for(service: Loopback) -> None:
    service.say("/pools/pool-1/nodes", page())
    see(service, kind="nodes", pool_id="pool-1", filter="state eq 'idle'")
    query = service.requests[-1].query
    assert "stateTransitionTime" in query["$select"].split(",")
    assert "url" not in query["$select"].split(",")
    assert query["$filter"] == "state eq 'idle'"


def test_of_what_two_entries_say_differently_neither_is_believed(service: Loopback) -> None:
    asked = {"kind": "tasks", "job_id": "job-1"}
    service.say("/jobs/job-1/tasks", page(task("a", "running"), task("b", "running")))
    before = see(service, **asked)
    entries = (task("a", info=SUCCESS), task("A", info=FAILURE), task("c", "active"), task("c", "running"))
    service.say("/jobs/job-1/tasks", page(*entries, task("b", info=SUCCESS), task("b", info=SUCCESS)))
    assert states(see(service, before, **asked)) == {"a": "running", "b": "succeeded"}


def test_half_of_a_list_is_not_what_is_there(service: Loopback) -> None:
    link = f"{service.url}/jobs/job-1/tasks?$skiptoken=1"
    service.say("/jobs/job-1/tasks", page(task("a", "running"), link=link), refusal(403, "NoRights"))
    with pytest.raises(ServiceError, match="NoRights"):
        see(service, kind="tasks", job_id="job-1")


def test_a_job_that_is_not_there_is_an_error(service: Loopback) -> None:
    service.say("/jobs/job-1", refusal(404, "JobNotFound"))
    for kind in ("jobs", "preparation"):
        with pytest.raises(ServiceError, match="JobNotFound"):
            see(service, kind=kind, job_id="job-1")


def test_an_answer_that_is_nested_too_deeply_is_an_error(service: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(wire: Wire, job_id: str) -> Any:
        return endless(wire, job_id)

    # How deep that is differs between versions of Python.
    monkeypatch.setitem(look_of._SEE, "tasks", endless)
    service.say("/jobs/job-1/tasks", page(task()))
    with pytest.raises(AnswerError, match="nested too deeply"):
        see(service, kind="tasks", job_id="job-1")


def jobs(service: Loopback, state: str, *tasks: Wire, before: Sight | None = None, initial: bool = False) -> Sight:
    body = job(state=state, stateTransitionTime=AT)
    service.say("/jobs", page(body))
    service.say("/jobs/job-1", body)
    ended = [found["executionInfo"].get("result") for found in tasks]
    service.say("/jobs/job-1/taskcounts", counts(0, 0, ended.count("success"), ended.count("failure")))
    service.say("/jobs/job-1/tasks", page(*tasks))
    return see(service, before, initial, kind="jobs")


def test_how_a_job_ended_is_asked_once_when_it_is_seen_to_complete(service: Loopback) -> None:
    before = jobs(service, "active")
    assert service.paths == ["/jobs"]
    after = jobs(service, "completed", task("t", info=SUCCESS), before=before)
    assert states(after) == {"job-1": "succeeded"}
    asked = len(service.requests)
    again = jobs(service, "completed", task("t", info=SUCCESS), before=after)
    assert states(again) == {"job-1": "succeeded"}
    assert service.paths[asked:] == ["/jobs"]


def test_a_job_that_ended_with_a_failed_task_has_failed(service: Loopback) -> None:
    after = jobs(service, "completed", task("t", info=FAILURE), before=jobs(service, "active"))
    [seen] = after.found.values()
    assert seen.to == "failed"
    assert seen.reason
    assert "t" in seen.reason


def test_a_job_that_had_completed_before_is_asked_only_if_the_first_look_is_told(service: Loopback) -> None:
    first = jobs(service, "completed", task("t", info=SUCCESS))
    assert states(first) == {"job-1": "completed"}
    assert states(jobs(service, "completed", task("t", info=SUCCESS), before=first)) == {"job-1": "completed"}
    assert service.paths == ["/jobs", "/jobs"]
    assert states(jobs(service, "completed", task("t", info=SUCCESS), initial=True)) == {"job-1": "succeeded"}


def test_a_job_of_which_it_is_not_known_yet_how_it_ended_is_asked_again(service: Loopback) -> None:
    before = jobs(service, "active")
    # Counts that are late tell of a failure which no list has.
    body = job(state="completed", stateTransitionTime=AT)
    service.say("/jobs", page(body))
    service.say("/jobs/job-1", body)
    service.say("/jobs/job-1/taskcounts", counts(succeeded=1, failed=1))
    service.say("/jobs/job-1/tasks", page(task("t", info=SUCCESS)))
    pending = see(service, before, kind="jobs")
    assert states(pending) == {"job-1": "completed"}
    assert states(jobs(service, "completed", task("t", info=SUCCESS), before=pending)) == {"job-1": "succeeded"}


def test_where_the_tasks_of_a_job_may_not_be_read_it_is_completed_and_that_is_why(service: Loopback) -> None:
    before = jobs(service, "active")
    body = job(state="completed", stateTransitionTime=AT)
    service.say("/jobs", page(body))
    service.say("/jobs/job-1", body)
    service.say("/jobs/job-1/taskcounts", refusal(403, "NoRights"))
    after = see(service, before, kind="jobs")
    [seen] = after.found.values()
    assert seen.to == "completed"
    assert str(seen.reason).startswith("how it ended cannot be told, NoRights (403)")
    service.say("/jobs/job-1/taskcounts", refusal(503, "ServerBusy"))
    with pytest.raises(ServiceError, match="ServerBusy"):
        see(service, before, kind="jobs")


def test_a_gate_over_a_schedule_is_about_the_job_that_is_the_most_recent_one_now(service: Loopback) -> None:
    given = watch(kind="gate", checks=[{"check": "jobs", "job_schedule_id": "nightly"}])
    client, ids = connect(service.url), ("nightly:job-1", "nightly:job-2")
    for job_id in ids:
        service.say(
            "/jobschedules/nightly",
            {"id": "nightly", "state": "active", "executionInfo": {"recentJob": {"id": job_id}}},
        )
        service.say(f"/jobs/{job_id.replace(':', '%3A')}", job(job_id))
        look(client, given, None, False)
        assert any(path.startswith("/jobs/nightly") and path.endswith(job_id[-1]) for path in service.paths)


def test_where_nothing_was_judged_nothing_is_satisfied(service: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GateReader, "read", lambda _reader: Snapshot())
    gate = see(service, kind="gate", checks=[{"check": "tasks", "job_id": "job-1"}])
    assert states(gate) == {"gate": "pending"}
