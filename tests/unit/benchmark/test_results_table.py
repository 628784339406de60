# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of the benchmark, its page, and how a check ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.benchmark import page
from ansible_collections.batchops.azure.tests.benchmark.__main__ import CASES, WHEN_ASKED, cases_of
from ansible_collections.batchops.azure.tests.benchmark.account import Account
from ansible_collections.batchops.azure.tests.benchmark.cases import busy_account
from ansible_collections.batchops.azure.tests.benchmark.samples import Board, Run, Series, Target
from ansible_collections.batchops.azure.tests.benchmark.table import as_text, short, spread, verdict, with_unit

MET = Target("170 jobs", "azure-batch / ours", [6.1, 7.25, 6.6], 5, False)
MISSED = Target("10,000 nodes", "verdict / bare loop", [1.7, 1.4, 1.9], 1.5, True)


def board(*targets: Target) -> Board:
    return Board([Series("170 jobs", "ours", "s", [2.17, 1.94, 2.0])], list(targets), [], ["a remark"], ["az batch"])


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.04567, "0.0457"), (1.7, "1.7"), (13.55, "13.6"), (454.4, "454"), (12345, "12,345")]
)
def test_three_digits_count(value: float, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0277, "27.7 ms"), (0.9, "900 ms"), (1.94, "1.94 s"), (119, "119 s"), (4500, "75 min")],
)
def test_seconds_are_said_in_the_unit_that_fits(seconds: float, text: str) -> None:
    assert with_unit(seconds) == text


def test_one_value_has_no_spread() -> None:
    assert (spread([3.0]), spread([3, 1, 2])) == ("", "1 to 3")


def test_the_table_has_medians_spread_ratios_and_remarks() -> None:
    assert as_text(board(MET, MISSED)).splitlines() == [
        "170 jobs",
        "  what  median  spread        rounds",
        "  ours  2 s     1.94 to 2.17  3",
        "",
        "Ratios",
        "  ratio                              median  spread       wanted       result",
        "  170 jobs: azure-batch / ours       6.6     6.1 to 7.25  at least 5   met",
        "  10,000 nodes: verdict / bare loop  1.7     1.4 to 1.9   at most 1.5  MISSED",
        "",
        "a remark",
        "left out: az batch",
    ]


def test_a_check_names_each_ratio_that_is_missed() -> None:
    assert verdict(board(MET)) == (0, "all 1 ratios are met")
    assert verdict(board(MET, MISSED)) == (1, "missed: 10,000 nodes: verdict / bare loop: 1.7, wanted at most 1.5")


def test_a_check_of_nothing_does_not_pass() -> None:
    assert verdict(Board()) == (1, "nothing was measured")


@pytest.mark.parametrize(
    ("targets", "options", "code"),
    [((MET,), ["--check"], 0), ((MET, MISSED), ["--check"], 1), ((MET, MISSED), [], 0), ((), ["--check"], 1)],
)
def test_the_command_ends_with_what_the_check_says(
    tmp_path: Path, targets: tuple[Target, ...], options: list[str], code: int
) -> None:
    Run(board(*targets), {"cores": "2"}, 0.014).save(tmp_path / "results.json")
    command = [sys.executable, "-m", "ansible_collections.batchops.azure.tests.benchmark", "--quick", *options]
    command += ["--results", str(tmp_path / "results.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert done.stdout.strip().endswith(verdict(board(*targets))[1])


def test_the_page_says_when_and_where_and_what_was_left_out(tmp_path: Path) -> None:
    machine = {"date": "2026-11-22", "cores": "2"}
    path = tmp_path / "docs" / "performance.md"
    path.parent.mkdir()
    found = board(MET)
    found.add(busy_account.CASE, "s", {busy_account.OURS: [20.5, 20.3, 20.4], busy_account.SDK: [27]})
    images = {
        kind: [path.parent / "images" / f"performance{name}.svg"]
        for kind, name in (("headline", ""), ("curves", "-busy-account"), ("sizes", "-tasks-seconds"))
    }
    page.write(Run(found, machine, 0.014), path, images)
    text = path.read_text(encoding="utf-8")
    for line in (
        "so its own speed hardly counts: it computed for 1.4% of the time."
        " Sign-ins, parallel gates and the inventory are measured on the simulator itself.",
        "- 1,000 jobs where 50 requests a second are allowed: **20.4 s** with `batch_job_info`; 27 s with azure-batch in a script.",
        "![performance](images/performance.svg)",
        "![performance busy account](images/performance-busy-account.svg)",
        "| date | 2026-11-22 |",
        "| 170 jobs: azure-batch / ours | 6.6 | 6.1 to 7.25 | at least 5 | met |",
        "| ours | 2 s | 1.94 to 2.17 | 3 |",
        "![performance tasks seconds](images/performance-tasks-seconds.svg)",
        "- a remark",
        "- Left out: az batch",
    ):
        assert line in text.splitlines()
    titles = [line for line in text.splitlines() if line.startswith("#")]
    assert titles[:2] == ["# Performance", "## Ratios"]
    assert titles[-1] == "## How this was measured"
    first = text.partition("## Ratios")[0]
    assert "- 1,000 jobs" in first and "(images/performance.svg)" in first


@pytest.mark.parametrize("quick", [False, True])
def test_all_that_can_be_measured_has_a_name_for_the_command(quick: bool) -> None:
    with Account() as account:
        assert set(cases_of(Board(), account, quick=quick, with_cli=False)) == {*CASES, *WHEN_ASKED}


def test_the_command_refuses_a_case_that_is_none() -> None:
    command = [sys.executable, "-m", "ansible_collections.batchops.azure.tests.benchmark", "--only", "nothing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "invalid choice: 'nothing'" in done.stderr
