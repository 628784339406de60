# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared Key: signs a request with the account's key, as the Batch service checks it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError

_SIGNED_HEADERS = (
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-MD5",
    "Content-Type",
    "Date",
    "If-Modified-Since",
    "If-Match",
    "If-None-Match",
    "If-Unmodified-Since",
    "Range",
)


class SharedKey:
    """A `requests` auth object. Signs anew at every call: the service refuses an ocp-date older than 15 minutes."""

    def __init__(self, account: str, key: str) -> None:
        if not account:
            raise OptionError(
                "account_name",
                "is needed with a Shared Key, because the endpoint does not begin with the account's name",
            )
        self._account = account
        try:
            self._key = base64.b64decode(key.strip(), validate=True)
        except (binascii.Error, ValueError):
            self._key = b""
        if not self._key:
            raise OptionError(
                "account_key",
                "is not base64; give the primary or secondary key as the portal and 'az batch account keys list' print it",
            )

    def ready(self, seconds: float) -> bool:
        """Whether somebody had to be asked first: never."""
        return False

    def __call__(self, request: Any) -> Any:
        request.headers["ocp-date"] = formatdate(usegmt=True)
        signature = hmac.new(self._key, self.string_to_sign(request).encode("utf-8"), hashlib.sha256).digest()
        request.headers["Authorization"] = f"SharedKey {self._account}:{base64.b64encode(signature).decode('ascii')}"
        return request

    def refresh(self, refused: Any) -> bool:
        """Whether signing in again could help after a 401: never, a key does not expire."""
        return False

    def string_to_sign(self, request: Any) -> str:
        """What both sides sign: the path as sent, still percent-encoded; the query decoded and sorted by name."""
        url = urlsplit(request.url)
        lines = [request.method] + [request.headers.get(name) or "" for name in _SIGNED_HEADERS]
        ocp = sorted(
            (name.lower(), value) for name, value in request.headers.items() if name.lower().startswith("ocp-")
        )
        lines += [f"{name}:{value}" for name, value in ocp]
        resource = f"/{self._account}{url.path}" + "".join(
            f"\n{name}:{value}" for name, value in sorted(parse_qsl(url.query))
        )
        return "\n".join([*lines, resource])
