# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each operation answers."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play, refusal

JOBS = "/jobs"
PREP = "jobpreparationandreleasetaskstatus"


def test_ids_are_found_in_any_case_and_kept_as_they_are(demo: Asking) -> None:
    assert demo.json("/jobs/JOB-7")["id"] == "job-7"
    assert demo.json("/jobs/Job-7/tasks/FRAME-001")["id"] == "frame-001"
    assert demo.json("/pools/POOL-7/nodes/TVM-12")["id"] == "tvm-12"


def test_an_id_with_a_colon_is_found_percent_encoded_and_raw(play: Play) -> None:
    asking = play("many_jobs")
    for path in ("/jobs/Schedule%3Ajob-3", "/jobs/Schedule:job-3"):
        body = asking.json(path)
        assert body["id"] == "Schedule:job-3"
        assert body["url"] == f"{asking.simulator.url}/jobs/Schedule:job-3"


@pytest.mark.parametrize(
    ("path", "metadata"),
    [
        ("/jobs", "jobs"),
        ("/jobs/job-7", "jobs/@Element"),
        ("/jobs/job-7/tasks", "tasks"),
        ("/jobs/job-7/tasks/frame-001", "tasks/@Element"),
        ("/jobs/job-7/taskcounts", "taskcountsresult/@Element"),
        ("/jobs/job-7/tasks/frame-001/subtasksinfo", "subtaskinfo"),
        (f"/jobs/job-7/{PREP}", "jobpreparationandreleasetaskstatuslist"),
        ("/pools", "pools"),
        ("/pools/pool-7", "pools/@Element"),
        ("/pools/pool-7/nodes", "nodes"),
        ("/pools/pool-7/nodes/tvm-1", "nodes/@Element"),
        ("/pools/pool-7/nodes/tvm-1/files", "files"),
        ("/nodecounts", "poolnodecounts"),
        ("/supportedimages", "supportedimages"),
    ],
)
def test_bodies_name_their_kind_and_hold_no_nulls(demo: Asking, path: str, metadata: str) -> None:
    body = demo.json(path)
    assert body["odata.metadata"] == f"{demo.simulator.url}/$metadata#{metadata}"
    assert "null" not in demo.get(path).text


def test_head_answers_like_get_without_a_body(demo: Asking) -> None:
    for path in ("/pools/pool-7", "/jobs/job-7", "/jobs"):
        answer = demo.url(f"{demo.simulator.url}{path}?api-version=2025-06-01", method="HEAD")
        assert (answer.status_code, answer.content) == (200, b"")
        assert "request-id" in answer.headers


def test_the_demo_goes_as_its_description_says(demo: Asking) -> None:
    clock = demo.simulator.clock

    def prepared() -> list[str]:
        done = "$filter=jobPreparationTaskExecutionInfo/result eq 'success'"
        return list(demo.ids(f"/jobs/job-7/{PREP}", done, name="nodeId"))

    def ready() -> int:
        return sum(node["state"] in ("idle", "running") for node in demo.items("/pools/pool-7/nodes"))

    assert demo.json(f"/jobs/job-7/{PREP}")["value"] == []
    assert (ready(), demo.json("/jobs/job-7/taskcounts")["taskCounts"]["completed"]) == (0, 0)
    clock.set(9.9)
    assert ready() == 11
    clock.set(10)
    assert ready() == 12
    clock.set(13.9)
    assert demo.json("/jobs/job-7/taskcounts")["taskCounts"]["succeeded"] == 23
    clock.set(14)
    assert demo.json("/jobs/job-7/taskcounts")["taskCounts"]["succeeded"] == 24
    assert demo.json("/jobs/job-7")["state"] == "active"
    assert sorted({f"tvm-{n}" for n in range(1, 13)} - set(prepared())) == ["tvm-4", "tvm-9"]
    clock.set(20)
    assert len(prepared()) == 12


def test_the_other_job_of_the_demo_has_failed_from_the_start(demo: Asking) -> None:
    failed = demo.items(f"/jobs/job-8/{PREP}", "$filter=jobPreparationTaskExecutionInfo/result eq 'failure'")
    info = failed[0]["jobPreparationTaskExecutionInfo"]
    assert (len(failed), failed[0]["nodeId"]) == (1, "tvm-3")
    assert (info["state"], info["exitCode"], info["failureInfo"]["code"]) == ("completed", 1, "FailureExitCode")
    ended = demo.json("/jobs/job-8/tasks/export-2")["executionInfo"]
    assert (ended["result"], ended["exitCode"]) == ("failure", 0)
    assert ended["failureInfo"]["code"] == "FileUploadAccessDenied"


def test_a_task_passes_its_states_and_its_node_follows(play: Play) -> None:
    scenario = {
        "pools": [{"id": "p", "nodes": {"id": "tvm-1", "appears_at": -10}}],
        "jobs": [{"id": "j", "pool": "p", "tasks": {"id": "t", "prepares_at": 2, "runs_at": 4, "takes": 6}}],
    }
    asking = play(scenario)
    seen = []
    for now in (0, 2, 4, 10):
        asking.simulator.clock.set(now)
        task, node = asking.json("/jobs/j/tasks/t"), asking.json("/pools/p/nodes/tvm-1")
        seen.append(
            (task["state"], task.get("previousState"), "nodeInfo" in task, node["state"], node["totalTasksRun"])
        )
    assert seen == [
        ("active", None, False, "idle", 0),
        ("preparing", "active", True, "idle", 0),
        ("running", "preparing", True, "running", 1),
        ("completed", "running", True, "idle", 1),
    ]
    assert node["recentTasks"][0]["taskId"] == "t"
    assert node["totalTasksSucceeded"] == 1


def test_task_counts_lag_and_count_preparing_as_running(play: Play) -> None:
    scenario = {
        "pools": [{"id": "p"}],
        "jobs": [
            {
                "id": "j",
                "pool": "p",
                "task_count_lag": 5,
                "tasks": [
                    {"count": 3, "id": "a-{n}", "prepares_at": 1, "runs_at": 3, "takes": 3, "required_slots": 2},
                    {"id": "b", "runs_at": 1, "takes": 2, "result": "failure"},
                    {"id": "late", "created_at": 8},
                ],
            }
        ],
    }
    asking = play(scenario)
    seen = {}
    for now in (0, 5, 6, 9, 11, 13):
        asking.simulator.clock.set(now)
        body = asking.json("/jobs/j/taskcounts")
        seen[now] = tuple(body["taskCounts"].values())
    assert seen == {
        0: (0, 0, 0, 0, 0),
        5: (4, 0, 0, 0, 0),
        6: (0, 4, 0, 0, 0),
        9: (0, 3, 1, 0, 1),
        11: (0, 0, 4, 3, 1),
        13: (1, 0, 4, 3, 1),
    }
    assert tuple(body["taskSlotCounts"].values()) == (1, 0, 7, 6, 1)


def test_a_task_that_was_reactivated_goes_back_to_active(play: Play) -> None:
    asking = play("preparation_fails")
    states = []
    for now in (0, 2, 9, 10, 14, 40):
        asking.simulator.clock.set(now)
        task = asking.json("/jobs/job-1/tasks/task-3")
        states.append(task["state"])
        counted = asking.json("/jobs/job-1/taskcounts")["taskCounts"]
        assert counted["active"] + counted["running"] + counted["completed"] == 4
    assert states == ["active", "preparing", "active", "preparing", "running", "completed"]


def test_failures_may_have_no_exit_code_and_no_start(play: Play) -> None:
    asking = play("tasks_fail_without_exit_code")
    asking.simulator.clock.set(60)
    tasks = {task["id"]: task for task in asking.items("/jobs/job-1/tasks")}
    infos = {name: task["executionInfo"] for name, task in tasks.items()}
    assert "exitCode" not in infos["no-program"] and infos["no-program"]["result"] == "failure"
    assert "startTime" not in infos["ended-by-user"] and tasks["ended-by-user"]["nodeInfo"] == {}
    assert infos["upload-denied"]["exitCode"] == 0
    assert (infos["bad-exit"]["retryCount"], "lastRetryTime" in infos["bad-exit"]) == (3, True)
    assert "result" not in infos["old-style"] and infos["old-style"]["exitCode"] == 3
    counts = asking.json("/jobs/job-1/taskcounts")["taskCounts"]
    assert counts["completed"] == 7


def test_subtasks_are_numbers_from_one_and_the_primary_is_the_task(play: Play) -> None:
    asking = play("multi_instance")
    path = "/jobs/mpi-job/tasks/mpi-task"
    assert asking.json(f"{path}/subtasksinfo")["value"] == []
    asking.simulator.clock.set(40)
    subtasks = asking.json(f"{path}/subtasksinfo")["value"]
    assert [subtask["id"] for subtask in subtasks] == [1, 2, 3]
    assert [subtask["nodeInfo"]["nodeId"] for subtask in subtasks] == ["tvm-2", "tvm-3", "tvm-4"]
    assert [subtask["result"] for subtask in subtasks] == ["success", "failure", "success"]
    task = asking.json(path)
    assert task["multiInstanceSettings"]["numberOfInstances"] == 4
    assert asking.json("/jobs/mpi-job/tasks/ordinary-task/subtasksinfo")["value"] == []
    selected = asking.json(f"{path}/subtasksinfo", "$select=id,state")["value"]
    assert selected == [{"id": number, "state": "completed"} for number in (1, 2, 3)]


def test_preparation_appears_where_it_has_started_and_may_run_again(play: Play) -> None:
    asking = play("rolling_preparation")
    path = f"/jobs/job-1/{PREP}"

    def states() -> dict[str, str]:
        return {item["nodeId"]: item["jobPreparationTaskExecutionInfo"]["state"] for item in asking.items(path)}

    asking.simulator.clock.set(2.5)
    assert states() == {"tvm-1": "running", "tvm-2": "running", "tvm-3": "running"}
    asking.simulator.clock.set(20)
    assert [node for node, state in states().items() if state == "running"] == ["tvm-3"]
    asking.simulator.clock.set(41)
    assert [node for node, state in states().items() if state == "running"] == ["tvm-3", "tvm-8"]
    asking.simulator.clock.set(60)
    assert set(states().values()) == {"completed"} and len(states()) == 12


def test_release_joins_the_item_of_its_node(play: Play) -> None:
    asking = play("scheduling_error")
    path = f"/jobs/ending-job/{PREP}"
    asking.simulator.clock.set(9)
    assert all("jobReleaseTaskExecutionInfo" not in item for item in asking.items(path))
    asking.simulator.clock.set(25)
    assert [item["jobReleaseTaskExecutionInfo"]["state"] for item in asking.items(path)] == ["completed", "running"]


def test_an_error_that_only_waits_for_nodes_passes(play: Play) -> None:
    asking = play("scheduling_error")
    seen = []
    for now in (0, 10, 40):
        asking.simulator.clock.set(now)
        job = asking.json("/jobs/ending-job")
        info = job["executionInfo"]
        seen.append((job["state"], "schedulingError" in info, "terminateReason" in info, "endTime" in info))
    assert seen == [
        ("active", False, False, False),
        ("terminating", True, True, False),
        ("completed", False, True, True),
    ]
    assert asking.json("/jobs/broken-job")["executionInfo"]["schedulingError"]["category"] == "UserError"


def test_completion_changes_neither_etag_nor_last_modified(play: Play) -> None:
    asking = play("scheduling_error")
    seen = []
    for now in (9, 20, 50):
        asking.simulator.clock.set(now)
        answer = asking.get("/jobs/ending-job")
        seen.append((answer.headers["ETag"], answer.json()["lastModified"]))
    assert seen[0] != seen[1] == seen[2]


def test_a_new_pool_is_empty_and_its_nodes_have_no_boot_time(play: Play) -> None:
    asking = play("autoscale_empty_at_first")
    nodes = "/pools/pool-1/nodes"
    assert asking.json(nodes)["value"] == []
    asking.simulator.clock.set(12)
    first = asking.json(nodes)["value"][0]
    assert first["state"] == "creating"
    assert not {"lastBootTime", "nodeAgentInfo", "startTaskInfo", "recentTasks"} & set(first)
    asking.simulator.clock.set(30)
    assert {"lastBootTime", "nodeAgentInfo"} <= set(asking.json(f"{nodes}/tvm-1"))
    pool = asking.json("/pools/pool-1")
    assert (pool["currentDedicatedNodes"], pool["targetDedicatedNodes"], pool["allocationState"]) == (4, 4, "steady")
    assert pool["enableAutoScale"] and "autoScaleRun" in pool and "resizeTimeout" not in pool
    asking.simulator.clock.set(50)
    assert asking.ids(nodes) == ["tvm-1", "tvm-2", "tvm-3"]
    assert refusal(asking.get(f"{nodes}/tvm-4"))[1] == "NodeNotFound"
    assert "tvm-4" in asking.ids(f"/jobs/job-1/{PREP}", name="nodeId")


def test_a_failed_start_task_is_shown_on_its_node(play: Play) -> None:
    asking = play("start_task_failed")
    asking.simulator.clock.set(25)
    nodes = {node["id"]: node for node in asking.items("/pools/pool-1/nodes")}
    assert nodes["tvm-2"]["state"] == "starttaskfailed"
    assert nodes["tvm-2"]["startTaskInfo"]["result"] == "failure"
    assert nodes["tvm-1"]["startTaskInfo"]["result"] == "success"
    assert (nodes["tvm-5"]["state"], nodes["tvm-5"]["schedulingState"]) == ("offline", "disabled")
    assert nodes["tvm-4"]["errors"][0]["code"] == "DiskFull"
    counts = asking.json("/nodecounts")["value"][0]
    assert counts["dedicated"]["startTaskFailed"] == counts["dedicated"]["unusable"] == 1
    assert (counts["dedicated"]["total"], counts["lowPriority"]["preempted"]) == (6, 1)


def test_node_counts_can_be_asked_for_one_pool(play: Play) -> None:
    asking = play("autoscale_empty_at_first")
    assert asking.ids("/nodecounts", "$filter=poolId eq 'pool-2'&maxresults=10", name="poolId") == ["pool-2"]


def test_remote_login_differs_by_node_and_ipv6_by_version(play: Play) -> None:
    asking = play("start_task_failed")
    path = "/pools/pool-1/nodes/{}/remoteloginsettings"
    first, second = (asking.json(path.format(node))["remoteLoginPort"] for node in ("tvm-1", "tvm-2"))
    assert first != second
    assert "ipv6RemoteLoginPort" in asking.json(path.format("tvm-low-1"))
    assert "ipv6RemoteLoginPort" not in asking.json(path.format("tvm-low-1"), "api-version=2024-07-01.20.0")


def test_statistics_come_when_asked_for_with_counters_in_strings(demo: Asking) -> None:
    demo.simulator.clock.set(30)
    for path in ("/jobs/job-7", "/jobs/job-7/tasks/frame-001", "/pools/pool-7"):
        assert "stats" not in demo.json(path)
        assert "stats" in demo.json(path, "$expand=stats")
        assert "stats" not in demo.json(path, "$select=id&$expand=stats")
        assert set(demo.json(path, "$select=id,stats&$expand=stats")) == {"odata.metadata", "id", "stats"}
    assert demo.json("/jobs/job-7", "$expand=stats")["stats"]["numSucceededTasks"] == "24"


def test_times_have_up_to_seven_digits(play: Play) -> None:
    asking = play("rolling_preparation")
    asking.simulator.clock.set(3)
    assert asking.json("/jobs/job-1")["creationTime"] == "2026-01-31T07:59:50.1234567Z"


def test_an_auto_pool_is_specified_in_its_job(play: Play) -> None:
    pool_info = play("no_preparation_task").json("/jobs/empty-job")["poolInfo"]
    assert pool_info["autoPoolSpecification"]["poolLifetimeOption"] == "job"
