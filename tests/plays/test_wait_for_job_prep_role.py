# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role wait_for_job_prep, played: each situation in words, and what `wait_for_job_prep_result` holds."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import account_of, options_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock, without_times
from ansible_collections.batchops.azure.tests.support.playing import Played, Task, kept, play, refusals

IN_VAIN = {"progress": False}


@dataclass(frozen=True)
class Case:
    """A job at some second of a scenario, and how the wait for its preparation ends."""

    scenario: Any
    second: float
    variables: dict[str, Any]
    situation: str | None
    message: str


# A node that reboots while it is waited for, and is not done before that is over; a job that ends before all that is wanted has come;
# a pool without a good node.
REBOOT = {
    "pools": [{"id": "p", "nodes": {"count": 1, "id": "tvm-{n}", "appears_at": -90}}],
    "jobs": [
        {
            "id": "j",
            "pool": "p",
            "preparation": {"entries": [{"node": "tvm-1", "starts_at": -990, "takes": 1000, "reboots": [20]}]},
            "tasks": [{"id": "t", "runs_at": 0}],
        }
    ],
}
ENDED = {
    "pools": [{"id": "p", "nodes": {"count": 2, "id": "tvm-{n}", "appears_at": -90}}],
    "jobs": [
        {
            "id": "j",
            "pool": "p",
            "states": [{"at": 0, "state": "active"}, {"at": 5, "state": "completed"}],
            "preparation": {"entries": [{"node": "tvm-1", "starts_at": 0, "takes": 1}]},
            "tasks": [{"id": "t", "runs_at": 1, "ends_at": 2, "node": "tvm-1"}],
        }
    ],
}
NO_NODE = {
    "pools": [
        {
            "id": "p",
            "start_task": {"command_line": "/bin/false"},
            "nodes": [
                {
                    "id": "tvm-1",
                    "states": [{"at": -9, "state": "waitingforstarttask"}, {"at": -5, "state": "starttaskfailed"}],
                }
            ],
        }
    ],
    "jobs": [
        {
            "id": "j",
            "pool": "p",
            "preparation": {"entries": {"count": 0, "node": "tvm-{n}"}},
            "tasks": [{"id": "t"}],
        }
    ],
}

CASES = [
    Case("demo", 100, {"job_id": "job-7"}, "succeeded", "Preparation of job-7 has succeeded on 12 nodes."),
    Case(
        "demo",
        100,
        {"job_id": "job-8"},
        "failed",
        "Preparation of job-8 has failed; it has succeeded on 2 nodes.\n"
        "  tvm-3: preparation failed, exit code 1 (FailureExitCode); it no longer has a task of the job\n"
        "    stderr of tvm-3 ends with: mount error(13): Permission denied",
    ),
    Case(
        "demo",
        100,
        {"job_id": "job-8", "max_failed_nodes": 1},
        "succeeded",
        "Preparation of job-8 has succeeded on 2 nodes.\n"
        "  tolerated: tvm-3: preparation failed, exit code 1 (FailureExitCode); it no longer has a task of the job\n"
        "    stderr of tvm-3 ends with: mount error(13): Permission denied",
    ),
    Case(
        "demo",
        100,
        {"job_ids": ["job-7", "job-8"]},
        None,
        "Preparation has not succeeded in 1 of 2 jobs.\n"
        "  job-7 has succeeded on 12 nodes\n"
        "  job-8 has failed; it has succeeded on 2 nodes\n"
        "  job-8/tvm-3: preparation failed, exit code 1 (FailureExitCode); it no longer has a task of the job\n"
        "    stderr of tvm-3 ends with: mount error(13): Permission denied",
    ),
    Case(
        "preparation_fails",
        12,
        {"job_id": "job-1"},
        "retried",
        "Preparation of job-1 has failed, and its task was retried on another node; it has succeeded on 3 nodes.\n"
        "  tvm-3: preparation failed, exit code 32 (FailureExitCode); its task was retried on another node, tvm-5\n"
        "    stderr of tvm-3 ends with: mount error(110): Connection timed out\n"
        "  job-1: preparation is running on tvm-5",
    ),
    Case(
        "autoscale_empty_at_first",
        3,
        {"job_id": "job-1", **IN_VAIN},
        "no_task_on_a_node",
        "Preparation of job-1 has not started, because no node has a task of the job yet (timed out after MM:SS).\n"
        "  job-1: preparation has not started on any node: no node has a task yet, 8 tasks are active",
    ),
    Case(
        "rolling_preparation",
        30,
        {"job_id": "job-1", **IN_VAIN},
        "running",
        "Preparation of job-1 is running; it has succeeded on 11 nodes (timed out after MM:SS).\n"
        "  job-1: preparation is running on tvm-3",
    ),
    Case(
        "demo",
        100,
        {"job_id": "job-7", "expected_nodes": ["tvm-1", "tvm-77"], **IN_VAIN},
        "not_started",
        "Preparation of job-7 has not started on every node that needs it; it has succeeded on 12 nodes (timed out after MM:SS).\n"
        "  job-7: preparation has not started on tvm-77",
    ),
    Case(
        ENDED,
        9,
        {"job_id": "j", "min_nodes": 2},
        "job_ended",
        "Preparation of j can no longer succeed, because the job has ended; it has succeeded on 1 node.\n"
        "  j: preparation has succeeded on 1 of at least 2 nodes, and the job is completed",
    ),
    Case(
        NO_NODE,
        0,
        {"job_id": "j"},
        "no_node",
        "Preparation of j can no longer succeed, because no node can take a task.\n"
        "  job j: none of the nodes of pool p can take a task: tvm-1: start task failed, exit code 1 (FailureExitCode)\n"
        "  j: preparation has not started on any node: no node has a task yet, 1 task is active",
    ),
    Case(
        "no_preparation_task",
        9,
        {"job_id": "plain-job"},
        None,
        "Preparation of plain-job cannot be judged, the job has no job preparation task.\n"
        "  plain-job: the job has no job preparation task",
    ),
    Case(
        "scheduling_error",
        60,
        {"job_id": "ending-job", "condition": "released"},
        "succeeded",
        "Release of ending-job has succeeded on 2 nodes.",
    ),
    Case(
        "scheduling_error",
        15,
        {"job_id": "ending-job", "condition": "released", **IN_VAIN},
        "running",
        "Release of ending-job is running (timed out after MM:SS).\n"
        "  ending-job: release is running on tvm-1, tvm-2\n"
        "  ending-job: release has succeeded on 0 of at least 1 nodes",
    ),
]


def wait(apply: Task | None = None, **variables: Any) -> list[Task]:
    """The role, which may fail, and a task that shows what it has kept."""
    named = {f"wait_for_job_prep_{name}": value for name, value in variables.items()}
    role = {"name": "batchops.azure.wait_for_job_prep", "apply": {"ignore_errors": True, **(apply or {})}}
    return [
        {"ansible.builtin.include_role": role, "vars": named},
        {"name": "Kept", "ansible.builtin.debug": {"msg": {"kept": "{{ wait_for_job_prep_result }}"}}},
    ]


@pytest.fixture(scope="module")
def waited(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All cases in one play, with account and credential from `module_defaults`."""
    with contextlib.ExitStack() as stack:
        tasks = []
        for case in CASES:
            simulator = stack.enter_context(Simulator(case.scenario))
            simulator.clock.set(case.second)
            account = options_of(simulator)
            tasks.append({"block": wait(**case.variables), "module_defaults": {"group/batchops.azure.all": account}})
        folder = tmp_path_factory.mktemp("cases")
        return play(folder, tasks, driven_clock(folder))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.situation}-{case.message.split()[2]}")
def test_each_situation_has_its_words(waited: Played, case: Case) -> None:
    result = kept(waited)[CASES.index(case)]
    assert without_times(result["message"]) == case.message
    assert result["situation"] == case.situation
    satisfied = "has succeeded on" in case.message.splitlines()[0] and "; it" not in case.message.splitlines()[0]
    assert result["satisfied"] is satisfied
    assert (result["verdict"] == "satisfied") is satisfied


def test_what_is_not_satisfied_has_failed_the_play_with_the_message(waited: Played) -> None:
    assert refusals(waited) == [result["message"] for result in kept(waited) if not result["satisfied"]]


def test_it_waits_and_shows_how_it_goes_on(tmp_path: Path) -> None:
    with Simulator("demo", clock=StepClock(0.5)) as simulator:
        environment = {**account_of(simulator), **driven_clock(tmp_path)}
        played = play(tmp_path, wait(job_id="job-7", min_nodes=12, wait_timeout=3600), environment)
    [result] = kept(played)
    assert without_times(result["message"]) == "Preparation of job-7 has succeeded on 12 nodes (waited MM:SS)."
    assert result["polls"] > 1
    assert played.lines[-1].startswith("prep job-7: 12/12 ready [##########] ")


def test_a_standstill_ends_it_and_says_since_when(tmp_path: Path) -> None:
    with Simulator("demo") as simulator:
        simulator.clock.set(15)
        tasks = wait(job_id="job-7", min_nodes=12, wait_timeout=3600, stall_timeout=120)
        played = play(tmp_path, tasks, {**account_of(simulator), **driven_clock(tmp_path)})
    [result] = kept(played)
    assert (result["stalled"], result["timed_out"], result["situation"]) == (True, False, "running")
    lines = without_times(result["message"]).splitlines()
    assert lines[0] == "Preparation of job-7 is running; it has succeeded on 10 nodes (stalled after MM:SS)."
    assert lines[1].startswith("  Nothing has changed for ")
    assert " has been preparing since " in lines[2]
    nodes = re.findall(r"tvm-\d+ has been preparing since", result["message"])
    assert len(nodes) == len(set(nodes)) > 0


def test_a_node_that_prepares_again_is_told_apart(tmp_path: Path) -> None:
    """Only a wait can know it: it has seen the node done before."""
    with Simulator(REBOOT, clock=StepClock(1, 12)) as simulator:
        tasks = wait(job_id="j", expected_nodes=["tvm-1", "tvm-2"])
        played = play(tmp_path, tasks, {**account_of(simulator), **driven_clock(tmp_path)})
    [result] = kept(played)
    assert result["situation"] == "restarted"
    assert without_times(result["message"]).splitlines() == [
        "Preparation of j is running again on a node that was rebooted or reimaged (timed out after MM:SS).",
        "  j: preparation is running again, after a reboot or reimage, on tvm-1",
        "  j: preparation has not started on tvm-2",
    ]


def test_what_reads_may_pass_over_does_not_let_it_pass(tmp_path: Path) -> None:
    """Defaults that somebody gives modules for what is only read: the role has no such variables."""
    no_task = {"pools": [{"id": "p"}], "jobs": [{"id": "job-7", "pool": "p"}, {"id": "job-8", "pool": "p"}]}
    scenarios: dict[str, Any] = {"missing_ok": no_task, "filter": "demo"}
    defaults = {"missing_ok": True, "filter": "nodeId ne 'tvm-3'"}
    found = []
    for name, scenario in scenarios.items():
        with Simulator(scenario) as simulator:
            simulator.clock.set(100)
            given = {"batchops.azure.batch_job_prep_status_info": {name: defaults[name]}}
            tasks = [{"block": wait(job_id="job-8", expect_task_nodes=False), "module_defaults": given}]
            environment = {**account_of(simulator), **driven_clock(tmp_path)}
            found += kept(play(tmp_path / name, tasks, environment))
    assert [(result["satisfied"], result["verdict"]) for result in found] == [(False, "failed")] * 2


def test_errors_fail_it_in_one_sentence(tmp_path: Path) -> None:
    with Simulator("demo") as simulator:
        tasks = [
            *wait(job_id="job-9"),
            *wait(job_id="job-7", expected_nodes=[]),
            *wait(),
            *wait(job_id="job-7", min_nodes=0),
            *wait(job_id="job-7", min_nodes=12, apply={"environment": {"ELSEWHERE": "1"}}),
        ]
        played = play(tmp_path, tasks, {**account_of(simulator), **driven_clock(tmp_path)})
    lines = [message.splitlines() for message in refusals(played)]
    assert [line[0] for line in lines[:4]] == [
        "Preparation of job-9 could not be judged.",
        "Preparation of job-7 could not be judged.",
        "Preparation could not be judged.",
        "Preparation of job-7 could not be judged.",
    ]
    assert lines[0][1].startswith("  JobNotFound (404): job job-9: The specified job does not exist.")
    assert [line[1:] for line in lines[1:4]] == [
        ["  expected_nodes: is an empty list; give at least one id, or leave the option out"],
        ["  one of the following is required: job_id, job_ids"],
        ["  min_nodes: 0 is out of range; give a whole number, 1 or more"],
    ]
    # As a module, which prints no progress.
    assert lines[4][0].startswith("Preparation of job-7 has not started, because no node has a task")
    assert [result["satisfied"] for result in kept(played)] == [False] * 5
    assert not played.lines
