# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job schedules, the jobs that they create, and jobs that move to another pool."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import ScenarioError, load_scenario
from ansible_collections.batchops.azure.tests.simulator.announcement import lines
from ansible_collections.batchops.azure.tests.simulator.wire.versions import VERSIONS
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play, refusal

SCHEDULES = "/jobschedules"


def schedule(**keys: Any) -> dict[str, Any]:
    """Return an account with one job schedule, whose job has one task for 5 s, 2 s after it was created."""
    job = {"pool": "p", "tasks": {"id": "t", "runs_at": 2, "takes": 5}}
    return {
        "start": "2026-01-31T08:00:00Z",
        "pools": [{"id": "p", "nodes": {"id": "n"}}],
        "job_schedules": [{"id": "s", "job": job, **keys}],
    }


def execution(asking: Asking, now: float) -> tuple[str | None, str | None]:
    """Return the recent job and the time of the next run."""
    asking.simulator.clock.set(now)
    info = asking.json(f"{SCHEDULES}/s")["executionInfo"]
    return info.get("recentJob", {}).get("id"), info.get("nextRunTime", "")[11:19] or None


def test_jobs_are_created_at_their_time_and_are_jobs_like_others(play: Play) -> None:
    asking = play(schedule(runs_at=[10, 70], recurrence=60))
    assert asking.ids("/jobs") == []
    assert refusal(asking.get("/jobs/s%3Ajob-1"))[:2] == (404, "JobNotFound")
    asking.simulator.clock.set(75)
    assert asking.ids("/jobs") == asking.ids(f"{SCHEDULES}/s/jobs") == ["s:job-1", "s:job-2"]
    assert asking.json("/jobs/s%3Ajob-2")["creationTime"] == "2026-01-31T08:01:10Z"
    first, second = (asking.json(f"/jobs/s%3Ajob-{n}/tasks/t") for n in (1, 2))
    assert (first["state"], first["executionInfo"]["startTime"]) == ("completed", "2026-01-31T08:00:12Z")
    assert (second["state"], second["executionInfo"]["startTime"]) == ("running", "2026-01-31T08:01:12Z")
    assert second["creationTime"] == "2026-01-31T08:01:10Z"


def test_the_recent_job_is_the_last_that_was_created(play: Play) -> None:
    asking = play(schedule(runs_at=[10, 70], recurrence=60))
    assert execution(asking, 0) == (None, "08:00:10")
    assert execution(asking, 10) == ("s:job-1", "08:01:10")
    assert execution(asking, 70) == ("s:job-2", "08:02:10")
    assert execution(asking, 200) == ("s:job-2", "08:04:10")
    recent = asking.json(f"{SCHEDULES}/s")["executionInfo"]["recentJob"]
    assert recent["url"] == f"{asking.simulator.url}/jobs/s:job-2"


def test_a_schedule_that_is_over_has_no_next_run(play: Play) -> None:
    assert execution(play(schedule(runs_at=[10])), 20) == ("s:job-1", None)
    assert execution(play(schedule(runs_at=[10], recurrence=60, do_not_run_after=60)), 20) == ("s:job-1", None)
    asking = play(
        schedule(runs_at=[10], recurrence=60, states=[{"at": 0, "state": "active"}, {"at": 15, "state": "completed"}])
    )
    assert execution(asking, 20) == ("s:job-1", None)
    body = asking.json(f"{SCHEDULES}/s")
    assert (body["state"], body["previousState"]) == ("completed", "active")
    assert body["executionInfo"]["endTime"] == body["stateTransitionTime"] == "2026-01-31T08:00:15Z"


def test_a_schedule_without_a_job_so_far_tells_when_it_begins(play: Play) -> None:
    assert execution(play(schedule(do_not_run_until=90, recurrence=60)), 20) == (None, "08:01:30")
    assert execution(play(schedule(recurrence=60)), 20) == (None, "08:01:00")


def test_a_disabled_schedule_still_tells_its_next_run(play: Play) -> None:
    assert execution(play(schedule(runs_at=[10], recurrence=60, states="disabled")), 20)[1] == "08:01:10"


def test_the_schedule_is_told_in_durations_and_times(play: Play) -> None:
    keys = {"recurrence": 86400, "start_window": 90, "do_not_run_until": 0, "do_not_run_after": 3600}
    body = play(schedule(**keys)).json(f"{SCHEDULES}/S")
    assert body["schedule"] == {
        "recurrenceInterval": "PT24H",
        "startWindow": "PT1M30S",
        "doNotRunUntil": "2026-01-31T08:00:00Z",
        "doNotRunAfter": "2026-01-31T09:00:00Z",
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_the_jobs_to_come_are_specified_in_the_words_of_the_version(play: Play, version: str) -> None:
    query = f"api-version={version}"
    specification = play(schedule()).json(f"{SCHEDULES}/s", query)["jobSpecification"]
    assert specification["poolInfo"] == {"poolId": "p"}
    assert ("maxParallelTasks" in specification) is (version >= "2021-06")
    assert not {"id", "url", "state", "executionInfo"} & set(specification)


def test_changes_of_one_run_are_for_its_job_alone(play: Play) -> None:
    failing = {"tasks": {"id": "t", "runs_at": 1, "takes": 1, "result": "failure"}}
    asking = play(schedule(runs_at=[0, 5, 10], overrides={2: failing}))
    asking.simulator.clock.set(30)
    counts = [asking.json(f"/jobs/s%3Ajob-{n}/taskcounts")["taskCounts"] for n in (1, 2, 3)]
    assert [(count["succeeded"], count["failed"]) for count in counts] == [(1, 0), (0, 1), (1, 0)]
    stats = asking.json(f"{SCHEDULES}/s", "$expand=stats")["stats"]
    assert (stats["numSucceededTasks"], stats["numFailedTasks"]) == ("2", "1")


def test_everything_in_a_job_is_after_its_creation(play: Play) -> None:
    job = {
        "pool": "p",
        "states": [{"at": 0, "state": "active"}, {"at": 9, "state": "completed"}],
        "preparation": {"entries": {"node": "n", "takes": 2, "reboots": [4]}},
        "scheduling_error": {"code": "X", "until": 3},
        "tasks": {
            "id": "t",
            "runs_at": {"from": 2, "step": 1},
            "ends_at": [3],
            "again": {"active_at": 4, "runs_at": 5, "takes": 1},
        },
    }
    asking = play(schedule(runs_at=[100], job=job))
    seen = []
    for now in (102, 104, 105.5, 110):
        asking.simulator.clock.set(now)
        body = asking.json("/jobs/s%3Ajob-1")
        (status,) = asking.items("/jobs/s%3Ajob-1/jobpreparationandreleasetaskstatus")
        preparation = status["jobPreparationTaskExecutionInfo"]
        task = asking.json("/jobs/s%3Ajob-1/tasks/t")
        error = "schedulingError" in body["executionInfo"]
        seen.append((body["state"], error, preparation["startTime"][17:19], task["state"]))
    assert seen == [
        ("active", True, "40", "running"),
        ("active", False, "44", "active"),
        ("active", False, "44", "running"),
        ("completed", False, "44", "completed"),
    ]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("id eq 'NIGHTLY'", ["nightly"]),
        ("state eq 'disabled' or state eq 'completed'", ["off", "once"]),
        ("startswith(id,'n')", ["nightly", "not-yet"]),
        ("executionInfo/endTime ge DateTime'2000-01-01T00:00:00Z'", ["once"]),
        ("schedule/doNotRunUntil ge DateTime'2000-01-01T00:00:00Z'", ["nightly", "not-yet"]),
    ],
)
def test_schedules_are_filtered(play: Play, text: str, ids: list[str]) -> None:
    assert play("job_schedule").ids(SCHEDULES, f"$filter={text}".replace(" ", "%20")) == ids


def test_schedules_are_paged_and_selected(play: Play) -> None:
    asking = play("job_schedule")
    assert len(asking.pages(SCHEDULES, "maxresults=2")) == 3
    body = asking.json(f"{SCHEDULES}/nightly", "$select=id,executionInfo/recentJob")
    assert body["executionInfo"] == {"recentJob": body["executionInfo"]["recentJob"]}
    assert body["executionInfo"]["recentJob"]["id"] == "nightly:job-2"
    assert refusal(asking.get(f"{SCHEDULES}/nope"))[:2] == (404, "JobScheduleNotFound")
    assert refusal(asking.get(f"{SCHEDULES}/nope/jobs"))[:2] == (404, "JobScheduleNotFound")


def test_creating_a_job_does_not_modify_the_schedule(play: Play) -> None:
    asking = play(schedule(runs_at=[10]))
    before = asking.get(f"{SCHEDULES}/s").headers["ETag"]
    asking.simulator.clock.set(20)
    assert asking.get(f"{SCHEDULES}/s").headers["ETag"] == before


def test_a_schedule_comes_and_goes(play: Play) -> None:
    asking = play(schedule(created_at=5, removed_at=15))
    seen = []
    for now in (0, 5, 15):
        asking.simulator.clock.set(now)
        seen.append(asking.ids(SCHEDULES))
    assert seen == [[], ["s"], []]


def test_the_start_names_the_schedules(play: Play) -> None:
    said = list(lines(play("job_schedule").simulator))
    assert "  schedules    nightly, not-yet, off, once, busy" in said
    assert not any("schedules" in line for line in lines(play("many_jobs").simulator) if line.startswith("  "))


def test_a_job_moves_to_another_pool(play: Play) -> None:
    asking = play("upgrade_pool")
    seen = []
    for now in (0, 30, 33, 35, 39):
        asking.simulator.clock.set(now)
        job, task = asking.json("/jobs/render"), asking.json("/jobs/render/tasks/frame-1")
        seen.append((job["state"], job["poolInfo"]["poolId"], task["state"], task.get("nodeInfo", {}).get("poolId")))
        assert job["executionInfo"]["poolId"] == job["poolInfo"]["poolId"]
    assert seen == [
        ("active", "pool-7", "active", None),
        ("disabling", "pool-7", "running", "pool-7"),
        ("disabled", "pool-7", "active", None),
        ("enabling", "pool-8", "active", None),
        ("active", "pool-8", "running", "pool-8"),
    ]
    running = {pool: [node["state"] for node in asking.items(f"/pools/{pool}/nodes")] for pool in ("pool-7", "pool-8")}
    assert running == {"pool-7": ["idle"] * 4, "pool-8": ["running", "running", "idle", "idle"]}
    assert asking.json("/jobs/render/tasks/early-1")["nodeInfo"]["poolId"] == "pool-7"


@pytest.mark.parametrize(
    ("scenario", "sentence"),
    [
        (schedule(job={"pool": "q"}), "job_schedules[0].job.pool names no pool of the scenario: q"),
        (schedule(job={"pool": "p", "id": "x"}), "job_schedules[0].job.id is not for a scenario to say"),
        (schedule(runs_at=[5, 1]), "job_schedules[0].runs_at must be a list of numbers in order of time"),
        (schedule(runs_at=["now"]), "job_schedules[0].runs_at must be a list of numbers in order of time"),
        (schedule(recurrence=0), "job_schedules[0].recurrence must be more than 0"),
        (schedule(runs_at=[1], overrides={2: {}}), "job_schedules[0].overrides.2 names no run (1 to 1)"),
        (schedule(runs_at=[1], overrides={1: []}), "job_schedules[0].overrides.1 must be a mapping"),
        (schedule(run_at=1), "job_schedules[0].run_at is not a known key; did you mean runs_at?"),
        (schedule(states="paused"), "job_schedules[0].states must be one of active, completed"),
        ({**schedule(runs_at=[1]), "jobs": [{"id": "S:job-1", "pool": "p"}]}, "jobs has 's:job-1' twice"),
        ({**schedule(), "job_schedules": schedule()["job_schedules"] * 2}, "job_schedules has 's' twice"),
        ({**schedule(), "jobs": [{"id": "j", "pool": []}]}, "jobs[0].pool must be an id, or a list in order of time"),
        ({**schedule(), "jobs": [{"id": "j", "pool": [{"id": "q"}]}]}, "jobs[0].pool[0].id names no pool"),
    ],
)
def test_what_a_schedule_cannot_say_is_named(scenario: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario(scenario)
    assert sentence in str(error.value)
