# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks say of themselves: what was left out, and which versions have been tested."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.tests.checks.left_out import left_out
from ansible_collections.batchops.azure.tests.checks.tested_versions import BEGIN, END, between_markers, rows, table


def test_what_was_not_asked_for_and_what_was_skipped_is_left_out_and_what_failed_is_not() -> None:
    report = {
        "lint": {"result": "success", "reason": "None"},
        "types": {"result": "failed", "reason": "exit code 1"},
        "sanity-2.21": {"result": "skipped", "reason": "no Python 3.12"},
    }
    assert left_out(["lint", "types", "sanity-2.21", "docs"], report) == [
        "sanity-2.21: skipped, no Python 3.12",
        "docs: not run here; ./dev check -s docs",
    ]


def test_the_table_says_passed_only_where_something_has_passed() -> None:
    results = [
        {"ansible_core": "2.21", "python": "3.12", "check": "units", "passed": 5},
        {"ansible_core": "2.9", "python": "3.11", "check": "sanity", "passed": 20},
        {"ansible_core": "2.21", "python": "3.12", "check": "sanity", "passed": 24},
    ]
    assert table(rows(results)).splitlines() == [
        "| ansible-core | Python | sanity | units | integration | installed |",
        "|---|---|---|---|---|---|",
        "| 2.9 | 3.11 | passed | not tested | not tested | not tested |",
        "| 2.21 | 3.12 | passed | passed | not tested | not tested |",
    ]


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert between_markers(text, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert between_markers(between_markers(text, "new"), "old") == text


@pytest.mark.parametrize("text", ["nothing", f"{BEGIN} only", f"{END} only"])
def test_a_readme_without_markers_is_an_error(text: str) -> None:
    with pytest.raises(SystemExit, match="lacks the markers"):
        between_markers(text, "new")
