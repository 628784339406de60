# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A verdict is the worst of what it is made of."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, name_some, shorten


@pytest.mark.parametrize(
    ("failed", "missing", "verdict", "settled"),
    [
        ([], [], "satisfied", True),
        ([], ["a"], "pending", False),
        (["a"], [], "failed", True),
        (["a"], ["b"], "failed", False),
    ],
)
def test_a_verdict_is_the_worst_of_its_reasons(
    failed: list[str], missing: list[str], verdict: str, settled: bool
) -> None:
    judgement = Judgement(failed, missing)
    assert (judgement.verdict, judgement.settled) == (verdict, settled)


def test_judgements_add_up_to_the_worst() -> None:
    total = Judgement()
    for part, verdict in ((Judgement(), "satisfied"), (Judgement([], ["b"]), "pending"), (Judgement(["a"]), "failed")):
        total.add(part)
        assert total.verdict == verdict
    total.add(Judgement())
    assert total.as_result() == {"verdict": "failed", "reasons": ["a", "b"]}


def test_adding_does_not_change_what_is_added() -> None:
    part = Judgement(["a"])
    total = Judgement()
    total.add(part)
    total.add(Judgement(["b"]))
    assert part.failed == ["a"]


def test_what_makes_it_impossible_comes_before_what_is_missing() -> None:
    assert Judgement(["a"], ["b"]).as_result()["reasons"] == ["a", "b"]


@pytest.mark.parametrize("count", [0, 1, 20])
def test_a_few_reasons_are_all_told(count: int) -> None:
    assert len(shorten(["x"] * count)) == count


def test_of_many_reasons_the_rest_is_counted() -> None:
    assert shorten([str(number) for number in range(33)])[19:] == ["19", "and 13 more"]


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b", "c", "d", "e"], "a, b, c, d, e"),
        (["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e and 2 more"),
    ],
)
def test_of_many_ids_some_are_named(ids: list[str], text: str) -> None:
    assert name_some(iter(ids)) == text
