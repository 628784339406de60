# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task inside the controller and the same task as a module: one result, one identity; and when it is which."""

from __future__ import annotations

import base64
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.integration.signing_in import SCENARIO
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock
from ansible_collections.batchops.azure.tests.support.modules import MODULES
from ansible_collections.batchops.azure.tests.support.playing import Played, Task, play, python_elsewhere

JOBS, TASKS = "batchops.azure.batch_job_info", "batchops.azure.batch_task_info"
NODES, POOLS = "batchops.azure.batch_node_info", "batchops.azure.batch_pool_info"
PREP = "batchops.azure.batch_job_prep_status_info"
GATE = "batchops.azure.batch_gate_info"
# What makes a module of any task.
AS_MODULE = {"environment": {"BATCHOPS_TEST": "1"}}
# So that what else is given is not half a credential.
KEY_ONLY = {"auth_source": "shared_key"}
TWICE = {**KEY_ONLY, "secret": "one", "client_secret": "two"}
WAIT = {"wait": True, "progress": False}
# Identifiers of requests, when they were signed, and the signature.
_UNIQUE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT|'[A-Za-z0-9+/]{43}='"
)
# Modules add a traceback at -vvv up to ansible-core 2.18.
_NOT_COMPARED = ("exception",)

CALLS: list[tuple[str, dict[str, Any]]] = [
    # Everything that a read returns.
    (JOBS, {}),
    (JOBS, {"job_ids": "{{ several }}", "condition": "completed", "query": "summary.by_state"}),
    (TASKS, {"job_id": "job-8", "subtasks": True}),
    (NODES, {"pool_id": "pool-7", "node_ids": ["tvm-1", "tvm-2"]}),
    (POOLS, {"node_counts": True, "condition": "sound", "image_supported_for": 100000}),
    (PREP, {"job_id": "job-8", "condition": "prepared", "details": "summary"}),
    (GATE, {"checks": [{"check": "jobs", "job_id": "job-8"}, {"check": "nodes", "pool_id": "pool-7"}]}),
    # Waits: satisfied, in vain, and hopeless.
    (PREP, {"job_id": "job-7", "condition": "prepared", **WAIT}),
    (TASKS, {"job_id": "job-7", "condition": "completed", "expression": "summary.total == `24`", **WAIT}),
    (JOBS, {"job_id": "job-7", "condition": "completed", "details": "summary", **WAIT}),
    (TASKS, {"job_id": "job-8", "condition": "succeeded", "details": "summary", **WAIT}),
    # What the service refuses, and what does not answer.
    (JOBS, {"job_id": "job-none"}),
    (JOBS, {"filter": "nonsense"}),
    (NODES, {"pool_id": "pool-none"}),
    (JOBS, {"job_id": "job-8", "account_endpoint": "http://127.0.0.1:1", "retries": 0}),
    (JOBS, {"job_id": "job-8", "account_key": base64.b64encode(b"not the key of this account at all").decode()}),
    # What Ansible refuses.
    (JOBS, {"job": "job-8"}),
    (JOBS, {"job": "job-8", "limit": "many"}),
    (JOBS, {"job_id": "job-8", "job_ids": ["job-8"]}),
    (JOBS, {"limit": "many"}),
    (JOBS, {"job_id": {"a": "b"}, "condition": "done"}),
    (TASKS, {}),
    (TASKS, {"job_ids": ["job-8"], "task_id": "export-1"}),
    # What the collection refuses.
    (JOBS, {"job_id": "job/8"}),
    (JOBS, {"job_ids": "{{ [] }}"}),
    (JOBS, {"job_id": "job-8", "wait": True}),
    (JOBS, {"job_id": "job-8", "query": "jobs["}),
    # Warnings, and other types than the options have.
    (JOBS, {"job_id": "job-8", "cert_validation_mode": "ignore", **TWICE}),
    (JOBS, {"job_id": "job-8", "wait_timeout": "5", "task_counts": "no", "select": "id,state", "retries": 0.0}),
    (JOBS, {"job_id": 8, "missing_ok": "yes"}),
    # The value of a secret option that is also somewhere in the answer.
    (TASKS, {"job_id": "job-8", **KEY_ONLY, "password": "export-2", "condition": "succeeded"}),
    (PREP, {"job_id": "job-none", **KEY_ONLY, "password": "job-none"}),
    # Half a credential.
    (JOBS, {"job_id": "job-8", "client_id": "one", "secret": "another"}),
]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator("demo") as started:
        started.clock.set(100)
        yield started


def same_but(result: dict[str, Any]) -> Any:
    """The result without what is different each time."""
    kept = {name: value for name, value in result.items() if name not in _NOT_COMPARED}
    return json.loads(_UNIQUE.sub("", json.dumps(kept)))


def both(call: Task) -> list[Task]:
    return [call, {**call, **AS_MODULE}]


def is_module(printed: str) -> bool:
    """Whether what was printed of a task at -vvv shows that Ansible has started a program for it."""
    ran, here = "AnsiballZ_batch_" in printed, "runs inside the controller" in printed
    assert ran != here, printed
    return ran


@pytest.fixture(scope="module")
def compared(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, Any]]:
    """The results of each call, as they are here and as a module."""
    tasks = [task for module, options in CALLS for task in both({module: options})]
    folder = tmp_path_factory.mktemp("compared")
    environment = {**account_of(simulator), **driven_clock(folder), "ANSIBLE_INJECT_INVOCATION": "true"}
    done = play(folder, tasks, environment, "-vvv", vars={"several": ["job-7", "job-8"]})
    assert done.status == 0, done.stdout[-3000:] + done.stderr
    assert [is_module(printed) for printed in done.by_task] == [False, True] * len(CALLS)
    results = [same_but(result) for result in done.results]
    return list(zip(results[::2], results[1::2]))


@pytest.mark.parametrize("number", range(len(CALLS)), ids=[f"{name[19:]}-{list(given)}" for name, given in CALLS])
def test_the_result_is_the_same(compared: list[tuple[Any, Any]], number: int) -> None:
    here, module = compared[number]
    assert here == module


def test_every_module_is_compared() -> None:
    assert {name.rpartition(".")[2] for name, _options in CALLS} == set(MODULES)


def test_the_calls_show_what_they_are_there_for(compared: list[tuple[Any, Any]]) -> None:
    results = [here for here, module in compared]
    shown = json.dumps(results)
    assert all(("failure" in result) is bool(result.get("failed")) for result in results)
    assert sum(bool(result.get("failure", {}).get("status")) for result in results) == 5
    for words in (
        "Timed out after",
        "Stopped waiting after",
        "Unsupported parameters for (batchops.azure.batch_job_info) module: job. Supported parameters include:",
        "parameters are mutually exclusive",
        "one of the following is required: job_id, job_ids",
        "missing parameter(s) required by 'task_id'",
        "value of condition must be one of",
        "job_ids: is an empty list",
        "cert_validation_mode is ignore",
        "Both option secret and its alias client_secret are set",
        "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
        "********: failed",
    ):
        assert words in shown, words
    assert results[0]["invocation"]["module_args"]["account_name"] == "simulated"
    refused, begun = results[-2:]
    assert begun["msg"].startswith("secret: is not enough to sign in")
    assert refused["msg"].count("********") >= 1
    assert "job-none" not in json.dumps({**refused, "invocation": None})


def test_check_mode_looks_once_in_both(simulator: Simulator, tmp_path: Path) -> None:
    call = {PREP: {"job_id": "job-8", "condition": "prepared", "wait": True}, "check_mode": True}
    here, module = play(tmp_path, both(call), account_of(simulator)).results
    assert same_but(here) == same_but(module)
    assert here["verdict"] == "failed"
    assert "polls" not in here


def test_module_defaults_reach_both(simulator: Simulator, tmp_path: Path) -> None:
    defaults = {"group/batchops.azure.all": {"details": "summary", "missing_ok": True}, JOBS: {"job_id": "job-none"}}
    tasks = [*both({JOBS: {}}), *both({JOBS: {"job_id": "job-8"}}), *both({TASKS: {"job_id": "job-8"}})]
    results = play(tmp_path, tasks, account_of(simulator), module_defaults=defaults).results
    assert [same_but(result) for result in results[::2]] == [same_but(result) for result in results[1::2]]
    assert [result["summary"]["missing"] for result in results[::2]] == [["job-none"], [], []]
    assert results[4]["tasks"] == []


def test_each_difference_of_place_or_person_makes_a_module_of_it(simulator: Simulator, tmp_path: Path) -> None:
    read = {JOBS: {"job_id": "job-8", "details": "summary"}}
    python = "ansible_python_interpreter"
    other = python_elsewhere(tmp_path / "bin")
    reasons: list[tuple[str, Task]] = [
        ("environment is set", {"environment": {"A": "b"}}),
        ("environment is set", {"environment": "{{ {'A': 'b'} }}"}),
        ("become is set", {"become": True, "become_method": "ansible.builtin.su", "ignore_unreachable": True}),
        (
            "become is set",
            {
                "vars": {"ansible_become": True, "ansible_become_method": "ansible.builtin.su"},
                "ignore_unreachable": True,
            },
        ),
        ("async is set", {"async": 30, "poll": 1}),
        (
            "the connection is ansible.builtin.ssh",
            {"vars": {"ansible_connection": "ssh", "ansible_port": 1}, "ignore_unreachable": True},
        ),
        (f"{python} is {other}", {"vars": {python: other}}),
        (f"{python} is /usr/bin/env python3", {"vars": {python: "/usr/bin/env python3"}}),
        (f"{python} is {other}", {"delegate_to": "elsewhere"}),
    ]
    inventory = tmp_path / "inventory.yml"
    elsewhere = {"ansible_connection": "local", python: other}
    here = {"ansible_connection": "local", python: sys.executable}
    hosts = {"localhost": here, "elsewhere": elsewhere}
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    tasks = [{**read, **difference} for reason, difference in reasons]
    done = play(tmp_path, tasks, account_of(simulator), "-vvv", "-i", str(inventory))
    assert len(done.by_task) == len(reasons)
    for (reason, _difference), printed in zip(reasons, done.by_task):
        assert f"{JOBS} runs as a module: {reason}" in " ".join(printed.split())
        assert "runs inside the controller" not in printed


def test_an_environment_of_the_play_or_block_makes_modules_of_its_tasks(simulator: Simulator, tmp_path: Path) -> None:
    read = {JOBS: {"job_id": "job-8"}}
    block: Task = {"block": [read], "environment": {"A": "b"}}
    done = play(tmp_path / "block", [block, read, {**read, "environment": {}}], account_of(simulator), "-vvv")
    assert [is_module(printed) for printed in done.by_task] == [True, False, False]
    of_the_play = {"environment": {"A": "b"}}
    whole = play(tmp_path / "play", [read], account_of(simulator), "-vvv", **of_the_play)
    assert [is_module(printed) for printed in whole.by_task] == [True]


def test_async_is_the_module_and_gives_its_result(simulator: Simulator, tmp_path: Path) -> None:
    read = {JOBS: {"job_id": "job-8", "details": "summary"}}
    # Ansible ends a job after so many real seconds, also one that a busy machine has not begun yet.
    long = {"async": 600, "vars": {"ansible_python_interpreter": python_elsewhere(tmp_path / "bin")}}
    done = play(tmp_path, [{**read, **long, "poll": 1}, {**read, **long, "poll": 0}], account_of(simulator))
    polled, started = done.results
    assert polled["summary"]["failed_jobs"] == ["job-8"]
    assert "ansible_job_id" in started


def test_a_module_that_crashes_has_failed_and_its_options_are_not_to_blame(
    simulator: Simulator, tmp_path: Path
) -> None:
    """Ansible puts options of its own among those of a task when it runs a module."""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    broken.chmod(0o755)
    task = {"batchops.azure.batch_job_info": {"job_id": "job-7"}, "vars": {"ansible_python_interpreter": str(broken)}}
    wrong = {**task, "batchops.azure.batch_job_info": {"job": "job-7"}}
    played = play(tmp_path / "run", [task, wrong], account_of(simulator))
    assert [result["failure"]["code"] for result in played.results] == ["ModuleFailed", "InvalidOption"]


def test_the_same_python_under_another_name_is_the_same_place(simulator: Simulator, tmp_path: Path) -> None:
    read = {JOBS: {"job_id": "job-8"}}
    python = Path(sys.executable)
    names = [str(path) for path in python.parent.glob("python*") if path.resolve() == python.resolve()]
    tasks = [{**read, "vars": {"ansible_python_interpreter": name}} for name in names]
    templated = {**read, "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}}
    done = play(tmp_path, [*tasks, templated], account_of(simulator), "-vvv")
    assert [is_module(printed) for printed in done.by_task] == [False] * (len(names) + 1)


def inventory_of(folder: Path, **variables: Any) -> list[str]:
    """An inventory that has localhost, with these variables and no interpreter of its own."""
    folder.mkdir(exist_ok=True)
    path = folder / "inventory.json"
    path.write_text(json.dumps({"all": {"hosts": {"localhost": variables}}}), encoding="utf-8")
    return ["-i", str(path)]


LOCAL = {"ansible_connection": "local"}
READ: Task = {JOBS: {"job_id": "job-8", "details": "summary"}}
UNNAMED = f"{JOBS} runs inside the controller: the connection is local, and no ansible_python_interpreter is named"


def test_where_nobody_has_named_a_python_a_local_task_runs_inside_the_controller(
    simulator: Simulator, tmp_path: Path
) -> None:
    named = [
        {**READ, "vars": {"ansible_python_interpreter": word}} for word in ("auto", "auto_silent", "auto_legacy", "")
    ]
    found = {"ansible.builtin.set_fact": {"ansible_facts": {"discovered_interpreter_python": "/usr/bin/python3"}}}
    done = play(tmp_path, [READ, *named, found, READ], account_of(simulator), "-vvv", *inventory_of(tmp_path, **LOCAL))
    for number in (0, 1, 2, 3, 4, 6):
        assert UNNAMED in done.by_task[number]
        assert not is_module(done.by_task[number])
    assert "discovered_interpreter_python" not in json.dumps(done.results[0])


def test_a_python_that_is_named_is_honoured_wherever_that_is(simulator: Simulator, tmp_path: Path) -> None:
    other = python_elsewhere(tmp_path / "bin")
    settings = tmp_path / "ansible.cfg"
    settings.write_text(f"[defaults]\ninterpreter_python = {other}\n", encoding="utf-8")
    named_by = [
        (inventory_of(tmp_path / "host", **LOCAL, ansible_python_interpreter=other), {}),
        (inventory_of(tmp_path / "file", **LOCAL), {"ANSIBLE_CONFIG": str(settings)}),
        (inventory_of(tmp_path / "variable", **LOCAL), {"ANSIBLE_PYTHON_INTERPRETER": other}),
    ]
    for number, (arguments, environment) in enumerate(named_by):
        folder = tmp_path / f"play-{number}"
        done = play(folder, [READ], {**account_of(simulator), **environment}, "-vvv", *arguments)
        assert f"{JOBS} runs as a module: ansible_python_interpreter is {other}, and Ansible runs with" in done.stdout
        assert done.results[0]["summary"]["total"] == 1


# Stands before the real library, and is missing in the controller only.
_MISSING_HERE = """
import sys
if "ansible-playbook" in sys.argv[0]:
    raise ImportError("not installed")
sys.path.remove({folder!r})
del sys.modules[{name!r}]
__import__({name!r})
"""


@pytest.mark.parametrize(
    ("library", "options"), [("requests", {}), ("jmespath", {"query": "summary.total"})], ids=["requests", "jmespath"]
)
def test_a_library_that_the_controller_lacks_may_be_in_the_python_that_ansible_finds(
    simulator: Simulator, tmp_path: Path, library: str, options: dict[str, Any]
) -> None:
    folder = tmp_path / "libraries"
    folder.mkdir()
    (folder / f"{library}.py").write_text(_MISSING_HERE.format(folder=str(folder), name=library), encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    environment = {**account_of(simulator), "PYTHONPATH": path}
    read: Task = {JOBS: {**READ[JOBS], **options}}
    unnamed = inventory_of(tmp_path, **LOCAL, ansible_interpreter_python_fallback=[sys.executable])
    found = play(tmp_path / "unnamed", [read], environment, "-vvv", *unnamed)
    assert UNNAMED in found.stdout
    assert f"{JOBS} runs as a module: The Python library {library} is needed" in found.stdout
    assert found.results[0]["summary"]["total"] == 1, found.stdout
    assert found.stdout.count(": signs in with ") == 1
    # A Python that was named lacks it: that is said, and no other is tried.
    named = inventory_of(tmp_path, **LOCAL, ansible_python_interpreter=sys.executable)
    [result] = play(tmp_path / "named", [read], environment, "-vvv", *named).results
    assert result["failure"]["code"] == "LibraryMissing"


def test_who_signs_in_without_the_library_here_is_named_once_where_it_is(tmp_path: Path) -> None:
    """The credential is chosen before it shows that the library is missing."""
    folder = tmp_path / "libraries"
    folder.mkdir()
    (folder / "azure.py").write_text(_MISSING_HERE.format(folder=str(folder), name="azure"), encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    with Simulator(SCENARIO, https=True) as account:
        environment = {"PYTHONPATH": path, "AZURE_BATCH_ENDPOINT": account.url, "HOME": str(tmp_path)}
        parts = {"client_id": account.client_id, "secret": account.secret, "tenant": account.tenant}
        where = {"authority_host": account.authority, "ca_path": str(account.ca_path)}
        options = {"job_id": "job-1", **parts, **where, "disable_instance_discovery": True}
        unnamed = inventory_of(tmp_path, **LOCAL, ansible_interpreter_python_fallback=[sys.executable])
        done = play(tmp_path / "unnamed", [{JOBS: options}], environment, "-vvv", *unnamed)
        assert [result["failed"] for result in done.results] == [False], done.stdout
        assert len(account.logins.snapshot()) == 1
    assert f"{JOBS} runs as a module: The Python library azure-identity is needed" in done.stdout
    assert done.stdout.count(f"{JOBS}: signs in with ") == 1


def test_a_task_that_is_delegated_to_the_controller_runs_inside_of_it(simulator: Simulator, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.yml"
    far = {"ansible_host": "192.0.2.1", "ansible_python_interpreter": "/usr/bin/python3"}
    inventory.write_text(json.dumps({"all": {"hosts": {"far": far}}}), encoding="utf-8")
    read = {JOBS: {"job_id": "job-8"}, "delegate_to": "localhost"}
    done = play(tmp_path, [read], account_of(simulator), "-vvv", "-i", str(inventory), hosts="far")
    assert [is_module(printed) for printed in done.by_task] == [False]
    assert done.results[0]["jobs"][0]["id"] == "job-8"


def test_a_loop_and_a_retried_task_run_inside_the_controller(simulator: Simulator, tmp_path: Path) -> None:
    loop = {JOBS: {"job_id": "{{ item }}", "details": "summary"}, "loop": ["job-7", "job-8"]}
    retried = {JOBS: {"job_id": "job-none"}, "retries": 1, "delay": 0, "until": "true"}
    done = play(tmp_path, [loop, retried], account_of(simulator), "-vvv")
    assert [is_module(printed) for printed in done.by_task] == [False, False]
    assert [item["summary"]["total"] for item in done.results[0]["results"]] == [1, 1]


def test_facts_that_have_parts_in_common_are_whole_in_yaml(simulator: Simulator, tmp_path: Path) -> None:
    """In memory such a part is there once, which YAML would write as an anchor and aliases."""
    read = {"batchops.azure.batch_task_info": {"job_id": "job-7"}, "register": "read"}
    show = {"ansible.builtin.debug": {"msg": "{{ read.tasks | to_nice_yaml }}"}}
    printed_as_yaml = {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}
    done = play(tmp_path, [read, show], {**account_of(simulator), **printed_as_yaml}, "-v")
    tasks = done.results[0]["tasks"]
    assert sum(task["constraints"] == tasks[0]["constraints"] for task in tasks) > 1
    assert yaml.safe_load(done.results[1]["msg"]) == tasks
    assert not re.search(r"[&*]id\d", done.stdout + done.results[1]["msg"])


def signed_in(done: Played, simulator: Simulator) -> list[str]:
    """Who the account has seen, request by request."""
    assert [result["failed"] for result in done.results] == [False] * len(done.results), done.stdout
    seen = [exchange.headers["authorization"].rpartition(":")[0] for exchange in simulator.requests]
    simulator.reset_requests()
    return seen


def test_the_key_comes_from_the_same_place(simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / ".azure").mkdir()
    file = f"[default]\naccount_key={simulator.key}\n[other]\naccount_key=bm90aGluZw==\n"
    (tmp_path / ".azure" / "credentials").write_text(file, encoding="utf-8")
    where = {"AZURE_BATCH_ENDPOINT": simulator.url, "AZURE_BATCH_ACCOUNT": simulator.account}
    read = {JOBS: {"job_id": "job-8", "task_counts": False}}
    wrong = {JOBS: {"job_id": "job-8", "profile": "other", "auth_source": "credential_file"}}
    simulator.reset_requests()
    done = play(tmp_path / "file", both(read), {**where, "HOME": str(tmp_path)})
    assert signed_in(done, simulator) == ["SharedKey simulated"] * 2
    here, module = play(tmp_path / "wrong", both(wrong), {**where, "HOME": str(tmp_path)}).results
    assert here["failure"]["code"] == module["failure"]["code"] == "AuthenticationFailed"


def test_the_service_principal_is_the_same(tmp_path: Path) -> None:
    # Two logins of one principal: once here, once in a module.
    with Simulator(SCENARIO, https=True) as account:
        environment = {
            "AZURE_CLIENT_ID": account.client_id,
            "AZURE_SECRET": account.secret,
            "AZURE_TENANT": account.tenant,
            "AZURE_AUTHORITY_HOST": str(account.authority),
            "AZURE_BATCH_ENDPOINT": account.url,
            "HOME": str(tmp_path),
        }
        options = {"job_id": "job-1", "ca_path": str(account.ca_path), "disable_instance_discovery": True}
        done = play(tmp_path / "play", both({JOBS: options}), environment)
        assert [result["failed"] for result in done.results] == [False, False], done.stdout
        here, module = account.logins.snapshot()
        assert (here.way, here.client_id, here.status) == (module.way, module.client_id, module.status)


def test_the_time_out_of_a_task_ends_it(simulator: Simulator, tmp_path: Path) -> None:
    # On a busy machine a second may be over before the task has said where it runs: then it gets more.
    for seconds in (1, 4, 16):
        waits = {PREP: {"job_id": "job-8", "expression": "summary.total > `99`", "wait": True}, "timeout": seconds}
        several = {TASKS: {"job_ids": ["job-7", "job-8"]}, "timeout": seconds}
        simulator.faults.add("hang", seconds=3 * seconds, match="/tasks")
        try:
            done = play(tmp_path / str(seconds), [waits, several], account_of(simulator), "-vvv")
        finally:
            simulator.faults.clear()
        for result in done.results:
            assert result["failed"]
            assert re.search(f"expected time frame|[Tt]imed out after {seconds} second", result["msg"]), result["msg"]
        if all("runs inside the controller" in printed for printed in done.by_task):
            break
    assert [is_module(printed) for printed in done.by_task] == [False, False]


def test_a_refusal_of_options_holds_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    bad = {"account_endpoint": "http://127.0.0.1:1", "job_id": "a", "condition": "done\x1b[31m\u202e\nnext"}
    done = play(tmp_path, both({JOBS: bad}), {})
    assert [result["msg"].rpartition(", got: ")[2] for result in done.results] == ["done?[31m? next"] * 2
    assert [result["failure"]["message"] for result in done.results] == [result["msg"] for result in done.results]
    assert not {"\x1b", "\u202e"} & set(done.stdout + done.stderr)


def test_a_credential_before_a_host_is_not_among_the_options_that_are_shown(tmp_path: Path) -> None:
    given = {"job_id": "a", "auth_source": "cli"}
    calls = [
        {JOBS: {**given, "account_endpoint": "https://me:hunter2@account.example"}},
        {JOBS: {**given, "account_endpoint": "http://127.0.0.1:1", "authority_host": "me:hunter2@login.example"}},
    ]
    done = play(
        tmp_path, [task for call in calls for task in both(call)], {"ANSIBLE_INJECT_INVOCATION": "true"}, "-vvv"
    )
    assert all("invocation" in result for result in done.results)
    assert "hunter2" not in json.dumps(done.results) + done.stdout + done.stderr
