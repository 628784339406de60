# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Microsoft's own client is the judge of the simulator: what it cannot read is not Batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from azure.batch import BatchClient, models
from azure.core.credentials import AccessToken, AzureNamedKeyCredential
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.identity import ClientSecretCredential

Open = Callable[..., "tuple[Simulator, BatchClient]"]


def with_key(simulator: Simulator) -> BatchClient:
    return BatchClient(simulator.url, AzureNamedKeyCredential(simulator.account, simulator.key), retry_total=0)


def with_secret(simulator: Simulator) -> BatchClient:
    credential = ClientSecretCredential(
        simulator.tenant,
        simulator.client_id,
        simulator.secret,
        authority=simulator.authority,
        disable_instance_discovery=True,
        connection_verify=simulator.ca_path,
    )
    return BatchClient(simulator.url, credential, connection_verify=simulator.ca_path, retry_total=0)


@pytest.fixture(params=["key over http", "secret over https"])
def open_account(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Start a simulator and return it with a client of it."""
    https = request.param != "key over http"
    with ExitStack() as opened:

        def start(scenario: Any = "demo", now: float = 30) -> tuple[Simulator, BatchClient]:
            simulator = opened.enter_context(Simulator(scenario, https=https))
            simulator.clock.set(now)
            client = (with_secret if https else with_key)(simulator)
            return simulator, opened.enter_context(client)

        yield start


def test_jobs(open_account: Open) -> None:
    _simulator, client = open_account()
    assert [job.id for job in client.list_jobs()] == ["job-7", "job-8"]
    job = client.get_job("job-7", expand=["stats"])
    assert job.state == models.BatchJobState.ACTIVE
    assert job.job_preparation_task is not None and job.job_preparation_task.wait_for_success is False
    assert job.constraints is not None and job.constraints.max_wall_clock_time is not None
    stats = job.job_statistics
    assert stats is not None
    assert (stats.succeeded_tasks_count, stats.failed_tasks_count) == (24, 0)
    assert isinstance(job.creation_time, datetime)


def test_a_scheduling_error(open_account: Open) -> None:
    _simulator, client = open_account("scheduling_error", now=20)
    job = client.get_job("ending-job")
    assert job.state == models.BatchJobState.TERMINATING
    assert job.execution_info is not None and job.execution_info.scheduling_error is not None
    # The service writes ServerError where the client's model has servererror.
    assert (
        str(job.execution_info.scheduling_error.category).lower() == models.BatchErrorSourceCategory.SERVER_ERROR.value
    )


def test_tasks_and_their_counts(open_account: Open) -> None:
    _simulator, client = open_account("tasks_fail_without_exit_code", now=60)
    found = {task.id: task for task in client.list_tasks("job-1", filter="executionInfo/result eq 'failure'")}
    assert sorted(found) == ["bad-exit", "disk-full", "ended-by-user", "no-program", "upload-denied"]
    info = found["no-program"].execution_info
    assert info is not None and info.failure_info is not None
    assert (info.exit_code, info.failure_info.code) == (None, "CommandProgramNotFound")
    assert info.result == models.BatchTaskExecutionResult.FAILURE
    counts = client.get_job_task_counts("job-1")
    assert (counts.task_counts.completed, counts.task_slot_counts.completed) == (7, 7)
    task = client.get_task("job-1", "good", expand=["stats"])
    assert task.node_info is not None and task.node_info.node_id == "tvm-1"
    assert task.task_statistics is not None and task.task_statistics.wall_clock_time == timedelta(seconds=5)


def test_subtasks(open_account: Open) -> None:
    _simulator, client = open_account("multi_instance", now=40)
    subtasks = list(client.list_subtasks("mpi-job", "mpi-task"))
    assert [(subtask.id, subtask.exit_code) for subtask in subtasks] == [(1, 0), (2, 139), (3, 0)]


def test_preparation_status(open_account: Open) -> None:
    simulator, client = open_account("rolling_preparation", now=20)
    found = list(client.list_job_preparation_and_release_task_status("job-1"))
    states = [
        item.job_preparation_task_execution_info.state for item in found if item.job_preparation_task_execution_info
    ]
    assert len(states) == 12
    assert states.count(models.BatchJobPreparationTaskState.RUNNING) == 1
    narrow = client.list_job_preparation_and_release_task_status(
        "job-1", filter="jobPreparationTaskExecutionInfo/state eq 'running'", select=["nodeId"]
    )
    assert [item.node_id for item in narrow] == ["tvm-3"]
    assert simulator.requests[-1].params["$select"] == "nodeId"


def test_nodes_and_pools(open_account: Open) -> None:
    _simulator, client = open_account("start_task_failed", now=25)
    nodes = {node.id: node for node in client.list_nodes("pool-1")}
    assert nodes["tvm-2"].state == models.BatchNodeState.START_TASK_FAILED
    assert nodes["tvm-5"].scheduling_state == models.SchedulingState.DISABLED
    assert client.get_node("pool-1", "tvm-low-1").ipv6_address == "2001:db8::1"
    assert client.get_node_remote_login_settings("pool-1", "tvm-1").remote_login_port == 50000
    pool = client.get_pool("pool-1")
    assert (pool.current_dedicated_nodes, pool.current_low_priority_nodes) == (6, 1)
    assert [found.id for found in client.list_pools(filter="startswith(id,'pool')")] == ["pool-1"]
    assert [counts.pool_id for counts in client.list_pool_node_counts(max_results=10)] == ["pool-1"]
    assert client.pool_exists("pool-1")
    with pytest.raises(ResourceNotFoundError):
        client.pool_exists("pool-2")


def test_images_of_nodes_and_their_support(open_account: Open) -> None:
    simulator, client = open_account("image_upgrade", now=0)
    seen = []
    for now in (0, 15, 60):
        simulator.clock.set(now)
        told = [node.virtual_machine_info for node in client.list_nodes("pool-7")]
        versions = [info.image_reference.exact_version for info in told if info and info.image_reference]
        seen.append(versions.count("22.04.202602100"))
    assert seen == [0, 1, 6]
    image = next(image for image in client.list_supported_images(filter="osType eq 'linux'"))
    assert image.image_reference.offer == "0001-com-ubuntu-server-jammy"
    assert image.verification_type == models.ImageVerificationType.VERIFIED
    _simulator, client = open_account("pool_troubles", now=0)
    ends = [image.batch_support_end_of_life for image in client.list_supported_images()]
    assert [end is None for end in ends] == [False, False, True]
    assert isinstance(ends[0], datetime)


def test_pools_in_trouble(open_account: Open) -> None:
    _simulator, client = open_account("pool_troubles", now=0)
    pools = {pool.id: pool for pool in client.list_pools()}
    errors = {name: [error.code for error in pool.resize_errors or []] for name, pool in pools.items()}
    assert {name: codes for name, codes in errors.items() if codes} == {
        "short-of-quota": ["AccountCoreQuotaReached"],
        "stale-error": ["AllocationTimedout"],
        "stopped-resize": ["ResizeStopped"],
        "stopped-shrinking": ["ResizeStopped"],
        "short-of-spot": ["AllocationTimedout"],
        "stopped-spot": ["ResizeStopped"],
    }
    assert pools["deleting"].state == models.BatchPoolState.DELETING
    assert pools["resizing"].allocation_state == models.AllocationState.RESIZING
    run = pools["wrong-formula"].auto_scale_run
    assert run is not None and run.error is not None
    assert (run.error.code, [pair.name for pair in run.error.error_values or []]) == (
        "AutoScalingFormulaEvaluationError",
        ["Message"],
    )


def test_job_schedules(open_account: Open) -> None:
    _simulator, client = open_account("job_schedule", now=30)
    schedules = {schedule.id: schedule for schedule in client.list_job_schedules(expand=["stats"])}
    assert schedules["once"].state == models.BatchJobScheduleState.COMPLETED
    assert schedules["nightly"].schedule is not None
    assert schedules["nightly"].schedule.recurrence_interval == timedelta(days=1)
    nightly = client.get_job_schedule("nightly").execution_info
    assert nightly is not None and nightly.recent_job is not None and nightly.next_run_time is not None
    assert nightly.recent_job.id == "nightly:job-3"
    assert client.get_job("nightly:job-3").state == models.BatchJobState.ACTIVE
    assert [job.id for job in client.list_jobs_from_schedule("nightly")] == [f"nightly:job-{n}" for n in (1, 2, 3)]
    not_yet = client.get_job_schedule("not-yet").execution_info
    assert not_yet is not None and not_yet.recent_job is None
    assert client.job_schedule_exists("busy")


def test_files(open_account: Open) -> None:
    _simulator, client = open_account()
    files = {file.name: file for file in client.list_task_files("job-7", "frame-001")}
    assert files["stdout.txt"].properties is not None
    assert files["stdout.txt"].properties.content_length == 15
    content = b"".join(client.download_task_file("job-7", "frame-001", "stdout.txt"))
    assert content == b"frame rendered\n"
    part = b"".join(client.download_task_file("job-7", "frame-001", "stdout.txt", ocp_range="bytes=0-4"))
    assert part == b"frame"
    names = [file.name for file in client.list_node_files("pool-7", "tvm-1", recursive=True)]
    assert "startup/stdout.txt" in names
    assert client.get_task_file_properties("job-7", "frame-001", "stdout.txt").content_length == 15


def test_pages_are_followed_with_filter_and_selection(open_account: Open) -> None:
    simulator, client = open_account("many_jobs")
    found = client.list_jobs(filter="state eq 'active'", select=["id", "state"], max_results=7)
    assert len(list(found)) == 20
    # Four pages have no match among the jobs that they looked at.
    assert [len(record.json()["value"]) for record in simulator.requests] == [0, 0, 0, 7, 7, 6]
    assert len(list(client.list_jobs())) == 170


def test_errors_are_understood(open_account: Open) -> None:
    _simulator, client = open_account("no_preparation_task")
    with pytest.raises(ResourceExistsError) as conflict:
        list(client.list_job_preparation_and_release_task_status("plain-job"))
    assert "JobPreparationTaskOrReleaseTaskNotSpecified" in str(conflict.value)
    with pytest.raises(ResourceNotFoundError, match="JobNotFound"):
        client.get_job("nope")
    with pytest.raises(HttpResponseError, match="InvalidQueryParameterValue"):
        list(client.list_jobs(filter="colour eq 'red'"))


def test_a_wrong_key_is_refused() -> None:
    with Simulator() as simulator:
        key = AzureNamedKeyCredential(simulator.account, "d3Jvbmc=")
        with BatchClient(simulator.url, key, retry_total=0) as client, pytest.raises(HttpResponseError) as error:
            client.get_job("job-7")
    assert error.value.status_code == 403
    assert "AuthenticationFailed" in str(error.value)


def test_a_token_that_has_expired_is_refused() -> None:
    class Kept:
        """A credential that never asks for a new token."""

        def __init__(self, token: str) -> None:
            self.token = token

        def get_token(self, *scopes: str, **options: Any) -> AccessToken:
            later = datetime.now(timezone.utc) + timedelta(hours=1)
            return AccessToken(self.token, int(later.timestamp()))

    with Simulator(https=True) as simulator:
        with with_secret(simulator) as client:
            assert client.get_job("job-7").id == "job-7"
        token = simulator.requests[-1].headers["authorization"].split()[1]
        simulator.clock.advance(3600)
        client = BatchClient(simulator.url, Kept(token), connection_verify=simulator.ca_path, retry_total=0)
        with client, pytest.raises(ClientAuthenticationError, match="AuthenticationFailed"):
            client.get_job("job-7")
