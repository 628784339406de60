# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An expression over what was read: true, not true yet, or about nothing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import PENDING, SATISFIED
from ansible_collections.batchops.azure.plugins.module_utils._read.expression import Expression
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

SUMMARY = {"total": 2, "missing": []}


def judged(text: str, summary: dict[str, Any], by_parent: dict[str, Any] | None = None) -> tuple[str, str]:
    snapshot = Snapshot(summary=summary, by_parent=by_parent)
    judgement = Expression(text, "jobs", ReadOptions()).judge(snapshot, {"jobs": [], "summary": summary})
    return judgement.verdict, "; ".join(judgement.as_result()["reasons"])


def test_what_is_true_is_satisfied_and_what_is_not_is_pending() -> None:
    assert judged("summary.total == `2`", SUMMARY) == (SATISFIED, "")
    verdict, reason = judged("summary.total == `3`", SUMMARY)
    assert (verdict, reason) == (PENDING, "expression 'summary.total == `3`' gives false")


@pytest.mark.parametrize(
    ("summary", "by_parent", "words"),
    [
        ({"total": 0, "missing": []}, None, "nothing was found that"),
        ({"total": 1, "missing": []}, {"a": {"total": 1}, "b": {"total": 0}}, "nothing was found in b that"),
        ({"total": 1, "missing": ["job-9"]}, None, "job-9: not found, so the expression cannot be judged"),
    ],
)
def test_of_nothing_no_expression_is_true(summary: dict[str, Any], by_parent: Any, words: str) -> None:
    verdict, reason = judged("`true`", summary, by_parent)
    assert verdict == PENDING
    assert words in reason


def test_the_list_of_facts_may_not_be_named_where_it_is_left_out() -> None:
    with pytest.raises(OptionError, match=r"^expression: is about jobs, which details=summary leaves out"):
        Expression("length(jobs) > `0`", "jobs", ReadOptions(summary_only=True))


def _digest(facts: dict[str, Any], watched: bool = True) -> int:
    snapshot = Snapshot(summary=SUMMARY)
    return (
        Expression("`true`", "jobs", ReadOptions(watched=watched)).judge(snapshot, facts | {"summary": SUMMARY}).digest
    )


def test_a_wait_sees_each_change_of_what_an_expression_may_be_about() -> None:
    seen = {"jobs": [{"id": "a", "state": "active"}, {"id": "b", "state": "disabled"}]}
    assert _digest(seen) == _digest({"jobs": seen["jobs"][::-1]})
    changes = [
        {"jobs": [{"id": "a", "state": "disabled"}, {"id": "b", "state": "active"}]},
        {"jobs": [{"id": "a", "previous": "active"}, {"id": "b", "previous": "disabled"}]},
        {"jobs": seen["jobs"][:1]},
    ]
    assert len({_digest(facts) for facts in (seen, *changes)}) == 4
    # Nobody asks for it without a limit to standing still, and it takes long.
    assert _digest(seen, watched=False) == 0
