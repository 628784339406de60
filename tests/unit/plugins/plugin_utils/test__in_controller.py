# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options on their way into the code of a module: as if they had been sent to one."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils import _in_controller
from ansible_collections.batchops.azure.plugins.plugin_utils._in_controller import InController, _as_sent, _masked
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.only_read import ONLY_READ
from ansible_collections.batchops.azure.tests.support.wire import job


class Tagged(str):
    """A text of the controller that carries more than its letters."""


class Vaulted:
    """A text that is decrypted when it is asked for."""

    def __str__(self) -> str:
        return "decrypted"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (Tagged("job-1"), "job-1"),
        ([Tagged("job-1"), ("a", 1)], ["job-1", ["a", 1]]),
        (OrderedDict(a=Tagged("b")), {"a": "b"}),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 8), "2026-01-31T08:00:00"),
        (Vaulted(), "decrypted"),
        (True, True),
        (None, None),
        (0.5, 0.5),
        ("Prüfung\ud800", "Prüfung\ud800"),
    ],
)
def test_what_comes_in_is_plain(value: Any, sent: Any) -> None:
    found = _as_sent({"option": value})["option"]
    assert found == sent
    assert found.__class__ is sent.__class__
    if isinstance(found, list):
        assert found[0].__class__ is str


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
