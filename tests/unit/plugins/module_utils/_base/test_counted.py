# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is proved by counting, and that nothing is where a name stands twice; test_parsed.py draws the texts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base import parsed as file
from ansible_collections.batchops.azure.plugins.module_utils._base.counted import _Commas, counted
from ansible_collections.batchops.azure.plugins.module_utils._base.parsed import parsed

PAGE: dict[str, Any] = {
    "value": [{"id": f"task-{number}", "executionInfo": {"exitCode": 0}, "none": {}} for number in range(3)]
}
# As full tasks are: objects, and lists of them, in the objects of a list.
WITH_LISTS = {"value": [{**item, "settings": [{"name": "A"}, {"name": "B"}]} for item in PAGE["value"]]}
ONE_LIST = [PAGE, {"value": []}, {"value": [{}]}, {"id": "job-1", "poolInfo": {"poolId": "p"}}]
SEVERAL = [WITH_LISTS, {"value": [[]]}, {"value": [{"a": [{"b": 1}]}, {"a": [{"b": 1}, {}, {"c": []}]}]}]


@pytest.fixture(autouse=True)
def before_the_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Commas, "in_texts", False)


def written(body: Any) -> str:
    """As the service does."""
    return json.dumps(body, separators=(",", ":"))


@pytest.mark.parametrize("body", [*ONE_LIST, *SEVERAL])
def test_as_many_names_as_there_can_be_are_all_of_them(body: Any) -> None:
    assert counted(written(body)) == (body, True)


@pytest.mark.parametrize("body", ONE_LIST)
def test_one_list_may_be_written_with_white_space(body: Any) -> None:
    assert counted(json.dumps(body, indent=2)) == (body, True)


@pytest.mark.parametrize(
    "text", ['{"a":"b,c"}', '{"a":[{"b":[1,2]}]}', '{"a":[{"b":[1]}, {"b":[2]}]}', '{"a":[[],[]]}']
)
def test_a_comma_that_may_stand_before_a_name_proves_nothing(text: str) -> None:
    assert counted(text) == (json.loads(text), False)


@pytest.mark.parametrize("page", [PAGE, WITH_LISTS])
@pytest.mark.parametrize("twice", ["id", "executionInfo", "exitCode"])
def test_a_name_that_stands_twice_proves_nothing(page: dict[str, Any], twice: str) -> None:
    _found, proved = counted(written(page).replace(f'"{twice}":', f'"{twice}":"x","{twice}":', 1))
    assert not proved


def test_what_a_text_holds_takes_nothing_from_a_name_that_stands_twice() -> None:
    """What looks like the comma between two objects is taken off where it is counted too."""
    assert counted('{"a":[{"b":"},{"},{"b":[]}]}')[1]
    assert not counted('{"a":[{"b":"},{","b":1},{"b":[]}]}')[1]


def test_after_a_text_with_a_comma_pages_with_lists_in_them_are_not_tried_any_more() -> None:
    """For each it would be in vain, and takes two thirds of the time in which each object is asked."""
    assert counted(written({**WITH_LISTS, "text": "a, b"})) == ({**WITH_LISTS, "text": "a, b"}, False)
    assert counted(written(WITH_LISTS)) == (None, False)
    assert counted(written(PAGE)) == (PAGE, True)


def test_a_text_with_a_comma_beside_one_list_says_nothing_of_the_others() -> None:
    assert not counted(written({**PAGE, "text": "a, b"}))[1]
    assert counted(written(WITH_LISTS))[1]


def test_only_large_bodies_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """By their own size: a page of 1,000 nodes or tasks is one, and a job is none."""
    once_each, asked = file._once_each, []
    monkeypatch.setattr(file, "_once_each", lambda pairs: asked.append(pairs) or once_each(pairs))
    small, large = ({"value": [{"id": "a" * size}, {"a": []}]} for size in (40_000, 50_000))
    assert parsed(written(small).encode()) == small
    assert asked
    asked.clear()
    assert parsed(written(large).encode()) == large
    assert not asked
