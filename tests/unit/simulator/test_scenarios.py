# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenarios: what they may say, and what they are told when they say something else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import ScenarioError, bundled_names, load_scenario
from ansible_collections.batchops.azure.tests.simulator.model.members import IdPattern
from ansible_collections.batchops.azure.tests.simulator.model.moments import TICKS, ticks_of, wire_time
from ansible_collections.batchops.azure.tests.simulator.model.spread import Spread
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play
from hypothesis import given
from hypothesis import strategies as st

EXPECTED = {
    "autoscale_empty_at_first",
    "demo",
    "image_upgrade",
    "job_schedule",
    "large",
    "many_jobs",
    "many_pools",
    "multi_instance",
    "no_preparation_task",
    "pool_troubles",
    "preparation_fails",
    "rolling_preparation",
    "scheduling_error",
    "secrets",
    "start_task_failed",
    "tasks_fail_without_exit_code",
    "upgrade_pool",
}


def job(**keys: Any) -> dict[str, Any]:
    return {"pools": [{"id": "p"}], "jobs": [{"id": "j", "pool": "p", **keys}]}


def pool(**keys: Any) -> dict[str, Any]:
    return {"pools": [{"id": "p", **keys}]}


def test_all_bundled_scenarios_are_there() -> None:
    assert set(bundled_names()) == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_bundled_scenario_loads_and_says_what_it_is(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.description
    assert len(scenario.pools) > 0


@pytest.mark.parametrize("name", sorted(EXPECTED - {"large", "many_pools"}))
def test_a_bundled_scenario_can_be_read_at_any_moment(play: Play, name: str) -> None:
    asking: Asking = play(name)
    for now in (0, 3, 15, 50, 1000):
        asking.simulator.clock.set(now)
        for path in ("/jobs", "/pools", "/nodecounts"):
            assert asking.items(path) or path == "/jobs"


def test_secrets_stand_wherever_a_body_can_hold_them(play: Play) -> None:
    asking = play("secrets")
    asking.simulator.clock.set(30)
    paths = (
        "/jobs",
        "/jobs/job-1/tasks",
        "/jobs/job-1/jobpreparationandreleasetaskstatus",
        "/pools",
        "/pools/pool-1/nodes",
    )
    found = set(re.findall(r"hunter2[a-z-]*", "".join(asking.get(path).text for path in paths)))
    text = (Path(load_scenario.__code__.co_filename).parents[1] / "scenarios" / "secrets.yml").read_text(
        encoding="utf-8"
    )
    written = set(re.findall(r"hunter2-[a-z-]+", text))
    assert found == written - {"hunter2-standard-output"}
    assert asking.get("/jobs/job-1/tasks/task-1/files/stdout.txt").text == "hunter2-standard-output\n"


@pytest.mark.parametrize(
    ("scenario", "sentence"),
    [
        ({"job": []}, "job is not a known key; did you mean jobs?"),
        ({"pools": 5}, "pools must be a mapping or a list of mappings, not int 5"),
        ({"pools": [5]}, "pools[0] must be a mapping, not int 5"),
        ({"pools": [{}]}, "pools[0].id is missing"),
        ({"pools": [{"id": 7}]}, "pools[0].id must be a text, not int 7"),
        ({"pools": [{"id": "a"}, {"id": "A"}]}, "pools has 'A' twice (ids differ by more than case)"),
        ({"start": "soon"}, "start must be now or a time such as 2026-01-31T08:00:00Z"),
        ({"account": {"key": "not base64!"}}, "account.key must be base64"),
        ({"account": {"keys": "x"}}, "account.keys is not a known key; did you mean key?"),
        ({"paging": {"window": 0}}, "paging.window must be at least 1"),
        ({"paging": {"filtered_pages": "thin"}}, "paging.filtered_pages must be one of full, sparse, not 'thin'"),
        ({"faults": [{"kind": "boom"}]}, "faults[0].kind must be one of status, reset"),
        ({"faults": [{}]}, "faults[0].kind is missing"),
        ({"jobs": [{"id": "j", "pool": "q"}]}, "jobs[0].pool names no pool of the scenario: q"),
        ({"jobs": [{"id": "j"}]}, "jobs[0].pool is missing"),
        (job(states=[{"at": 0, "state": "dead"}]), "jobs[0].states[0].state must be one of active, disabling"),
        (
            job(states=[{"at": 5, "state": "active"}, {"at": 1, "state": "completed"}]),
            "jobs[0].states must be a list in order of time",
        ),
        (job(states=[{"at": 5}]), "jobs[0].states[0].state is missing"),
        (job(tasks={"id": "t", "count": 2}), "jobs[0].tasks.id needs {n} for its 2 members"),
        (job(tasks={"id": "t-{n}", "count": -1}), "jobs[0].tasks.count must not be negative"),
        (job(tasks={"id": "{n}-{n}"}), "jobs[0].tasks.id may hold {n} once only"),
        (job(tasks={"id": "t", "run_at": 1}), "jobs[0].tasks.run_at is not a known key; did you mean runs_at?"),
        (
            job(tasks={"id": "t", "result": "failed"}),
            "jobs[0].tasks.result must be one of success, failure, not 'failed'",
        ),
        (job(tasks={"id": "t", "takes": 1, "ends_at": 2}), "jobs[0].tasks has both ends_at and takes"),
        (
            job(tasks={"id": "t", "runs_at": "now"}),
            "jobs[0].tasks.runs_at must be a number, a list of numbers, or from with to or step",
        ),
        (job(tasks={"id": "t", "runs_at": {"from": 1}}), "jobs[0].tasks.runs_at needs exactly one of to and step"),
        (job(tasks={"id": "t", "failure": {"message": "m"}}), "jobs[0].tasks.failure.code is missing"),
        (job(tasks={"id": "t", "again": {}}), "jobs[0].tasks.again.active_at is missing"),
        (job(tasks={"id": "t", "again": [{}]}), "jobs[0].tasks.again[0].active_at is missing"),
        (job(tasks={"id": "t", "node": 5}), "jobs[0].tasks.node must be an id, a pattern or a list of ids"),
        (
            job(tasks={"id": "t-{n}", "count": 2, "overrides": {"t-3": {}}}),
            "jobs[0].tasks.overrides.t-3 names no member of its group",
        ),
        (
            job(tasks={"id": "t", "overrides": {1: {"id": "x"}}}),
            "jobs[0].tasks.overrides.1.id cannot be changed for one member",
        ),
        (job(tasks={"id": "t", "overrides": {1: {"stat": 1}}}), "jobs[0].tasks.overrides.1.stat is not a known key"),
        (job(preparation={"entries": {"id": "n"}}), "jobs[0].preparation.entries.node is missing"),
        (job(priority=1.5), "jobs[0].priority must be a whole number, not float 1.5"),
        (job(auto_pool="yes"), "jobs[0].auto_pool must be true or false, not str 'yes'"),
        (job(created_at=True), "jobs[0].created_at must be a number, not bool True"),
        (job(metadata=[1]), "jobs[0].metadata must be a mapping, not list"),
        (pool(nodes={"id": "n", "ready_at": 1, "states": "idle"}), "pools[0].nodes has both states and ready_at"),
        (pool(nodes={"id": "n", "states": "ready"}), "pools[0].nodes.states must be one of idle, rebooting"),
        (pool(resize_errors=[{"message": "m"}]), "pools[0].resize_errors[0].code is missing"),
    ],
)
def test_a_wrong_key_is_named(scenario: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario(scenario)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_is_named_in_the_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    path.write_text("pools: [{id: a, node: 1}]", encoding="utf-8")
    with pytest.raises(
        ScenarioError, match=r"^scenario mine.yml: pools\[0\].node is not a known key; did you mean nodes\?$"
    ):
        load_scenario(str(path))
    path.write_text("pools: [", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"^scenario mine\.yml is not YAML: .+"):
        load_scenario(path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"^scenario mine\.yml: must be a mapping, not list$"):
        load_scenario(path)


def test_a_missing_file_and_an_unknown_name_are_told_what_there_is() -> None:
    for source in ("nope", Path("nope.yml"), "../demo"):
        with pytest.raises(
            ScenarioError, match=r"^no scenario .*nope.*|^no scenario \.\./demo: neither a file nor one of "
        ):
            load_scenario(source)


def test_a_time_may_be_a_text_or_what_yaml_makes_of_it(tmp_path: Path) -> None:
    path = tmp_path / "start.yml"
    for text in ("2026-01-31T08:00:00Z", '"2026-01-31T09:00:00+01:00"', "2026-01-31 08:00:00"):
        path.write_text(f"start: {text}", encoding="utf-8")
        assert wire_time(load_scenario(path).start_ticks) == "2026-01-31T08:00:00Z"


def test_members_are_alike_but_for_their_exceptions() -> None:
    scenario = load_scenario(
        job(
            tasks={
                "count": 4,
                "id": "t-{n:02d}",
                "runs_at": {"from": 10, "to": 40},
                "takes": [1, 2],
                "overrides": {"T-02": {"result": "failure"}, 4: {"ends_at": 99}},
            }
        )
    )
    tasks = list(scenario.jobs[0].tasks)
    assert [task.id for task in tasks] == ["t-01", "t-02", "t-03", "t-04"]
    assert [task.runs[0].starts_at for task in tasks] == [10, 20, 30, 40]
    assert [task.runs[0].ends_at for task in tasks] == [11, 22, 32, 99]
    assert [task.runs[0].outcome.result for task in tasks] == ["success", "failure", "success", "success"]
    assert tasks[1].runs[0].outcome.failure["code"] == "FailureExitCode"


def test_a_spread_gives_every_member_its_number() -> None:
    assert [Spread.between(0, 10, 5).at(index) for index in range(5)] == [0, 2.5, 5, 7.5, 10]
    assert [Spread(3, 2).at(index) for index in range(3)] == [3, 5, 7]
    assert [Spread(1, values=(1, 4)).at(index) for index in range(3)] == [1, 4, 4]
    assert Spread.between(7, 9, 1).at(0) == 7


def test_ids_are_numbered_by_their_pattern() -> None:
    assert IdPattern("tvm-{n:03d}_d", "").format(6) == "tvm-007_d"
    assert IdPattern("fixed", "").format(6) == "fixed"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z"),
        ("2026-01-31T08:00:00.1234567Z", "2026-01-31T08:00:00.1234567Z"),
        ("2026-01-31T08:00:00.5Z", "2026-01-31T08:00:00.500Z"),
        ("2026-01-31T08:00:00.0000010Z", "2026-01-31T08:00:00.000001Z"),
        ("2026-01-31T08:00:00.12345678Z", "2026-01-31T08:00:00.1234567Z"),
        ("2026-01-31T10:30:00+02:30", "2026-01-31T08:00:00Z"),
    ],
)
def test_times_are_written_with_none_or_three_to_seven_digits(text: str, written: str) -> None:
    ticks = ticks_of(text)
    assert ticks is not None
    assert wire_time(ticks) == written


@given(st.integers(0, 4_000_000_000 * TICKS))
def test_a_written_time_is_read_back(ticks: int) -> None:
    assert ticks_of(wire_time(ticks)) == ticks


def test_what_is_no_time_is_none() -> None:
    for text in ("", "2026-01-31", "2026-02-30T00:00:00Z", "2026-01-31T08:00:00", "now"):
        assert ticks_of(text) is None


def test_every_key_is_documented() -> None:
    package = Path(load_scenario.__code__.co_filename).parents[1]
    readme = (package / "README.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (package / "model").glob("*.py"))
    pattern = r"(?:reader|section|inner)\.(?:\w+)\(\s*\"(\w+)\""
    keys = set(re.findall(pattern, sources)) | set(re.findall(r"read_timeline\(reader, \"(\w+)\"", sources))
    assert len(keys) > 80
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", readme)] == []


def test_a_container_is_shown_wherever_something_runs_in_one(play: Play) -> None:
    inside = {"containerId": "c1", "state": "running"}
    runs = {"takes": 5, "container": inside}
    asking = play(
        {
            "pools": [{"id": "p", "start_task": {}, "nodes": {"id": "n", "start_task": runs | {"starts_at": 0}}}],
            "jobs": [
                {
                    "id": "j",
                    "pool": "p",
                    "preparation": {"entries": {"node": "n", **runs}},
                    "release": {"entries": {"node": "n", **runs}},
                    "tasks": {"id": "t", "runs_at": 0, **runs, "subtasks": {"starts_at": 0, **runs}},
                }
            ],
        }
    )
    (status,) = asking.items("/jobs/j/jobpreparationandreleasetaskstatus")
    (subtask,) = asking.items("/jobs/j/tasks/t/subtasksinfo")
    shown = [
        asking.json("/jobs/j/tasks/t")["executionInfo"],
        status["jobPreparationTaskExecutionInfo"],
        status["jobReleaseTaskExecutionInfo"],
        subtask,
        asking.json("/pools/p/nodes/n")["startTaskInfo"],
    ]
    assert [info["containerInfo"] for info in shown] == [inside] * 5


def test_what_happens_before_the_start_was_created_before_it() -> None:
    scenario = load_scenario(
        {
            "pools": [{"id": "p", "nodes": {"id": "n", "states": [{"at": -90, "state": "idle"}]}}],
            "jobs": [
                {"id": "by-task", "pool": "p", "tasks": {"id": "t", "runs_at": -30, "takes": 5}},
                {"id": "by-state", "pool": "p", "states": [{"at": -60, "state": "active"}]},
                {"id": "by-entry", "pool": "p", "preparation": {"entries": {"node": "n", "starts_at": -40}}},
                {"id": "now", "pool": "p"},
            ],
        }
    )
    assert [job.created_at for job in scenario.jobs] == [-30, -60, -40, 0]
    assert scenario.jobs[0].tasks[0].created_at == -30
    assert (scenario.pools[0].created_at, scenario.pools[0].nodes[0].appears_at) == (-90, -90)
