# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The comparison of two checkouts notices what differs, and nothing else."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.batchops.azure.tests.comparison.__main__ import copy_of_checkout, scenarios
from ansible_collections.batchops.azure.tests.comparison.calls import Call, calls_of
from ansible_collections.batchops.azure.tests.comparison.comparing import Comparison, compare, differences
from ansible_collections.batchops.azure.tests.simulator.model.loader import load_scenario
from ansible_collections.batchops.azure.tests.support.modules import MODULES

CALLS = [
    Call("batch_job_info", {"job_id": "job-8", "condition": "succeeded"}),
    Call("batch_job_info", {"job_id": "no-such-job"}),
    Call("batch_node_info", {"pool_id": "pool-7"}),
]


def compared(old: Path, new: Path) -> Comparison:
    comparison = Comparison()
    compare((old, new), scenarios()["demo"], CALLS, (0, 40), comparison)
    return comparison


def test_the_same_code_gives_the_same_results(tmp_path: Path) -> None:
    comparison = compared(copy_of_checkout(tmp_path / "old"), copy_of_checkout(tmp_path / "new"))
    assert (comparison.calls, comparison.different, comparison.found) == (6, 0, {})
    assert comparison.verdicts == {"failed": 2, "none": 4}


def test_another_word_is_found_where_it_stands(tmp_path: Path) -> None:
    old, new = copy_of_checkout(tmp_path / "old"), copy_of_checkout(tmp_path / "new")
    [file] = [path for path in new.rglob("*.py") if '"failed_jobs": failed' in path.read_text(encoding="utf-8")]
    file.write_text(
        file.read_text(encoding="utf-8").replace('"failed_jobs": failed', '"lost_jobs": failed'), encoding="utf-8"
    )
    comparison = compared(old, new)
    assert comparison.different == 2
    assert {difference.place for difference in comparison.found} == {
        "batch_job_info: summary.failed_jobs",
        "batch_job_info: summary.lost_jobs",
    }


def test_places_are_named() -> None:
    old, new = {"a": [{"b": 1, "c": 2}], "d": [1]}, {"a": [{"b": 1, "c": 3}], "d": [1, 2], "e": None}
    assert list(differences(old, new)) == [("a[0].c", 2, 3), ("d", [1], [1, 2]), ("e", "(absent)", None)]


def test_every_module_is_compared_with_each_of_its_conditions() -> None:
    compared = {(call.module, call.options.get("condition")) for call in calls_of(load_scenario(scenarios()["demo"]))}
    for name, resource in MODULES.items():
        for condition in resource.arguments.spec.get("condition", {"choices": [None]})["choices"]:
            assert (name, condition) in compared
