# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bearer tokens of Entra ID, as `requests` auth objects."""

from __future__ import annotations

import threading
import time
from copy import copy
from typing import Any, Protocol

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError, OptionError

# A token is renewed that many seconds before it expires, so that a request under way does not outlive it.
_RENEW_BEFORE = 300
# Seconds to sign in where a request is signed that nobody made it ready for.
_ALONE = 30.0


class TokenSource(Protocol):
    def fetch(self, anew: bool, seconds: float) -> tuple[str, float]:
        """A token and when it expires, in seconds since 1970, within so many seconds. Raises LoginError.

        `anew` forbids a token that was kept.
        """


class Bearer:
    """Signs in at the first request, and again before the token expires. Requests at the same time share one attempt."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._token, self._renew_at, self._anew = "", 0.0, False
        self._attempts = 0
        self._problem: LoginError | None = None

    def ready(self, seconds: float) -> bool:
        """Signs in, where that is due, in that time; whether it has waited for that. Raises LoginError."""
        if not self._anew and self._renew_at > time.time():
            return False
        attempts = self._attempts
        with self._lock:
            if self._attempts > attempts:
                # It was tried while this one waited for its turn: sixteen would wait sixteen times as long one by one.
                if self._problem is not None:
                    raise copy(self._problem)
                # However short that token lives: it is as new as the next one would be.
                return True
            now = time.time()
            if self._anew or self._renew_at <= now:
                self._sign_in(now, seconds)
        return True

    def _sign_in(self, now: float, seconds: float) -> None:
        self._problem = None
        try:
            token, expires = self._source.fetch(self._anew, seconds)
            # Python would refuse it in words that quote it.
            if not _fits_a_header(token):
                raise LoginError("Signing in failed: what the sign-in host issued is not a token")
        except LoginError as error:
            self._problem = copy(error)
            raise
        finally:
            self._attempts += 1
        self._token = token
        # A token that lives shorter than the margin is used for half of its life.
        self._renew_at = expires - min(_RENEW_BEFORE, (expires - now) / 2)
        self._anew = False

    def __call__(self, request: Any) -> Any:
        if not self._token:
            self.ready(_ALONE)
        with self._lock:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def refresh(self, refused: Any) -> bool:
        """After a 401: the next request signs in again, unless another has done so since that one was sent."""
        with self._lock:
            if refused.headers.get("Authorization") == f"Bearer {self._token}":
                self._anew = True
        return True


class ReadyToken:
    """A token that the user brought. Nothing can renew it."""

    def __init__(self, token: str) -> None:
        token = token.strip()
        if not _fits_a_header(token):
            raise OptionError(
                "access_token", "is not a token; give what 'az account get-access-token' prints as accessToken"
            )
        self._token = token

    def ready(self, seconds: float) -> bool:
        """Nothing has to be done for it."""
        return False

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def refresh(self, refused: Any) -> bool:
        return False


def _fits_a_header(token: str) -> bool:
    return bool(token) and all("!" <= character <= "~" for character in token)
