# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing that a terminal would obey is in a sentence, wherever it came from."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import (
    on_one_line,
    printable,
    shown,
    visible,
)
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS
from ansible_collections.batchops.azure.tests.support.wire import job

HOSTILE = "\x1b[31mred\x9b2J\u202egnp\u2066\r\nok: [localhost]\u2028next\x07\u200b"


@pytest.mark.parametrize("wait", [False, True])
def test_no_sentence_of_a_result_moves_a_cursor_or_breaks_a_line(service: Loopback, wait: bool) -> None:
    """Facts stay as the service sent them."""
    error = {"code": "Bad" + HOSTILE, "category": "UserError", "message": HOSTILE}
    service.say("/jobs/a", job("a", "completed", executionInfo={"schedulingError": error}))
    given = {"condition": "succeeded", "wait": wait, "diagnostics": True, "job_id": "a"}
    result = ask(service, JOBS, task_counts=False, **given)
    assert result["verdict"] == "failed"
    sentences = [result.get("msg", ""), *result["reasons"]]
    sentences += [failure[name] for failure in result["failures"] for name in ("sentence", "reason")]
    assert all(sentence.isprintable() for sentence in sentences)
    assert result["failures"][0]["sentence"] in result["reasons"]
    assert HOSTILE in result["jobs"][0]["execution_info"]["scheduling_error"]["message"]


def test_no_sentence_of_an_error_moves_a_cursor_or_breaks_a_line(service: Loopback) -> None:
    service.say("/jobs/a", refusal(404, "JobNotFound", HOSTILE, ("Reason", HOSTILE)))
    with pytest.raises(ServiceError) as refused:
        ask(service, JOBS, job_id="a")
    result = refused.value.as_result()
    assert result["msg"].isprintable()
    assert result["failure"]["message"].isprintable()
    assert [value["value"].isprintable() for value in result["failure"]["values"]] == [True]


def test_names_of_checks_are_as_printable_as_the_words_of_the_service(service: Loopback) -> None:
    service.say("/jobs/a", job("a", "active"))
    checks = [{"check": "jobs", "job_id": "a", "name": name, "condition": "completed"} for name in (HOSTILE, "other")]
    result = ask(service, GATE, checks=checks)
    assert result["reasons"]
    assert all(reason.isprintable() for reason in result["reasons"])
    assert all(reason.isprintable() for check in result["checks"] for reason in check["reasons"])


def test_a_line_break_cannot_forge_the_line_of_another_task() -> None:
    for mark in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029":
        assert on_one_line(f"failed{mark}ok: [localhost]") == "failed ok: [localhost]"
        assert printable(f"failed{mark}ok: [localhost]") == "failed?ok: [localhost]"


@pytest.mark.parametrize("mark", "\x00\x07\x08\x1b\x7f\x80\x9b\u200b\u200e\u202e\u2066\ufeff\udc80\U000e0041")
def test_what_is_unseen_is_seen_in_a_line_and_left_out_of_a_text(mark: str) -> None:
    assert printable(f"a{mark}b") == on_one_line(f"a{mark}b") == "a?b"
    assert visible(f"a{mark}zb\n") in ("azb\n", "ab\n")


def test_texts_of_all_alphabets_stay_as_they_are() -> None:
    text = "Größe: Ω, 数据, עברית, é, 🙂 [x]"
    assert printable(text) == visible(text) == text
    assert visible("a\tb\nc\u00a0d") == "a\tb\nc d"


def test_what_hides_a_secret_from_its_pattern_is_taken_out_first(service: Loopback) -> None:
    words = "tok\u200ben=hunter2 pass\x1b[1mword=hunter2"
    service.say("/jobs/a", refusal(404, "JobNotFound", words, ("Reason", words)))
    with pytest.raises(ServiceError) as refused:
        ask(service, JOBS, job_id="a")
    assert "hunter2" not in str(refused.value.as_result())


def test_only_sentences_are_changed() -> None:
    facts = {"id": "a\x1b", "reason": "x\ny"}
    assert shown({"jobs": [facts], "msg": "a\nb", "reasons": ["a\nb"], "failures": [facts, 1], "checks": None}) == {
        "jobs": [facts],
        "msg": "a b",
        "reasons": ["a b"],
        "failures": [{"id": "a\x1b", "reason": "x y"}, 1],
        "checks": None,
    }
