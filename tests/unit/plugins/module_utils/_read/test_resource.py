# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A resource that is only read: no condition, no expression, nothing to wait for."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.tests.support.asking import ask, validate
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.only_read import ONLY_READ
from ansible_collections.batchops.azure.tests.support.wire import job


def test_it_gives_facts_and_their_summary(service: Loopback) -> None:
    service.say("/jobs", page(job("a"), job("b")))
    result = ask(service, ONLY_READ)
    assert set(result) == {"changed", "api_version", "jobs", "summary"}
    assert result["summary"]["total"] == 2


def test_a_query_is_answered(service: Loopback) -> None:
    service.say("/jobs", page(job("a")))
    assert ask(service, ONLY_READ, query="jobs[].id")["query_result"] == ["a"]


def test_a_limit_is_enough_where_nothing_is_judged(service: Loopback) -> None:
    service.say("/jobs", page(job("a"), job("b")))
    assert ask(service, ONLY_READ, limit=1)["summary"]["truncated"] is True


def test_named_objects_are_not_filtered(service: Loopback) -> None:
    with pytest.raises(OptionError, match=r"^filter: applies to a list"):
        ask(service, ONLY_READ, job_id="a", filter="state eq 'active'")


@pytest.mark.parametrize("option", ["condition", "expression", "wait", "wait_timeout", "diagnostics", "progress"])
def test_it_knows_no_option_of_judging_and_waiting(option: str) -> None:
    (refusal,) = validate(ONLY_READ.arguments, **{option: "1"}).error_messages
    assert refusal.startswith(f"{option}. Supported parameters include:")
