# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pauses that grow, and what is told when something cannot be read and when it can be again."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, TransportError
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.outages import Outages
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.watches import ARGUMENTS, parse_watches
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.following import said

NOW = "2026-01-31T08:00:00.123Z"
ACCOUNT = "https://account.example"


def outages(*jobs: str, interval: float = 30) -> Outages:
    watch = [{"kind": "tasks", "job_ids": list(jobs)}]
    return Outages(ACCOUNT, parse_watches(params_of(ARGUMENTS, watch=watch)), interval)


def error(words: str = "reset", retry_after: str | None = None) -> BatchError:
    broken = TransportError(words)
    broken.retry_after = retry_after
    return broken


def looks_until(kept: Outages, failures: int, **errors: str | None) -> list[int]:
    """After each failure, how many looks there are until it is tried again."""
    found, looks = [], 0
    while len(found) < failures:
        looks += 1
        assert looks < 10_000, "it is never tried again"
        if kept.due():
            found.append(looks)
            looks = 0
            kept.note({"tasks of a": error(**errors)}, NOW)
    return found[1:]


def test_pauses_grow_to_ten_minutes() -> None:
    assert looks_until(outages("a"), 8) == [1, 2, 4, 8, 16, 20, 20]


def test_an_interval_that_is_longer_than_the_longest_pause_stays() -> None:
    assert looks_until(outages("a", interval=3600), 4) == [1, 1, 1]


@pytest.mark.parametrize(
    ("asked", "looks"),
    [
        ("1800", 61),
        ("3600", 120),
        ("86400", 120),
        ("9" * 400, 120),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 120),
        ("soon", 1),
    ],
    ids=["half an hour", "an hour", "a day", "digits", "date", "no number"],
)
def test_what_the_service_asks_for_counts_up_to_an_hour(asked: str, looks: int) -> None:
    assert looks_until(outages("a"), 2, retry_after=asked) == [looks]


def test_an_interval_that_is_longer_than_an_hour_stays_whatever_the_service_asks_for() -> None:
    assert looks_until(outages("a", interval=7200), 3, retry_after="86400") == [1, 1]


def test_one_that_fails_is_told_once_and_so_is_its_end() -> None:
    kept = outages("a", "b")
    assert len(kept.due()) == 2
    [told] = kept.note({"tasks of a": error(), "tasks of b": None}, NOW)
    assert told["batch"] == {
        "kind": "source",
        "id": "tasks of a",
        "job_id": "a",
        "pool_id": None,
        "node_id": None,
        "from": "reading",
        "to": "failing",
        "reason": "reset",
        "at": NOW,
    }
    assert not kept.note({"tasks of a": error("another"), "tasks of b": None}, NOW)
    [over] = kept.note({"tasks of a": None}, NOW)
    assert said([over]) == [("source", "tasks of a", "failing", "reading")]
    assert over["batch"]["reason"] is None
    assert not kept.note({"tasks of a": None}, NOW)


def test_where_nothing_can_be_read_that_is_told_once_of_the_account() -> None:
    kept = outages("a", "b", "c")
    first = kept.note({f"tasks of {job}": error() for job in "abc"}, NOW)
    assert said(first) == [("source", ACCOUNT, "reading", "failing")]
    assert first[0]["batch"]["reason"] == "reset"
    assert not kept.note({}, NOW)
    # One answers: the account does, and those that do not are told by their names.
    after = kept.note({"tasks of a": None, "tasks of b": error("gone"), "tasks of c": None}, NOW)
    assert said(after) == [
        ("source", ACCOUNT, "failing", "reading"),
        ("source", "tasks of b", "reading", "failing"),
    ]
    assert after[1]["batch"]["reason"] == "gone"


def test_when_the_account_answers_again_everything_is_tried_at_the_next_look() -> None:
    kept = outages("a", "b")
    for _failure in range(5):
        kept.note({"tasks of a": error(), "tasks of b": error()}, NOW)
    assert kept.due() == []
    kept.note({"tasks of a": None}, NOW)
    assert len(kept.due()) == 2


def test_what_was_told_before_the_account_failed_is_not_told_again() -> None:
    kept = outages("a", "b")
    kept.note({"tasks of a": error(), "tasks of b": None}, NOW)
    [away] = kept.note({"tasks of b": error("no route")}, NOW)
    assert said([away]) == [("source", ACCOUNT, "reading", "failing")]
    assert away["batch"]["reason"] == "no route"
    assert said(kept.note({"tasks of b": None}, NOW)) == [("source", ACCOUNT, "failing", "reading")]
    assert said(kept.note({"tasks of a": None}, NOW)) == [("source", "tasks of a", "failing", "reading")]
