# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.filter import html_report as module
from ansible_collections.batchops.azure.plugins.filter.html_report import html_report
from ansible_collections.batchops.azure.tests.support.drawn_facts import account


def test_it_is_there_under_its_name() -> None:
    assert module.FilterModule().filters() == {"html_report": html_report}


def test_it_makes_a_page_of_results() -> None:
    text = html_report({"verdict": "satisfied"}, account(3, 3), title="Nightly", account="mine", api_version="1")
    assert text.startswith("<!DOCTYPE html>")
    assert "<title>Nightly: satisfied</title>" in text
    assert text.count("<div><dt>Account</dt><dd>mine</dd></div><div><dt>api-version</dt><dd>1</dd></div>") == 1


@pytest.mark.parametrize("judged", ["satisfied", None, [], 5])
def test_what_is_no_result_is_refused(judged: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="html_report: needs the registered result of a module"):
        html_report(judged)


@pytest.mark.parametrize("facts", ["x", {"tasks": []}, [None], ["tasks"], 5])
def test_facts_that_are_no_results_are_refused(facts: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="html_report: facts must be a list of registered results"):
        html_report({}, facts)


@pytest.mark.parametrize("name", ["title", "account", "api_version", "read_at"])
def test_words_that_are_none_are_refused_by_their_name(name: str) -> None:
    with pytest.raises(AnsibleFilterError, match=f"html_report: {name} must be a text, not 5"):
        html_report({}, **{name: 5})


def test_what_cannot_be_read_is_refused_in_a_sentence() -> None:
    with pytest.raises(AnsibleFilterError, match="html_report: read_at: 'soon' is not a time"):
        html_report({}, read_at="soon")
    with pytest.raises(AnsibleFilterError, match="html_report: 'tasks' holds what is no fact"):
        html_report({}, [{"tasks": [5]}])
    task = {"id": "t", "job_id": "j", "state": "completed", "execution_info": {"exit_code": "0"}}
    with pytest.raises(AnsibleFilterError, match="html_report: exitCode of an item is not a number"):
        html_report({}, [{"tasks": [task]}])
