# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The application behind the socket: the data plane, the login endpoints and the control of the simulator itself."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from .auth.identities import ManagedIdentities
from .auth.oauth2 import Login
from .clock import Clock
from .connection import Send, send_answer, send_broken
from .control import Control
from .faults import Faults, spoil
from .recording import Exchange, Requests
from .service.answer import Answer
from .service.asked import Asked
from .service.data_plane import DataPlane


class DataPlaneEndpoint:
    """Answers everything that is not login or control, well or badly, and records it."""

    def __init__(self, plane: DataPlane, clock: Clock, faults: Faults, requests: Requests) -> None:
        self._plane = plane
        self._clock = clock
        self._faults = faults
        self._requests = requests

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Handle one request."""
        asked = _asked(scope, self._clock.tick())
        answer = self._plane.answer(asked)
        fault = self._faults.take(asked.target, asked.now)
        if fault is None:
            self._requests.add(_exchange(asked, answer))
            await send_answer(send, answer)
            return
        answer = spoil(fault, answer, asked.base, asked.target)
        self._requests.add(_exchange(asked, None if fault.kind == "reset" else answer))
        await send_broken(fault, (scope, receive, send), answer)


def _asked(scope: Any, now: float) -> Asked:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Asked(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        base=f"{scope['scheme']}://{headers.get('host', '127.0.0.1')}",
        now=now,
    )


def _exchange(asked: Asked, answer: Answer | None) -> Exchange:
    """Return what is recorded. There is no answer where the connection was reset."""
    if answer is None:
        return Exchange(asked.method, asked.path, asked.query, asked.headers, None, {}, b"")
    answered = {name.lower(): value for name, value in answer.headers}
    return Exchange(asked.method, asked.path, asked.query, asked.headers, answer.status, answered, answer.body)


def make_app(
    endpoint: DataPlaneEndpoint, control: Control, identities: ManagedIdentities, login: Login | None
) -> Starlette:
    """Return the application. Login is there under https only."""
    routes = [*control.routes(), *identities.routes(), *(login.routes() if login else [])]
    return Starlette(routes=[*routes, Route("/{path:path}", endpoint)])
