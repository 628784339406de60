# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options on their way into the code of a module: as if they had been sent to one."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._nodes.resource import NODES
from ansible_collections.batchops.azure.plugins.plugin_utils._options import as_sent, refusal, validated, warnings


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
    found = as_sent({"option": value})["option"]
    assert found == sent
    assert found.__class__ is sent.__class__
    if isinstance(found, list):
        assert found[0].__class__ is str


def test_defaults_and_the_environment_fill_what_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_BATCH_ENDPOINT", "https://a.westeurope.batch.azure.com")
    checked = validated(NODES.arguments, {"pool_id": "pool-1"})
    assert not checked.error_messages
    assert checked.validated_parameters["account_endpoint"] == "https://a.westeurope.batch.azure.com"
    assert checked.validated_parameters["redact"] == "strict"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"pool_id": "a", "pool": "b"},
            "Unsupported parameters for (here) module: pool. Supported parameters include: ",
        ),
        ({"pool_id": "a", "retries": "many"}, "argument 'retries' is of type"),
        ({"pool_id": "a", "redact": "yes"}, "value of redact must be one of: strict, patterns, none, got: yes"),
    ],
)
def test_what_is_wrong_is_said_as_a_module_says_it(given: dict[str, Any], words: str) -> None:
    assert refusal(validated(NODES.arguments, given), "(here) module").startswith(words)


def test_a_certificate_that_is_not_checked_is_warned_of_and_so_is_an_option_with_two_names() -> None:
    given = {"pool_id": "a", "cert_validation_mode": "ignore", "tenant": "a", "tenant_id": "a"}
    told = warnings(validated(NODES.arguments, given))
    assert told[0] == "Both option tenant and its alias tenant_id are set."
    assert told[1].startswith("cert_validation_mode is ignore: ")
