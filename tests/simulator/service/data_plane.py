# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data plane: one request in, one answer out, without a network."""

from __future__ import annotations

from typing import Protocol

from ..wire.context import Context
from ..world import World
from .answer import Answer, error_answer
from .asked import Asked
from .errors import ServiceError
from .listing import PageMaker
from .operations import find_operation
from .paging import Tokens
from .query import read_query, read_version
from .request import Read


class Gate(Protocol):
    """Whoever decides who may read."""

    def check(self, asked: Asked) -> None:
        """Raise ServiceError for a request that may not."""


class DataPlane:
    """Answers reads of one account."""

    def __init__(self, world: World, gate: Gate) -> None:
        self._world = world
        self._gate = gate
        self._pages = PageMaker(world.scenario.paging)
        self._tokens = Tokens(world.scenario.account.key, world.scenario.paging.verbatim)

    def answer(self, asked: Asked) -> Answer:
        """Answer one request."""
        try:
            self._gate.check(asked)
            answer = self._read(asked)
        except ServiceError as error:
            answer = error_answer(error, asked.base, asked.headers)
        return _without_body(answer) if asked.method == "HEAD" else answer

    def _read(self, asked: Asked) -> Answer:
        if asked.method not in ("GET", "HEAD"):
            text = "The resource doesn't support the specified HTTP verb."
            raise ServiceError(405, "UnsupportedHttpVerb", text, headers=[("Allow", "GET, HEAD")])
        read_version(asked.query)
        operation, ids = find_operation(asked.path)
        query = read_query(asked.query, operation.parameters)
        context = Context(self._world, asked.now, query.version, asked.base)
        return operation.answer(Read(context, ids, query, asked, self._pages, self._tokens))


def _without_body(answer: Answer) -> Answer:
    """Return what HEAD gets: no body, and the length only where that is what is asked for, which is of a file."""
    headers = list(answer.headers)
    if answer.status >= 300:
        headers = [(name, value) for name, value in headers if name != "Content-Type"]
    elif not answer.chunked:
        headers.append(("Content-Length", str(len(answer.body))))
    return Answer(answer.status, headers)
