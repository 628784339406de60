# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compute nodes as hosts. What is read is in plugin_utils; here is what Ansible's own classes have to be asked for."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: batch_nodes
short_description: Compute nodes of Azure Batch pools as hosts
version_added: 1.0.0
description:
  - Reads the compute nodes of some or all pools of a Batch account, and makes each node a host.
  - The name of its inventory file must end in C(batch_nodes.yml) or C(batch_nodes.yaml), for example C(render.batch_nodes.yml).
  - A host is named after its pool and its node, with an underscore between them, unless O(hostnames) says otherwise.
  - "The facts of a node are variables of its host, with the prefix C(batch_): C(batch_pool_id), C(batch_node_id), C(batch_state),
    C(batch_start_task_info) and so on. They are the facts that M(batchops.azure.batch_node_info) returns."
  - A node without an address is a host too, without C(ansible_host), in the group C(batch_no_address).
  - Texts from the service are never evaluated as templates.
author:
  - The batchops.azure authors (@batchops)
extends_documentation_fragment:
  - batchops.azure._account
  - batchops.azure._auth
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description:
      - Marks the file as one for this plugin.
    type: str
    required: true
    choices: [batchops.azure.batch_nodes]
  pool_ids:
    description:
      - Ids of the pools whose nodes are read. If not set, the nodes of all pools of the account are read.
      - A pool that is named here must exist.
    type: list
    elements: str
  connect_with:
    description:
      - Where Ansible connects to.
      - With V(private_ip), C(ansible_host) is the node's address in its virtual network, which must be reachable.
      - With V(remote_login), C(ansible_host) and C(ansible_port) are the public address and port that the service reports for remote login.
        This takes one request for each node. Both are also in the variable C(batch_remote_login).
      - Pools that were created with API version V(2024-07-01.20.0) or newer map no port for SSH or RDP by default.
        The service then refuses to report one. One warning counts the refusals. The nodes are still hosts, in the group C(batch_no_address).
      - With V(none), neither variable is set, for example for delegated tasks, or if O(compose) sets them.
      - In every case, the nodes must have a user that Ansible can log in as. This collection only reads, and creates no users.
    type: str
    choices: [private_ip, remote_login, none]
    default: private_ip
  hostnames:
    description:
      - Jinja2 expressions over the variables of a host. The first one with a value that is not empty names the host.
      - V(default) stands for the name that a host has without this option.
      - It is an error if no expression gives a name, if two nodes get the same name, or if it is the name of a group.
    type: list
    elements: str
    default: [default]
  filter:
    description:
      - An OData filter that the service applies to the list of nodes, for example C(state eq 'idle').
      - Property names are the service's own and case-sensitive. The service filters nodes by their state, times and start task, not by id.
    type: str
  select:
    description:
      - Properties to read, under the service's own names, for example V(vmSize) or V(startTaskInfo).
      - Ids, addresses and states are always read as well. With fewer properties, large inventories are faster.
    type: list
    elements: str
  page_size:
    description:
      - How many items the service sends in one page of a list, V(1) to V(1000). It changes the number of requests, not the result.
    type: int
  redact:
    description:
      - How secrets in the variables are masked, as in M(batchops.azure.batch_node_info).
      - With V(strict), by where they are, whatever they look like. With V(patterns), if they look like secrets. With V(none), not at all.
      - A cache contains whatever the variables contain.
    type: str
    choices: [strict, patterns, none]
    default: strict
notes:
  - If the inventory cannot be read, Ansible only prints a warning and continues without these hosts, unless
    C(any_unparsed_is_failed) in the section C([inventory]) of C(ansible.cfg), or C(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED), is true.
    Set it, so that an account that cannot be read does not look like one without nodes.
  - All text and list options except O(hostnames) may be templates, with the variables that C(-e) sets.
  - An unknown option is an error.
  - Only C(GET) requests are sent.
seealso:
  - module: batchops.azure.batch_node_info
"""

EXAMPLES = r"""
---
# Two pools, with groups by state and by what became of the start task. Without pool_ids, all pools are read.
# Account and credential can come from the environment, as for the modules: then the first line is enough.
plugin: batchops.azure.batch_nodes
account_endpoint: myaccount.westeurope.batch.azure.com
pool_ids: [pool-7, pool-8]
groups:
  broken_start_task: batch_start_task_info.result | default('') == 'failure'
keyed_groups:
  - key: batch_state
    prefix: batch
compose:
  ansible_user: "'batchadmin'"
# Short names, only nodes that are idle, and through the port that the pool maps:
# hostnames: [batch_node_id]
# filter: state eq 'idle'
# connect_with: remote_login
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.group import to_safe_group_name
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import on_one_line, printable
from ansible_collections.batchops.azure.plugins.module_utils._nodes.resource import NODES
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.parse import parse_options
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import ACCOUNT, AUTH, IGNORED, READ, Arguments
from ansible_collections.batchops.azure.plugins.module_utils._run import connect, misplaced_secrets
from ansible_collections.batchops.azure.plugins.plugin_utils._node_hosts import (
    NOTHING,
    PRIVATE_IP,
    REMOTE_LOGIN,
    Variables,
    by_name,
    default_name,
    nameless,
    unsafe,
    variables_of,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._nodes_of_account import read_nodes
from ansible_collections.batchops.azure.plugins.plugin_utils._options import refusal, validated, warnings
from ansible_collections.batchops.azure.plugins.plugin_utils._remote_login import with_logins

# A host that nothing can connect to.
NO_ADDRESS = "batch_no_address"
# In `hostnames`, the name that a host has without that option.
DEFAULT = "default"
# What decides which nodes are read, and what of them: one answer is not another's.
_CACHED_BY = ("account_endpoint", "api_version", "pool_ids", "connect_with", "filter", "select", "redact")

ARGUMENTS = Arguments(
    {
        **ACCOUNT,
        **AUTH,
        **IGNORED,
        **{name: READ[name] for name in ("filter", "select", "page_size", "redact")},
        "pool_ids": {"type": "list", "elements": "str"},
        "connect_with": {"type": "str", "choices": [PRIVATE_IP, REMOTE_LOGIN, NOTHING], "default": PRIVATE_IP},
        "hostnames": {"type": "list", "elements": "str", "default": [DEFAULT]},
    }
)


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """Reads everything before the first host is added, and takes hosts back where one cannot be: an error leaves none behind."""

    NAME = "batchops.azure.batch_nodes"

    @staticmethod
    def _sanitize_group_name(name: str) -> Any:
        """A group that is named after words of the service is in `group_names`, which must not be a template either."""
        return unsafe(str(to_safe_group_name(name)))

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(("batch_nodes.yml", "batch_nodes.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        checked = validated(ARGUMENTS, self._own_options(self._read_config_data(path)))
        params = checked.validated_parameters
        secrets = checked._no_log_values | misplaced_secrets(params)
        if checked.error_messages:
            raise AnsibleParserError(_without(secrets, refusal(checked, "inventory plugin")))
        for warning in warnings(checked):
            self.display.warning(warning)
        try:
            hosts = by_name(self._hosts(params, path, cache), self._groups())
        except BatchError as error:
            # Not "from": Ansible would print its words again, before they are masked.
            raise AnsibleParserError(_without(secrets, error.as_result()["msg"])) from None
        with ExitStack() as after_an_error:
            # Ansible would play on those that were added before it.
            after_an_error.callback(self._forget, [name for name in hosts if name not in inventory.hosts])
            for name, variables in hosts.items():
                self._add(name, variables, params["connect_with"])
            after_an_error.pop_all()

    def _own_options(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """What the file says, but for what Ansible's own classes take. What nobody takes is refused with it."""
        theirs = set(self.get_options()) - set(ARGUMENTS.spec)
        self.templar.available_variables = self._vars
        return {
            name: value if name == "hostnames" else self.templar.template(value)
            for name, value in config.items()
            if name not in theirs
        }

    def _hosts(self, params: Mapping[str, Any], path: str, cache: bool) -> Iterator[tuple[Any, Variables]]:
        for node in self._nodes(params, path, cache):
            variables = variables_of(node, params["connect_with"])
            yield self._name(variables), variables

    def _groups(self) -> set[str]:
        """The groups that there are, and those of which is known by now that hosts of this source may be in them."""
        composed = self.get_option("groups")
        return {*self.inventory.groups, NO_ADDRESS, *map(self._sanitize_group_name, composed or ())}

    def _nodes(self, params: Mapping[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        """From the cache where it may be asked and has them."""
        if not self.get_option("cache"):
            return self._read(params)
        asked = json.dumps([params[name] for name in _CACHED_BY])
        key = f"{self.get_cache_key(path)}_{hashlib.sha256(asked.encode()).hexdigest()[:16]}"
        if not cache or key not in self._cache:
            self._cache[key] = self._read(params)
        nodes: list[dict[str, Any]] = self._cache[key]
        return nodes

    def _read(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        # Where pools are named, nodes are listed all the same, as by the module: a filter may go with it.
        arguments = ARGUMENTS if params["pool_ids"] is None else NODES.arguments
        options = parse_options({"details": "full", "missing_ok": False, "pool_id": None, **params}, arguments)
        client = connect(params, tell=self._tell if self.display.verbosity else None)
        nodes = read_nodes(client, Facts(params["redact"]), options)
        if params["connect_with"] == REMOTE_LOGIN:
            nodes, warning = with_logins(client, nodes)
            if warning:
                self.display.warning(on_one_line(warning))
        return nodes

    def _tell(self, credential: str) -> None:
        """Which credential is used, at -v."""
        self.display.v(f"{self.NAME}: signs in with {printable(credential)}")

    def _name(self, variables: Variables) -> Any:
        """What the first expression gives that is not empty."""
        problem = ""
        # As Ansible keeps it: since ansible-core 2.19 a text knows whether it may be evaluated.
        for expression in self.get_option("hostnames"):
            if expression == DEFAULT:
                return default_name(variables)
            try:
                name = self._compose(expression, variables)
            except AnsibleError as error:
                problem = f"{expression}: {error}"
                if self.get_option("strict"):
                    break
                continue
            if name not in (None, ""):
                return name
        raise nameless(variables, problem)

    def _add(self, name: str, variables: Variables, connect_with: str) -> None:
        self.inventory.add_host(name)
        # Not the inventory's own set_variable, which looks the host up for each of two dozen variables.
        host = self.inventory.get_host(name)
        for variable, value in variables.items():
            host.set_variable(variable, value)
        if connect_with != NOTHING and "ansible_host" not in variables:
            self.inventory.add_child(self.inventory.add_group(NO_ADDRESS), name)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)

    def _forget(self, names: Iterable[str]) -> None:
        """Takes hosts back that only this source knows. Groups stay, without them."""
        for name in names:
            host = self.inventory.hosts.get(name)
            if host is None:
                continue
            self.inventory.remove_host(host)
            if self.inventory.localhost is host:
                # It would be the implicit one.
                self.inventory.localhost = None


def _without(secrets: set[str], words: str) -> str:
    return str(remove_values(on_one_line(words), secrets))
