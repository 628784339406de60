# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where one can log in to a node from outside, and what is said where one cannot."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, BatchError, ServiceError
from ansible_collections.batchops.azure.plugins.plugin_utils._remote_login import with_logins
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, refusal

NODES = [{"pool_id": "pool-a", "id": f"tvm-{number}"} for number in (1, 2, 3)]


def settings(node: int) -> str:
    return f"/pools/pool-a/nodes/tvm-{node}/remoteloginsettings"


def asked(service: Loopback) -> tuple[list[Any], str]:
    nodes, warning = with_logins(connect(service.url), NODES)
    assert [node["id"] for node in nodes] == ["tvm-1", "tvm-2", "tvm-3"]
    return [node["remote_login"] for node in nodes], warning


def test_each_node_is_asked_for_its_own(service: Loopback) -> None:
    service.say(settings(1), {"remoteLoginIPAddress": "203.0.113.1", "remoteLoginPort": 50000})
    service.say(settings(2), {"ipv6RemoteLoginIPAddress": "2001:db8::2", "ipv6RemoteLoginPort": 50001})
    service.say(settings(3), {"remoteLoginIPAddress": "203.0.113.1", "remoteLoginPort": 50002})
    logins, warning = asked(service)
    assert logins == [
        {"ip_address": "203.0.113.1", "port": 50000},
        {"ip_address": "2001:db8::2", "port": 50001},
        {"ip_address": "203.0.113.1", "port": 50002},
    ]
    assert warning == ""


def test_refusals_are_counted_in_one_sentence(service: Loopback) -> None:
    service.say(settings(1), {"remoteLoginIPAddress": "203.0.113.1", "remoteLoginPort": 50000})
    service.say(settings(2), refusal(409, "OperationNotAllowed"))
    service.say(settings(3), refusal(404, "NodeNotFound"))
    logins, warning = asked(service)
    assert logins[1:] == [None, None]
    assert warning.startswith(
        "Remote login was refused for 2 of 3 nodes, which have no ansible_host. The first refusal is OperationNotAllowed: "
    )


@pytest.mark.parametrize("status", [401, 403])
def test_who_may_not_ask_is_told_so(service: Loopback, status: int) -> None:
    for number in (1, 2, 3):
        service.say(settings(number), refusal(status, "InsufficientAccountPermissions"))
    with pytest.raises(ServiceError, match="InsufficientAccountPermissions"):
        asked(service)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"remoteLoginIPAddress": "203.0.113.1"},
        {"remoteLoginIPAddress": "", "remoteLoginPort": 50000},
        {"remoteLoginIPAddress": "203.0.113.1", "remoteLoginPort": "50000"},
    ],
)
def test_an_answer_that_is_none_is_an_error_and_no_refusal(service: Loopback, answer: dict[str, Any]) -> None:
    for number in (1, 2, 3):
        service.say(settings(number), answer)
    with pytest.raises(BatchError) as raised:
        asked(service)
    assert isinstance(raised.value, AnswerError)


def test_what_is_not_of_the_service_is_no_refusal(service: Loopback) -> None:
    for number in (1, 2, 3):
        service.say(settings(number), Answer("<html>Not Found</html>", 404, {"Content-Type": "text/html"}))
    with pytest.raises(ServiceError, match="404"):
        asked(service)
