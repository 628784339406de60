# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every recorded answer and every official example goes through the client into facts, and nothing of it is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.tests.contract.fact_shape import losses
from ansible_collections.batchops.azure.tests.contract.official_models import enumerated
from ansible_collections.batchops.azure.tests.contract.play import TOKEN, client_of
from ansible_collections.batchops.azure.tests.contract.replay_server import Asked, ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    Exchange,
    each,
    needs_shared,
    official_examples,
    parameters_of,
    recorded_exchanges,
)

pytestmark = needs_shared

_GOOD = [exchange for exchange in recorded_exchanges() if exchange.status == 200 and exchange.method == "GET"]
_EXAMPLES = [exchange for exchange in official_examples() if isinstance(exchange.body, dict)]
_FILES = [exchange for exchange in official_examples() if not isinstance(exchange.body, dict)]


def test_the_whole_recording_is_played() -> None:
    """Here what was answered with a body; errors and answers to HEAD in test_recorded_errors.py."""
    kinds = Counter("answer" if exchange in _GOOD else "error or HEAD" for exchange in recorded_exchanges())
    assert kinds == {"answer": 540, "error or HEAD": 23}
    assert len({exchange.api_version for exchange in _GOOD}) == 14


def test_all_examples_are_played() -> None:
    assert Counter(exchange.api_version for exchange in _EXAMPLES) == {
        "2019-08-01.10.0": 15,
        "2023-11-01.18.0": 15,
        "2024-07-01.20.0": 15,
        "2025-06-01": 15,
    }
    assert len(_FILES) == 6


@each([*_GOOD, *_EXAMPLES])
def test_an_answer_becomes_facts_without_a_loss(server: ReplayServer, exchange: Exchange) -> None:
    """With and without patterns: no recorded value holds a secret any more, so that they must leave all of them alone."""
    server.replay(exchange)
    items = _read(server, exchange)
    _check_request(server.asked[0], exchange)
    assert len(items) == len(exchange.items)
    for redact in ("patterns", "none"):
        facts = [Facts(redact).of(item) for item in items]
        assert not [loss for wire, made in zip(exchange.items, facts) for loss in losses(wire, made)]


@each(_FILES)
def test_what_is_no_object_is_an_error(server: ReplayServer, exchange: Exchange) -> None:
    """The bytes of a file, which are documented like any other answer."""
    server.replay(exchange)
    with pytest.raises(AnswerError, match="application/octet-stream, not JSON: This is actually a byte stream"):
        client_of(server, exchange.api_version).get(exchange.segments)
    _check_request(server.asked[0], exchange)


def test_a_word_is_spelled_as_documented_whatever_a_rollout_spelled() -> None:
    """Playbooks compare with the documented word. Where all documented ones are lower case, the fact is too."""
    lower = {name for name, words in enumerated().items() if all(word == word.lower() for word in words)}
    spelled = {
        f"{name}: {word}"
        for exchange in _GOOD
        for name, word in _words(exchange.body, Facts("none").of(exchange.body))
        if name in lower and word != word.lower() and word.lower() in enumerated()[name]
    }
    assert not spelled


def _read(server: ReplayServer, exchange: Exchange) -> list[dict[str, Any]]:
    client = client_of(server, exchange.api_version)
    params = {name: value for name, value in _asked_for(exchange).items() if name != "api-version"}
    if not exchange.is_list:
        return [client.get(exchange.segments, params)]
    # One page: where the next one leads is another test's question.
    return next(client.pages(exchange.segments, params))


def _check_request(asked: Asked, exchange: Exchange) -> None:
    """The recorded path byte for byte, the same parameters, and the credential."""
    assert asked.method == "GET"
    assert asked.path == exchange.path
    assert parameters_of(asked.target) == _asked_for(exchange)
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"


def _asked_for(exchange: Exchange) -> dict[str, str]:
    """A continuation token is no parameter of the client's: it comes in a nextLink, and goes back in it."""
    return {name: value for name, value in parameters_of(exchange.url).items() if name.lower() != "$skiptoken"}


def _words(wire: Any, fact: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Property names of the wire, with the strings that are found in their places in the facts."""
    if isinstance(wire, dict):
        inner = ((key, value) for key, value in wire.items() if not key.startswith("odata."))
        for (key, value), made in zip(inner, fact.values()):
            yield from _words(value, made, key)
    elif isinstance(wire, list):
        for item, made in zip(wire, fact):
            yield from _words(item, made, name)
    elif isinstance(fact, str):
        yield name, fact
