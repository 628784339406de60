# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts are what a slow and plain way would make of each value alone, byte for byte: over all that was recorded, in every mode."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.by_place import mask_place, without_values
from ansible_collections.batchops.azure.plugins.module_utils._mask.names import is_secret_name
from ansible_collections.batchops.azure.plugins.module_utils._mask.places import LEAVES, VALUES
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import (
    LONGEST,
    MASK,
    MODES,
    NONE,
    STRICT,
    cut,
    mask_signature,
    mask_text,
)
from ansible_collections.batchops.azure.plugins.module_utils._mask.urls import mask_urls
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.properties import Property, property_of
from ansible_collections.batchops.azure.tests.benchmark.rendering import Rendering
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    needs_shared,
    official_examples,
    recorded_exchanges,
)


def _plain(wire: dict[str, Any], redact: str) -> dict[str, Any]:
    """One value after the other, nothing remembered."""
    properties = [(property_of(name), value) for name, value in wire.items()]
    return {known.fact: _value(known, value, redact) for known, value in properties if known.fact}


def _value(known: Property, value: Any, redact: str) -> Any:
    if redact != NONE and known.secret:
        return value if value is None else MASK
    if redact == STRICT and known.place:
        if known.place == VALUES:
            return mask_place(VALUES, _shaped(known, without_values(value), redact))
        return mask_place(known.place, _shaped(known, value, redact) if known.place == LEAVES else value)
    return _shaped(known, value, redact)


def _shaped(known: Property, value: Any, redact: str) -> Any:
    if isinstance(value, str):
        return _text(known, value, redact)
    if isinstance(value, list):
        items = [_shaped(known, item, redact) for item in value]
        return [_named(item) for item in items] if known.named_secrets and redact == "patterns" else items
    if not isinstance(value, dict):
        return value
    return _user_keyed(value, redact) if known.user_keyed else _plain(value, redact)


def _named(item: Any) -> Any:
    told = isinstance(item, dict) and item.get("value") and is_secret_name(str(item.get("name")))
    return {**item, "value": MASK} if told else item


def _text(known: Property, value: str, redact: str) -> str:
    if known.enum:
        return value.lower()
    if redact == NONE or (redact == STRICT and known.place) or (known.time and len(value) < 32):
        return value
    return mask_signature(value) if known.identifier else _free(value, redact)


def _free(value: str, redact: str) -> str:
    return mask_text(mask_urls(cut(value, LONGEST)) if redact == STRICT and "://" in value else value)


def _user_keyed(value: Any, redact: str) -> Any:
    if isinstance(value, list):
        return [_user_keyed(item, redact) for item in value]
    if isinstance(value, str) and redact != NONE:
        return _free(value, redact)
    if not isinstance(value, dict) or redact == NONE:
        return value
    return {mask_text(key): MASK if is_secret_name(key) else _user_keyed(item, redact) for key, item in value.items()}


def _differ(lists: list[list[dict[str, Any]]], redact: str) -> list[Any]:
    # One for all, as in a task that reads several parents: what it remembers must change nothing.
    facts = Facts(redact)
    return [
        items
        for items in lists
        if json.dumps(facts.each(items)) != json.dumps([_plain(item, redact) for item in items])
    ]


@needs_shared
@pytest.mark.parametrize("redact", MODES)
def test_of_all_that_was_recorded(redact: str) -> None:
    bodies = [one.body for one in (*recorded_exchanges(), *official_examples()) if isinstance(one.body, dict)]
    lists = [body["value"] for body in bodies if isinstance(body.get("value"), list)]
    assert len(lists) > 100
    assert not _differ([*lists, *([body] for body in bodies)], redact)


@pytest.mark.parametrize("redact", MODES)
def test_of_the_tasks_of_a_large_job(redact: str) -> None:
    _kind, pieces = Rendering("http://127.0.0.1:9").answer("/jobs/t1000/tasks", "") or ("", [])
    tasks = json.loads(b"".join(pieces))["value"]
    secret = {**tasks[0], "commandLine": "tool --password hunter2", "displayName": "https://x/c?sig=hunter2"}
    assert len(tasks) == 1000
    assert not _differ([tasks, [*tasks, secret], tasks[::-1]], redact)
