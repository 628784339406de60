# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides who may read: the holder of the key, or of a token."""

from __future__ import annotations

import time

from ..model.account import Account
from ..service.asked import Asked
from .shared_key import SCHEME, SharedKey, refused
from .tokens import Tokens
from .tokens import refused as token_refused


class AccountGate:
    """Checks the Authorization header of every request to one account."""

    def __init__(self, account: Account, tokens: Tokens) -> None:
        self._account = account
        self._tokens = tokens
        self._shared_key = SharedKey(account.name, account.key, clock=lambda: time.time() + account.clock_skew)

    def check(self, asked: Asked) -> None:
        """Raise ServiceError for a request that may not read."""
        scheme, _blank, rest = asked.headers.get("authorization", "").partition(" ")
        if scheme == SCHEME:
            if not self._account.allow_shared_key:
                raise refused("Shared Key authentication is not allowed on this account")
            self._shared_key.check(asked.method, asked.path, asked.query, asked.headers)
        elif scheme.lower() == "bearer":
            self._check_bearer(rest.strip(), asked.base, asked.now)
        else:
            raise token_refused(f"{asked.base}/{self._account.tenant}", None)

    def _check_bearer(self, token: str, base: str, now: float) -> None:
        # A token that was issued must not travel in the clear; one that a scenario names may, to be tried out.
        if base.startswith("http://") and token != self._account.access_token:
            raise token_refused(f"{base}/{self._account.tenant}", "An access token was sent over plain http")
        self._tokens.check(token, base, now)
