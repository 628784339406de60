# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A recorded nextLink is requested as it was sent, byte for byte, and only from the host that the account lives on."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ForeignLinkError
from ansible_collections.batchops.azure.tests.contract.play import TOKEN, client_of
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    Exchange,
    each,
    needs_shared,
    official_examples,
    parameters_of,
    recorded_exchanges,
    target_of,
)

pytestmark = needs_shared

_LAST_PAGE = {"value": [{"id": "the-last-one"}]}


def _with_next_page(exchanges: tuple[Exchange, ...]) -> list[Exchange]:
    return [exchange for exchange in exchanges if exchange.is_list and "odata.nextLink" in exchange.body]


_PAGES = _with_next_page(recorded_exchanges())
_DOCUMENTED = _with_next_page(official_examples())


def test_what_was_recorded_tells_something() -> None:
    """Raw characters beside encoded ones: whoever decodes or encodes such a link changes it."""
    links = [target_of(exchange.body["odata.nextLink"]) for exchange in _PAGES]
    assert len(links) == 16
    for mark in ("$skiptoken=", ":", "/", "=:", "%5E"):
        assert all(mark in link.partition("?")[2] for link in links), mark
    assert any(target_of(page.body["odata.nextLink"]).split("?")[0] != page.path for page in _DOCUMENTED)


@each([*_PAGES, *_DOCUMENTED])
def test_a_link_is_requested_as_it_was_sent(server: ReplayServer, exchange: Exchange) -> None:
    next_target = target_of(exchange.body["odata.nextLink"])
    server.put(next_target, _LAST_PAGE)
    server.replay(exchange)
    pages = list(client_of(server, exchange.api_version).pages(exchange.segments, _params(exchange)))
    assert pages == [exchange.items, _LAST_PAGE["value"]]
    assert [asked.target for asked in server.asked][1:] == [next_target]
    assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {TOKEN}"}
    assert not server.strays


def test_a_link_is_not_cleaned_either(server: ReplayServer) -> None:
    """Recorded links happen to survive what HTTP clients do to a URL to make it canonical; the next one may not."""
    target = "/pools?api-version=2025-06-01&$skiptoken=WATV2:%7Ea%2Db%5Ec/d=:1$1"
    server.put("/pools", {"value": [], "odata.nextLink": server.origin + target})
    server.put(target, _LAST_PAGE)
    assert list(client_of(server, "2025-06-01").pages(("pools",))) == [[], _LAST_PAGE["value"]]
    assert server.asked[1].target == target


def _chains() -> list[list[Exchange]]:
    """Pages that were recorded one after the other: the nextLink of one is the URL of the next."""
    by_url = {exchange.url: exchange for exchange in recorded_exchanges()}
    chains = []
    for exchange in _PAGES:
        chain = [exchange]
        while (link := chain[-1].body.get("odata.nextLink")) in by_url:
            chain.append(by_url[link])
        if len(chain) > 1 and "$skiptoken" not in exchange.url:
            chains.append(chain)
    return chains


def test_chains_were_recorded() -> None:
    assert sorted(len(chain) for chain in _chains()) == [2, 2, 2, 2]


@pytest.mark.parametrize("number", range(4))
def test_recorded_pages_follow_each_other(server: ReplayServer, number: int) -> None:
    """Both pages as they were recorded; where the second one leads was not, and an empty page stands there."""
    chain = _chains()[number]
    # The first one under its path, those that follow under their whole targets, which are looked up before.
    for exchange in chain[1:]:
        server.replay(exchange, at=target_of(exchange.url))
    server.replay(chain[0])
    last = target_of(chain[-1].body["odata.nextLink"])
    server.put(last, {"value": []})
    pages = list(client_of(server, chain[0].api_version).pages(chain[0].segments, _params(chain[0])))
    assert pages == [*(exchange.items for exchange in chain), []]
    assert [asked.target for asked in server.asked][1:] == [*(target_of(page.url) for page in chain[1:]), last]


@each([*_PAGES, *_DOCUMENTED])
def test_a_link_to_another_host_is_refused(server: ReplayServer, exchange: Exchange) -> None:
    """Left as recorded it points to the recorded account, and the token is for this one."""
    server.replay(exchange, foreign_links=True)
    pages = client_of(server, exchange.api_version).pages(exchange.segments, _params(exchange))
    assert next(pages) == exchange.items
    with pytest.raises(ForeignLinkError) as raised:
        next(pages)
    assert len(server.asked) == 1
    assert TOKEN not in str(raised.value)


@each(_PAGES)
def test_a_repeated_link_is_an_error(server: ReplayServer, exchange: Exchange) -> None:
    """Answered again with the page that it stands on, it would go on for ever."""
    server.replay(exchange, at="/pools")
    pages = client_of(server, exchange.api_version).pages(exchange.segments, _params(exchange))
    assert [next(pages), next(pages)] == [exchange.items] * 2
    with pytest.raises(AnswerError, match="repeated"):
        next(pages)
    assert len(server.asked) == 2


def _params(exchange: Exchange) -> dict[str, str]:
    """What the first request asks for: a continuation token is never the client's own."""
    parameters = parameters_of(exchange.url)
    return {name: value for name, value in parameters.items() if name not in ("api-version", "$skiptoken")}
