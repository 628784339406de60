# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A verdict is the worst of what it is made of."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    Consequence,
    Judgement,
    Lasting,
    Offender,
    Reason,
    name_some,
    shorten,
    weight,
)

A, B = Reason("a"), Reason("b")


@pytest.mark.parametrize(
    ("failed", "missing", "verdict", "settled"),
    [
        ([], [], "satisfied", True),
        ([], [A], "pending", False),
        ([A], [], "failed", True),
        ([A], [B], "failed", False),
    ],
)
def test_a_verdict_is_the_worst_of_its_reasons(
    failed: list[Reason], missing: list[Reason], verdict: str, settled: bool
) -> None:
    judgement = Judgement(failed, missing)
    assert (judgement.verdict, judgement.settled) == (verdict, settled)


def test_judgements_add_up_to_the_worst() -> None:
    total = Judgement()
    for part, verdict in ((Judgement(), "satisfied"), (Judgement([], [B]), "pending"), (Judgement([A]), "failed")):
        total.add(part)
        assert total.verdict == verdict
    total.add(Judgement())
    assert total.as_result() == {"verdict": "failed", "reasons": ["a", "b"]}


def test_adding_does_not_change_what_is_added() -> None:
    part = Judgement([A])
    total = Judgement()
    total.add(part)
    total.add(Judgement([B]))
    assert part.failed == [A]


@pytest.mark.parametrize(
    ("parts", "going_on"),
    [
        ([True, False], True),
        ([False, True], True),
        ([False, False], False),
        ([None, False], False),
        ([None, True], True),
        # What is missing says so then, also what becomes missing later.
        ([None, None], None),
    ],
)
def test_a_sum_goes_on_as_long_as_one_of_its_parts_does(parts: list[bool | None], going_on: bool | None) -> None:
    total = Judgement(going_on=parts[0])
    total.add(Judgement(going_on=parts[1]))
    assert total.going_on is going_on
    assert total.settled is not going_on


def test_what_is_missing_may_come_where_its_part_does_not_say_whether_it_goes_on() -> None:
    total = Judgement(missing=[B])
    total.add(Judgement(going_on=False))
    assert not total.settled


def test_a_sum_has_seen_what_its_parts_have() -> None:
    total = Judgement(digest=2)
    total.add(Judgement(digest=3))
    assert total.digest == 5


@pytest.mark.parametrize(
    ("judgement", "message"),
    [
        (Judgement([], [B]), "Condition ready is not satisfied yet: b"),
        (Judgement([A], [B]), "Condition ready can no longer be satisfied: a; b"),
    ],
)
def test_a_message_says_whether_it_may_still_come(judgement: Judgement, message: str) -> None:
    assert judgement.message("condition ready") == message


def test_what_makes_it_impossible_comes_before_what_is_missing() -> None:
    assert Judgement([A], [B]).as_result()["reasons"] == ["a", "b"]


@pytest.mark.parametrize("count", [0, 1, 20])
def test_a_few_reasons_are_all_told(count: int) -> None:
    assert len(shorten([A] * count)) == count


def test_of_many_reasons_the_rest_is_counted() -> None:
    assert shorten([Reason(str(number)) for number in range(33)])[19:] == ["19", "and 13 more"]


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


TASK, NODE = Offender("task", "exit code 1", "job-1", "task-1"), Offender("node", "is unusable", node_id="tvm-1")


def test_a_reason_is_a_sentence_that_knows_whom_it_accuses() -> None:
    reason = Reason("both failed", TASK, NODE)
    assert (reason.sentence, reason.offenders) == ("both failed", (TASK, NODE))
    assert not isinstance(reason, str)
    assert Reason("nobody").offenders == ()
    assert Consequence("later", TASK).offenders == (TASK,)


def test_a_reason_knows_since_when_where_that_is_known() -> None:
    known, unknown = Lasting("tvm-1", "starting", "2025-01-17T00:00:00Z"), Lasting("tvm-2", "starting", None)
    assert Reason("two are starting", lasting=[known, unknown]).lasting == (known,)
    reasons = Reason("x"), Reason("x", lasting=[known]), Reason("x", lasting=[known], total=9)
    assert [reason.total for reason in reasons] == [0, 1, 9]


def test_a_reason_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        A.sentence = "b"  # type: ignore[misc]


def test_reasons_are_equal_where_all_of_them_is() -> None:
    assert Reason("a", TASK) == Reason("a", TASK)
    assert len({Reason("a", TASK), Reason("a"), Consequence("a", TASK)}) == 3


@pytest.mark.parametrize("more", [{"lasting": [Lasting("t", "running", "11:13")]}, {"total": 3}, {"tail": ": so far"}])
def test_since_when_it_is_so_makes_no_other_reason(more: dict[str, Any]) -> None:
    assert Reason("a", TASK, **more) == Reason("a", TASK)


def test_there_are_no_fewer_than_tell_since_when() -> None:
    told = [Lasting("t", "running", "11:13"), Lasting("u", "running", None), Lasting("v", "running", "11:14")]
    assert [Reason("a", lasting=told, total=total).total for total in (0, 2, 7)] == [2, 2, 7]
    assert Reason("a", lasting=told).lasting == (told[0], told[2])


def test_since_when_and_what_a_wait_sees_make_no_other_reason_and_no_other_judgement() -> None:
    assert Reason("a", lasting=[Lasting("tvm-1", "starting", "2025")], total=9, tail=" [pool-1]") == Reason("a")
    assert Judgement([A], digest=1) == Judgement([A], digest=2)


@pytest.mark.parametrize("where", ["failed", "missing", "tolerated"])
def test_a_judgement_holds_nothing_but_reasons(where: str) -> None:
    with pytest.raises(TypeError, match="holds reasons, not 'a plain one'"):
        Judgement(**{where: [A, "a plain one"]})  # type: ignore[arg-type]


def test_a_result_tells_sentences() -> None:
    judgement = Judgement([Reason("a", TASK)], [Consequence("b", NODE)], [A])
    assert judgement.as_result() == {"verdict": "failed", "reasons": ["a", "b"], "tolerated": ["a"]}


def test_what_is_tolerated_decides_nothing() -> None:
    judgement = Judgement(tolerated=[Reason("a", TASK)])
    assert (judgement.verdict, judgement.settled, judgement.as_result()["reasons"]) == ("satisfied", True, [])


def test_offenders_are_those_that_failed_or_are_tolerated_each_once() -> None:
    waited_for = Offender("job", "is active", "job-1")
    judgement = Judgement(
        [Reason("a", TASK), Reason("b", NODE, TASK), Reason("nobody")], [Reason("c", waited_for)], [Reason("d", NODE)]
    )
    assert judgement.offenders == [NODE, TASK]


def test_adding_up_keeps_what_is_tolerated() -> None:
    total = Judgement()
    total.add(Judgement(tolerated=[A]))
    assert total.tolerated == [A]


def test_the_first_word_about_an_offender_stands() -> None:
    again = Offender("task", "something else", "job-1", "task-1", blocks=3)
    assert Judgement([Reason("a", TASK), Reason("b", again)]).offenders == [TASK]


def test_a_node_and_its_start_task_are_the_same() -> None:
    start = Offender("start_task", "exit code 1", node_id="tvm-1", ran=True)
    assert Judgement([Reason("a", start), Reason("b", NODE)]).offenders == [start]


def test_preparation_and_release_of_one_node_are_two() -> None:
    both = [Offender(kind, "exit code 1", "job-1", node_id="tvm-1") for kind in ("preparation", "release")]
    assert Judgement([Reason("a", *both)]).offenders == both


def test_what_blocks_most_weighs_most() -> None:
    kinds = ["subtask", "task", "release", "preparation", "start_task", "node", "job", "pool", "other"]
    offenders = [Offender(kind, "x") for kind in kinds]
    ordered = [offender.kind for offender in sorted(offenders, key=weight)]
    assert ordered == ["other", "pool", "job", "node", "start_task", "preparation", "release", "subtask", "task"]
    assert weight(Offender("task", "x", blocks=2)) < weight(TASK)


def test_one_offender_in_two_spellings_is_one() -> None:
    reasons = [Reason(node_id, Offender("node", "is unusable", pool_id="p", node_id=node_id)) for node_id in ("a", "A")]
    assert [offender.node_id for offender in Judgement(failed=reasons).offenders] == ["a"]
    assert Offender("node", "is unusable").key == ("node", None, None, None, None)
