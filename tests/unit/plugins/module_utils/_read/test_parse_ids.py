# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids and lists of them: what would change a path or mean nothing is refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import Arguments
from ansible_collections.batchops.azure.tests.support.asking import question, refusal_of
from ansible_collections.batchops.azure.tests.support.modules import JOBS, MODULES, NODES, PREP, TASKS, reads

WRONG_IDS = ["", " ", "a b", "a/b", "../a", "..", ".", "...", "a\n", "a?b", "a#b", "a%2Fb", "a\\b", "ä", "a" * 257]

READS = reads(job="job-1", pool="pool-1")
# Options that are lists of ids, and what has to be given beside them.
LISTS: list[tuple[Arguments, str, dict[str, str]]] = [
    *((MODULES[name].arguments, f"{option}s", {}) for name, options in READS.items() for option in options),
    (TASKS.arguments, "task_ids", {"job_id": "job-1"}),
    (NODES.arguments, "node_ids", {"pool_id": "pool-1"}),
    (NODES.arguments, "expected_nodes", {"pool_id": "pool-1"}),
    (PREP.arguments, "expected_nodes", {"job_id": "job-1"}),
]


@pytest.mark.parametrize("value", WRONG_IDS)
@pytest.mark.parametrize(
    ("arguments", "option"),
    [(MODULES[name].arguments, option) for name, options in READS.items() for option in options],
)
def test_what_would_change_the_path_is_no_id(arguments: Arguments, option: str, value: str) -> None:
    refused = refusal_of(arguments, **{option: value})
    assert refused.option == option
    assert str(refused).startswith(f"{option}: {value!r} is not an id")


@pytest.mark.parametrize("value", WRONG_IDS)
@pytest.mark.parametrize(
    ("arguments", "option", "parent"),
    LISTS,
)
def test_one_wrong_id_in_a_list_is_refused(
    arguments: Arguments, option: str, parent: dict[str, str], value: str
) -> None:
    assert refusal_of(arguments, **{option: ["good-1", value], **parent}).option == option


@pytest.mark.parametrize(
    ("arguments", "option", "parent"),
    LISTS,
)
def test_an_empty_list_is_refused_because_it_means_that_something_went_wrong_before(
    arguments: Arguments, option: str, parent: dict[str, str]
) -> None:
    assert refusal_of(arguments, **{option: [], **parent}).option == option


@pytest.mark.parametrize(
    "value", ["a", "A-1_b.c", "sched:job-1", "..a", "tvm-1695681911_1-20250117t000000z-p", "1" * 256]
)
def test_what_the_service_names_objects_is_an_id(value: str) -> None:
    assert question(JOBS.arguments, job_id=value).job_ids == (value,)


def test_an_id_twice_is_read_once_and_order_is_kept() -> None:
    assert question(JOBS.arguments, job_ids=["b", "a", "b"]).job_ids == ("b", "a")


def test_ids_that_differ_in_case_only_are_one() -> None:
    """Two of them are not two nodes, of which one may satisfy what is asked of both."""
    assert question(NODES.arguments, pool_id="a", node_ids=["TVM-1", "tvm-2", "tvm-1"]).node_ids == ("TVM-1", "tvm-2")
    found = question(PREP.arguments, job_id="a", expected_nodes=["tvm-1", "TVM-1"])
    assert found.expected_nodes == ("tvm-1",)


@pytest.mark.parametrize(
    ("arguments", "options", "several"),
    [
        (JOBS.arguments, {"job_id": "a"}, False),
        (JOBS.arguments, {"job_ids": ["a"]}, True),
        (NODES.arguments, {"pool_id": "a"}, False),
        (NODES.arguments, {"pool_ids": ["a"]}, True),
        (TASKS.arguments, {"job_id": "a", "task_ids": ["b"]}, False),
    ],
)
def test_the_plural_option_asks_for_a_summary_of_each(
    arguments: Arguments, options: dict[str, Any], several: bool
) -> None:
    assert question(arguments, **options).several is several
