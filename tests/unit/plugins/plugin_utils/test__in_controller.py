# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes back of the code of a module in the controller, and which module that is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils import _in_controller
from ansible_collections.batchops.azure.plugins.plugin_utils._in_controller import InController, _masked
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.only_read import ONLY_READ
from ansible_collections.batchops.azure.tests.support.wire import job


def test_secrets_are_masked_wherever_they_stand_and_answers_of_yes_and_no_are_kept() -> None:
    result = {"changed": False, "msg": "the secret True", "nodes": [{"id": "secret", "secret": None}], "failed": True}
    assert _masked(result, {"secret", "True", "False"}) == {
        "changed": False,
        "msg": "the ******** ********",
        "nodes": [{"id": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "secret": None}],
        "failed": True,
    }


def test_a_resource_that_is_only_read_has_no_progress(service: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_in_controller.MODULES, ONLY_READ.module, ONLY_READ)
    service.say("/jobs", page(job("a")))
    args = {"account_endpoint": service.url, "access_token": "a-token-for-tests"}
    task = SimpleNamespace(action=f"batchops.azure.{ONLY_READ.module}", args=args, no_log=False, check_mode=False)
    result = InController(task, *[None] * 5)._here({})
    assert [fact["id"] for fact in result["jobs"]] == ["a"]
