# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of compute nodes, as Ansible reads it: hosts, variables, groups, and errors that leave nothing behind."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.docs.blocks import examples
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of, options_of
from ansible_collections.batchops.azure.tests.support.reading_inventories import Inventory, inventories_of

EXECUTED = "{{ lookup('pipe', 'echo executed') }}"
SCENARIO = {
    "name": "inventory",
    "description": "two pools, with a failed start task and a node without an address",
    "pools": [
        {
            "id": "pool-7",
            "start_task": {"command_line": "/bin/sh -c 'mount --password hunter2'"},
            "nodes": [
                {"count": 2, "id": "tvm-{n}"},
                {
                    "id": "tvm-broken",
                    "states": [{"at": -20, "state": "waitingforstarttask"}, {"at": -5, "state": "starttaskfailed"}],
                },
            ],
        },
        {"id": "pool-8", "nodes": [{"id": "tvm-1", "wire": {"ipAddress": None, "affinityId": EXECUTED}}]},
        {"id": "pool-empty", "nodes": {"count": 0, "id": "tvm-{n}"}},
    ],
}
# There is an error at the second host, after the first one has been added.
ONLY_OF_THE_FIRST = "(batch_node_id == 'tvm-1' or batch_no_such_variable)"
OTHER_KEY = base64.b64encode(b"the key of an account that is another one").decode()
# Options that are no matter of the account, by what they are to show.
FILES: dict[str, dict[str, Any]] = {
    "all": {},
    "one_pool": {"pool_ids": ["pool-7"]},
    "empty": {"pool_ids": ["pool-empty"]},
    "remote_login": {"connect_with": "remote_login"},
    "none": {"connect_with": "none"},
    "both": {"pool_ids": ["pool-7"], "filter": "state eq 'starttaskfailed'"},
    "filtered": {"filter": "state eq 'starttaskfailed'", "select": ["vmSize"], "page_size": 1},
    "unmasked": {"pool_ids": ["pool-7"], "redact": "none"},
    "grouped": {
        "compose": {"ansible_user": "'batchadmin'", "where": "batch_pool_id ~ '/' ~ batch_node_id"},
        "groups": {"broken": "batch_start_task_info.result | default('') == 'failure'"},
        "keyed_groups": [{"key": "batch_state", "prefix": "state"}, {"key": "where", "prefix": "at"}],
        "strict": True,
    },
    "named": {"pool_ids": ["pool-7"], "hostnames": ["batch_unknown", "''", "batch_node_id"]},
    "by_default": {"pool_ids": ["pool-7"], "hostnames": ["batch_unknown.id", "default"]},
    "twice": {"hostnames": ["batch_node_id"]},
    "nameless": {"hostnames": ["batch_unknown"]},
    "strictly": {"hostnames": ["batch_unknown", "default"], "strict": True},
    "no_names": {"hostnames": []},
    "listed": {"hostnames": ["[batch_node_id]"]},
    "half_composed": {"compose": {"first": ONLY_OF_THE_FIRST}, "strict": True},
    "half_grouped": {"groups": {"first": ONLY_OF_THE_FIRST}, "strict": True},
    "half_keyed": {"keyed_groups": [{"key": f"{ONLY_OF_THE_FIRST} | string"}], "strict": True},
    "named_all": {"pool_ids": ["pool-7"], "hostnames": ["'all' if batch_node_id == 'tvm-2' else batch_node_id"]},
    "named_no_address": {"pool_ids": ["pool-8"], "hostnames": ["'batch_no_address'"]},
    "named_composed": {"pool_ids": ["pool-8"], "hostnames": ["'new-ones'"], "groups": {"new-ones": "true"}},
    "absent": {"pool_ids": ["pool-7", "pool-none"]},
    "no_pools": {"pool_ids": []},
    "no_id": {"pool_ids": ["pool/7"]},
    "unknown": {"pool_id": "pool-7"},
    "connected": {"connect_with": "public_ip"},
    "paged": {"page_size": 1001},
    "wrong_filter": {"filter": "id eq 'tvm-1'"},
    "wrong_key": {"account_key": OTHER_KEY},
    "templated": {"pool_ids": "{{ pools }}", "account_key": "{{ lookup('env', 'KEY_OF_THE_TEST') }}"},
    "undefined": {"pool_ids": ["{{ no_such_variable }}"]},
    "misplaced": {"account_endpoint": "https://me:hunter2@account.westeurope.batch.azure.com"},
}
# Answers of the service that are not those of an account that is well.
DAYS: dict[str, dict[str, Any]] = {
    "refused": {"status": 409, "code": "OperationNotAllowed", "match": "/nodes/tvm-1/remoteloginsettings"},
    "forbidden": {"status": 403, "code": "InsufficientAccountPermissions", "match": "/pools/pool-7/nodes"},
    "no_rights": {"status": 403, "code": "InsufficientAccountPermissions", "match": "remoteloginsettings"},
    "gone": {"status": 404, "code": "PoolNotFound", "match": "/pools/pool-8/nodes"},
}


@pytest.fixture(scope="module")
def accounts() -> Iterator[dict[str, Simulator]]:
    started = {name: Simulator(SCENARIO) for name in ("well", *DAYS)}
    for name, simulator in started.items():
        simulator.start()
        if name in DAYS:
            simulator.faults.add("status", **DAYS[name])
    yield started
    for simulator in started.values():
        simulator.stop()


@pytest.fixture(scope="module")
def read(accounts: dict[str, Simulator], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Inventory]:
    files = {name: {**options_of(accounts["well"]), **options} for name, options in FILES.items()}
    for name in DAYS:
        files[name] = {**options_of(accounts[name]), "connect_with": "remote_login", "retries": 0}
    environment = {"KEY_OF_THE_TEST": accounts["well"].key}
    return inventories_of(tmp_path_factory.mktemp("inventories") / "read", files, environment, "pools=pool-8")


ALL = ["pool-7_tvm-1", "pool-7_tvm-2", "pool-7_tvm-broken", "pool-8_tvm-1"]


@pytest.mark.parametrize(
    ("name", "hosts"),
    [
        ("all", ALL),
        ("one_pool", ALL[:3]),
        ("empty", []),
        ("remote_login", ALL),
        ("none", ALL),
        ("filtered", ["pool-7_tvm-broken"]),
        ("both", ["pool-7_tvm-broken"]),
        ("grouped", ALL),
        ("named", ["tvm-1", "tvm-2", "tvm-broken"]),
        ("by_default", ALL[:3]),
        ("templated", ["pool-8_tvm-1"]),
        ("refused", ALL),
        ("gone", ALL[:3]),
    ],
)
def test_nodes_are_hosts(read: dict[str, Inventory], name: str, hosts: list[str]) -> None:
    assert read[name].error == ""
    assert list(read[name].hosts) == hosts


def test_the_facts_of_a_node_are_variables_without_secrets(read: dict[str, Inventory]) -> None:
    host = read["all"].hosts["pool-7_tvm-broken"]
    assert (host["batch_pool_id"], host["batch_node_id"], host["batch_state"]) == (
        "pool-7",
        "tvm-broken",
        "starttaskfailed",
    )
    assert host["batch_start_task_info"]["result"] == "failure"
    assert "hunter2" not in str(read["all"])
    assert "hunter2" in str(read["unmasked"])


def test_fewer_variables_where_fewer_properties_are_read(read: dict[str, Inventory]) -> None:
    host = read["filtered"].hosts["pool-7_tvm-broken"]
    assert host["ansible_host"] == read["all"].hosts["pool-7_tvm-broken"]["ansible_host"]
    assert "batch_vm_size" in host
    assert "batch_start_task" not in host


def connection(inventory: Inventory) -> dict[str, tuple[Any, Any]]:
    return {name: (host.get("ansible_host"), host.get("ansible_port")) for name, host in inventory.hosts.items()}


def test_ansible_connects_to_the_private_address(read: dict[str, Inventory]) -> None:
    found = connection(read["all"])
    assert found["pool-7_tvm-1"] == (read["all"].hosts["pool-7_tvm-1"]["batch_ip_address"], None)
    assert found["pool-8_tvm-1"] == (None, None)
    assert read["all"].groups == {"batch_no_address": ["pool-8_tvm-1"]}


def test_ansible_connects_to_where_one_logs_in_from_outside(read: dict[str, Inventory]) -> None:
    found = connection(read["remote_login"])
    assert found["pool-7_tvm-2"] == ("203.0.113.10", 50000 + 1)
    assert read["remote_login"].hosts["pool-7_tvm-2"]["batch_remote_login"] == {
        "ip_address": "203.0.113.10",
        "port": 50001,
    }
    assert read["remote_login"].groups == {}
    assert read["remote_login"].warnings == []


def test_refused_logins_are_counted_and_their_nodes_stay_hosts(read: dict[str, Inventory]) -> None:
    assert read["refused"].groups == {"batch_no_address": ["pool-7_tvm-1", "pool-8_tvm-1"]}
    assert connection(read["refused"])["pool-7_tvm-1"] == (None, None)
    assert len(read["refused"].warnings) == 1
    assert (
        read["refused"].warnings[0].startswith("Remote login was refused for 2 of 4 nodes, which have no ansible_host.")
    )


def test_nobody_is_without_an_address_where_none_is_asked_for(read: dict[str, Inventory]) -> None:
    assert set(connection(read["none"]).values()) == {(None, None)}
    assert read["none"].groups == {}


def test_groups_and_variables_are_composed(read: dict[str, Inventory]) -> None:
    groups = read["grouped"].groups
    assert groups["broken"] == ["pool-7_tvm-broken"]
    assert groups["state_starttaskfailed"] == ["pool-7_tvm-broken"]
    assert groups["at_pool-8/tvm-1"] == ["pool-8_tvm-1"]
    assert read["grouped"].hosts["pool-7_tvm-2"]["where"] == "pool-7/tvm-2"
    assert read["grouped"].hosts["pool-7_tvm-2"]["ansible_user"] == "batchadmin"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("twice", "hostnames: tvm-1 is the name of node tvm-1 of pool pool-7 and of node tvm-1 of pool pool-8"),
        ("nameless", "hostnames: no expression gives a name for node tvm-1 of pool pool-7 (batch_unknown: "),
        ("strictly", "hostnames: no expression gives a name for node tvm-1 of pool pool-7 (batch_unknown: "),
        ("no_names", "hostnames: no expression gives a name for node tvm-1 of pool pool-7"),
        ("listed", "hostnames: what it gives for node tvm-1 of pool pool-7 is no name, but "),
        ("half_composed", "Could not set first for host pool-7_tvm-2: "),
        ("half_grouped", "Could not add host pool-7_tvm-2 to group first: "),
        ("half_keyed", "Could not generate group for host pool-7_tvm-2 from "),
        ("named_all", "hostnames: all is the name of a group, and of node tvm-2 of pool pool-7"),
        ("named_no_address", "hostnames: batch_no_address is the name of a group, and of node tvm-1 of pool pool-8"),
        ("named_composed", "hostnames: new-ones is the name of a group, and of node tvm-1 of pool pool-8"),
        ("absent", "PoolNotFound (404): "),
        ("no_pools", "pool_ids: is an empty list; give at least one id, or leave the option out"),
        ("no_id", "pool_ids: 'pool/7' is not an id"),
        ("unknown", "Unsupported parameters for inventory plugin: pool_id. Supported parameters include: "),
        ("connected", "connect_with"),
        ("paged", "page_size: 1001 is out of range"),
        ("wrong_filter", "InvalidQueryParameterValue (400): "),
        ("wrong_key", "AuthenticationFailed (403): "),
        ("undefined", "no_such_variable"),
        ("misplaced", "account_endpoint: holds credentials before an '@'"),
        ("forbidden", "InsufficientAccountPermissions (403): "),
        ("no_rights", "InsufficientAccountPermissions (403): "),
    ],
)
def test_an_error_names_what_is_wrong_and_leaves_no_host(read: dict[str, Inventory], name: str, words: str) -> None:
    assert words in read[name].error
    assert read[name].hosts == {}


def test_what_an_error_leaves_is_what_other_sources_know(accounts: dict[str, Simulator], tmp_path: Path) -> None:
    """Ansible goes on with what it has: neither with half of the nodes, nor with one of them in the place of this machine."""
    local = {"pool_ids": ["pool-7"], "hostnames": ["'localhost' if batch_node_id == 'tvm-1' else batch_node_id"]}
    options = {**options_of(accounts["well"]), **FILES["half_composed"], **local}
    file = tmp_path / "half.batch_nodes.yml"
    file.write_text(json.dumps({"plugin": "batchops.azure.batch_nodes", **options}), encoding="utf-8")
    (tmp_path / "hosts.ini").write_text("jump\n[kept]\ntvm-2\n", encoding="utf-8")
    sources = ["-i", str(tmp_path / "hosts.ini"), "-i", str(file)]
    listed = subprocess.run(
        [Path(sys.executable).with_name("ansible-inventory"), *sources, "--list"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Could not set first for host tvm-2: " in listed.stderr
    found = json.loads(listed.stdout)
    assert (found["ungrouped"]["hosts"], found["kept"]["hosts"]) == (["jump"], ["tvm-2"])
    assert set(found["all"]["children"]) == {"ungrouped", "kept"}
    here = subprocess.run(
        [
            Path(sys.executable).with_name("ansible"),
            *sources,
            "localhost",
            "-m",
            "debug",
            "-a",
            "msg={{ ansible_host }}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert '"msg": "127.0.0.1"' in here.stdout


def test_secrets_are_not_in_errors(read: dict[str, Inventory], accounts: dict[str, Simulator]) -> None:
    for name, inventory in read.items():
        said = inventory.error + "".join(inventory.warnings)
        assert not [secret for secret in (OTHER_KEY, accounts["well"].key, "hunter2") if secret in said], name


def test_nothing_but_get_is_sent(read: dict[str, Inventory], accounts: dict[str, Simulator]) -> None:
    assert {exchange.method for account in accounts.values() for exchange in account.requests} == {"GET"}


def test_the_account_may_come_from_the_environment(accounts: dict[str, Simulator], tmp_path: Path) -> None:
    found = inventories_of(tmp_path / "read", {"nothing": {}}, account_of(accounts["well"]))
    assert list(found["nothing"].hosts) == ALL


def test_what_is_cached_is_not_asked_for_again_unless_something_else_is(
    accounts: dict[str, Simulator], tmp_path: Path
) -> None:
    account = accounts["well"]
    cached = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    options = {**options_of(account), **cached}

    def asked(**more: Any) -> tuple[Inventory, int]:
        before = len(account.requests)
        found = inventories_of(tmp_path / "read", {"kept": {**options, **more}}, {})["kept"]
        assert found.error == ""
        return found, len(account.requests) - before

    first, requests = asked()
    assert requests > 1
    assert asked() == (first, 0)
    narrower, requests = asked(filter="state eq 'starttaskfailed'")
    assert (list(narrower.hosts), requests > 1) == (["pool-7_tvm-broken"], True)
    assert account.key not in "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "cache").iterdir())


@pytest.mark.parametrize(("strict", "status"), [("false", 0), ("true", 1)])
def test_ansible_goes_on_without_hosts_unless_it_is_told_not_to(
    accounts: dict[str, Simulator], tmp_path: Path, strict: str, status: int
) -> None:
    file = tmp_path / "account.batch_nodes.yml"
    file.write_text("plugin: batchops.azure.batch_nodes\n", encoding="utf-8")
    environment = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": strict, "AZURE_BATCH_ACCESS_KEY": OTHER_KEY}
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-inventory"), "-i", file, "--list"],
        env={**os.environ, **account_of(accounts["well"]), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert "AuthenticationFailed (403): " in done.stderr
    assert OTHER_KEY not in done.stderr
    if not status:
        assert json.loads(done.stdout)["_meta"]["hostvars"] == {}


def test_the_play_of_the_guide_fetches_what_a_failed_start_task_wrote(
    accounts: dict[str, Simulator], tmp_path: Path
) -> None:
    shown = {block.mark.get("file"): block.text for block in examples("yaml")}
    (tmp_path / "collect_logs.yml").write_text(shown["collect_logs.yml"], encoding="utf-8")
    inventory = shown["render.batch_nodes.yml"].replace("pool-1", "pool-7")
    (tmp_path / "render.batch_nodes.yml").write_text(inventory, encoding="utf-8")
    (tmp_path / "startup").mkdir()
    for name in ("stdout.txt", "stderr.txt"):
        (tmp_path / "startup" / name).write_text(f"words on {name}\n", encoding="utf-8")
    # This machine in place of the node, as the user who runs the tests.
    here = {"ansible_connection": "local", "ansible_become": False, "startup": str(tmp_path / "startup")}
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("ansible-playbook"), "-i", "render.batch_nodes.yml"),
            *("-e", json.dumps({**here, "ansible_python_interpreter": sys.executable}), "collect_logs.yml"),
        ],
        cwd=tmp_path,
        env={**os.environ, **account_of(accounts["well"])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    fetched = {str(path.relative_to(tmp_path)): path.read_text(encoding="utf-8") for path in tmp_path.glob("logs/*/*")}
    assert fetched == {
        "logs/pool-7_tvm-broken/stdout.txt": "words on stdout.txt\n",
        "logs/pool-7_tvm-broken/stderr.txt": "words on stderr.txt\n",
    }
