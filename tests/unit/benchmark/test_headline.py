# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page of the benchmark opens with: answers in seconds, of what was measured only."""

from __future__ import annotations

from ansible_collections.batchops.azure.tests.benchmark.cases import many_gates, one_read
from ansible_collections.batchops.azure.tests.benchmark.headline import Line, lines_of
from ansible_collections.batchops.azure.tests.benchmark.samples import Board


def test_answers_are_medians_in_seconds() -> None:
    board = Board()
    board.add(one_read.CASE, "ms", {one_read.CONTROLLER: [28, 20, 30], one_read.URI: [400], one_read.AZ: [500]})
    assert lines_of(board) == [
        Line("One more read in a playbook", "batch_job_info", 0.028, {"uri": 0.4, "az batch job show": 0.5})
    ]


def test_who_was_left_out_is_not_named() -> None:
    board = Board()
    board.add(one_read.CASE, "ms", {one_read.CONTROLLER: [28]})
    assert [line.otherwise for line in lines_of(board)] == [{}]


def test_a_case_of_another_size_answers_another_question() -> None:
    seconds = {many_gates.SECRET: [3.0], many_gates.URI: [60.0]}
    board = Board()
    board.add(many_gates.case_of(5), "s", seconds)
    assert lines_of(board) == []
    board.add(many_gates.case_of(50), "s", seconds)
    assert [(line.seconds, line.otherwise) for line in lines_of(board)] == [(3.0, {"loops of uri": 60.0})]


def test_memory_is_no_answer() -> None:
    board = Board()
    board.add(many_gates.case_of(50), "MB", {many_gates.SECRET: [300.0]})
    assert lines_of(board) == []
