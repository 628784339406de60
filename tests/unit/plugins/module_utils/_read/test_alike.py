# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is like the one before is made once, and what only seems so is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.alike import Alike, all_alike


@pytest.mark.parametrize("value", [{}, [], {"a": 1}, {"a": [True, None, 1.5, "\ud800", 2**80]}])
def test_the_same_value_is_made_once(value: Any) -> None:
    once = Alike(lambda given: [given])
    # Of another answer: equal, and not the same object.
    made = [once(json.loads(json.dumps(value))) for _time in range(3)]
    assert made[0] == [value]
    assert made[0] is made[1] is made[2]


_DIFFERENT = pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 0}, {"a": False}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 0.0}, {"a": -0.0}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 2, "b": 1}}),
        ([1, 2], [2, 1]),
        ({}, []),
        ({"a": None}, {}),
        (1, True),
        ("", None),
        ("a", "b"),
    ],
)


@_DIFFERENT
def test_what_json_writes_in_another_way_is_another_value(one: Any, other: Any) -> None:
    once = Alike(json.dumps)
    for value in (one, other, other, one, one):
        assert once(value) == json.dumps(value)


@_DIFFERENT
def test_all_are_alike_only_where_json_writes_them_in_the_same_way(one: Any, other: Any) -> None:
    for value in (one, other):
        assert all_alike((value,))
        assert all_alike(tuple(json.loads(json.dumps([value] * 300))))
    for values in ((one, other), (one, other, one), (other, *[one] * 300), (*[one] * 300, other)):
        assert not all_alike(values)


def test_what_is_nested_too_deeply_is_so_in_one_way() -> None:
    """Python 3.13 reads it; one of its libraries has another word for it."""
    nested: Any = 1
    for _level in range(3_000):
        nested = [nested]
    with pytest.raises(RecursionError):
        all_alike((nested, nested))
