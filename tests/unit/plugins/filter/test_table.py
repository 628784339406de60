# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.filter.table import FilterModule, table

JOBS = [
    {"id": "job-7", "task_counts": {"failed": 0}, "done": True},
    {"id": "a-job-with-a-long-name", "task_counts": {"failed": 12}, "done": False},
    {"id": "new", "task_counts": None},
]


def test_columns_are_aligned_and_numbers_to_the_right() -> None:
    assert table(JOBS, {"job": "id", "failed": "task_counts.failed", "done": "done"}) == [
        "job                     failed  done",
        "job-7                        0  yes",
        "a-job-with-a-long-name      12  no",
        "new                          -  -",
    ]


def test_a_number_counts_the_items_of_a_list() -> None:
    rows = zip([{"id": "a"}, {"id": "b"}], [{"n": 1}, {"n": 22}])
    assert table(rows, {"id": "0.id", "n": "1.n", "none": "2.n"}) == ["id   n  none", "a    1  -", "b   22  -"]


def test_counts_by_name_are_written_out() -> None:
    rows: list[dict[str, Any]] = [{"by_state": {"idle": 12, "offline": 1}, "errors": ["one", "two"]}, {"by_state": {}}]
    assert table(rows, {"nodes": "by_state", "errors": "errors"}) == [
        "nodes               errors",
        "12 idle, 1 offline  one, two",
        "-                   -",
    ]


def test_no_row_leaves_the_headings() -> None:
    assert table([], {"job": "id", "state": "state"}) == ["job  state"]


def test_what_would_break_a_line_is_not_printed() -> None:
    assert table([{"id": "a\x1b[31mb"}], {"id": "id"}) == ["id", "a?[31mb"]
    assert table([{"id": "a"}], {"i\x1b[31md\u202e": "id"}) == ["i?[31md?", "a"]


def test_lines_stay_whole_and_alike_in_yaml() -> None:
    rows = [{"id": f"job-{n}" * 20, "state": "active"} for n in (1, 22)]
    lines = table(rows, {"job": "id", "state": "state"})
    assert yaml.dump(lines).splitlines() == [f"- {line}" for line in lines]


def test_a_value_of_several_lines_has_several() -> None:
    rows = [{"id": "tvm-1", "n": 1, "why": "mount failed\r\n  error(13)\n"}, {"id": "tvm-2", "n": 22, "why": "gone"}]
    assert table(rows, {"node": "id", "n": "n", "why": "why"}) == [
        "node    n  why",
        "tvm-1   1  mount failed",
        "             error(13)",
        "tvm-2  22  gone",
    ]


def test_one_text_is_for_a_message() -> None:
    assert table(JOBS[:1], {"job": "id"}, text=True) == "job\njob-7"


def test_the_widest_columns_give_way_first() -> None:
    rows = [
        {"id": "job-7", "why": "a sentence that goes on and on", "where": "a-pool-with-a-long-name", "n": 123456789}
    ]
    columns = {"job": "id", "why": "why", "where": "where", "number": "n"}
    assert table(rows, columns, width=58) == [
        "job    why                  where                   number",
        "job-7  a sentence that ...  a-pool-with-a-lo...  123456789",
    ]


@pytest.mark.parametrize("width", range(1, 80))
def test_no_line_is_wider_than_the_given_width(width: int) -> None:
    lines = table(JOBS, {"job": "id", "failed": "task_counts.failed", "done": "done", "again": "id"}, width=width)
    assert max(map(len, lines)) <= width
    assert len(lines) == 4


def test_wide_enough_is_not_cut() -> None:
    columns = {"job": "id", "failed": "task_counts.failed"}
    assert table(JOBS, columns, width=80) == table(JOBS, columns)


@pytest.mark.parametrize(
    ("rows", "columns", "named"),
    [
        ("text", {"a": "b"}, "a list of rows, not a text"),
        ({"secret": 1}, {"a": "b"}, "a list of rows, not a dictionary"),
        (None, {"a": "b"}, "a list of rows, not null"),
        (3, {"a": "b"}, "a list of rows, not a number"),
        ([], {}, "columns are headings with the name of a value each, not a dictionary"),
        ([], ["a"], "columns are headings"),
        ([{"secret": 1}], {"fine": "id", "job": None}, "column 'job' needs the name of a value, not null"),
        ([{"secret": 1}], {"job": ["id"]}, "column 'job' needs the name of a value, not a list"),
        ([{}, "secret"], {"job": "id"}, "column 'job' needs 'id' of each row, and a row is a text"),
        ([None], {"job": "id"}, "column 'job' needs 'id' of each row, and a row is null"),
    ],
)
def test_anything_else_is_refused_by_its_name(rows: Any, columns: Any, named: str) -> None:
    with pytest.raises(AnsibleFilterError, match=f"^table: .*{named}") as refused:
        table(rows, columns)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("width", ["wide", 0, -1, True, 2.5])
def test_a_width_is_a_number(width: Any) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^table: width is a number of columns, not "):
        table(JOBS, {"job": "id"}, width=width)


def test_it_is_found() -> None:
    assert FilterModule().filters() == {"table": table}
