# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bearer tokens of Entra ID, as `requests` auth objects."""

from __future__ import annotations

import threading
import time
from copy import copy
from typing import Any, NamedTuple, Protocol

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError, OptionError

# A token is renewed that many seconds before it expires, so that a request under way does not outlive it.
_RENEW_BEFORE = 300
# Seconds to sign in where a request is signed that nobody made it ready for.
_ALONE = 30.0


class Token(NamedTuple):
    """What signing in gives. Times are seconds since 1970."""

    text: str
    issued: float
    expires: float

    @property
    def good_until(self) -> float:
        """A token that lives shorter than twice the margin is used for half of its life."""
        return self.expires - min(_RENEW_BEFORE, self.lives / 2)

    @property
    def lives(self) -> float:
        return self.expires - self.issued


class TokenSource(Protocol):
    def fetch(self, seconds: float) -> Token:
        """A token, within so many seconds. Raises LoginError."""

    def drop(self, text: str) -> None:
        """That token was refused: it is not fetched again."""


class IdentifiedSource(TokenSource, Protocol):
    def identity(self) -> str:
        """Everything that decides whose token it is, secrets included. Raises OSError, ValueError or LoginError where that cannot be said."""


class TokenStore(Protocol):
    """Where tokens may be that other tasks have got. Whoever runs a read hands it in; a module has none."""

    def sharing(self, source: IdentifiedSource) -> TokenSource:
        """The same source, which asks only where there is no token of that identity yet."""


class Bearer:
    """Signs in at the first request, and again before the token expires. Requests at the same time share one attempt."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._token = Token("", 0.0, 0.0)
        self._anew = False
        self._attempts = 0
        self._problem: LoginError | None = None

    def ready(self, seconds: float) -> bool:
        """Signs in, where that is due, in that time; whether it has waited for that. Raises LoginError."""
        if not self._is_due():
            return False
        attempts = self._attempts
        with self._lock:
            if self._attempts > attempts:
                # It was tried while this one waited for its turn: sixteen would wait sixteen times as long one by one.
                if self._problem is not None:
                    raise copy(self._problem)
                # However short that token lives: it is as new as the next one would be.
                return True
            if self._is_due():
                self._sign_in(seconds)
        return True

    def _is_due(self) -> bool:
        return self._anew or self._token.good_until <= time.time()

    def _sign_in(self, seconds: float) -> None:
        self._problem = None
        try:
            token = self._source.fetch(seconds)
            # Python would refuse it in words that quote it.
            if not fits_a_header(token.text):
                raise LoginError("Signing in failed: what the sign-in host issued is not a token")
        except LoginError as error:
            self._problem = copy(error)
            raise
        finally:
            self._attempts += 1
        self._token = token
        self._anew = False

    def __call__(self, request: Any) -> Any:
        if not self._token.text:
            self.ready(_ALONE)
        with self._lock:
            request.headers["Authorization"] = f"Bearer {self._token.text}"
        return request

    def refresh(self, refused: Any) -> bool:
        """After a 401: the next request signs in again, unless another has done so since that one was sent."""
        with self._lock:
            if refused.headers.get("Authorization") == f"Bearer {self._token.text}":
                self._anew = True
                self._source.drop(self._token.text)
        return True


class ReadyToken:
    """A token that the user brought. Nothing can renew it."""

    def __init__(self, token: str) -> None:
        token = token.strip()
        if not fits_a_header(token):
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


def fits_a_header(token: Any) -> bool:
    """Whether it can be sent. What signs in or brings a token is not always sure of that."""
    return isinstance(token, str) and bool(token) and all("!" <= character <= "~" for character in token)
