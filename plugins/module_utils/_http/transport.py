# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends one request to the one host of a client, in so many seconds for all of it, and reads what comes back."""

from __future__ import annotations

import logging
import re
import sys
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LibraryError
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import is_loopback
from ansible_collections.batchops.azure.plugins.module_utils._http.total_timeout import RequestTimer, timed_adapter

# A host that does not take a connection in that time is not there; an answer may take longer.
CONNECT_SECONDS = 10.0
_PIECE = 256 * 1024
_ESCAPE = re.compile("%[0-9a-f]{2}", re.IGNORECASE)
_HEADERS = {"Accept": "application/json", "User-Agent": "batchops.azure", "return-client-request-id": "true"}


class Transport:
    """Connections to `base`, `max_connections` at most. Knows neither credentials nor what an answer should be."""

    def __init__(self, base: str, verify: bool | str, max_connections: int) -> None:
        try:
            import requests
            from urllib3 import disable_warnings
            from urllib3.exceptions import HTTPError, InsecureRequestWarning

            adapter = timed_adapter()
        except ImportError as error:
            raise LibraryError("requests", "to talk to the Batch service", sys.executable) from error
        if verify is False:
            # The task itself warns of it, once.
            disable_warnings(InsecureRequestWarning)
        self._base = base
        self._requests = requests
        # A ValueError is Python's for what is no HTTP, such as a chunk of a negative length.
        self._broken = (requests.RequestException, HTTPError, OSError, ValueError)
        self._adapter = adapter(pool_connections=1, pool_maxsize=max_connections)
        self._settings = _settings(requests, base, verify)

    def request(self, url: str, headers: Mapping[str, str]) -> Any:
        """A GET of that URL, which is not signed yet."""
        request = self._requests.PreparedRequest()
        request.method = "GET"
        request.headers = self._requests.structures.CaseInsensitiveDict({**_HEADERS, **headers})
        request.headers["client-request-id"] = str(uuid.uuid4())
        # Not by prepare(): it re-encodes what it is given, and a continuation token must come back as it was sent. Only the
        # escapes are in upper case, because urllib3 sends them so and the signature must be over what is sent.
        request.url = _ESCAPE.sub(lambda escape: escape.group().upper(), url)
        return request

    def send(self, request: Any, seconds: float, largest: int) -> tuple[Any, bytes]:
        """The response and its body, in that many seconds; of a body that is larger only one byte more. Raises TransportError."""
        connect = min(seconds, CONNECT_SECONDS)
        # It logs headers that it cannot read as they came, and Ansible may keep a log..
        logging.getLogger("urllib3").propagate = False
        with RequestTimer(seconds) as timer:
            try:
                response = self._adapter.send(request, stream=True, timeout=(connect, seconds), **self._settings)
                # Before urllib3 2, a body that is cut off is the end of it otherwise.
                response.raw.enforce_content_length = True
                with response:
                    content = _read(response, largest)
            except self._broken as error:
                if not (timer.expired and timer.connected):
                    from ansible_collections.batchops.azure.plugins.module_utils._http.breakage import transport_error

                    raise transport_error(error, self._base, connect, seconds, self._settings["proxies"]) from error
        # Also where the answer seems whole: an end of the connection is the end of some bodies.
        if timer.expired:
            from ansible_collections.batchops.azure.plugins.module_utils._http.breakage import overdue

            raise overdue(self._base, seconds, self._settings["proxies"])
        return response, content

    def close(self) -> None:
        """Lets go of the connections that are kept; the next request makes a new one."""
        self._adapter.close()


def _read(response: Any, largest: int) -> bytes:
    """The whole body, or its beginning with one byte more than `largest`."""
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_content(min(_PIECE, largest // 8)):
        size += len(piece)
        pieces.append(piece)
        if size > largest:
            break
    return b"".join(pieces)[: largest + 1]


def _settings(requests: Any, base: str, verify: bool | str) -> dict[str, Any]:
    """Proxies and CA bundles of the environment, read once for the one host that a client knows."""
    found = requests.Session().merge_environment_settings(base, {}, True, verify, None)
    # A proxy would look for a loopback address on its own machine, and read what is sent there in clear.
    proxies = {} if is_loopback(urlsplit(base).hostname or "") else found["proxies"]
    if (requests.utils.select_proxy(base, proxies) or "").endswith("@"):
        from ansible_collections.batchops.azure.plugins.module_utils._http.breakage import no_such_proxy

        # A password without a host: the library stumbles over it with a TypeError.
        raise no_such_proxy(base)
    # What the user said goes before REQUESTS_CA_BUNDLE.
    return {"proxies": proxies, "cert": None, "verify": found["verify"] if verify is True else verify}
