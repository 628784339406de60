# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ratios of the benchmark: what is met, what is missed, and what a file keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.benchmark.samples import (
    Board,
    Curve,
    Point,
    Run,
    Series,
    Target,
    pairwise,
)


@pytest.mark.parametrize(
    ("values", "limit", "at_most", "met"),
    [
        ([0.05, 0.2, 0.08], 0.1, True, True),
        ([0.1], 0.1, True, True),
        ([0.05, 0.2, 0.11], 0.1, True, False),
        ([25, 3, 21], 20, False, True),
        ([20], 20, False, True),
        ([19.9, 300, 3], 20, False, False),
    ],
)
def test_the_median_decides(values: list[float], limit: float, at_most: bool, met: bool) -> None:
    target = Target("a case", "a ratio", values, limit, at_most)
    assert target.met is met
    assert Board(targets=[target]).missed() == ([] if met else [target])


def test_ratios_are_of_the_same_round() -> None:
    assert pairwise([1, 20, 3], [2, 40, 6]) == [0.5, 0.5, 0.5]


def test_a_file_gives_back_what_was_saved(tmp_path: Path) -> None:
    board = Board(
        [Series("a case", "ours", "ms", [3, 1, 2], "a note")],
        [Target("a case", "a ratio", [2.5], 2, True, "MB")],
        [Point("tasks", "ours", 1000, 0.5, 35.2)],
        ["a remark"],
        ["az batch"],
        [Curve("busy", "ours", 50, [0.0, 0.02], [0.03])],
    )
    run = Run(board, {"cores": "2"}, 0.014)
    run.save(tmp_path / "new" / "results.json")
    assert Run.load(tmp_path / "new" / "results.json") == run
