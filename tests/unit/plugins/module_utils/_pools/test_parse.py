# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of pools that depend on one another: refused before any request, in a sentence that names the option."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._pools.parse import parse_pools
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of, validate
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.modules import GATE, POOLS

IMAGE = {"condition": "image_reached"}
REFUSED = [
    ({"condition": "steady", "min_nodes": 1}, "min_nodes: goes with condition=sound only"),
    ({"min_nodes": 1}, "min_nodes: goes with condition=sound only"),
    ({"condition": "sound", "min_nodes": 0}, "min_nodes: 0 is out of range; give a whole number, 1 or more"),
    ({"condition": "resized", "max_failed_nodes": 1}, "max_failed_nodes: goes with condition=sound only"),
    (
        {"condition": "sound", "max_failed_nodes": -1},
        "max_failed_nodes: -1 is out of range; give a whole number, 0 or more",
    ),
    ({"condition": "sound", "image_version": "1"}, "image_version: goes with condition=image_reached only"),
    ({**IMAGE, "image_version": ""}, "image_version: '' names no version; give one such as 18.04.202209020"),
    (
        {**IMAGE, "image_version": "Latest"},
        "image_version: 'Latest' names no version; give one such as 18.04.202209020",
    ),
    ({"image_supported_for": -1}, "image_supported_for: -1 is out of range; give a whole number, 0 or more"),
    (
        {**IMAGE, "api_version": "2020-09-01.12.0"},
        "condition: image_reached needs api_version 2021-06-01.14.0 or newer; in 2020-09-01.12.0 nodes do not tell what they run",
    ),
    (
        {"limit": 3, "condition": "steady"},
        "limit: cannot go with condition or expression: what it cuts off would not be judged",
    ),
    (
        {"pool_id": "a", "filter": "x"},
        "filter: applies to a list; leave it out when the objects are named by their ids",
    ),
    ({"pool_ids": []}, "pool_ids: is an empty list; give at least one id, or leave the option out"),
    ({"pool_id": "../jobs"}, "pool_id: '../jobs' is not an id; give letters, digits, '-', '_', ':' and '.' only"),
]


@pytest.mark.parametrize(("options", "sentence"), REFUSED, ids=str)
def test_what_cannot_be_meant_is_refused(service: Loopback, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as refused:
        ask(service, POOLS, **options)
    assert str(refused.value) == sentence
    assert not service.requests


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (
            {"pool_id": "a", "image_version": "1"},
            "checks: check 1 of 1 (pools): image_version: goes with condition=image_reached only",
        ),
        ({"pool_id": "a", **IMAGE}, "image_reached needs api_version 2021-06-01.14.0 or newer"),
        ({}, "a check of pools needs pool_id or pool_ids or filter"),
        (
            {"pool_id": "a", "condition": "ready"},
            "condition ready is not one of pools: steady, resized, sound, image_reached",
        ),
        ({"pool_id": "a", "expected_nodes": ["n"]}, "expected_nodes means nothing for pools"),
    ],
    ids=str,
)
def test_a_check_of_a_gate_is_refused_alike(service: Loopback, check: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as refused:
        ask(service, GATE, checks=[{"check": "pools", **check}], api_version="2020-09-01.12.0")
    assert sentence in str(refused.value)
    assert not service.requests


@pytest.mark.parametrize(
    "options",
    [{"condition": "empty"}, {"pool_id": "a", "pool_ids": ["b"]}, {"image_supported_for": "soon"}, {"node_id": "a"}],
)
def test_what_ansible_knows_it_refuses_itself(options: dict[str, Any]) -> None:
    assert validate(POOLS.arguments, **options).error_messages


@pytest.mark.parametrize("version", ["2021-06-01", "2021-06-01.14.0", "2026-08-01"])
def test_nodes_tell_their_image_from_a_version_on(version: str) -> None:
    params = params_of(POOLS.arguments, **IMAGE, api_version=version)
    assert parse_pools(params, POOLS.arguments).condition == "image_reached"


def test_what_is_meant_reaches_the_reader() -> None:
    options = {**IMAGE, "image_version": "1", "image_supported_for": 0, "node_counts": True}
    read = parse_pools(params_of(POOLS.arguments, **options), POOLS.arguments)
    assert (read.image_version, read.image_supported_for, read.node_counts, read.in_gate) == ("1", 0, True, False)
