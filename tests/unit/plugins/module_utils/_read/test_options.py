# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options as readers take them: queries of lists and of single objects, and where a list is cut."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

NEEDED = ("id", "state")


@pytest.mark.parametrize(
    ("options", "select"),
    [
        (ReadOptions(), None),
        (ReadOptions(select=("url", "id")), "id,state,url"),
        (ReadOptions(summary_only=True), "id,state"),
        (ReadOptions(summary_only=True, select=("url",)), "id,state"),
    ],
)
def test_what_a_summary_needs_is_read_whatever_was_selected(options: ReadOptions, select: str | None) -> None:
    assert options.item_query(NEEDED)["$select"] == select


def test_a_list_has_a_filter_and_a_size_of_pages() -> None:
    query = ReadOptions(filter="state eq 'active'", expand="stats", limit=5, page_size=100).list_query(NEEDED)
    assert query == {"$select": None, "$expand": "stats", "$filter": "state eq 'active'", "maxresults": 5}
    assert ReadOptions(summary_only=True, expand="stats").list_query(NEEDED)["$expand"] is None


def test_no_page_is_asked_for_beyond_the_limit() -> None:
    pages = iter([[{"id": 1}, {"id": 2}], [{"id": 3}, {"id": 4}], [{"id": 5}]])
    assert [len(page) for page in ReadOptions(limit=3).limited(pages)] == [2, 1]
    assert next(pages) == [{"id": 5}]
    assert [len(page) for page in ReadOptions().limited(iter([[{}], [], [{}, {}]]))] == [1, 0, 2]


@pytest.mark.parametrize(("limit", "count", "cut"), [(None, 9, False), (3, 2, False), (3, 3, True)])
def test_a_list_of_the_length_of_the_limit_may_have_been_cut(limit: int | None, count: int, cut: bool) -> None:
    assert ReadOptions(limit=limit).reached(count) is cut


def test_a_job_of_a_list_may_go_and_one_that_is_named_only_with_missing_ok() -> None:
    assert ReadOptions().jobs_may_go
    assert not ReadOptions(job_ids=("a",)).jobs_may_go
    assert ReadOptions(job_ids=("a",), missing_ok=True).jobs_may_go


def test_a_sentence_says_what_is_asked_for() -> None:
    asked = (ReadOptions(checks=(1,)), ReadOptions(condition="ready"), ReadOptions())
    assert [options.condition_text for options in asked] == [
        "what the gate asks for",
        "condition ready",
        "the expression",
    ]
