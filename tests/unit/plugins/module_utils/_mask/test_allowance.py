# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much is searched for secrets after a deadline: all before it, so many characters after it, and never less than what is free."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline
from ansible_collections.batchops.azure.plugins.module_utils._mask.allowance import MOST_CHARACTERS, Allowance
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import LONGEST
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.last_look import FactsInTime
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

HARMLESS, HOSTILE = "a word ", "password "


def _allowance(seconds: float = 0) -> Allowance:
    return Allowance(Deadline(ScriptedClock(), seconds))


def _covered(allowance: Allowance, text: str, most: int) -> int:
    """How many such texts are, of `most`."""
    return sum(allowance.covers(text) for _time in range(most))


def test_before_the_deadline_everything_is_covered() -> None:
    allowance = _allowance(seconds=1)
    long = HOSTILE * (LONGEST // len(HOSTILE))
    assert _covered(allowance, long, 100) == 100
    assert all(allowance.covers_name("PASSWORD" * LONGEST) for _time in range(9))
    assert allowance.refused == 0


def test_the_deadline_may_pass_in_between() -> None:
    clock = ScriptedClock()
    allowance = Allowance(Deadline(clock, 1))
    long = HOSTILE * (LONGEST // len(HOSTILE))
    assert _covered(allowance, long, 100) == 100
    clock.work(2)
    covered = _covered(allowance, long, 100)
    assert 0 < covered < 100
    assert allowance.refused == 100 - covered


@pytest.mark.parametrize("length", [len(HOSTILE), 1_000, LONGEST, 10 * LONGEST])
def test_after_it_as_many_characters_are_however_they_are_divided(length: int) -> None:
    allowance = _allowance()
    text = HOSTILE * (length // len(HOSTILE))
    most = 200_000
    covered = next(number for number in range(most) if not allowance.covers(text))
    assert 0 < covered * min(length, LONGEST) <= MOST_CHARACTERS + LONGEST
    assert not allowance.covers(text)
    assert allowance.refused == 2


def test_many_short_ones_count_for_more_than_their_characters() -> None:
    assert _covered(_allowance(), "sig", 50_000) < 20_000


def test_a_short_text_that_needs_no_pattern_is_free_and_of_a_long_one_a_tenth_counts() -> None:
    allowance = _allowance()
    assert _covered(allowance, HARMLESS, 30_000) == 30_000
    long = HARMLESS * (LONGEST // len(HARMLESS))
    assert 10 * MOST_CHARACTERS - 10 * LONGEST < _covered(allowance, long, 1_000) * LONGEST < 10 * MOST_CHARACTERS
    # And then it is over for what may hold a secret.
    assert not allowance.covers(HOSTILE)
    assert allowance.covers(HARMLESS)
    assert (allowance.covers("a" * 99), allowance.covers("a" * 100)) == (True, False)


@pytest.mark.parametrize("length", [950, 951])
def test_each_text_counts_for_fifty_characters_more_and_the_last_one_as_a_whole(length: int) -> None:
    assert _covered(_allowance(), "key".ljust(length), 2_000) == 1_000


def test_a_text_with_urls_counts_twice() -> None:
    plain, urls = (_covered(_allowance(), text.ljust(1_000), 2_000) for text in ("key", "://"))
    assert 2 * urls == pytest.approx(plain, rel=0.05)


def test_each_name_counts_whatever_it_is() -> None:
    allowance = _allowance()
    covered = sum(allowance.covers_name(f"A{number}") for number in range(50_000))
    assert 10_000 < covered < 20_000


def test_equal_texts_of_a_list_are_told_one_by_one() -> None:
    allowance = _allowance()
    while allowance.covers(HOSTILE * 1_000):
        pass
    before = allowance.refused
    settings = [{"name": "MODE", "value": HOSTILE} for _time in range(3)]
    assert "hunter2" not in str(FactsInTime("patterns", allowance).of({"metadata": settings}))
    assert allowance.refused == before + 3


@pytest.mark.parametrize("redact", ["strict", "patterns"])
def test_what_is_not_covered_is_masked_whole_wherever_it_stands(redact: str) -> None:
    allowance = _allowance()
    while allowance.covers(HOSTILE * 1_000):
        pass
    wire = {
        "id": "one",
        "displayName": "hunter2 https://x",
        "state": "active",
        "metadata": [{"name": "hunter2 key", "value": "hunter2 --password"}],
        "environmentSettings": [{"name": "MODE", "value": "hunter2"}, {"name": "EMPTY", "value": ""}],
        "resourceFiles": [{"httpUrl": "https://x/hunter2"}],
        "tags": {"hunter2": {"a": "hunter2"}},
    }
    facts = FactsInTime(redact, allowance).of(wire)
    assert "hunter2" not in str(facts)
    assert (facts["id"], facts["state"]) == ("one", "active")
    assert facts["tags"] == {"REDACTED": "REDACTED"}
    assert [item["name"] for item in facts["environment_settings"]] == ["MODE", "EMPTY"]
    assert FactsInTime("none", allowance).of(wire)["tags"] == wire["tags"]


@pytest.mark.parametrize("redact", ["strict", "patterns", "none"])
def test_what_is_covered_is_masked_as_a_read_masks_it(redact: str) -> None:
    wire = {
        "id": "one",
        "displayName": "sig=hunter2",
        "commandLine": "run --password hunter2",
        "resourceFiles": [{"httpUrl": "https://x/c?sig=hunter2"}, {"httpUrl": None}, {"httpUrl": ["https://x"]}],
        "tags": {"owner": "me"},
    }
    assert FactsInTime(redact, _allowance()).of(wire) == Facts(redact).of(wire)


def test_what_needs_no_search_is_shown_though_nothing_is_covered() -> None:
    allowance = _allowance()
    while allowance.covers(HOSTILE * 1_000):
        pass
    assert FactsInTime("strict", allowance).of({"commandLine": "run hunter2 key"}) == {"command_line": "run REDACTED"}


def test_names_beyond_the_allowance_are_masked_beside_those_within_it() -> None:
    tags = {f"{number:01000}": "me" for number in range(1_500)}
    shown = FactsInTime("patterns", _allowance()).of({"tags": tags})["tags"]
    assert 500 < len(shown) < 1_500
    assert shown.pop("REDACTED") == "REDACTED"
    assert shown.keys() < tags.keys()
