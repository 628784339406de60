# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks, called as their first comment shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.plays.test_roles_closed import PARTLY
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support import many_hosts
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock, without_times
from ansible_collections.batchops.azure.tests.support.playing import BIN, callbacks

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"


def run(
    simulator: Simulator, playbook: str, *arguments: str, environment: Mapping[str, str] | None = None, **variables: Any
) -> tuple[int, str]:
    """How it ended, and what was printed."""
    extra = [part for name, value in variables.items() for part in ("-e", json.dumps({f"batch_{name}": value}))]
    done = subprocess.run(
        [BIN / "ansible-playbook", playbook if "/" in playbook else f"batchops.azure.{playbook}", *arguments, *extra],
        env={
            **os.environ,
            **account_of(simulator),
            "ANSIBLE_DEVEL_WARNING": "false",
            "ANSIBLE_CALLBACK_PLUGINS": callbacks(),
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert {exchange.method for exchange in simulator.requests} <= {"GET"}
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("playbook", sorted(path.stem for path in PLAYBOOKS.glob("*.yml")))
def test_each_begins_with_a_comment_that_shows_its_call(playbook: str) -> None:
    comment = (PLAYBOOKS / f"{playbook}.yml").read_text(encoding="utf-8").split("\n- name:")[0]
    assert comment.startswith("---\n# ")
    assert f"#   ansible-playbook batchops.azure.{playbook}" in comment


def test_gate_deployment_goes_on_with_ones_own_tasks(tmp_path: Path) -> None:
    tasks = tmp_path / "deploy.yml"
    tasks.write_text("- ansible.builtin.debug: {msg: '{{ gate_result.verdict }}, so deploy'}\n", encoding="utf-8")
    with Simulator("demo", clock=StepClock(0.5)) as simulator:
        status, printed = run(
            simulator,
            "gate_deployment",
            job_id="job-7",
            pool_id="pool-7",
            min_nodes=12,
            wait=True,
            wait_timeout=3600,
            deploy_tasks=str(tasks),
            environment=driven_clock(tmp_path),
        )
    assert status == 0, printed
    assert "The gate is open: all 3 checks are satisfied (waited MM:SS)" in without_times(printed)
    assert "satisfied, so deploy" in printed


def test_gate_deployment_takes_checks_of_ones_own_and_only_reports(tmp_path: Path) -> None:
    checks = tmp_path / "checks.yml"
    checks.write_text(
        "batch_gate_checks: [{check: jobs, job_ids: [job-8, job-9], missing_ok: true}]\n", encoding="utf-8"
    )
    with Simulator("demo") as simulator:
        status, printed = run(simulator, "gate_deployment", "-e", f"@{checks}", gate_mode="report")
    assert status == 0, printed
    assert "The gate is closed: its check can no longer be satisfied." in printed
    assert "job-9: no such job" in printed


def test_gate_deployment_expects_what_tasks_have_touched_and_tolerates_as_many_as_it_may() -> None:
    with Simulator("preparation_fails") as simulator:
        simulator.clock.set(40)
        asked = {"job_id": "job-1", "pool_id": "pool-1"}
        strict = run(simulator, "gate_deployment", **asked)
        tolerant = run(simulator, "gate_deployment", **asked, max_failed_nodes=1)
    assert strict[0] == 2
    assert "The gate is closed: 1 of 3 checks can no longer be satisfied." in strict[1]
    assert "stderr of tvm-3 ends with: mount error(110): Connection timed out" in strict[1]
    assert tolerant[0] == 0, tolerant[1]
    assert "tolerated: tvm-3: preparation failed, exit code 32" in tolerant[1]


def test_gate_deployment_misses_the_tasks_before_it_waits() -> None:
    with Simulator("demo") as simulator:
        asked = {"job_id": "job-7", "pool_id": "pool-7", "wait": True}
        status, printed = run(simulator, "gate_deployment", **asked, deploy_tasks="nowhere.yml")
        assert not simulator.requests
    assert status == 2
    assert "There is no file nowhere.yml; give -e batch_deploy_tasks=... with its whole path." in printed


@pytest.mark.parametrize(("playbook", "name"), [("drain_pool", "pool_id"), ("wait_for_job_prep", "job_id")])
def test_what_is_needed_is_asked_for(playbook: str, name: str, tmp_path: Path) -> None:
    given: dict[str, dict[str, Any]] = {"absent": {}, "null": {f"batch_{name}": None}, "empty": {f"batch_{name}": ""}}
    plays = [{"import_playbook": f"batchops.azure.{playbook}"}]
    with Simulator("demo") as simulator:
        found = many_hosts.run(tmp_path / "run", plays, given, account_of(simulator))
        assert not simulator.requests
    assert set(found.failures) == set(given)
    for _task, said in found.failures.values():
        assert f"Give -e batch_{name}=..." in said


def test_gate_deployment_takes_null_for_no_tasks_and_an_empty_name_for_a_mistake() -> None:
    with Simulator("demo") as simulator:
        simulator.clock.set(100)
        asked = {"job_id": "job-7", "pool_id": "pool-7"}
        null = run(simulator, "gate_deployment", **asked, deploy_tasks=None)
        empty = run(simulator, "gate_deployment", **asked, deploy_tasks="")
    assert null[0] == 0, null[1]
    # As from a variable of the shell that is not set: a deployment that is left out would look like one that was done.
    assert empty[0] == 2
    assert "There is no file ''; give -e batch_deploy_tasks=... with its whole path." in empty[1]


def test_wait_for_job_prep_takes_named_nodes(tmp_path: Path) -> None:
    with Simulator("demo") as simulator:
        simulator.clock.set(15)
        status, printed = run(simulator, "wait_for_job_prep", job_id="job-7", expected_nodes=["tvm-1", "tvm-2"])
        clock = driven_clock(tmp_path)
        late = run(simulator, "wait_for_job_prep", job_id="job-7", environment=clock)
    assert status == 0, printed
    assert "Preparation of job-7 has succeeded on 10 nodes." in printed
    assert late[0] == 2
    words = "Preparation of job-7 is running; it has succeeded on 10 nodes (timed out after MM:SS)."
    assert words in without_times(late[1])


@pytest.mark.parametrize(
    ("playbook", "variables"),
    [
        ("wait_for_job_prep", {"job_id": "job-7"}),
        ("drain_pool", {"pool_id": "pool-7"}),
        ("gate_deployment", {"job_id": "job-7", "pool_id": "pool-7", "min_nodes": 12, "wait": True}),
    ],
)
def test_what_stands_still_is_not_waited_for_longer_than_one_wants(
    tmp_path: Path, playbook: str, variables: dict[str, Any]
) -> None:
    with Simulator("demo") as simulator:
        simulator.clock.set(5)
        given = {**variables, "wait_timeout": 3600, "stall_timeout": 120}
        status, printed = run(simulator, playbook, environment=driven_clock(tmp_path), **given)
    assert status == 2
    assert "Nothing has changed for " in printed


def test_drain_pool_says_who_still_runs_and_which_jobs_would_start_again(tmp_path: Path) -> None:
    with Simulator("demo") as simulator:
        simulator.clock.set(5)
        status, printed = run(simulator, "drain_pool", pool_id="pool-7", environment=driven_clock(tmp_path))
        simulator.clock.set(100)
        drained = run(simulator, "drain_pool", pool_id="pool-7")
    assert status == 2
    assert "Pool pool-7 is not drained:\n  tvm-2: runs 1 task\n  tvm-3: runs 2 tasks\n" in printed
    assert "job-7  active            14" in printed
    assert drained[0] == 0, drained[1]
    assert "Pool pool-7 is drained: no task runs on its 12 nodes." in drained[1]
    assert "active tasks" not in drained[1].split("TASK [Name the jobs")[1].split("\n", 1)[1]


def test_a_pool_that_loses_its_last_node_while_it_is_waited_for_is_drained(tmp_path: Path) -> None:
    scenario = {
        "pools": [
            {
                "id": "p",
                "target_dedicated_nodes": [{"at": 0, "value": 1}, {"at": 1, "value": 0}],
                "allocation": [
                    {"at": 0, "state": "steady"},
                    {"at": 1, "state": "resizing"},
                    {"at": 3, "state": "steady"},
                ],
                "nodes": {"count": 1, "id": "tvm-{n}", "appears_at": -9, "ready_at": -9, "removed_at": 3},
            }
        ],
        "jobs": [{"id": "j", "pool": "p", "tasks": [{"id": "t", "runs_at": -5, "ends_at": 3.5}]}],
    }
    with Simulator(scenario, clock=StepClock(0.1)) as simulator:
        clock = driven_clock(tmp_path)
        status, printed = run(simulator, "drain_pool", pool_id="p", wait_timeout=3600, environment=clock)
    assert status == 0, printed
    assert "Pool p is drained: it has no nodes, and is getting none." in printed


def test_an_empty_pool_is_drained_unless_it_is_getting_nodes(tmp_path: Path) -> None:
    with Simulator("autoscale_empty_at_first") as simulator:
        simulator.clock.set(1)
        empty = run(simulator, "drain_pool", pool_id="pool-1")
        simulator.clock.set(5)
        growing = run(simulator, "drain_pool", pool_id="pool-1", environment=driven_clock(tmp_path))
        absent = run(simulator, "drain_pool", pool_id="pool-9")
    assert empty[0] == 0, empty[1]
    assert "Pool pool-1 is drained: it has no nodes, and is getting none." in empty[1]
    assert "job-1  active             8" in empty[1]
    assert growing[0] == 2
    assert (
        "Pool pool-1 is not drained:\n  pool pool-1 has 0 of 4 nodes (resizing, autoscaled): no node was found"
        in growing[1]
    )
    assert absent[0] == 2
    assert "PoolNotFound (404)" in absent[1]


def test_batch_status_shows_jobs_and_pools_as_tables() -> None:
    with Simulator("demo") as simulator:
        simulator.clock.set(100)
        status, printed = run(simulator, "batch_status")
    assert status == 0, printed
    for line in (
        "job    state   pool    active  running  succeeded  failed  preparing  prepared  prep failed",
        "job-7  active  pool-7       0        0         24       0          0        12            0",
        "job-8  active  pool-7       0        0          1       1          0         2            1",
        "pool    state   allocation  nodes  target  by state",
        "pool-7  active  steady         12      12  12 idle",
    ):
        assert f'"{line}"' in printed
    assert "TASK [What is wrong with them]" not in _done(printed)
    assert "There is no pool" not in printed


def _done(printed: str) -> str:
    """Without the tasks that were skipped."""
    return "".join(part for part in re.split(r"(?=^TASK )", printed, flags=re.MULTILINE) if "\nskipping:" not in part)


def test_batch_status_shows_every_pool_worst_first_with_what_is_wrong_in_words() -> None:
    with Simulator("pool_troubles") as simulator:
        simulator.clock.set(60)
        status, printed = run(simulator, "batch_status", image_supported_for=90)
        paths = [exchange.path for exchange in simulator.requests]
    assert status == 0, printed
    of_pools = re.findall(r'^ +"([\w-]+) +(?:active|deleting) .*"', printed, re.MULTILINE)
    scenario = PLAYBOOKS.parent / "tests" / "simulator" / "scenarios" / "pool_troubles.yml"
    assert set(of_pools) == {pool["id"] for pool in yaml.safe_load(scenario.read_text(encoding="utf-8"))["pools"]}
    assert of_pools[:3] == ["all-broken", "stopped-spot", "short-of-quota"]
    told = printed.split("TASK [What is wrong with them]")[1].split("TASK [")[0]
    for line in (
        "short-of-quota +it stopped resizing, AccountCoreQuotaReached: The specified account has reached core quota",
        "all-broken +all of its nodes are broken, 2 nodes unusable",
        "broken-start-tasks +2 nodes start_task_failed",
        "stopped-shrinking +it stopped resizing, ResizeStopped: .*, and keeps more nodes than it should have",
        "wrong-formula +its autoscale formula fails, AutoScalingFormulaEvaluationError: The formula could not be evaluated",
        "image-ends-soon +the support of its image ends on 20..-..-..",
        "stale-error +an old error, since it has its nodes now: AllocationTimedout",
    ):
        assert re.search(f'"{line}', told), told
    assert '"well ' not in told
    # In one pass: pools, counts of nodes and images are lists.
    assert not [path for path in paths if path.startswith("/pools/")]


def test_batch_status_says_what_is_cut_off_what_is_stuck_and_that_there_is_nothing() -> None:
    with Simulator("autoscale_empty_at_first") as simulator:
        one = run(simulator, "batch_status", limit=1, pool_ids=["pool-2"])
        none = run(simulator, "batch_status", filter="id eq 'nothing'")
    assert one[0] == 0, one[1]
    assert "There are more jobs: give a larger batch_limit." in one[1]
    assert re.search(
        r'"pool-2  its autoscale formula fails, InvalidFormula: .*; an old error, .*AccountCoreQuotaReached', one[1]
    )
    assert none[0] == 0, none[1]
    assert "There are no jobs." in none[1]


def test_batch_status_takes_pools_in_one_text_too() -> None:
    # As -e batch_pool_ids=pool-8,pool-9 gives them.
    with Simulator("demo") as simulator:
        status, printed = run(simulator, "batch_status", pool_ids="pool-8,pool-9")
    assert status == 0, printed
    assert "There is no pool pool-8, pool-9." in printed


def test_batch_status_names_the_pool_that_a_job_has_outlived() -> None:
    gone = [
        {"id": name, "created_at": -60, "removed_at": -5, "nodes": {"count": 0, "id": "n"}}
        for name in ("gone", "gone-too")
    ]
    jobs = [{"id": "j", "pool": "gone"}, {"id": "over", "pool": "gone-too", "states": "completed"}]
    scenario = {"pools": gone, "jobs": jobs}
    with Simulator(scenario) as simulator:
        status, printed = run(simulator, "batch_status")
    assert status == 0, printed
    assert "There is no pool gone." in printed


REFUSING = ["gate_deployment", "wait_for_job_prep", "drain_pool", "upgrade_pool"]


@pytest.mark.parametrize("playbook", REFUSING)
def test_what_is_not_given_is_asked_for(playbook: str) -> None:
    with Simulator("demo") as simulator:
        status, printed = run(simulator, playbook)
        assert not simulator.requests
    assert status == 2
    assert "Give " in printed


@pytest.mark.parametrize("playbook", sorted(path.stem for path in PLAYBOOKS.glob("*.yml")))
def test_tags_leave_nothing_out(playbook: str) -> None:
    """On the tasks: the `always` of a play would reach the tasks that a user goes on with, those tagged `never` too."""
    [play] = yaml.safe_load((PLAYBOOKS / f"{playbook}.yml").read_text(encoding="utf-8"))
    assert "tags" not in play
    assert [task["name"] for task in play["tasks"] if task.get("tags") != "always"] == []


@pytest.mark.parametrize("playbook", REFUSING)
def test_nobody_gets_past_with_tags(playbook: str, tmp_path: Path) -> None:
    deploy = {"hosts": "localhost", "gather_facts": False, "tasks": [{"debug": {"msg": "gone on"}, "tags": "deploy"}]}
    asked = {f"batch_{name}": "pool-9" for name in ("job_id", "pool_id", "new_pool_id")}
    asked["batch_old_pool_id"] = "pool-7"
    plays = [{"import_playbook": f"batchops.azure.{playbook}", "vars": asked}, deploy]
    (tmp_path / "site.yml").write_text(json.dumps(plays), encoding="utf-8")
    with Simulator("demo") as simulator:
        status, printed = run(simulator, str(tmp_path / "site.yml"), "--tags", "deploy")
    assert status == 2, printed
    assert "gone on" not in printed


def test_a_number_of_nodes_that_is_empty_is_not_given(tmp_path: Path) -> None:
    """Nor does one of an earlier call stay. One of three nodes that have tasks is prepared."""
    empty = {"null": None, "empty": "", "omitted": "{{ nowhere | default(omit) }}"}
    hosts: dict[str, dict[str, Any]] = {how: {"batch_min_nodes": value} for how, value in empty.items()}
    asked = {"batch_job_id": "j", "batch_pool_id": "p"}
    waits = {"import_playbook": "batchops.azure.wait_for_job_prep"}
    earlier, call = {**waits, "vars": {**asked, "batch_min_nodes": 1}}, {**waits, "vars": asked}
    gate = {"import_playbook": "batchops.azure.gate_deployment", "vars": asked}
    with Simulator(PARTLY) as simulator:
        simulator.clock.set(20)
        environment = {**account_of(simulator), **driven_clock(tmp_path)}
        waited = many_hosts.run(tmp_path / "waited", [earlier, call], {"absent": {}, **hosts}, environment)
        gated = many_hosts.run(tmp_path / "gated", [gate], hosts, environment)
    assert set(waited.failures) == {"absent", *hosts}, waited.printed
    for host in waited.failures:
        words = "'Preparation of j has succeeded on 1 node.'"
        assert sum(words in said for who, said in waited.messages if who == host) == 1, waited.printed
    assert set(gated.failures) == set(hosts), gated.printed
    for _task, said in gated.failures.values():
        assert "preparation of j" in said
