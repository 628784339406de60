# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which links to a next page are followed."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ForeignLinkError
from ansible_collections.batchops.azure.plugins.module_utils._http import links
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import CLOUDS, Endpoint
from ansible_collections.batchops.azure.plugins.module_utils._http.links import next_page

BASE = "https://a.westeurope.batch.azure.com"
ENDPOINT = Endpoint(BASE, "a", "2025-06-01", CLOUDS[0])
NEXT = f"{BASE}/jobs?$skiptoken=WA%2B~"


def test_a_link_of_the_same_service_is_followed_as_it_was_sent() -> None:
    assert next_page(NEXT, {f"{BASE}/jobs"}, ENDPOINT) == NEXT


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (NEXT, "repeated a continuation token"),
        (7, "repeated"),
        (f"{BASE}/jobs?a b", "is not a URL"),
        ("\ud800", "is not a URL"),
    ],
)
def test_what_is_no_link_or_was_seen_is_an_error(link: object, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        next_page(link, {NEXT}, ENDPOINT)


def test_a_link_to_another_host_is_not_followed() -> None:
    with pytest.raises(ForeignLinkError, match=f"credentials go to {BASE} only"):
        next_page("https://elsewhere.example/jobs", set(), ENDPOINT)


def test_a_list_that_never_ends_is_an_error_that_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "MOST_PAGES", 2)
    assert next_page(NEXT, {"one"}, ENDPOINT) == NEXT
    with pytest.raises(AnswerError, match="has not ended after 2 pages") as failed:
        next_page(NEXT, {"one", "two"}, ENDPOINT)
    assert not failed.value.transient
