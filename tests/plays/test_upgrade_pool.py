# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switch from one pool to another: what passes its three gates, and that each of them is closed unless it is seen to be open."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.plays.test_playbooks import run
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support import many_hosts
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock, without_times
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.many_hosts import Run
from ansible_collections.batchops.azure.tests.support.wire import Wire, job, node, pool

POOLS = {"old_pool_id": "pool-7", "new_pool_id": "pool-8"}
DONE = "Pool pool-8 has taken over. No task runs on pool pool-7, and no job is on it."
SWITCHED = "the user's tasks ran"
OMITTED = "{{ nowhere | default(omit) }}"


def scenario(*jobs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Two pools that are well, and these jobs."""
    pools = [{"id": name, "nodes": {"count": 2, "id": "tvm-{n}"}} for name in ("pool-7", "pool-8")]
    return {"pools": pools, "jobs": [{"pool": "pool-7", **job} for job in jobs], **more}


# What the account looks like once the user's tasks have run is what it is at this second.
LATER = 20
SWITCH = [
    {"ansible.builtin.debug": {"msg": SWITCHED + ": {{ batch_jobs_to_move | join(' and ') }}"}},
    {
        "ansible.builtin.uri": {
            "url": "{{ lookup('ansible.builtin.env', 'AZURE_BATCH_ENDPOINT') }}/_simulator/clock",
            "method": "POST",
            "body_format": "json",
            "body": {"set": LATER},
        }
    },
]


@pytest.fixture
def switch(tmp_path: Path) -> str:
    tasks = tmp_path / "switch.yml"
    tasks.write_text(json.dumps(SWITCH), encoding="utf-8")
    return str(tasks)


def moves(name: str, to: str = "pool-8") -> dict[str, Any]:
    return {"id": name, "pool": [{"at": -9, "id": "pool-7"}, {"at": 10, "id": to}]}


def test_a_switch_passes_three_gates_around_ones_own_tasks(tmp_path: Path) -> None:
    switch = tmp_path / "switch.yml"
    switch.write_text(json.dumps(SWITCH[:1]), encoding="utf-8")
    with Simulator("upgrade_pool", clock=StepClock(0.5)) as simulator:
        asked = {**POOLS, "switch_tasks": str(switch), "image_version": "22.04.202601150", "image_supported_for": 90}
        status, printed = run(simulator, "upgrade_pool", **asked, environment=driven_clock(tmp_path))
    assert status == 0, printed
    # In this order.
    words = (
        "TASK [Gate 1 of 3: wait for a sound pool pool-8]",
        "The gate is open: both checks are satisfied (waited MM:SS).",
        "pools of pool-8: 1 pool sound",
        "image of pool-8: 1 pool with the image reached",
        "On pool pool-7: render, export.",
        f"{SWITCHED}: render and export",
        "TASK [Gate 2 of 3: wait until each job has ended or moved to pool pool-8]",
        "TASK [Gate 3 of 3: wait until no task runs on the nodes of pool pool-7]",
        "nodes of pool-7: all 4 nodes drained",
        DONE,
    )
    places = [without_times(printed).find(text) for text in words]
    assert -1 not in places, words[places.index(-1)]
    assert places == sorted(places)


def test_without_jobs_there_is_nothing_to_move() -> None:
    with Simulator(scenario({"id": "over", "states": "completed"})) as simulator:
        status, printed = run(simulator, "upgrade_pool", **POOLS)
    assert status == 0, printed
    assert "On pool pool-7: no job that has not ended." in printed
    assert DONE in printed


def test_jobs_that_were_left_disabled_on_the_new_pool_are_named() -> None:
    """A switch that failed before it enabled them again: the next run finds nothing to move."""
    jobs = [{"id": "render", "pool": "pool-8", "states": "disabled"}, {"id": "export", "pool": "pool-8"}]
    with Simulator(scenario(*jobs)) as simulator:
        status, printed = run(simulator, "upgrade_pool", **POOLS)
    assert status == 0, printed
    assert f"{DONE} These jobs on pool pool-8 are disabled: render." in printed


def test_a_new_pool_that_is_not_sound_is_not_switched_to(switch: str) -> None:
    with Simulator("pool_troubles") as simulator:
        asked = {"old_pool_id": "well", "new_pool_id": "short-of-quota", "switch_tasks": switch}
        status, printed = run(simulator, "upgrade_pool", **asked)
    assert status == 2
    assert "The gate is closed: its check can no longer be satisfied." in printed
    assert "AccountCoreQuotaReached" in printed
    assert SWITCHED not in printed


# What is asked of the new pool, and what is said where it is not so, or cannot be asked.
ASKED: list[tuple[dict[str, Any], str]] = [
    ({"image_version": "1.2.3"}, "not version 1.2.3"),
    ({"image_supported_for": 500}, "the service stops creating pools with image"),
    ({"min_nodes": 0}, "min_nodes: 0 is out of range"),
    ({"max_failed_nodes": -1}, "max_failed_nodes: -1 is out of range"),
    ({"image_version": "latest"}, "'latest' names no version"),
    ({"wait_timeout": "long"}, "argument 'wait_timeout' is of type str"),
    ({"wait_timeout": -1}, "wait_timeout: -1 is out of range"),
]
OPTIONAL = ("min_nodes", "max_failed_nodes", "image_version", "image_supported_for", "wait_timeout", "wait_sleep")
NOTHING = {"null": None, "empty": "", "omitted": OMITTED}
# What is not two pools.
NOT_TWO: list[dict[str, Any]] = [
    {"old_pool_id": "pool-7"},
    {"new_pool_id": "pool-8"},
    {**POOLS, "new_pool_id": "POOL-7"},
    {**POOLS, "new_pool_id": None},
    {**POOLS, "old_pool_id": OMITTED},
    {**POOLS, "old_pool_id": ["pool-7"]},
]
NO_IDS = ("pool-8' || 'a' == 'a", "pool-8/nodes", "../pool-8")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Many calls over one account that is well, each as a host, in one run."""
    folder = tmp_path_factory.mktemp("judged")
    (folder / "switch.yml").write_text(json.dumps(SWITCH[:1]), encoding="utf-8")
    switched = {**POOLS, "switch_tasks": str(folder / "switch.yml")}
    calls = {
        **{
            f"asked{number}": {**switched, "wait_timeout": 200, **options}
            for number, (options, _words) in enumerate(ASKED)
        },
        **{f"id{number}": {**switched, "new_pool_id": name} for number, name in enumerate(NO_IDS)},
        **{f"default-{how}": {**POOLS, **dict.fromkeys(OPTIONAL, nothing)} for how, nothing in NOTHING.items()},
        **{f"without-{how}": {**POOLS, "switch_tasks": NOTHING[how]} for how in ("null", "omitted")},
    }
    with Simulator("upgrade_pool") as simulator:
        simulator.clock.set(100)
        return many(folder / "run", calls, {**account_of(simulator), **driven_clock(folder)})


def many(folder: Path, calls: Mapping[str, Mapping[str, Any]], environment: Mapping[str, str]) -> Run:
    hosts = {host: {f"batch_{name}": value for name, value in given.items()} for host, given in calls.items()}
    return many_hosts.run(folder, [{"import_playbook": "batchops.azure.upgrade_pool"}], hosts, environment)


@pytest.mark.parametrize("number", range(len(ASKED)), ids=[str(options) for options, _words in ASKED])
def test_what_is_asked_of_the_new_pool_keeps_the_first_gate_closed(judged: Run, number: int) -> None:
    _task, said = judged.failures[f"asked{number}"]
    assert ASKED[number][1] in said
    assert not judged.said(f"asked{number}", SWITCHED)


@pytest.mark.parametrize("how", ["null", "omitted"])
def test_without_a_file_of_tasks_somebody_else_moves_the_jobs(judged: Run, how: str) -> None:
    assert judged.said(f"without-{how}", DONE)


def test_an_old_pool_that_is_not_there_is_missed_before_anything_is_waited_for(switch: str) -> None:
    with Simulator(scenario({"id": "stays"})) as simulator:
        asked = {"old_pool_id": "pool-1", "new_pool_id": "pool-8", "switch_tasks": switch}
        status, printed = run(simulator, "upgrade_pool", **asked)
    assert status == 2
    assert "PoolNotFound (404)" in printed
    assert "TASK [Gate 1" not in printed
    assert SWITCHED not in printed


@pytest.mark.parametrize("how", NOTHING)
def test_what_is_not_given_means_the_default(judged: Run, how: str) -> None:
    assert judged.said(f"default-{how}", DONE)


@pytest.mark.parametrize(
    ("patience", "ended"),
    [({}, "timed out after "), ({"wait_timeout": 600, "stall_timeout": 20}, "stalled after ")],
    ids=["time-out", "standstill"],
)
def test_a_job_that_stays_closes_the_second_gate_and_is_named(
    patience: dict[str, Any], ended: str, switch: str, tmp_path: Path
) -> None:
    ends = {"id": "ends", "states": [{"at": 0, "state": "active"}, {"at": 10, "state": "completed"}]}
    with Simulator(scenario({"id": "stays"}, ends, moves("goes"))) as simulator:
        asked = {**POOLS, "switch_tasks": switch, "wait_timeout": 60, **patience}
        status, printed = run(simulator, "upgrade_pool", **asked, environment=driven_clock(tmp_path))
    assert status == 2
    assert f"{SWITCHED}: stays and ends and goes" in printed
    refused = printed.split("Not every job has moved to pool pool-8 or has ended:")[1].splitlines()[1:4]
    assert re.fullmatch(rf' *{ended}\d+ s[."]*', refused.pop()), printed
    assert [line.split() for line in refused] == [["job", "state", "pool"], ["stays", "active", "pool-7"]]
    assert "TASK [Gate 3" not in printed


def test_a_job_that_moves_to_a_third_pool_has_not_moved_to_the_new_one(switch: str, tmp_path: Path) -> None:
    account = scenario(moves("strays", to="pool-9"))
    account["pools"].append({"id": "pool-9", "nodes": {"count": 1, "id": "n"}})
    with Simulator(account) as simulator:
        asked = {**POOLS, "switch_tasks": switch, "wait_timeout": 60}
        status, printed = run(simulator, "upgrade_pool", **asked, environment=driven_clock(tmp_path))
    assert status == 2
    assert "strays  active  pool-9" in printed


def test_a_job_that_was_deleted_has_ended(switch: str) -> None:
    with Simulator(scenario({"id": "deleted", "removed_at": 10}, moves("goes"))) as simulator:
        status, printed = run(simulator, "upgrade_pool", **POOLS, switch_tasks=switch)
    assert f"{SWITCHED}: deleted and goes" in printed
    assert status == 0, printed
    assert DONE in printed


def test_tasks_that_still_run_close_the_third_gate(switch: str, tmp_path: Path) -> None:
    # They run on, on the pool that their job has left.
    stays = {"id": "t", "runs_at": -5, "node": "tvm-1"}
    account = scenario(
        {"id": "export", "tasks": stays, "states": [{"at": 0, "state": "active"}, {"at": 10, "state": "completed"}]}
    )
    with Simulator(account) as simulator:
        asked = {**POOLS, "switch_tasks": switch, "wait_timeout": 20}
        status, printed = run(simulator, "upgrade_pool", **asked, environment=driven_clock(tmp_path))
    assert status == 2, printed
    assert "TASK [Gate 3 of 3" in printed
    assert "The gate is closed: its check is not satisfied yet (timed out after" in printed
    assert "tvm-1: runs 1 task" in printed
    assert DONE not in printed


def test_a_job_that_came_to_the_old_pool_meanwhile_is_found_in_the_end(switch: str) -> None:
    with Simulator(scenario(moves("goes"), {"id": "late", "created_at": 10})) as simulator:
        status, printed = run(simulator, "upgrade_pool", **POOLS, switch_tasks=switch)
    assert status == 2
    assert f"{SWITCHED}: goes" in printed
    assert "Pool pool-7 still has jobs whose tasks would start on it: late" in printed
    assert DONE not in printed


REFUSED = (
    "/pools/pool-8[?]",
    "/pools/pool-8/nodes",
    "/jobs[?].*filter",
    "/jobs/goes",
    "/pools/pool-7/nodes",
)


@pytest.mark.parametrize("path", REFUSED)
def test_no_refusal_of_the_service_opens_a_gate(path: str, switch: str) -> None:
    fault = {"kind": "status", "match": path, "status": 403, "code": "InsufficientAccountPermissions"}
    with Simulator(scenario(moves("goes"), faults=[fault])) as simulator:
        status, printed = run(simulator, "upgrade_pool", **POOLS, switch_tasks=switch)
    assert status == 2, printed
    assert "InsufficientAccountPermissions" in printed
    assert DONE not in printed
    assert (SWITCHED in printed) is (path in REFUSED[3:])


def test_the_last_look_at_the_jobs_must_succeed_too(switch: str) -> None:
    fault = {"kind": "status", "match": "/jobs[?].*filter", "status": 403, "code": "X", "after": 1}
    with Simulator(scenario(moves("goes"), faults=[fault])) as simulator:
        status, printed = run(simulator, "upgrade_pool", **POOLS, switch_tasks=switch)
    assert status == 2, printed
    assert "nodes of pool-7: all 2 nodes drained" in printed
    assert DONE not in printed


def test_two_pools_must_be_given(tmp_path: Path) -> None:
    with Simulator("upgrade_pool") as simulator:
        hosts = {f"given{number}": given for number, given in enumerate(NOT_TWO)}
        found = many(tmp_path / "run", hosts, account_of(simulator))
        assert not simulator.requests
    words = "Give both -e batch_old_pool_id=... and -e batch_new_pool_id=..., which are two pools."
    assert {host: said for host, (_task, said) in found.failures.items()} == dict.fromkeys(hosts, words)


@pytest.mark.parametrize("number", range(len(NO_IDS)), ids=NO_IDS)
def test_an_id_cannot_change_what_is_asked(judged: Run, number: int) -> None:
    assert f"id{number}" in judged.failures
    assert not judged.said(f"id{number}", SWITCHED)


def test_tasks_that_are_not_there_are_missed_before_anything_is_read() -> None:
    with Simulator("upgrade_pool") as simulator:
        status, printed = run(simulator, "upgrade_pool", **POOLS, switch_tasks="nowhere.yml")
        assert not simulator.requests
    assert status == 2
    assert "There is no file nowhere.yml; give -e batch_switch_tasks=... with its whole path." in printed


def listing(tmp_path: Path, first: list[Wire], last: list[Wire], **asked: Any) -> tuple[int, str]:
    """A switch in an account that lists some jobs before the jobs move, and some in the end."""
    with Loopback() as service:
        for name in ("pool-7", "pool-8", "POOL-8"):
            service.say(f"/pools/{name}", pool(1, id=name.lower()))
            service.say(f"/pools/{name}/nodes", page(node("tvm-1")))
        service.say("/jobs", page(*first), page(*last))
        service.say("/jobs/job-1", on("pool-8"))
        account = {
            "AZURE_BATCH_ENDPOINT": service.url,
            "AZURE_BATCH_ACCOUNT": "a",
            "AZURE_BATCH_ACCESS_KEY": "MDEyMzQ1Njc4OWFiY2RlZg==",
        }
        found = many(tmp_path / "run", {"one": {**POOLS, **asked}}, {**account, **driven_clock(tmp_path)})
    return len(found.failures), found.printed


def on(pool_id: str) -> Wire:
    return job(executionInfo={"poolId": pool_id})


@pytest.mark.parametrize("last", [False, True])
def test_a_job_that_is_said_to_be_on_both_pools_is_on_neither(last: bool, tmp_path: Path) -> None:
    both = [on("pool-7"), on("pool-8")]
    failures, printed = listing(tmp_path, [on("pool-8")] if last else both, both)
    assert failures == 1
    assert "job-1: listed twice in one answer, with differences" in printed
    assert "has taken over" not in printed


def test_a_job_that_does_not_tell_where_it_is_is_where_its_settings_say(tmp_path: Path) -> None:
    """And it has moved when the service writes the id of the new pool in another case than the user."""
    nowhere = job(executionInfo={}, poolInfo={"poolId": "pool-7"})
    others = [
        job("away", executionInfo={"poolId": None}, poolInfo={"poolId": "pool-9"}),
        job("own", executionInfo={}, poolInfo={"autoPoolSpecification": {"poolLifetimeOption": "job"}}),
    ]
    failures, printed = listing(tmp_path, [nowhere, *others], [on("pool-8"), *others], new_pool_id="POOL-8")
    assert failures == 0, printed
    assert "On pool pool-7: job-1." in printed
    assert "Pool POOL-8 has taken over. No task runs on pool pool-7, and no job is on it." in printed


def test_a_job_of_which_nothing_tells_the_pool_is_taken_for_one_of_the_old(tmp_path: Path) -> None:
    """So is one whose settings and the service name two pools, of which one is the old."""
    strange: dict[str, Wire] = {
        "nothing": {"executionInfo": {}},
        "nulls": {"executionInfo": {"poolId": None}, "poolInfo": {"poolId": None, "autoPoolSpecification": None}},
        "empty": {"executionInfo": {"poolId": ""}, "poolInfo": {"poolId": ""}},
        "old-and-null": {"executionInfo": {}, "poolInfo": {"poolId": "pool-7", "autoPoolSpecification": None}},
        "old-and-own": {"executionInfo": {}, "poolInfo": {"poolId": "pool-7", "autoPoolSpecification": {}}},
        "both": {"executionInfo": {"poolId": "pool-8"}, "poolInfo": {"poolId": "POOL-7"}},
    }
    failures, printed = listing(tmp_path, [on("pool-8")], [job(name, **more) for name, more in strange.items()])
    assert failures == 1
    assert f"Pool pool-7 still has jobs whose tasks would start on it: {', '.join(strange)}" in printed
