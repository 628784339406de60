# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole pages: what stands on them, that nothing of it is markup of a stranger, and that they stay small."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.page import page
from ansible_collections.batchops.azure.tests.support.drawn_facts import (
    READ_AT,
    account,
    at,
    node,
    prepared,
    ran,
    task,
)

FAILED = {"verdict": "failed", "reasons": ["tvm-3: preparation failed"], "checks": []}
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{ 7*7 }}{% raw %}\x1b[31m\u202e</title></style>--><a href=//evil>"
EMPTY = {"meta", "br", "img", "link", "input"}


class Read(HTMLParser):
    """The page as a browser would take it apart, and whether each element ends where it must."""

    # Those that may be left open.
    OPTIONAL = frozenset(("li", "tr", "td", "th", "thead", "tbody"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in EMPTY | self.OPTIONAL:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.OPTIONAL:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def made(judged: dict[str, Any], *facts: dict[str, Any], **words: Any) -> str:
    text = page(judged, facts, **{"title": "Report", "version": "1.2.3", "read_at": READ_AT, **words})
    read = Read(text)
    assert read.open == []
    return text


def spoiled(value: Any, spoil: Callable[[str], str], name: str = "") -> Any:
    """The same with each text spoiled that is not a time."""
    if isinstance(value, dict):
        return {key: spoiled(item, spoil, key) for key, item in value.items()}
    if isinstance(value, list):
        return [spoiled(item, spoil, name) for item in value]
    return spoil(value) if isinstance(value, str) and not name.endswith("_time") else value


def everything() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A result and facts with a text in every place that the page shows."""
    failure = {
        **dict.fromkeys(("kind", "job_id", "task_id", "pool_id", "node_id", "sentence", "reason"), "word"),
        **dict.fromkeys(("stderr_tail", "stdout_tail", "tail_error"), "word"),
    }
    check = {"name": "c", "condition": "c", "verdict": "c", "summary": {"by_state": {ATTACK: 2}, "failed": 1}}
    judged = {
        "verdict": "failed",
        "api_version": "word",
        "message": "The gate is closed.",
        "reasons": ["a reason"],
        "tolerated": ["let pass"],
        "checks": [check],
        "failures": [failure],
    }
    errors = [{"code": "c", "message": "m"}]
    broken = {"code": "c", "message": "m"}
    facts: list[dict[str, Any]] = [
        {"jobs": [{"id": "job-7", "url": "https://a"}]},
        {
            "tasks": [
                task(1, "tvm-1", ran(1, 2, "failure", exit_code="x", failure_info=broken)),
                task(2, None, {}, "active"),
            ]
        },
        {"nodes": [node("tvm-1", errors=errors), {**node("tvm-2"), "pool_id": "pool-8"}]},
        {"nodes": [prepared("tvm-1", ran(1, 2), ran(3, None))]},
        {"by_pool": {"p": {"pool_state": "s", "allocation_state": "a", "resize_errors": ["e"]}}},
        {
            "pools": [
                {
                    "id": "q",
                    "state": "s",
                    "resize_errors": [{"code": "c", "message": "m", "values": [{"name": "n", "value": "v"}]}],
                }
            ]
        },
        {"failed": True, "msg": "a read has failed"},
    ]
    return judged, facts


@pytest.mark.parametrize(
    ("judged", "read", "foot"),
    [
        ({}, [], "not told"),
        # What a read that failed was to ask has not been answered.
        ({}, [{"failed": True, "invocation": {"module_args": {"api_version": "2024-07-01.20.0"}}}], "not told"),
        ({}, [{"tasks": [], "api_version": "2024-07-01.20.0"}], "2024-07-01.20.0"),
        ({"api_version": "2025-06-01"}, [], "2025-06-01"),
        ({"api_version": "2025-06-01"}, [{"api_version": "2024-07-01.20.0"}] * 2, "2025-06-01, 2024-07-01.20.0"),
    ],
)
def test_the_api_version_is_what_the_results_say(judged: dict[str, Any], read: list[dict[str, Any]], foot: str) -> None:
    assert f"<dt>api-version</dt><dd>{foot}</dd>" in made({**FAILED, **judged}, *read)


def test_first_comes_the_verdict_and_at_the_foot_where_it_is_from() -> None:
    text = made(FAILED, *account(12, 24), api_version="2025-06-01", title="Nightly")
    assert re.search(r'<header class="verdict failed">\s*<p class="title">Nightly</p>\s*<h1>Failed', text)
    assert text.index("tvm-3: preparation failed") < text.index("<h2>Timeline")
    foot = text[text.index("<footer>") :]
    for words in (
        "myaccount.westeurope.batch.azure.com",
        "2025-06-01",
        "2026-01-31 09:00:00 UTC",
        "batchops.azure 1.2.3",
    ):
        assert words in foot


def test_nothing_is_asked_of_a_network_and_no_script_is_needed() -> None:
    judged, facts = everything()
    read = Read(made(judged, *facts))
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form", "a", "use", "image"} & set(
        read.tags
    )
    assert not {"href", "src", "srcset", "action", "xlink:href", "background"} & {
        name for name, _value in read.attributes
    }
    assert not [name for name, _value in read.attributes if name.startswith("on")]
    assert ("content", "width=device-width, initial-scale=1") in read.attributes
    assert [value for _name, value in read.attributes if value.startswith("default-src 'none'")]
    style = "".join(read.text)
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style
    assert "url(h" not in style
    assert "@import" not in style


def test_no_text_of_a_stranger_is_more_than_a_text() -> None:
    judged, facts = everything()
    plain = Read(made(judged, *facts))
    attacked = Read(
        made(spoiled(judged, lambda _text: ATTACK), *spoiled(facts, lambda _text: ATTACK), title=ATTACK, account=ATTACK)
    )
    # Things that have the same id are one: there may be fewer elements, but of no other kind.
    assert set(attacked.tags) <= set(plain.tags)
    assert {name for name, _value in attacked.attributes} <= {name for name, _value in plain.attributes}


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800"]
)
def test_no_character_is_unseen(character: str) -> None:
    judged, facts = everything()
    spoil = f"a{character}b"
    text = made(spoiled(judged, lambda _text: spoil), *spoiled(facts, lambda _text: spoil), title=spoil)
    assert character not in text
    text.encode()


def test_every_text_is_shown_and_no_template_is_left_in_it() -> None:
    """Each place has a word of its own, and all come out; none as what Ansible would take for a template."""
    judged, facts = everything()
    number = iter(range(10_000))
    words: list[str] = []

    def mark(text: str) -> str:
        words.append(f"mark{next(number)}-")
        return f"{{{{ {words[-1]} }}}}" if text not in _MEANINGFUL else text

    text = made(spoiled(judged, mark), *spoiled(facts, mark))
    assert "{{" not in text
    assert "{%" not in text
    shown = {word for word in words if word in text}
    assert len(shown) > 25


# Words that decide how something is drawn; the rest of the vocabulary is free.
_MEANINGFUL = {"completed", "running", "active", "success", "failure", "failed", "idle"}


def test_what_is_masked_stays_masked() -> None:
    judged, facts = everything()
    judged["failures"][0]["stderr_tail"] = "password=REDACTED"
    text = made(judged, *facts)
    assert "password=REDACTED" in text
    # What the page has no use for is not on it, masked or not.
    facts[1]["tasks"][0]["command_line"] = "hunter2"
    facts[1]["tasks"][0]["environment_settings"] = [{"name": "A", "value": "hunter2"}]
    facts[2]["nodes"][0]["start_task"] = {"command_line": "hunter2"}
    facts[2]["nodes"][0]["ip_address"] = "hunter2"
    assert "hunter2" not in made(judged, *facts)


@pytest.mark.parametrize("verdict", ["satisfied", "pending", "failed"])
def test_the_verdict_is_a_word_and_a_sign_and_no_colour_only(verdict: str) -> None:
    text = made({"verdict": verdict, "reasons": []})
    assert f'<header class="verdict {verdict}">' in text
    assert f"<title>Report: {verdict}</title>" in text


def test_a_result_without_a_verdict_is_no_good_news() -> None:
    assert "It could not be judged." in made({"failed": True, "msg": "no connection"})
    assert "Nothing was judged" in made({"tasks": []})
    assert 'class="verdict satisfied"' not in made({"failed": True, "msg": "no connection"})


def test_a_page_without_any_facts_says_so() -> None:
    text = made({"verdict": "satisfied"})
    assert "Nothing of what was read has a time." in text
    assert "<h2>Nodes by state" not in text


def test_an_older_version_of_the_service_leaves_things_out() -> None:
    bare_task = {
        "job_id": "job-7",
        "id": "t",
        "state": "completed",
        "execution_info": {"end_time": at(9), "exit_code": 0},
    }
    bare_node = {"pool_id": "pool-7", "id": "tvm-1", "state": "idle"}
    text = made({"verdict": "satisfied"}, {"tasks": [bare_task]}, {"nodes": [bare_node]})
    assert "task t, succeeded" in text


@pytest.mark.parametrize(("nodes", "tasks"), [(12, 24), (400, 8_000), (1_000, 10_000), (10_000, 100_000)])
def test_it_stays_under_a_megabyte(nodes: int, tasks: int) -> None:
    assert len(made(FAILED, *account(nodes, tasks)).encode()) < 1_000_000


@pytest.mark.parametrize(("nodes", "tasks"), [(500, 5_000), (10_000, 20_000)])
def test_long_ids_do_not_make_it_large(nodes: int, tasks: int) -> None:
    facts = account(nodes, tasks)
    long = spoiled(facts, lambda text: text if text in _MEANINGFUL else f"{text}-{'x' * 50}")
    assert len(made(FAILED, *long).encode()) < 1_000_000


def test_a_time_of_reading_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="read_at: 'soon'"):
        made({}, read_at="soon")
