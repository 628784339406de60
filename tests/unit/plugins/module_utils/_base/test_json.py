# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of what the service sent: absent is empty, and of another type is an error."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import (
    id_of,
    is_error,
    number,
    objects,
    part,
    same_id,
)


def test_what_is_absent_is_empty() -> None:
    for item in ({}, {"a": None}):
        assert part(item, "a") == {}
        assert objects(item, "a") == []
        assert number(item, "a") is None


@pytest.mark.parametrize(
    ("read", "wrong"),
    [(part, []), (part, "x"), (part, 0), (objects, {}), (objects, ["x"]), (number, "1"), (number, True), (number, 1.5)],
)
def test_another_type_in_its_place_is_an_error_that_names_it(read: Any, wrong: Any) -> None:
    with pytest.raises(AnswerError, match=r"^a of job-7 is not "):
        read({"id": "job-7", "a": wrong}, "a")


@pytest.mark.parametrize("item", [{}, {"id": ""}, {"id": 7}, {"id": None}])
def test_an_object_without_an_id_is_an_error(item: dict[str, Any]) -> None:
    with pytest.raises(AnswerError, match=r"^There is no id in a page$"):
        id_of(item, "a page")


def test_an_answer_about_another_object_is_an_error() -> None:
    same_id({"id": "Job-7"}, "job-7", "job")
    with pytest.raises(AnswerError, match="about job job-7 is about another one"):
        same_id({"id": "job-8"}, "job-7", "job")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"code": "a", "message": "b"}, True),
        ({"error": {}}, True),
        ({"code": "a"}, False),
        ({"code": 1, "message": "b"}, False),
    ],
)
def test_the_body_of_an_error_is_told_by_its_members(body: dict[str, Any], error: bool) -> None:
    assert is_error(body) is error
