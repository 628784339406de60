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
    assert table([{"id": "a\nb\x1b[31m"}], {"id": "id"}) == ["id", "a?b?[31m"]
    assert table([{"id": "a"}], {"i\x1b[31md\u202e": "id"}) == ["i?[31md?", "a"]


def test_lines_stay_whole_and_alike_in_yaml() -> None:
    rows = [{"id": f"job-{n}" * 20, "state": "active"} for n in (1, 22)]
    lines = table(rows, {"job": "id", "state": "state"})
    assert yaml.dump(lines).splitlines() == [f"- {line}" for line in lines]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [("text", {"a": "b"}), ({"a": 1}, {"a": "b"}), (None, {"a": "b"}), (3, {"a": "b"}), ([], {}), ([], ["a"])],
)
def test_anything_else_is_refused(rows: Any, columns: Any) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^table: "):
        table(rows, columns)


def test_it_is_found() -> None:
    assert FilterModule().filters() == {"table": table}
