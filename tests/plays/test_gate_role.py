# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role gate, played: what an operator reads in each scenario, and what `gate_result` holds."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.release import __version__ as core
from ansible_collections.batchops.azure.plugins.filter.gate_report import gate_report
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import account_of, options_of
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock, without_times
from ansible_collections.batchops.azure.tests.support.modules import GATE
from ansible_collections.batchops.azure.tests.support.playing import Task, kept, play, refusals

HERE = Path(__file__).parent
SCENARIOS = HERE.parent / "simulator" / "scenarios"
ANSWERS = yaml.safe_load((HERE / "gate_answers.yml").read_text(encoding="utf-8"))

PREPARED_8 = {"check": "preparation", "job_id": "job-8"}
TASKS_7 = {"check": "tasks", "job_id": "job-7"}
TASKS_8 = {"check": "tasks", "job_id": "job-8"}
READY = {"check": "nodes", "pool_id": "pool-7"}
CLOSED_8 = """\
The gate is closed: 2 of 3 checks can no longer be satisfied.
  tvm-3: preparation failed, exit code 1 (FailureExitCode) [preparation of job-8]
    stderr of tvm-3 ends with: mount error(13): Permission denied
  export-2: failed, exit code 0 (FileUploadAccessDenied) [tasks of job-8]"""


def gate(*checks: dict[str, Any], apply: Task | None = None, **variables: Any) -> list[Task]:
    """The role, which may fail, and a task that shows what it has kept."""
    named = {f"gate_{name}": value for name, value in variables.items()}
    role = {"name": "batchops.azure.gate", "apply": {"ignore_errors": True, **(apply or {})}}
    return [
        {"ansible.builtin.include_role": role, "vars": {"gate_checks": list(checks), **named}},
        {"name": "Kept", "ansible.builtin.debug": {"msg": {"kept": "{{ gate_result }}"}}},
    ]


@pytest.fixture(scope="module")
def demo() -> Iterator[Simulator]:
    with Simulator("demo") as started:
        started.clock.set(100)
        yield started


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer['scenario']}-{answer['second']}")
def test_each_scenario_has_its_answer(answer: dict[str, Any]) -> None:
    """By what the role calls, without a playbook: a run for each would take minutes."""
    with Simulator(answer["scenario"]) as simulator:
        simulator.clock.set(answer["second"])
        account = options_of(simulator)
        params = params_of(GATE.arguments, checks=answer["checks"], diagnostics=True, **account)
        report = gate_report(run(params, GATE))
    assert report["message"] == answer["says"]
    assert report["verdict"] == answer["verdict"]
    assert report["open"] is (answer["verdict"] == "satisfied")
    assert report["open"] is report["message"].startswith("The gate is open:")


def test_all_whom_one_sentence_names_are_among_the_failures() -> None:
    with Simulator("tasks_fail_without_exit_code") as simulator:
        simulator.clock.set(40)
        account = options_of(simulator)
        checks = [{"check": "jobs", "job_id": "job-1"}, {"check": "nodes", "pool_id": "pool-1"}]
        params = params_of(GATE.arguments, checks=checks, diagnostics=True, **account)
        result = run(params, GATE)
    [reason] = result["reasons"]
    assert {"no-program", "ended-by-user", "upload-denied"} <= {failure["task_id"] for failure in result["failures"]}
    assert {failure["sentence"] for failure in result["failures"]} == {reason}


def test_every_bundled_scenario_is_asked() -> None:
    assert {answer["scenario"] for answer in ANSWERS} == {path.stem for path in SCENARIOS.glob("*.yml")}


def test_it_refuses_with_the_whole_message_and_keeps_it(demo: Simulator, tmp_path: Path) -> None:
    checks = (PREPARED_8, TASKS_8, READY)
    played = play(tmp_path, gate(*checks), account_of(demo))
    [result] = kept(played)
    assert refusals(played) == [CLOSED_8]
    assert result["message"] == CLOSED_8
    assert (result["open"], result["verdict"]) == (False, "failed")
    assert [check["verdict"] for check in result["checks"]] == ["failed", "failed", "satisfied"]
    assert [failure["node_id"] for failure in result["failures"]] == ["tvm-3", "tvm-2"]
    assert (result["elapsed"], result["polls"], result["timed_out"]) == (None, None, False)


@pytest.mark.skipif(core.startswith(("2.16", "2.17", "2.18")), reason="before ansible-core 2.19 a message is one line")
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_terminal_shows_one_line_for_each_offender(demo: Simulator, tmp_path: Path, form: str) -> None:
    environment = {**account_of(demo), "ANSIBLE_CALLBACK_RESULT_FORMAT": form}
    checks = (PREPARED_8, TASKS_8, READY)
    played = play(tmp_path, [*gate(*checks), *gate(*checks, mode="report")], environment)
    assert f"Action failed: {CLOSED_8}\n" in played.stdout + played.stderr
    [said] = [part for part in played.by_task if part.startswith("batchops.azure.gate : Say") and "The gate" in part]
    for line in CLOSED_8.splitlines():
        assert sum(line in shown for shown in said.splitlines()) == 1


def test_it_lets_pass_what_is_so_and_says_what_that_is(demo: Simulator, tmp_path: Path) -> None:
    checks = ({"check": "preparation", "job_id": "job-7", "min_nodes": 12, "name": "all prepared"}, TASKS_7, READY)
    played = play(tmp_path, gate(*checks), account_of(demo))
    [result] = kept(played)
    assert refusals(played) == []
    assert result["open"] is True
    assert result["message"].splitlines() == [
        "The gate is open: all 3 checks are satisfied.",
        "  all prepared: 12 nodes prepared",
        "  tasks of job-7: all 24 tasks succeeded",
        "  nodes of pool-7: all 12 nodes ready",
    ]


def test_the_module_path_gives_the_same(demo: Simulator, tmp_path: Path) -> None:
    checks = (PREPARED_8, TASKS_8, READY)
    played = play(tmp_path, gate(*checks, apply={"environment": {"ELSEWHERE": "1"}}), account_of(demo), "-vvv")
    assert "runs as a module: environment is set" in played.stdout
    assert refusals(played)[-1] == CLOSED_8


def test_module_defaults_of_the_play_reach_the_module_in_the_role(demo: Simulator, tmp_path: Path) -> None:
    account = options_of(demo)
    defaults = {"group/batchops.azure.all": account}
    nothing = dict.fromkeys(account_of(demo), "")
    elsewhere = gate(TASKS_7, apply={"environment": {"ELSEWHERE": "1"}})
    played = play(tmp_path, [*gate(TASKS_7), *elsewhere], nothing, module_defaults=defaults)
    assert [result["open"] for result in kept(played)] == [True, True]


def test_a_report_never_fails_and_never_reads_as_open(demo: Simulator, tmp_path: Path) -> None:
    """Whatever happens: closed, absent, forbidden, unreachable, or asked for what makes no sense."""
    wrong_key = {"account_key": "d3Jvbmcga2V5IG9mIHRoaXMgYWNjb3VudA=="}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        dead = {"account_endpoint": url, "retries": 0}
        tasks = [
            *gate(PREPARED_8, mode="report"),
            *gate({"check": "tasks", "job_id": "job-9"}, READY, mode="report"),
            {"block": gate(READY, mode="report"), "module_defaults": {"group/batchops.azure.all": wrong_key}},
            {"block": gate(READY, mode="report"), "module_defaults": {"group/batchops.azure.all": dead}},
            *gate(mode="report"),
            *gate({**TASKS_7, "min_nodes": 2}, mode="report"),
            *gate(READY, mode="report", wait=True, wait_sleep=0),
        ]
        played = play(tmp_path, tasks, account_of(demo))
    assert refusals(played) == []
    assert played.status == 0
    results = kept(played)
    assert [result["open"] for result in results] == [False] * 7
    assert {result["verdict"] for result in results} == {"failed"}
    assert all(result["message"].splitlines()[1:] for result in results)
    first_lines = [result["message"].splitlines()[0] for result in results]
    assert first_lines[:2] == [
        "The gate is closed: its check can no longer be satisfied.",
        "The gate is closed: 1 of 2 checks can no longer be satisfied.",
    ]
    assert set(first_lines[2:]) == {"The gate is closed: its checks could not be judged."}
    assert (
        results[1]["message"]
        .splitlines()[1]
        .startswith("  JobNotFound (404): job job-9: The specified job does not exist.")
    )
    assert results[2]["failure"]["code"] == "AuthenticationFailed"
    assert results[3]["reasons"] == [f"{url}: the connection was refused"]
    assert results[4]["reasons"] == ["checks: is an empty list; a gate that checks nothing is not open"]
    assert results[5]["reasons"] == ["checks: check 1 of 1 (tasks): min_nodes means nothing for tasks"]
    assert results[6]["reasons"] == ["wait_sleep: 0 is out of range; give a number of seconds above 0"]


def test_enforced_it_fails_for_the_same_reasons(demo: Simulator, tmp_path: Path) -> None:
    wrong_key = {"account_key": "d3Jvbmcga2V5IG9mIHRoaXMgYWNjb3VudA=="}
    tasks = [
        {"block": gate(READY), "module_defaults": {"group/batchops.azure.all": wrong_key}},
        *gate({"check": "tasks", "job_id": "job-9"}),
        *gate(),
    ]
    played = play(tmp_path, tasks, account_of(demo))
    assert [message.splitlines()[1].split(":")[0] for message in refusals(played)] == [
        "  AuthenticationFailed (403)",
        "  JobNotFound (404)",
        "  checks",
    ]


def test_what_the_specification_does_not_allow_is_named(demo: Simulator, tmp_path: Path) -> None:
    demo.reset_requests()
    role = {"name": "batchops.azure.gate", "apply": {"ignore_errors": True}}
    tasks = [
        *gate({**TASKS_7, "min_node": 2}, mode="report")[:1],
        *gate({"check": "task", "job_id": "job-7"})[:1],
        *gate(READY, mode="reports")[:1],
    ]
    tasks = [{"ansible.builtin.include_role": role}, *tasks]
    played = play(tmp_path, tasks, account_of(demo), "--tags", "all")
    said = [message for message in refusals(played) if message.startswith("Validation of arguments failed:")]
    assert [message.splitlines()[1].split(". ")[0] for message in said] == [
        "missing required arguments: gate_checks",
        "gate_checks.min_node",
        "value of check must be one of: jobs, tasks, nodes, pools, preparation, got: task found in gate_checks",
        "value of gate_mode must be one of: enforce, report, got: reports",
    ]


def test_it_tolerates_as_many_failed_nodes_as_it_may(tmp_path: Path) -> None:
    with Simulator("start_task_failed") as simulator:
        simulator.clock.set(12)
        nodes = {"check": "nodes", "pool_id": "pool-1", "min_nodes": 4}
        tasks = [*gate({**nodes, "max_failed_nodes": 2}), *gate({**nodes, "max_failed_nodes": 1}, diagnostics=False)]
        played = play(tmp_path, tasks, account_of(simulator))
    tolerant, strict = kept(played)
    assert tolerant["open"] is True
    assert tolerant["message"].splitlines() == [
        "The gate is open: its check is satisfied.",
        "  nodes of pool-1: 5 of 7 nodes ready",
        "  tolerated: tvm-2: start task failed, exit code 1 (FailureExitCode)",
        "    stderr of tvm-2 ends with: no driver for this kernel",
        "  tolerated: tvm-4: is unusable (DiskFull: There is not enough disk space on the node)",
    ]
    assert strict["open"] is False
    assert strict["failures"] == []
    assert strict["message"].splitlines()[1:] == [
        "  tvm-4: is unusable (DiskFull: There is not enough disk space on the node)",
        "  tvm-2: start task failed, exit code 1 (FailureExitCode)",
    ]


def test_it_waits_and_shows_how_it_goes_on(tmp_path: Path) -> None:
    checks = ({"check": "preparation", "job_id": "job-7", "min_nodes": 12}, TASKS_7, READY)
    with Simulator("demo", clock=StepClock(0.5)) as simulator:
        environment = {**account_of(simulator), **driven_clock(tmp_path)}
        played = play(tmp_path, gate(*checks, wait=True, wait_timeout=3600), environment)
    [result] = kept(played)
    assert result["open"] is True
    assert result["polls"] > 1
    first_line = without_times(result["message"]).splitlines()[0]
    assert first_line == "The gate is open: all 3 checks are satisfied (waited MM:SS)."
    assert played.lines


def test_it_is_quiet_where_no_progress_is_wanted(tmp_path: Path) -> None:
    with Simulator("demo", clock=StepClock(1)) as simulator:
        played = play(tmp_path, gate(READY, wait=True, wait_sleep=0.05, progress=False), account_of(simulator))
    assert kept(played)[0]["open"] is True
    assert not played.lines


def test_one_time_out_ends_the_wait_and_tells_of_errors_on_the_way(tmp_path: Path) -> None:
    with Simulator("demo") as simulator:
        simulator.faults.add("status", status=503, match="/nodes", after=1)
        defaults = {"group/batchops.azure.all": {"retries": 0}}
        checks = gate(READY, wait=True)
        environment = {**account_of(simulator), **driven_clock(tmp_path)}
        played = play(tmp_path, checks, environment, module_defaults=defaults)
    [result] = kept(played)
    assert result["timed_out"] is True, result
    lines = without_times(result["message"]).splitlines()
    assert lines[0] == "The gate is closed: its check is not satisfied yet (timed out after MM:SS)."
    assert lines[-1].startswith("  the last transient error: ServerBusy (503)")


def test_a_standstill_ends_the_wait_and_says_since_when(tmp_path: Path) -> None:
    with Simulator("demo") as simulator:
        simulator.clock.set(15)
        environment = {**account_of(simulator), **driven_clock(tmp_path)}
        prepared = {"check": "preparation", "job_id": "job-7", "min_nodes": 12}
        played = play(tmp_path, gate(prepared, wait=True, wait_timeout=3600, stall_timeout=120), environment)
    [result] = kept(played)
    assert (result["stalled"], result["timed_out"], result["verdict"]) == (True, False, "pending")
    assert 120 <= result["elapsed"] < 300
    lines = without_times(result["message"]).splitlines()
    assert lines[0] == "The gate is closed: its check is not satisfied yet (stalled after MM:SS)."
    assert re.fullmatch(r"  Nothing has changed for \d min:", lines[1]), lines[1]
    assert re.match(r"  tvm-\d+ has been preparing since \d\d:\d\d \(", lines[2]), lines[2]
    # In these words, and in no other ones.
    assert len(lines) == 2 + len(result["reasons"])
    nodes = re.findall(r"tvm-\d+ has been preparing since", result["message"])
    assert len(nodes) == len(set(nodes)) > 0
    assert refusals(played) == [result["message"]]


def test_in_check_mode_it_looks_once(demo: Simulator, tmp_path: Path) -> None:
    nobody = {"check": "jobs", "job_id": "job-7", "condition": "completed"}
    played = play(tmp_path, gate(nobody, wait=True), account_of(demo), "--check")
    [result] = kept(played)
    assert (result["open"], result["verdict"], result["polls"]) == (False, "pending", None)
    assert refusals(played) == [result["message"]]


def test_a_gate_that_was_open_is_closed_until_it_is_judged_again(demo: Simulator, tmp_path: Path) -> None:
    """Where the module is not even called, because one of its options cannot be made out."""
    lost = {"module_defaults": {"batchops.azure.batch_gate_info": {"account_name": "{{ nothing }}"}}}
    played = play(tmp_path, [*gate(READY), {"block": gate(READY), **lost}], account_of(demo))
    assert [result["open"] for result in kept(played)] == [True, False]
    assert kept(played)[1]["message"].startswith("The gate is closed: its checks could not be judged.")
