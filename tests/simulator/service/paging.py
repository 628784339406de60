# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Skip tokens and the links that carry them.

A link is to be requested as it stands. The token holds a digest of its path and other parameters, so a client that
drops one, or encodes the token a second time, is told so instead of getting some other page.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from urllib.parse import quote

from .errors import invalid_value
from .query import SKIP_TOKEN, split_query

_PREFIX, _SUFFIX = "WATV2:", ":1$1"
# Characters that the service leaves as they are in a link.
_RAW = "$/:=,()!*'@;-._~"
_LENGTH = 178


class Tokens:
    """Makes and reads the tokens of one account."""

    def __init__(self, secret: str, verbatim: bool) -> None:
        self._secret = secret.encode()
        self._verbatim = verbatim

    def link(self, base: str, path: str, raw_query: str, offset: int) -> str:
        """Return the absolute URL of the page that begins at ``offset``."""
        pairs = [(name, value) for name, value in split_query(raw_query) if name.lower() != SKIP_TOKEN]
        token = self._encode(offset, self._digest(path, pairs))
        return f"{base}{path}?{_written(pairs)}&{SKIP_TOKEN}={_quote(token)}"

    def offset(self, path: str, raw_query: str, token: str) -> int:
        """Return where the page begins that a token stands for. Raises ServiceError for a spoilt link."""
        pairs = split_query(raw_query)
        others = [(name, value) for name, value in pairs if name.lower() != SKIP_TOKEN]
        offset = self._decode(token, self._digest(path, others))
        if offset is None:
            raise invalid_value(SKIP_TOKEN, token, "The token does not belong to this request")
        if self._verbatim and raw_query != f"{_written(others)}&{SKIP_TOKEN}={_quote(token)}":
            raise invalid_value(SKIP_TOKEN, token, "The link was not requested as it was given")
        return offset

    def _digest(self, path: str, pairs: list[tuple[str, str]]) -> bytes:
        text = "\n".join([path.lower(), *sorted(f"{name.lower()}={value}" for name, value in pairs)])
        return hmac.new(self._secret, text.encode(), hashlib.sha256).digest()

    def _encode(self, offset: int, digest: bytes) -> str:
        """Hide the offset behind the digest, and pad until the token has the characters that trip clients up."""
        mask = hashlib.sha256(digest).digest()[:4]
        head = bytes(a ^ b for a, b in zip(offset.to_bytes(4, "big"), mask)) + digest[:16]
        for salt in range(64):
            padding = hashlib.shake_256(digest + bytes([salt]) + head).digest(_LENGTH - len(head))
            text = base64.b64encode(head + padding).decode().replace("+", "^")
            if "/" in text and "^" in text:
                break
        return f"{_PREFIX}{text}{_SUFFIX}"

    def _decode(self, token: str, digest: bytes) -> int | None:
        if not token.startswith(_PREFIX) or not token.endswith(_SUFFIX):
            return None
        text = token[len(_PREFIX) : -len(_SUFFIX)].replace("^", "+")
        try:
            content = base64.b64decode(text, validate=True)
        except binascii.Error:
            return None
        mask = hashlib.sha256(digest).digest()[:4]
        offset = int.from_bytes(bytes(a ^ b for a, b in zip(content[:4], mask)), "big")
        # The padding depends on the head, so the whole token can be compared with the one that was given.
        return offset if hmac.compare_digest(self._encode(offset, digest).encode(), token.encode()) else None


def _quote(text: str) -> str:
    return quote(text, safe=_RAW)


def _written(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{name}={_quote(value)}" for name, value in pairs)
