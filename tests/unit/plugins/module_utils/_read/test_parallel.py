# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read side by side comes in order, and so does its first error; what may be absent is None."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import (
    ABSENT,
    none_if_missing,
    read_concurrently,
    read_parents,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

CLIENT: Any = SimpleNamespace(max_connections=4)


def refused(status: int, code: str) -> ServiceError:
    return ServiceError(
        {
            "status": status,
            "code": code,
            "message": "",
            "values": [],
            "request_id": None,
            "client_request_id": None,
            "url": "",
        }
    )


@pytest.mark.parametrize("count", [0, 1, 2, 20])
def test_answers_come_in_the_order_of_the_ids(count: int) -> None:
    assert read_concurrently(CLIENT, range(count), lambda number: number * 10) == [
        number * 10 for number in range(count)
    ]


def test_one_parent_is_what_was_read_and_several_are_one_snapshot_with_a_summary_for_each() -> None:
    found = {name: Snapshot([{"id": name}], {"total": 1, "missing": []}) for name in ("a", "b")}
    assert read_parents(CLIENT, ReadOptions(), ("a",), found.__getitem__) is found["a"]
    both = read_parents(CLIENT, ReadOptions(several=True), ("a", "b"), found.__getitem__)
    assert [fact["id"] for fact in both.facts] == ["a", "b"]
    assert (list(both.by_parent), both.summary["total"]) == (["a", "b"], 2)


@pytest.mark.parametrize("kind", ABSENT)
def test_only_the_absence_of_the_object_itself_is_fine_and_only_where_that_was_said(kind: str) -> None:
    def read(error: Exception) -> Any:
        def fail() -> Any:
            raise error

        return fail

    assert none_if_missing(kind, True, read(refused(404, ABSENT[kind]))) is None
    for missing_ok, error in (
        (False, refused(404, ABSENT[kind])),
        (True, refused(404, "OtherNotFound")),
        (True, refused(403, ABSENT[kind])),
        (True, AnswerError("x")),
    ):
        with pytest.raises(type(error)):
            none_if_missing(kind, missing_ok, read(error))
