# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that can be broken: a reset before an answer or in the middle of one, a body that drips, a long silence.

ASGI has no word for any of this, so the HTTP protocol of uvicorn, which is an option of its configuration, hands the
transport of each connection to the application in the state of its requests.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable
from typing import Any, Callable

from uvicorn.protocols.http.h11_impl import H11Protocol

from .model.faults import Fault
from .service.answer import Answer

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]
# What ASGI gives an application: scope, receive, send.
Channel = tuple[Any, Receive, Send]
_TRANSPORT = "transport"


class BreakableProtocol(H11Protocol):
    """HTTP/1.1 whose requests know their transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport where the scope of every request takes its state from."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}


def transport_of(scope: Any) -> asyncio.Transport:
    """Return the transport that a request came in on."""
    transport: asyncio.Transport = scope["state"][_TRANSPORT]
    return transport


async def reset(scope: Any, receive: Receive) -> None:
    """Drop the connection so that the client sees a reset and not an orderly end."""
    transport = transport_of(scope)
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    # Until the server knows too: it would complain of an answer without an end.
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    """Wait until the client, or the server, has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _pause(seconds: float, receive: Receive) -> bool:
    """Wait. Returns whether there is still somebody to answer."""
    try:
        await asyncio.wait_for(_gone(receive), seconds)
    except asyncio.TimeoutError:
        return True
    return False


async def send_answer(send: Send, answer: Answer) -> None:
    """Send an answer as it is."""
    await _start(send, answer, answer.chunked)
    await send({"type": "http.response.body", "body": answer.body})


async def send_broken(fault: Fault, channel: Channel, answer: Answer) -> None:
    """Send an answer over a connection that misbehaves as the fault says."""
    scope, receive, send = channel
    if fault.kind == "reset":
        await reset(scope, receive)
    elif fault.kind == "reset_in_body":
        await _start(send, answer, chunked=False)
        await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
        await reset(scope, receive)
    elif fault.kind == "drip":
        await _drip(fault, receive, send, answer)
    elif fault.kind == "huge":
        await _swell(fault, receive, send, answer)
    elif fault.kind != "hang" or await _pause(fault.seconds, receive):
        await send_answer(send, answer)


async def _drip(fault: Fault, receive: Receive, send: Send, answer: Answer) -> None:
    """Send the body in pieces, each after a pause."""
    await _start(send, answer, answer.chunked)
    size = max(-(-len(answer.body) // max(fault.pieces, 1)), 1)
    for begin in range(0, len(answer.body), size):
        if not await _pause(fault.seconds, receive):
            return
        await send({"type": "http.response.body", "body": answer.body[begin : begin + size], "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _swell(fault: Fault, receive: Receive, send: Send, answer: Answer) -> None:
    """Send the body and blanks behind it, which JSON allows: only its size is wrong."""
    await _start(send, answer, chunked=True)
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    blanks = b" " * (1 << 20)
    for _number in range(fault.megabytes):
        if not await _pause(0, receive):
            return
        await send({"type": "http.response.body", "body": blanks, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _start(send: Send, answer: Answer, chunked: bool) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if not chunked and answer.status != 304:
        headers.append((b"Content-Length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
