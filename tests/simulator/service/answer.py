# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes back to the client, and the headers that every answer of the service carries."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from ..model.moments import wire_time
from .errors import ServiceError

JSON = "application/json;odata=minimalmetadata"


@dataclass
class Answer:
    """One response. Without a length the body is chunked, as the service sends what it found."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    chunked: bool = field(default=True)


def dump(value: Any) -> bytes:
    """Write JSON without blanks."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def standard_headers(request_headers: Mapping[str, str], request_id: str) -> list[tuple[str, str]]:
    """Return the headers of every answer; the client's own request id only when it asked for it."""
    headers = [
        ("Server", "Microsoft-HTTPAPI/2.0"),
        ("request-id", request_id),
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("X-Content-Type-Options", "nosniff"),
        ("DataServiceVersion", "3.0"),
        ("Date", formatdate(usegmt=True)),
    ]
    wanted = request_headers.get("return-client-request-id", "").lower() == "true"
    if wanted and "client-request-id" in request_headers:
        headers.append(("client-request-id", request_headers["client-request-id"]))
    return headers


def new_request_id() -> str:
    """Return a fresh id for one request."""
    return str(uuid.uuid4())


def error_body(error: ServiceError, base: str, request_id: str) -> bytes:
    """Return the JSON of an error."""
    text = f"{error.text}\nRequestId:{request_id}\nTime:{wire_time(time.time_ns() // 100)}"
    body: dict[str, Any] = {
        "odata.metadata": f"{base}/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element",
        "code": error.code,
        "message": {"lang": "en-US", "value": text},
    }
    if error.values:
        body["values"] = [{"key": key, "value": value} for key, value in error.values]
    return dump(body)


def error_answer(error: ServiceError, base: str, request_headers: Mapping[str, str]) -> Answer:
    """Return an error as the service sends it, with a length."""
    request_id = new_request_id()
    headers = standard_headers(request_headers, request_id) + error.headers
    if error.status == 304:
        return Answer(304, headers, b"", chunked=False)
    headers.append(("Content-Type", JSON))
    return Answer(error.status, headers, error_body(error, base, request_id), chunked=False)
