# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client's pages: continuation links are followed as they came, and nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    AnswerError,
    BatchError,
    ForeignLinkError,
    ServiceError,
)
from ansible_collections.batchops.azure.plugins.module_utils._http import links
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, page, refusal

JOBS = ("jobs",)


def ids(url: str) -> list[list[str]]:
    return [[item["id"] for item in items] for items in connect(url).pages(JOBS)]


def test_pages_come_in_their_order(service: Loopback) -> None:
    link = f"{service.url}/jobs?$skiptoken="
    service.say("/jobs", page({"id": "a"}, {"id": "b"}, link=f"{link}1"), page({"id": "c"}, link=f"{link}2"), page())
    assert ids(service.url) == [["a", "b"], ["c"], []]


def test_a_page_is_asked_for_only_when_it_is_wanted(service: Loopback) -> None:
    service.say("/jobs", page({"id": "a"}, link=f"{service.url}/jobs?$skiptoken=1"))
    assert next(connect(service.url).pages(JOBS)) == [{"id": "a"}]
    assert len(service.requests) == 1


def test_an_empty_page_with_a_continuation_goes_on(service: Loopback) -> None:
    link = f"{service.url}/jobs?$skiptoken="
    service.say("/jobs", page(link=f"{link}1"), page(link=f"{link}2"), page({"id": "a"}))
    assert ids(service.url) == [[], [], ["a"]]


@pytest.mark.parametrize(
    "query",
    [
        "api-version=2025-06-01&$skiptoken=WATV2:a/b=c%5E0!d$e&$filter=state%20eq%20%27active%27",
        "$skiptoken=a+b*c(d)'e'~f",
        "%24skiptoken=a%2Fb%3Dc&maxresults=1000",
        "&empty=&=x",
    ],
)
def test_a_continuation_is_requested_verbatim(service: Loopback, query: str) -> None:
    service.say("/jobs", page({"id": "a"}, link=f"{service.url}/jobs?{query}"), page())
    ids(service.url)
    assert service.requests[1].target == f"/jobs?{query}"


@pytest.mark.parametrize("value", ["lower%5ecase%3a", '"quoted"|piped^[]', "ä"])
def test_a_continuation_that_is_no_proper_url_arrives_with_its_meaning(service: Loopback, value: str) -> None:
    service.say("/jobs", page({"id": "a"}, link=f"{service.url}/jobs?$skiptoken={value}"), page())
    ids(service.url)
    assert service.requests[1].query == {"$skiptoken": unquote(value)}


def test_a_continuation_may_lead_to_another_path_and_case_of_the_host(service: Loopback) -> None:
    service.say("/jobs", page({"id": "a"}, link=f"{service.url.upper()}/jobs%3Aother/x?$skiptoken=1"))
    service.say("/jobs%3Aother/x", page({"id": "b"}))
    assert ids(service.url) == [["a"], ["b"]]


@pytest.mark.parametrize("loop", [1, 2, 3])
def test_a_continuation_that_comes_back_is_an_error_and_no_loop(service: Loopback, loop: int) -> None:
    links = [f"{service.url}/jobs?$skiptoken={number}" for number in range(loop)]
    service.say("/jobs", *(page({"id": "a"}, link=link) for link in [*links, links[0]]))
    with pytest.raises(AnswerError, match="repeated"):
        ids(service.url)
    assert len(service.requests) == loop + 1


def test_a_continuation_to_the_first_page_is_an_error(service: Loopback) -> None:
    service.say("/jobs", page({"id": "a"}, link=f"{service.url}/jobs?api-version=2025-06-01"))
    with pytest.raises(AnswerError, match="repeated"):
        ids(service.url)


def test_a_list_that_leads_to_ever_new_pages_ends(service: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    assert links.MOST_PAGES == 10_000
    monkeypatch.setattr(links, "MOST_PAGES", 50)

    def one_more(request: Request) -> Answer:
        if len(service.requests) > 60:
            return page()
        return page({"id": "a"}, link=f"{service.url}/jobs?$skiptoken={len(service.requests)}")

    service.say("/jobs", one_more)
    with pytest.raises(AnswerError, match=r"A list has not ended after 50 pages; narrow it with filter, .*") as endless:
        ids(service.url)
    assert len(service.requests) == 50
    assert not endless.value.transient


def test_a_list_of_as_many_pages_as_there_may_be_is_whole(service: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "MOST_PAGES", 3)
    link = f"{service.url}/jobs?$skiptoken="
    service.say("/jobs", page({"id": "a"}, link=f"{link}1"), page({"id": "b"}, link=f"{link}2"), page({"id": "c"}))
    assert ids(service.url) == [["a"], ["b"], ["c"]]


def test_a_continuation_to_another_host_is_refused_and_nothing_is_sent_there(service: Loopback) -> None:
    with Loopback() as other:
        service.say("/jobs", page({"id": "a"}, link=f"{other.url}/jobs?sig=hunter2"))
        with pytest.raises(ForeignLinkError, match=f"credentials go to {service.url} only") as refused:
            ids(service.url)
        assert not other.requests
        assert "hunter2" not in str(refused.value)
        assert not refused.value.transient


@pytest.mark.parametrize(
    "link",
    [
        "https://127.0.0.1:{port}/jobs?$skiptoken=1",
        "http://localhost:{port}/jobs?$skiptoken=1",
        "http://user:pw@127.0.0.1:{port}/jobs?$skiptoken=1",
        "http://127.0.0.1:{port}@evil.example/jobs",
        "http://127.0.0.1:{port}\\@evil.example/jobs",
        "/jobs?$skiptoken=1",
        "//127.0.0.1:{port}/jobs?$skiptoken=1",
        "",
    ],
)
def test_a_continuation_that_only_looks_like_the_endpoint_is_refused(service: Loopback, link: str) -> None:
    port = service.url.rpartition(":")[2]
    service.say("/jobs", page({"id": "a"}, link=link.format(port=port)))
    with pytest.raises(ForeignLinkError):
        ids(service.url)
    assert len(service.requests) == 1


@pytest.mark.parametrize("link", [1, True, ["x"], {"url": "x"}])
def test_a_continuation_that_is_no_text_is_an_error(service: Loopback, link: Any) -> None:
    service.say("/jobs", page({"id": "a"}, link=link))
    with pytest.raises(AnswerError):
        ids(service.url)


@pytest.mark.parametrize("tail", ["?$skiptoken=ä", "?$skiptoken=a b", "?$skiptoken=a\nb", "?$skiptoken=\ud83d"])
def test_a_continuation_of_strange_characters_never_breaks_out_of_the_family_of_errors(
    service: Loopback, tail: str
) -> None:
    service.say("/jobs", page({"id": "a"}, link=f"{service.url}/jobs{tail}"), page({"id": "b"}))
    try:
        assert ids(service.url) == [["a"], ["b"]]
    except BatchError:
        assert len(service.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"odata.metadata": "x", "value": None},
        {"value": {}},
        {"value": "text"},
        {"value": [1]},
        {"value": [{"id": "a"}, None]},
        {"id": "a", "state": "active"},
    ],
)
def test_a_page_without_a_list_of_objects_is_an_error_and_not_an_empty_page(
    service: Loopback, body: dict[str, Any]
) -> None:
    service.say("/jobs", body)
    with pytest.raises(AnswerError, match="not a page of a list"):
        ids(service.url)


@pytest.mark.parametrize("name", ["nextLink", "@odata.nextLink", "odata.nextlink", "@nextLink"])
def test_a_continuation_of_another_name_is_an_error_and_no_end(service: Loopback, name: str) -> None:
    service.say("/jobs", Answer({"value": [{"id": "a"}], name: f"{service.url}/jobs?$skiptoken=1"}))
    with pytest.raises(AnswerError, match=f"goes on under a name that is not known: {name}"):
        ids(service.url)


def test_an_error_behind_the_first_page_is_raised(service: Loopback) -> None:
    service.say("/jobs", page({"id": "a"}, link=f"{service.url}/jobs?2"), refusal(404, "JobNotFound"))
    with pytest.raises(ServiceError, match="JobNotFound"):
        ids(service.url)


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\xad", "\x90"])
def test_what_hides_a_secret_in_a_foreign_link_is_taken_out_before_it_is_masked(service: Loopback, hidden: str) -> None:
    service.say("/jobs", page({"id": "a"}, link=f"https://other/?s{hidden}ig=hunter2"))
    with pytest.raises(ForeignLinkError, match="sig=REDACTED"):
        list(connect(service.url).pages(("jobs",)))
