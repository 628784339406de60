# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends one GET, and hands back the whole answer: where the collection's client raises, a refusal is what is looked for here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import TransportError
from ansible_collections.batchops.azure.plugins.module_utils._base.parsed import parsed
from ansible_collections.batchops.azure.plugins.module_utils._http.transport import Transport

from .account import Account

_LARGEST = 16 * 1024 * 1024
_BUSY = (408, 429, 500, 502, 503, 504)
_ATTEMPTS = 4
_LONGEST_PAUSE = 60.0


class Exchange(NamedTuple):
    """An answer, with when it was asked for: `at` in seconds of this machine's clock, in the middle of the `seconds` that it took."""

    status: int
    # By their names in lower case.
    headers: dict[str, str]
    # The JSON object; None where the body is none.
    body: dict[str, Any] | None
    sent_id: str
    at: float
    seconds: float


class Asker:
    """Asks one account. Each answer is told to `note` with the name of its operation, those to attempts that were repeated too."""

    def __init__(
        self,
        account: Account,
        note: Callable[[str, Exchange], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.account = account
        self._note = note
        self._sleep = sleep
        self._transport = Transport(account.endpoint.base, account.verify, 1)

    def url(self, segments: tuple[str, ...], params: Mapping[str, Any]) -> str:
        """The URL of a path, with the account's api-version unless `params` has another; None there leaves one out."""
        query = {"api-version": self.account.endpoint.api_version, **params}
        pairs = [
            f"{quote(name, safe='$')}={quote(str(value), safe='')}"
            for name, value in query.items()
            if value is not None
        ]
        return f"{self.account.endpoint.url(*segments)}?{'&'.join(pairs)}"

    def ask(self, operation: str, url: str, *, auth: Any = None, headers: dict[str, str] | None = None) -> Exchange:
        """The answer to that URL, which is sent as it stands. `auth` signs in place of the account's own. Raises TransportError."""
        for attempt in range(_ATTEMPTS):
            last = attempt + 1 == _ATTEMPTS
            retry_after = None
            try:
                exchange = self._once(url, auth or self.account.auth, headers or {})
            except TransportError:
                if last:
                    raise
            else:
                self._note(operation, exchange)
                if last or exchange.status not in _BUSY:
                    break
                retry_after = exchange.headers.get("retry-after")
            self._sleep(_pause(retry_after, attempt))
        return exchange

    def close(self) -> None:
        self._transport.close()

    def _once(self, url: str, auth: Any, headers: dict[str, str]) -> Exchange:
        auth.ready(self.account.timeout)
        request = auth(self._transport.request(url, headers))
        began, at = time.monotonic(), time.time()
        response, content = self._transport.send(request, self.account.timeout, _LARGEST)
        seconds = time.monotonic() - began
        try:
            body = parsed(content)
        except (ValueError, RecursionError):
            body = None
        names = {name.lower(): value for name, value in response.headers.items()}
        return Exchange(
            response.status_code,
            names,
            body if isinstance(body, dict) else None,
            request.headers["client-request-id"],
            at + seconds / 2,
            seconds,
        )


def _pause(retry_after: str | None, attempt: int) -> float:
    """Seconds before the next attempt: what the service asks for, or longer each time."""
    wanted = float(retry_after) if retry_after and retry_after.isdecimal() else 2.0**attempt
    return min(wanted, _LONGEST_PAUSE)
