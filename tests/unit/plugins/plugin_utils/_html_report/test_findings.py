# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.findings import (
    checks_of,
    failures_of,
    verdict_of,
)


@pytest.mark.parametrize("word", ["satisfied", "pending", "failed"])
def test_a_verdict_is_handed_on(word: str) -> None:
    seen = verdict_of({"verdict": word, "reasons": ["a", "b"], "tolerated": ["c"]})
    assert (seen.word, seen.reasons, seen.tolerated) == (word, ["a", "b"], ["c"])


def test_the_words_of_the_roles_are_the_headline() -> None:
    found = {"verdict": "failed", "message": "The gate is closed: its check can wait.\n  more", "reasons": []}
    assert verdict_of(found).headline == "The gate is closed: its check can wait."


@pytest.mark.parametrize(
    ("found", "word", "reasons"),
    [
        ({"failed": True, "msg": "no connection"}, "failed", ["no connection"]),
        ({"failed": False, "failure": {"code": "X"}, "msg": "refused"}, "failed", ["refused"]),
        ({"verdict": "splendid"}, "failed", []),
        ({"verdict": None, "msg": "?"}, "failed", ["?"]),
        ({"unreachable": True}, "failed", []),
        ({"jobs": []}, "not judged", []),
        ({}, "not judged", []),
    ],
)
def test_nothing_but_the_word_is_satisfied(found: dict[str, Any], word: str, reasons: list[str]) -> None:
    assert (verdict_of(found).word, verdict_of(found).reasons) == (word, reasons)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"failed": True, "msg": "no connection"}, "the result also says failed"),
        ({"unreachable": True}, "the result also says unreachable"),
        ({"skipped": True}, "the result also says skipped"),
        ({"failure": {"code": "X"}}, "the result also says failure"),
        ({"timed_out": True}, "the result also says timed_out"),
        ({"stalled": True}, "the result also says stalled"),
        ({"checks": []}, "nothing was checked"),
        ({"checks": [{"verdict": "satisfied"}, {"verdict": "failed"}]}, "not every check is"),
    ],
    ids=str,
)
def test_a_satisfied_verdict_that_the_rest_denies_is_not_green(more: dict[str, Any], why: str) -> None:
    seen = verdict_of({"verdict": "satisfied", "message": "The gate is open.", **more})
    assert (seen.word, seen.headline) == ("failed", "It could not be judged.")
    assert seen.reasons[-1] == f"the verdict is satisfied, and yet {why}"
    # Of one module there are no checks.
    assert verdict_of({"verdict": "satisfied", "failed": False, "tasks": []}).word == "satisfied"


def test_checks_are_told_in_numbers() -> None:
    summary = {"by_state": {"active": 0, "completed": 2}, "failed": 1}
    check = {"name": "tasks of job-8", "condition": "succeeded", "verdict": "failed", "summary": summary}
    assert [tuple(one) for one in checks_of({"checks": [check, {}]})] == [
        ("tasks of job-8", "succeeded", "failed", "2 completed, 1 failed"),
        ("", "", "not known", ""),
    ]


def failure(number: int = 1, **more: Any) -> dict[str, Any]:
    ids = {"kind": "task", "job_id": "job-7", "task_id": f"task-{number}", "pool_id": None, "node_id": "tvm-1"}
    return {**ids, "sentence": f"task-{number}: failed", "blocks": 0, "stderr_tail": None, "stdout_tail": None, **more}


def test_failures_have_the_end_of_their_output() -> None:
    [seen] = failures_of([failure(stderr_tail="one\ntwo\n", stdout_tail="", blocks=3)])
    assert (seen.sentence, seen.place, seen.blocks) == ("task-1: failed", "job job-7, task task-1, node tvm-1", 3)
    assert (seen.outputs, seen.note) == ([("stderr.txt", "one\ntwo\n")], "")


@pytest.mark.parametrize(
    ("tails", "note"),
    [
        ({"tail_error": "not read: node has left"}, "not read: node has left"),
        ({"stderr_tail": "", "stdout_tail": ""}, "it has written nothing"),
        ({}, ""),
    ],
)
def test_where_there_is_no_output_it_says_why(tails: dict[str, str], note: str) -> None:
    assert failures_of([failure(**tails)])[0].note == note


def test_each_failure_is_there_once_and_output_of_the_first() -> None:
    seen = failures_of([failure(number % 150, stderr_tail="x") for number in range(300)])
    assert len(seen) == 100
    assert sum(bool(one.outputs) for one in seen) == 20
    assert seen[-1].note == "its output is left out here, to keep the page small"


@pytest.mark.parametrize("odd", [["task-1"], {"id": "task-1"}, 7, float("nan")], ids=str)
def test_a_failure_is_shown_whatever_stands_in_place_of_its_ids(odd: Any) -> None:
    seen = failures_of([failure(task_id=odd, node_id=odd, blocks=odd), failure()])
    assert [one.place for one in seen] == [f"job job-7, task {odd}, node {odd}", "job job-7, task task-1, node tvm-1"]
    assert seen[0].blocks == (7 if odd == 7 else 0)
