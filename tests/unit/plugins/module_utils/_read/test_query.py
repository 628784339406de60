# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JMESPath: only true is true, and what is wrong is said with the option and the place."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._read.query import Query

RESULT: dict[str, Any] = {
    "jobs": [{"id": "a", "state": "active"}, {"id": "b", "state": "completed"}],
    "summary": {"total": 2},
}


@pytest.mark.parametrize(
    ("text", "position"),
    [("jobs[?", 6), ("jobs[?state=='a'", 16), ("jobs]", 4), ("jobs[*].id)", 10), ("a ~ b", 2), ("'unclosed", 0)],
)
def test_what_cannot_be_parsed_is_refused_with_its_place(text: str, position: int) -> None:
    with pytest.raises(OptionError) as refused:
        Query("query", text)
    sentence = str(refused.value)
    assert sentence.startswith(f"query: {text!r} is not JMESPath: ")
    assert sentence.endswith(f"at position {position}")
    assert "\n" not in sentence


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_expression_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match=r"^expression: "):
        Query("expression", text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("jobs[].id", ["a", "b"]),
        ("jobs[?state=='active'].id | [0]", "a"),
        ("length(jobs)", 2),
        ("summary.total > `1`", True),
        ("nothing.here", None),
    ],
)
def test_a_query_gives_what_it_finds(text: str, value: Any) -> None:
    assert Query("query", text).over(RESULT) == value


@pytest.mark.parametrize("text", ["length(summary.total)", "abs('a')", "sum(jobs[].id)", "no_such(jobs)", "length()"])
def test_a_function_that_does_not_fit_is_refused_with_the_option(text: str) -> None:
    with pytest.raises(OptionError) as refused:
        Query("query", text).over(RESULT)
    assert str(refused.value).startswith(f"query: {text!r} does not fit the result: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("!taks", ["taks"]),
        ("summary.totl == summary.sum", ["summary.totl", "summary.sum"]),
        ("summary.total == `2` && !jbs[?state=='active']", ["jbs"]),
        ("length(jbs[*].id) == `0` || !(sumary.failed)", ["jbs", "sumary.failed"]),
        ("[jbs, {a: summry}] | [0] == null", ["jbs", "summry"]),
        ("@.taks == (@ | jbs) && !(@.summary.totl) && @.summary.total == `2`", ["taks", "jbs", "summary.totl"]),
        # What is read of an item may be absent.
        ("jobs[?stat=='active'].stat | [0] == jobs[0].nothing", []),
        ("summary.total > `1` && max_by(jobs, &size).id != 'a' && !summary.total.more", []),
        ("contains(keys(@), 'jobs') && summary | total == `2`", []),
    ],
)
def test_names_that_are_not_in_the_result(text: str, names: list[str]) -> None:
    assert Query("expression", text).strangers(RESULT) == names


def test_true_lacks_nothing() -> None:
    assert Query("expression", "length(jobs) == `2`").lacking(RESULT) is None


@pytest.mark.parametrize(("text", "word"), [("length(jobs) == `3`", "false"), ("jobs[9].ready", "null")])
def test_false_and_null_are_not_true_yet(text: str, word: str) -> None:
    assert Query("expression", text).lacking(RESULT) == f"expression {text!r} gives {word}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("length(jobs)", "a number"),
        ("jobs", "an array"),
        ("'true'", "a string"),
        ("summary", "an object"),
        ("`1.5`", "a number"),
    ],
)
def test_what_is_neither_true_nor_false_is_refused(text: str, kind: str) -> None:
    with pytest.raises(OptionError, match=f"^expression: .*must give true or false, and gives {kind}; compare it$"):
        Query("expression", text).lacking(RESULT)


@pytest.mark.parametrize(
    "text", ["jobs[::0]", "ceil(to_number('inf'))", "ceil(to_number('nan'))", "contains(jobs[0].id, `1`)"]
)
def test_what_the_library_does_not_check_is_refused_with_the_option(text: str) -> None:
    with pytest.raises(OptionError, match=r"^query: .* does not fit the result \(\w+Error\)$"):
        Query("query", text).over(RESULT)


@pytest.mark.parametrize("text", ["(" * 5000, "!" * 5000])
def test_what_is_nested_too_deeply_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match="nested too deeply") as refused:
        Query("query", text)
    assert len(str(refused.value)) < 200
