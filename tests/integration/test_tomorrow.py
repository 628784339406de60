# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An api-version that is not published yet: what nobody knows passes through into facts, and satisfies nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.simulator.service import query
from ansible_collections.batchops.azure.tests.simulator.wire.versions import NEWEST, VERSIONS
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.modules import JUDGED, RESOURCES, looks, reads
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

TOMORROW = "2026-08-01"
IDS = {"job": "job-7", "pool": "pool-7"}
UNKNOWN = {
    "future_settings": {"some_things": [1, {"inner_name": "a"}], "is_new": True},
    "future_time": "2030-01-01T00:00:00Z",
}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    monkeypatch.setattr(query, "VERSIONS", (*VERSIONS, TOMORROW))
    with Simulator("demo") as started:
        started.clock.set(60)
        yield started


def ask(account: Simulator, resource: Resource, version: str = TOMORROW, **options: Any) -> dict[str, Any]:
    given = {**options_of(account), **options, "api_version": version, "retries": 0}
    return run(params_of(resource.arguments, **given), resource, clock=ScriptedClock())


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)
def test_unknown_properties_become_facts_beside_all_others(account: Simulator, resource: Resource) -> None:
    asked = reads(**IDS)[resource.module]
    today = ask(account, resource, NEWEST, **asked)
    account.faults.add("of_tomorrow")
    tomorrow = ask(account, resource, **asked)
    assert tomorrow["summary"] == today["summary"]
    facts = tomorrow[resource.reader.kind]
    assert facts
    for fact in facts:
        assert {name: fact.pop(name) for name in UNKNOWN} == UNKNOWN
        assert fact.pop("future_state").lower() == "hovering"
    # The address of an object names the version it was asked with.
    assert facts == json.loads(json.dumps(today[resource.reader.kind]))


@pytest.mark.parametrize("resource", JUDGED.values(), ids=JUDGED)
def test_unknown_states_are_shown_and_satisfy_nothing(account: Simulator, resource: Resource) -> None:
    account.faults.add("of_tomorrow", state="hovering", result="perhaps")
    asked = looks(**IDS)[resource.module]
    found = ask(account, resource, **asked)
    assert found["verdict"] == "pending"
    assert found["reasons"] or found["msg"]
    states = {fact["state"] for fact in found[resource.reader.kind] if "state" in fact}
    assert states <= {"hovering"}
