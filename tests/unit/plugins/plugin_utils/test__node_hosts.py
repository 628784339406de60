# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables and the name of a host that is a compute node."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, OptionError
from ansible_collections.batchops.azure.plugins.plugin_utils._node_hosts import (
    by_name,
    default_name,
    nameless,
    unsafe,
    variables_of,
)


def node(**more: Any) -> dict[str, Any]:
    return {"pool_id": "pool-7", "id": "tvm-1", "state": "idle", **more}


def host(node_id: str, pool_id: str = "pool-7") -> dict[str, Any]:
    return {"batch_pool_id": pool_id, "batch_node_id": node_id}


def test_facts_are_variables_with_a_prefix() -> None:
    variables = variables_of(
        node(start_task_info={"result": "failure"}, is_dedicated=True, errors=[{"code": "a"}]), "none"
    )
    assert variables == {
        "batch_pool_id": "pool-7",
        "batch_node_id": "tvm-1",
        "batch_state": "idle",
        "batch_start_task_info": {"result": "failure"},
        "batch_is_dedicated": True,
        "batch_errors": [{"code": "a"}],
    }
    assert default_name(variables) == "pool-7_tvm-1"


@pytest.mark.parametrize(
    ("connect_with", "more", "connection"),
    [
        ("private_ip", {"ip_address": "10.0.0.4"}, {"ansible_host": "10.0.0.4"}),
        ("private_ip", {"ip_address": "10.0.0.4", "remote_login": {"ip_address": "203.0.113.1", "port": 1}}, {"ansible_host": "10.0.0.4"}),
        ("private_ip", {"ip_address": "2001:db8::4"}, {"ansible_host": "2001:db8::4"}),
        ("private_ip", {"ip_address": "fe80::1%eth0.1"}, {"ansible_host": "fe80::1%eth0.1"}),
        ("private_ip", {"ip_address": None}, {}),
        ("private_ip", {"ip_address": ""}, {}),
        ("private_ip", {}, {}),
        (
            "remote_login",
            {"ip_address": "10.0.0.4", "remote_login": {"ip_address": "203.0.113.1", "port": 50000}},
            {"ansible_host": "203.0.113.1", "ansible_port": 50000},
        ),
        ("remote_login", {"ip_address": "10.0.0.4", "remote_login": None}, {}),
        ("none", {"ip_address": "10.0.0.4"}, {}),
    ],
)  # fmt: skip
def test_where_ansible_connects_to(connect_with: str, more: dict[str, Any], connection: dict[str, Any]) -> None:
    variables = variables_of(node(**more), connect_with)
    assert {name: value for name, value in variables.items() if name.startswith("ansible_")} == connection


SCOPES = [f"fe80::1%{scope}" for scope in (" -oProxyCommand=x", ";touch${IFS}x", "{{ 1 }}", "", "a\n", "a%b", "\u00e9")]


@pytest.mark.parametrize(
    "address", ["-oProxyCommand=touch x", "tvm-1", "10.0.0.4; x", "10.0.0.400", 7.5, ["10.0.0.4"], *SCOPES]
)
def test_what_is_no_address_never_becomes_an_argument_of_ssh(address: Any) -> None:
    with pytest.raises(AnswerError, match="The address of node tvm-1 of pool pool-7 is no IP address"):
        variables_of(node(ip_address=address), "private_ip")
    with pytest.raises(AnswerError, match="The address of node tvm-1 of pool pool-7 is no IP address"):
        variables_of(node(remote_login={"ip_address": address, "port": 22}), "remote_login")


@pytest.mark.parametrize("port", [0, -1, 65536, 10**400, True, False, "22", 22.0, None])
def test_what_is_no_port_is_said(port: Any) -> None:
    with pytest.raises(AnswerError, match="The port for remote login to node tvm-1 of pool pool-7 is no port"):
        variables_of(node(remote_login={"ip_address": "203.0.113.1", "port": port}), "remote_login")
    for fine in (1, 65535):
        login = {"ip_address": "203.0.113.1", "port": fine}
        assert variables_of(node(remote_login=login), "remote_login")["ansible_port"] == fine


class Text(str):
    """A text that is more than one, as a cache may give it."""


@pytest.mark.parametrize(
    "value",
    ["{{ a }}", {"{{ a }}": ["{{ b }}", {"c": "{{ d }}"}]}, [], {}, None, True, 7, 1.5, Text("{{ a }}"), ("{{ a }}",)],
)
def test_what_is_unsafe_is_what_ansible_makes_unsafe(value: Any) -> None:
    def kinds(found: Any) -> Any:
        if isinstance(found, dict):
            return [(kinds(name), kinds(item)) for name, item in found.items()]
        return [kinds(item) for item in found] if isinstance(found, (list, tuple)) else type(found)

    assert unsafe(value) == wrap_var(value) == value
    assert kinds(unsafe(value)) == kinds(wrap_var(value))


def test_each_node_is_a_host_of_its_own() -> None:
    named = by_name([("a", host("tvm-1")), (7, host("tvm-2"))])
    assert named == {"a": host("tvm-1"), "7": host("tvm-2")}
    with pytest.raises(OptionError) as raised:
        by_name([("a", host("tvm-1")), ("b", host("tvm-2")), ("a", host("tvm-1", "pool-8"))])
    assert str(raised.value) == "hostnames: a is the name of node tvm-1 of pool pool-7 and of node tvm-1 of pool pool-8"


def test_a_host_is_not_named_as_a_group() -> None:
    assert by_name([("a", host("tvm-1"))], {"all", "b"}) == {"a": host("tvm-1")}
    with pytest.raises(OptionError) as raised:
        by_name([("a", host("tvm-1")), ("all", host("tvm-2"))], {"all", "b"})
    assert str(raised.value) == "hostnames: all is the name of a group, and of node tvm-2 of pool pool-7"


@pytest.mark.parametrize(("name", "kind"), [(["a"], "list"), ({"a": 1}, "dict"), (True, "bool"), (1.5, "float")])
def test_what_is_no_name_is_said(name: Any, kind: str) -> None:
    with pytest.raises(OptionError) as raised:
        by_name([(name, host("tvm-1"))])
    assert str(raised.value) == f"hostnames: what it gives for node tvm-1 of pool pool-7 is no name, but {kind}"


def test_a_node_without_a_name_is_named_with_what_was_wrong() -> None:
    assert str(nameless(host("tvm-1"), "")) == "hostnames: no expression gives a name for node tvm-1 of pool pool-7"
    assert str(nameless(host("tvm-1"), "a: b")).endswith(" of pool pool-7 (a: b)")
