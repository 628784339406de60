# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody gets past a role by how its variables are given, how it is called, or by tags, over an account that answers 404 to everything.

Each case is a host, so that a table is one run. Here each case is called in one way and one mode, so that all are seen once; what is not
given means the default, and so is left out all at once, where only the answer of the account can have refused.
`./dev check -s closed-2.16 closed-2.19 closed-2.21` sets BATCHOPS_WHOLE_TABLE and tries each case in each way and mode, on those.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock
from ansible_collections.batchops.azure.tests.support.many_hosts import passing, run
from ansible_collections.batchops.azure.tests.support.playing import Task, kept, play

OMITTED, UNDEFINED = "{{ nowhere | default(omit) }}", "{{ nowhere }}"
NOT_GIVEN = {"omitted": OMITTED, "null": None, "empty": "", "none": "{{ none }}", "undefined": UNDEFINED}
# Those that mean the default.
DEFAULTS = ("omitted", "null", "empty", "none")
_TRUTH, _SECONDS = ["maybe", [True], {"a": 1}], [0, -1, "soon", [5], {"a": 1}]
_FILES = ["/", "/dev/null/report.html"]
_NODES = [[], ["a/b"], [None], {"a": 1}, 5]
# Of each variable, values of a wrong type and wrong values of the right one.
WRONG: dict[str, dict[str, list[Any]]] = {
    "gate": {
        "checks": [[], [{}], [None], 5, "jobs", {"check": "jobs"}, [{"check": "task", "job_id": "j"}], [OMITTED]],
        "mode": ["reports", "Report", "report ", ["report"], {"report": True}, True, False, 0],
        "wait": _TRUTH,
        "wait_timeout": _SECONDS,
        "wait_sleep": _SECONDS,
        "stall_timeout": _SECONDS,
        "fail_fast": _TRUTH,
        "diagnostics": _TRUTH,
        "progress": _TRUTH,
        "report_file": _FILES,
    },
    "wait_for_job_prep": {
        "job_id": ["a/b", [], ["job-7"], {"a": 1}, 5],
        "job_ids": _NODES,
        "condition": ["prepare", "Prepared", ["prepared"], {"a": 1}, False],
        "expected_nodes": _NODES,
        "min_nodes": [0, -1, "many", [1], {"a": 1}],
        "expect_task_nodes": _TRUTH,
        "ignore_removed_nodes": _TRUTH,
        "max_failed_nodes": [-1, "none", [1], {"a": 1}],
        "wait_timeout": _SECONDS,
        "wait_sleep": _SECONDS,
        "stall_timeout": _SECONDS,
        "fail_fast": _TRUTH,
        "diagnostics": _TRUTH,
        "progress": _TRUTH,
        "report_file": _FILES,
    },
}
# Without it there is nothing to judge.
NEEDED = {"gate": ["checks"], "wait_for_job_prep": ["job_id", "job_ids"]}
GIVEN = {"gate": {"checks": [{"check": "tasks", "job_id": "job-7"}]}, "wait_for_job_prep": {"job_id": "job-7"}}
# What `when` may look at, and change while the role runs.
WHENS = {
    "gate": ["gate_result is not defined", "not (gate_result.open | default(false))"],
    "wait_for_job_prep": ["wait_for_job_prep_result is not defined"],
}
# How a role is called. The first two are as the documentation shows them.
CALLS: dict[str, dict[str, Any]] = {
    "include": {"ansible.builtin.include_role": {}, "tags": ["always"]},
    "import": {"ansible.builtin.import_role": {}},
    "unchecked": {"ansible.builtin.include_role": {"rolespec_validate": False}, "tags": ["always"]},
    "tagged": {"ansible.builtin.import_role": {}, "tags": ["gate"]},
}
MODES = {
    "plain": [],
    "tags": ["--tags", "deploy"],
    "skip-tags": ["--skip-tags", "slow"],
    "check": ["--check"],
}
WHOLE = bool(os.environ.get("BATCHOPS_WHOLE_TABLE"))
SHARE = len(CALLS) * len(MODES)


class NotFound(BaseHTTPRequestHandler):
    """The whole account, whatever is asked for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b'{"code": "JobNotFound", "message": {"lang": "en-us", "value": "The specified job does not exist."}}'
        self.send_response(404)
        self.send_header("Content-Type", "application/json;odata=minimalmetadata")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def nothing_there() -> Iterator[dict[str, str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), NotFound)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "AZURE_BATCH_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}",
        "AZURE_BATCH_ACCOUNT": "a",
        "AZURE_BATCH_ACCESS_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }
    server.shutdown()
    server.server_close()


def cases_of(role: str) -> dict[str, dict[str, Any]]:
    """The variables of each case, by its name."""
    found: dict[str, dict[str, Any]] = {"as-given": {}}
    optional = [name for name in WRONG[role] if name not in NEEDED[role]]
    for how in DEFAULTS:
        found[f"all-{how}"] = dict.fromkeys(optional, NOT_GIVEN[how])
    for name, wrong in WRONG[role].items():
        alone = NOT_GIVEN if WHOLE or name in NEEDED[role] else {"undefined": UNDEFINED}
        values = {**alone, **{f"wrong{number}": value for number, value in enumerate(wrong)}}
        found.update({f"{name}-{how}": {name: value} for how, value in values.items()})
    given = GIVEN[role]
    return {
        case: {f"{role}_{name}": value for name, value in {**given, **variables}.items()}
        for case, variables in found.items()
    }


def called(role: str, call: dict[str, Any], hosts: str, **more: Any) -> dict[str, Any]:
    """A play that deploys after the role."""
    [kind] = [name for name in call if name.endswith("_role")]
    return passing(hosts, {"name": "Pass", **call, kind: {"name": f"batchops.azure.{role}", **call[kind]}, **more})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", WRONG)
def test_no_way_past(role: str, mode: str, nothing_there: dict[str, str], tmp_path: Path) -> None:
    hosts = {
        f"{call}.{case}": variables
        for way, call in enumerate(CALLS)
        for number, (case, variables) in enumerate(cases_of(role).items())
        if WHOLE or case == "as-given" or (number + len(MODES) * way + list(MODES).index(mode)) % SHARE == 0
    }
    plays = [called(role, call, f"{name}.*") for name, call in CALLS.items()]
    for number, when in enumerate(WHENS[role]):
        hosts[f"when{number}"] = cases_of(role)["as-given"]
        plays.append(called(role, CALLS["import"], f"when{number}", when=when))
    found = run(tmp_path / "run", plays, hosts, nothing_there, *MODES[mode])
    assert found.past == set()
    assert set(hosts) - set(found.failures) == set(), f"neither passed nor refused\n{found.printed[-2000:]}"
    by_task = {task.rpartition(" : ")[2] for task, _said in found.failures.values()}
    assert {"Refuse to go on"} < by_task | {""}
    for host, (_task, said) in found.failures.items():
        if host.partition(".")[2] in ("as-given", *(f"all-{how}" for how in DEFAULTS)):
            assert "JobNotFound (404)" in said, host


@pytest.mark.parametrize("role", WRONG)
def test_what_one_host_finds_closed_is_closed_for_all(role: str, nothing_there: dict[str, str], tmp_path: Path) -> None:
    """As the README of each role shows it for many hosts."""
    hosts = {f"{call}.{number}": cases_of(role)["as-given"] for call in ("import", "include") for number in range(3)}
    once: dict[str, Any] = {"ansible.builtin.include_role": {"apply": {"run_once": True}}, "tags": ["always"]}
    plays = [
        called(role, CALLS["import"], "import.*", run_once=True),
        called(role, once, "include.*"),
    ]
    found = run(tmp_path / "run", plays, hosts, nothing_there)
    assert found.past == set()
    assert len(found.failures) == len(plays), found.printed[-2000:]


@pytest.mark.parametrize("role", WRONG)
def test_each_call_judges_also_among_the_roles_of_a_play(role: str, tmp_path: Path) -> None:
    """Ansible runs a role of a play once where it is called again with the same variables, also for a role that depends on it."""
    dependent = tmp_path / "roles" / "deploys" / "meta"
    dependent.mkdir(parents=True)
    (dependent / "main.yml").write_text(f"dependencies: [batchops.azure.{role}]\n", encoding="utf-8")
    variables = {f"{role}_{name}": value for name, value in GIVEN[role].items()}
    name = f"batchops.azure.{role}"
    with Simulator("demo") as simulator:
        simulator.clock.set(100)
        environment = {**account_of(simulator), "ANSIBLE_ROLES_PATH": str(tmp_path / "roles")}
        played = play(tmp_path / "run", [], environment, roles=[name, name, "deploys"], vars=variables)
        looks = [request for request in simulator.requests.snapshot() if request.path == "/jobs/job-7"]
    assert (played.status, len(looks)) == (0, 3), played.stdout


@pytest.mark.parametrize("role", WRONG)
def test_the_result_is_that_of_the_host_that_asks(role: str, tmp_path: Path) -> None:
    """Facts may be delegated: then the result of the call before would stay, in front of whoever asks it."""
    inventory = tmp_path / "hosts"
    inventory.write_text(
        f"other ansible_connection=local ansible_python_interpreter={sys.executable}", encoding="utf-8"
    )
    result = {"gate": "gate_result.open", "wait_for_job_prep": "wait_for_job_prep_result.satisfied"}[role]
    good, bad = (
        GIVEN[role],
        {"gate": {"checks": [{"check": "tasks", "job_id": "job-8"}]}}.get(role, {"job_id": "job-8"}),
    )
    calls: list[Task] = [
        {"vars": {f"{role}_{name}": value for name, value in given.items()}, **more}
        for given, more in ((good, {}), (bad, {"delegate_to": "other", "delegate_facts": True}))
    ]
    tasks = [
        task
        for call in calls
        for task in (
            {"ansible.builtin.import_role": {"name": f"batchops.azure.{role}"}, **call},
            {"ansible.builtin.debug": {"msg": {"kept": f"{{{{ {result} }}}}"}}},
        )
    ]
    with Simulator("demo") as simulator:
        simulator.clock.set(100)
        environment = {**account_of(simulator), **driven_clock(tmp_path)}
        played = play(tmp_path / "run", tasks, environment, "-i", str(inventory))
    assert kept(played) == [True, False]


@pytest.mark.parametrize("role", WRONG)
def test_a_host_that_cannot_be_reached_is_refused_like_the_others(role: str, tmp_path: Path) -> None:
    """Ansible would leave it out, without a word of the role and without its result."""
    away = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
    hosts = {"import.away": {**cases_of(role)["as-given"], **away}}
    found = run(tmp_path / "run", [called(role, CALLS["import"], "import.*")], hosts, {})
    assert found.past == set()
    task, said = found.failures["import.away"]
    assert task.endswith("Refuse to go on"), found.printed[-2000:]
    assert "127.0.0.1" in said


@pytest.mark.parametrize("role", WRONG)
def test_who_rescues_a_refusal_finds_its_result(role: str, nothing_there: dict[str, str], tmp_path: Path) -> None:
    """The facts of a task that fails are dropped."""
    hosts = {f"{call}.closed": cases_of(role)["as-given"] for call in ("include", "import")}
    tell = {"ansible.builtin.fail": {"msg": f"kept: {{{{ {role}_result.message }}}}"}, "ignore_errors": True}
    plays = [called(role, CALLS[host.partition(".")[0]], host) for host in hosts]
    for each in plays:
        each["tasks"][0]["rescue"] = [{"name": "Rescue", **tell}]
    found = run(tmp_path / "run", plays, hosts, nothing_there)
    assert found.past == set()
    assert set(found.failures) == set(hosts)
    for task, said in found.failures.values():
        assert (task, said.startswith("kept: ")) == ("Rescue", True)
        assert "JobNotFound (404)" in said


def test_every_variable_is_in_the_table() -> None:
    roles = Path(__file__).resolve().parents[2] / "roles"
    for role, table in WRONG.items():
        specs = yaml.safe_load((roles / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
        options = specs["argument_specs"]["main"]["options"]
        assert {f"{role}_{name}" for name in table} == set(options)


@pytest.mark.parametrize("mode", ["plain", "tags"])
def test_the_same_plays_pass_where_all_is_well(mode: str, tmp_path: Path) -> None:
    """Else the table would prove nothing."""
    with Simulator("demo") as account:
        account.clock.set(100)
        hosts = {f"{role}.{call}": cases_of(role)["as-given"] for role in WRONG for call in CALLS}
        plays = [called(role, call, f"{role}.{name}") for role in WRONG for name, call in CALLS.items()]
        found = run(tmp_path / "run", plays, hosts, account_of(account), *MODES[mode])
    assert (found.past, found.failures) == (set(hosts), {}), found.printed[-2000:]


PARTLY = {
    "pools": [{"id": "p", "nodes": {"count": 3, "id": "tvm-{n}", "appears_at": -90}}],
    "jobs": [
        {
            "id": "j",
            "pool": "p",
            "preparation": {"entries": [{"node": "tvm-1", "starts_at": 0, "takes": 1}]},
            "tasks": {"count": 3, "id": "t-{n}", "runs_at": 2, "node": "tvm-{n}"},
        }
    ],
}


def test_what_is_not_given_keeps_the_rule_of_the_task_nodes(tmp_path: Path) -> None:
    """One of three nodes that have tasks is prepared."""
    names = ("expected_nodes", "min_nodes", "expect_task_nodes")
    job = {"wait_for_job_prep_job_id": "j"}
    cases = [(name, how) for name in names for how in NOT_GIVEN]
    hosts = {
        f"{call}.{name}-{how}": {**job, f"wait_for_job_prep_{name}": NOT_GIVEN[how]}
        for way, call in enumerate(("include", "unchecked"))
        for number, (name, how) in enumerate(cases)
        if WHOLE or number % 2 == way
    }
    everything = {f"wait_for_job_prep_{name}": OMITTED for name in names}
    hosts |= {f"{call}.all": {**job, **everything} for call in ("include", "unchecked")}
    plays = [called("wait_for_job_prep", CALLS[call], f"{call}.*") for call in ("include", "unchecked")]
    with Simulator(PARTLY) as account:
        account.clock.set(20)
        found = run(tmp_path / "run", plays, hosts, {**account_of(account), **driven_clock(tmp_path)})
    assert found.past == set()
    assert set(found.failures) == set(hosts)
    assert "tvm-2" in found.failures["unchecked.all"][1]
