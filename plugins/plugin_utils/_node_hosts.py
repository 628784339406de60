# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory is told of a compute node: the variables of its host. No request, and no inventory."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from ansible.utils.unsafe_proxy import AnsibleUnsafeText, wrap_var
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, OptionError

PRIVATE_IP, REMOTE_LOGIN, NOTHING = "private_ip", "remote_login", "none"

Variables = dict[str, Any]
# Of what JSON can hold, what is never a template.
_PLAIN = frozenset((bool, int, float))
# By which interface an address is reached. Python lets any text stand there.
_SCOPE = re.compile(r"[A-Za-z0-9._-]+")


def variables_of(node: Mapping[str, Any], connect_with: str) -> Variables:
    """The facts of a node as variables, and where Ansible connects to.

    Their texts are the service's and its tenants': before ansible-core 2.19, one that holds a template would be executed.
    """
    variables = {"batch_pool_id": node["pool_id"], "batch_node_id": node["id"], **_connection(node, connect_with)}
    variables.update((f"batch_{name}", value) for name, value in node.items() if name not in ("pool_id", "id"))
    return {name: unsafe(value) for name, value in variables.items()}


def unsafe(value: Any) -> Any:
    """What `wrap_var` makes of a value: it asks several abstract types about each, which takes longer than to read the nodes."""
    kind = value.__class__
    if kind is str:
        return AnsibleUnsafeText(value)
    if kind is dict:
        return {unsafe(name): unsafe(item) for name, item in value.items()}
    if kind is list:
        return [unsafe(item) for item in value]
    return value if value is None or kind in _PLAIN else wrap_var(value)


def default_name(variables: Mapping[str, Any]) -> str:
    """The name of a host for which no other is asked for."""
    return f"{variables['batch_pool_id']}_{variables['batch_node_id']}"


def by_name(hosts: Iterable[tuple[Any, Variables]], groups: Container[str] = ()) -> dict[str, Variables]:
    """The variables by the names of the hosts. A name that two nodes have would make one host of them, and lose one.

    `groups` are names of groups: to Ansible, what is done to a host of such a name is done to the group.
    """
    named: dict[str, Variables] = {}
    for given, variables in hosts:
        if isinstance(given, bool) or not isinstance(given, (str, int)):
            kind = type(given).__name__
            raise OptionError("hostnames", f"what it gives for {_node(variables)} is no name, but {kind}")
        name = unsafe(str(given))
        if name in named:
            raise OptionError("hostnames", f"{name} is the name of {_node(named[name])} and of {_node(variables)}")
        if name in groups:
            raise OptionError("hostnames", f"{name} is the name of a group, and of {_node(variables)}")
        named[name] = variables
    return named


def nameless(variables: Mapping[str, Any], problem: str) -> OptionError:
    """A node for which no expression gives a name is not left out. `problem` is what was wrong with the last that failed."""
    because = f" ({problem})" if problem else ""
    return OptionError("hostnames", f"no expression gives a name for {_node(variables)}{because}")


def _node(variables: Mapping[str, Any]) -> str:
    return f"node {variables['batch_node_id']} of pool {variables['batch_pool_id']}"


def _connection(node: Mapping[str, Any], connect_with: str) -> Variables:
    if connect_with == PRIVATE_IP:
        address = node.get("ip_address")
        # A node that is being created or was deallocated may have none.
        return {"ansible_host": _checked(address, node)} if address else {}
    login = node["remote_login"] if connect_with == REMOTE_LOGIN else None
    if not login:
        return {}
    return {"ansible_host": _checked(login["ip_address"], node), "ansible_port": _port(login["port"], node)}


def _checked(address: Any, node: Mapping[str, Any]) -> str:
    """It becomes an argument of ssh, which takes what begins with a dash for an option."""
    _host, percent, scope = str(address).partition("%")
    try:
        if percent and not _SCOPE.fullmatch(scope):
            raise ValueError("its scope is no name of an interface")
        return str(ip_address(str(address)))
    except ValueError as error:
        raise AnswerError(f"The address of node {node['id']} of pool {node['pool_id']} is no IP address") from error


def _port(port: Any, node: Mapping[str, Any]) -> int:
    # To Python, true is the number 1.
    if isinstance(port, int) and not isinstance(port, bool) and 0 < port < 65536:
        return port
    raise AnswerError(f"The port for remote login to node {node['id']} of pool {node['pool_id']} is no port")
