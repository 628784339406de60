# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared Key: the signature over a request, computed from the request as it was sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Callable

from ..service.errors import ServiceError
from ..service.query import split_query

SCHEME = "SharedKey"
FRESH_SECONDS = 15 * 60
FAILED = "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly"
_SIGNED_HEADERS = (
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
)


def string_to_sign(method: str, account: str, path: str, query: str, headers: Mapping[str, str]) -> str:
    """Return the text that is signed. Names of headers are in lower case; the path is still percent-encoded."""
    lines = [method, *(headers.get(name, "") for name in _SIGNED_HEADERS)]
    lines += [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("ocp-")]
    text = "".join(f"{line}\n" for line in lines) + f"/{account}{path}"
    return text + "".join(f"\n{name}:{value}" for name, value in sorted(split_query(query)) if value)


def sign(key: str, text: str) -> str:
    """Return the signature of a text under a base64 key."""
    return base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()).decode()


class SharedKey:
    """Checks the signatures of one account."""

    def __init__(self, account: str, key: str, clock: Callable[[], float] = time.time) -> None:
        self._account = account
        self._key = key
        self._clock = clock

    def check(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> None:
        """Raise ServiceError unless the signature is right and fresh."""
        account, colon, signature = headers["authorization"][len(SCHEME) :].strip().partition(":")
        if not colon or account.lower() != self._account.lower():
            raise refused(f"The account {account!r} is not the one that was asked")
        self._check_date(headers)
        text = string_to_sign(method, account, path, query, headers)
        if not hmac.compare_digest(sign(self._key, text).encode(), signature.encode()):
            detail = (
                f"The MAC signature found in the HTTP request '{signature}' is not the same as any computed signature. "
                f"Server used following string to sign: '{text}'."
            )
            raise refused(detail)

    def _check_date(self, headers: Mapping[str, str]) -> None:
        date = headers.get("ocp-date") or headers.get("date")
        if date is None:
            raise refused("The request has neither ocp-date nor Date")
        try:
            sent = parsedate_to_datetime(date).timestamp()
        except (TypeError, ValueError):
            raise refused(f"The date {date!r} cannot be read") from None
        if abs(self._clock() - sent) > FRESH_SECONDS:
            raise refused(f"Request date header too old: '{date}'")


def refused(detail: str) -> ServiceError:
    """Return the answer to a signature that is not accepted."""
    text = f"{FAILED} including the signature."
    return ServiceError(403, "AuthenticationFailed", text, [("AuthenticationErrorDetail", detail)])
