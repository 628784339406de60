# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads where one can log in to compute nodes from outside, one request for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import number
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently

# What the service says where a pool maps no port, or where a node is not ready for it, or is gone. Anything else is an
# error, a 403 too: who may not ask would otherwise be told that no node can be reached.
_REFUSED = frozenset((400, 404, 409))


def with_logins(client: Client, nodes: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """The nodes, each with `remote_login`, which is None where the service refused; and a sentence that counts the refusals."""
    logins = read_concurrently(client, nodes, lambda node: _read(client, node))
    found = [
        {**node, "remote_login": None if isinstance(login, ServiceError) else login}
        for node, login in zip(nodes, logins)
    ]
    return found, _counted([login for login in logins if isinstance(login, ServiceError)], len(nodes))


def _read(client: Client, node: Mapping[str, Any]) -> dict[str, Any] | ServiceError:
    try:
        settings = client.get(("pools", node["pool_id"], "nodes", node["id"], "remoteloginsettings"))
    except ServiceError as error:
        # Without a code it was not the service that refused.
        if error.status in _REFUSED and error.code:
            return error
        raise
    for prefix in ("remoteLogin", "ipv6RemoteLogin"):
        address, port = settings.get(f"{prefix}IPAddress"), number(settings, f"{prefix}Port")
        if address and port is not None:
            return {"ip_address": address, "port": port}
    raise AnswerError(f"The answer about the remote login of node {node['id']} has no address with a port")


def _counted(refusals: list[ServiceError], asked: int) -> str:
    if not refusals:
        return ""
    first = refusals[0].as_failure()
    return (
        f"Remote login was refused for {len(refusals)} of {asked} nodes, which have no ansible_host."
        f" The first refusal is {first['code']}: {first['message']}"
    )
