# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bearer tokens: signed texts in the shape of JSON web tokens, issued and checked by the simulator itself."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Any, Callable

from ..model.account import Account
from ..service.errors import ServiceError
from .shared_key import FAILED

# Audiences end in a slash, which is why their scopes have two.
AUDIENCES = (
    "https://batch.core.windows.net/",
    "https://batch.core.usgovcloudapi.net/",
    "https://batch.chinacloudapi.cn/",
)
SCOPE_SUFFIX = "/.default"


class Tokens:
    """Issues and checks the tokens of one account.

    A token expires on the wall clock, for clients that keep it until then, and on the scenario's clock, so that a test
    can let an hour pass.
    """

    def __init__(self, account: Account, clock: Callable[[], float] = time.time) -> None:
        self._account = account
        self._secret = f"{account.key}:tokens".encode()
        self._clock = clock

    def issue(self, audience: str, issuer: str, now: float, **claims: str) -> str:
        """Return a token for an audience. ``now`` is the scenario's time."""
        issued = int(self._clock())
        payload = {
            "aud": audience,
            "iss": issuer,
            "iat": issued,
            "nbf": issued,
            "exp": issued + int(self._account.token_lifetime),
            "tid": self._account.tenant,
            "simulated_iat": now,
            **claims,
        }
        signed = f"{_encode({'typ': 'JWT', 'alg': 'HS256'})}.{_encode(payload)}"
        return f"{signed}.{self._signature(signed)}"

    def check(self, token: str, base: str, now: float) -> None:
        """Raise ServiceError unless the token is one of the account's, for Batch, and not expired."""
        static = self._account.access_token
        if static is not None and hmac.compare_digest(static.encode(), token.encode()):
            return
        claims = self._claims(token)
        if claims is None:
            raise self._refused(base, "The access token is not one that was issued for this account")
        if claims["aud"] not in AUDIENCES:
            allowed = ",".join(f"'{audience}'" for audience in AUDIENCES)
            raise self._refused(
                base,
                f"The access token has been obtained from wrong audience or resource '{claims['aud']}'. It should "
                f"exactly match (including forward slash) with one of the allowed audiences {allowed}",
            )
        if self._clock() >= claims["exp"] or now - claims["simulated_iat"] >= self._account.token_lifetime:
            raise self._refused(base, "The access token has expired")

    def _claims(self, token: str) -> dict[str, Any] | None:
        signed, _dot, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(signed).encode(), signature.encode()):
            return None
        claims = read_claims(token)
        return claims if claims is not None and {"aud", "exp", "simulated_iat"} <= set(claims) else None

    def _signature(self, text: str) -> str:
        return _base64(hmac.new(self._secret, text.encode(), hashlib.sha256).digest())

    def _refused(self, base: str, detail: str) -> ServiceError:
        return refused(f"{base}/{self._account.tenant}", detail)


def refused(authority: str, detail: str | None) -> ServiceError:
    """Return the answer to a request without a token, or with one that is not accepted."""
    challenge = f'Bearer authorization_uri="{authority}", resource_id="{AUDIENCES[0]}"'
    values = [("AuthenticationErrorDetail", detail)] if detail else []
    return ServiceError(401, "AuthenticationFailed", f"{FAILED}.", values, [("WWW-Authenticate", challenge)])


def read_claims(token: str) -> dict[str, Any] | None:
    """Return what a token says, unchecked, or None when it has not the shape of one."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    return claims if isinstance(claims, dict) else None


def audience_of(scope: str) -> str | None:
    """Return the audience of a ``…/.default`` scope, or None for any other."""
    return scope[: -len(SCOPE_SUFFIX)] if scope.endswith(SCOPE_SUFFIX) else None


def _encode(value: Any) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
