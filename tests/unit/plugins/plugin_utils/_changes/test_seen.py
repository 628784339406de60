# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state or the outcome of each kind of object, judged on the wire."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.seen import (
    Seen,
    see_job,
    see_node,
    see_pool,
    see_preparation,
    see_task,
)
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    UPLOAD_FAILED,
    Wire,
    job,
    node,
    pool,
    prepared,
    task,
    troubled,
)

AT = "2026-01-31T08:00:00.1234567Z"
EXIT_CODE = "exit code 1 (FailureExitCode)"
SHORT = {"code": "AllocationTimedout", "message": "Desired number of nodes could not be allocated"}


def ended(info: Wire) -> Wire:
    return {"state": "completed", "endTime": AT, **info}


@pytest.mark.parametrize(
    ("wire", "to", "reason"),
    [
        (node(state="Idle"), "idle", None),
        (node(state="starttaskfailed", startTaskInfo=ended(FAILURE)), "starttaskfailed", f"start task failed, {EXIT_CODE}"),
        (node(state="idle", startTaskInfo=ended(FAILURE)), "failed", f"start task failed, {EXIT_CODE}"),
        (node(state="unusable"), "unusable", "is unusable"),
        (node(startTaskInfo=ended(MYSTERY)), "idle", "its start task ended with a result that is not known"),
        (node(state="dreaming"), "dreaming", None),
        ({"id": "tvm-1"}, "unknown", None),
    ],
)  # fmt: skip
def test_a_node_is_in_its_state_unless_that_hides_a_failed_start_task(wire: Wire, to: str, reason: str | None) -> None:
    seen = see_node(wire, "pool-1")
    assert (seen.kind, seen.id, seen.pool_id, seen.node_id, seen.job_id) == ("node", "tvm-1", "pool-1", "tvm-1", None)
    assert (seen.to, seen.reason) == (to, reason)


def test_since_when_is_what_the_service_says_and_nothing_that_is_no_time() -> None:
    later = "2026-01-31T09:00:00Z"
    assert see_node(node(stateTransitionTime=later), "p").at == later
    assert see_node(node(stateTransitionTime=later, startTaskInfo=ended(FAILURE)), "p").at == AT
    assert see_node(node(stateTransitionTime="x" * 32), "p").at is None
    assert see_node(node(stateTransitionTime=7), "p").at is None
    assert see_task(task(stateTransitionTime=AT), "job-1").at == AT
    assert see_job(job(stateTransitionTime=AT)).at == AT


@pytest.mark.parametrize(
    ("info", "to", "reason"),
    [
        (STARTED, "running", None),
        (SUCCESS, "succeeded", None),
        (FAILURE, "failed", EXIT_CODE),
        (UPLOAD_FAILED, "failed", "exit code 0 (FileUploadAccessDenied)"),
        (MYSTERY, "unknown", "ended with a result that is not known"),
    ],
)
def test_preparation_is_judged_by_its_result(info: Wire, to: str, reason: str | None) -> None:
    seen = see_preparation(prepared("tvm-1", info), "job-1")
    assert seen == Seen("preparation", "tvm-1", to, reason, seen and seen.at, "job-1", "pool-1", "tvm-1")


def test_preparation_has_begun_or_ended_at_a_time() -> None:
    running, failed = (see_preparation(prepared("tvm-1", info), "job-1") for info in (STARTED, ended(FAILURE)))
    assert running
    assert failed
    assert (running.at, failed.at) == (STARTED["startTime"], AT)


def test_where_only_the_release_has_run_preparation_has_not() -> None:
    assert see_preparation(prepared("tvm-1", None, SUCCESS), "job-1") is None
    with pytest.raises(AnswerError, match="There is no nodeId in an entry of the preparation status"):
        see_preparation({"poolId": "pool-1"}, "job-1")


@pytest.mark.parametrize(
    ("wire", "to", "reason"),
    [
        (task("t", "active"), "active", None),
        (task("t", "running", STARTED), "running", None),
        (task("t", "Completed", {**SUCCESS, "result": "Success"}), "succeeded", None),
        (task("t", info=FAILURE), "failed", EXIT_CODE),
        (task("t", info=NEVER_STARTED), "failed", "TaskEnded: Task was ended by user request"),
        (task("t", info=MYSTERY), "unknown", "ended with a result that is not known"),
    ],
)
def test_a_task_that_has_completed_has_an_outcome(wire: Wire, to: str, reason: str | None) -> None:
    seen = see_task(wire, "job-1")
    assert (seen.kind, seen.id, seen.job_id, seen.to, seen.reason) == ("task", "t", "job-1", to, reason)


def test_a_task_is_where_its_node_is_and_stays_the_same_one_wherever_that_is() -> None:
    waits = see_task(task("t", "active", nodeInfo={}), "job-1")
    runs = see_task(task("T", "running", nodeInfo={"poolId": "pool-1", "nodeId": "tvm-1"}), "Job-1")
    assert (waits.pool_id, waits.node_id) == (None, None)
    assert (runs.pool_id, runs.node_id) == ("pool-1", "tvm-1")
    assert waits.key == runs.key


def test_a_node_of_another_pool_is_another_one() -> None:
    assert see_node(node(), "pool-1").key == see_node(node("TVM-1"), "Pool-1").key
    assert see_node(node(), "pool-1").key != see_node(node(), "pool-2").key


def test_a_job_is_in_its_state_unless_it_cannot_be_scheduled() -> None:
    assert see_job(job(state="Completed")).to == "completed"
    seen = see_job(troubled("PoolNotFound"))
    assert (seen.to, seen.reason) == ("failed", "scheduling error PoolNotFound: Words of the service")
    assert (seen.id, seen.job_id, seen.pool_id, seen.node_id) == ("job-1", "job-1", "pool-1", None)
    # It passes while release tasks run.
    assert see_job(troubled("JobTerminationAwaitingNodeProcessing", "terminating")).to == "terminating"


@pytest.mark.parametrize(
    ("wire", "to", "reason"),
    [
        (pool(3), "steady", None),
        (pool(1, 3, "resizing"), "resizing", None),
        (
            pool(1, 3, resizeErrors=[SHORT]),
            "failed",
            f"it stopped resizing, AllocationTimedout: {SHORT['message']}",
        ),
        ({**pool(1), "state": "deleting"}, "deleting", None),
        (pool(3, 3, resizeErrors=[SHORT]), "steady", None),
        (
            pool(5, 3, resizeErrors=[{"code": "ResizeStopped", "message": "Stopped."}]),
            "failed",
            "it stopped resizing, ResizeStopped: Stopped., and keeps more nodes than it should have",
        ),
    ],
)
def test_a_pool_is_as_far_as_its_nodes_are(wire: Wire, to: str, reason: str | None) -> None:
    times = {"allocationStateTransitionTime": AT, "stateTransitionTime": "2026-01-31T07:00:00Z"}
    seen = see_pool({**wire, **times})
    assert (seen.kind, seen.id, seen.pool_id, seen.to, seen.reason) == ("pool", "pool-1", "pool-1", to, reason)
    assert seen.at == times["stateTransitionTime" if to == "deleting" else "allocationStateTransitionTime"]


def test_words_of_the_service_are_masked() -> None:
    secret = {**FAILURE, "exitCode": None, "failureInfo": {"code": "C", "message": "https://a.example/b?sig=hunter2"}}
    seen = see_task(task("t", info=secret), "job-1")
    assert seen.reason
    assert "hunter2" not in seen.reason
