# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoint of a virtual machine that gives tokens to its managed identities, without any secret."""

from __future__ import annotations

import time
from typing import Any, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..model.account import Account
from .logins import Logins
from .tokens import Tokens

# What the system identity is called in its tokens; a machine has at most one.
SYSTEM_IDENTITY = "00000000-0000-0000-0000-00000000a11c"


class ManagedIdentities:
    """Asked over plain http, as on a machine: the address is link-local there and loopback here."""

    def __init__(self, account: Account, tokens: Tokens, now: Callable[[], float], logins: Logins) -> None:
        self._account = account
        self._tokens = tokens
        self._now = now
        self._logins = logins

    def routes(self) -> list[Route]:
        """Return the endpoint. Only azure-identity's environment variable leads to it here."""
        return [Route("/metadata/identity/oauth2/token", self.token, methods=["GET"])]

    def token(self, request: Request) -> Response:
        """Issue a token to the identity that is named, or to the system's."""
        named = request.query_params.get("client_id")
        answer = self._refusal(request, named) or JSONResponse(
            self._issued(request.query_params["resource"], named or SYSTEM_IDENTITY)
        )
        resource = request.query_params.get("resource", "")
        self._logins.add("managed_identity", named or "", resource, answer.status_code)
        return answer

    def _refusal(self, request: Request, named: str | None) -> Response | None:
        # The header keeps out those who can only make somebody else's machine follow a link.
        if request.headers.get("metadata", "").lower() != "true":
            return _error("bad_request_102", "Required metadata header not specified")
        for name in ("api-version", "resource"):
            if not request.query_params.get(name):
                return _error("invalid_request", f"Required query variable '{name}' is missing")
        if not (named.lower() in self._account.identities if named else self._account.system_identity):
            return _error("invalid_request", "Identity not found")
        return None

    def _issued(self, resource: str, client: str) -> dict[str, Any]:
        lifetime, now = int(self._account.token_lifetime), int(time.time())
        issuer = f"https://sts.windows.net/{self._account.tenant}/"
        # Numbers are written as texts here, unlike at the login endpoints.
        return {
            "access_token": self._tokens.issue(resource, issuer, self._now(), appid=client),
            "client_id": client,
            "expires_in": str(lifetime),
            "expires_on": str(now + lifetime),
            "ext_expires_in": str(lifetime),
            "not_before": str(now),
            "resource": resource,
            "token_type": "Bearer",
        }


def _error(error: str, text: str) -> Response:
    return JSONResponse({"error": error, "error_description": text}, status_code=400)
