# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The login endpoints that azure-identity talks to: enough of Entra ID for client secrets, assertions and passwords."""

from __future__ import annotations

import hmac
import time
import uuid
from collections.abc import Mapping
from typing import Any, Callable
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..model.account import Account
from .logins import Logins
from .tokens import Tokens, audience_of, read_claims

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class _Refused(Exception):
    """An error of the token endpoint: its OAuth2 name, its number and its text."""

    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(text)
        self.status, self.error, self.number, self.text = status, error, number, text


class Login:
    """The login service of one account's tenant."""

    def __init__(self, account: Account, tokens: Tokens, now: Callable[[], float], logins: Logins) -> None:
        self._account = account
        self._tokens = tokens
        self._now = now
        self._logins = logins

    def routes(self) -> list[Route]:
        """Return the endpoints. They exist under https only: no library sends a secret to anything else."""
        return [
            Route("/{tenant}/v2.0/.well-known/openid-configuration", self.configuration, methods=["GET"]),
            Route("/{tenant}/oauth2/v2.0/token", self.token, methods=["POST"]),
            Route("/common/userrealm/{user}", self.user_realm, methods=["GET"]),
        ]

    def configuration(self, request: Request) -> Response:
        """Say where the token endpoint is."""
        try:
            base = f"{_base(request)}/{self._tenant(request)}"
        except _Refused as refusal:
            return _error(refusal)
        return JSONResponse(
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["HS256"],
            }
        )

    async def token(self, request: Request) -> Response:
        """Issue a token."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        answer: Response
        try:
            self._tenant(request)
            answer = JSONResponse(self._grant(form, _base(request)))
        except _Refused as refusal:
            answer = _error(refusal)
        self._logins.add(_way(form), form.get("client_id", ""), form.get("scope", ""), answer.status_code)
        return answer

    def user_realm(self, request: Request) -> Response:
        """Say that the tenant itself checks passwords, and not a federation that it trusts."""
        domain = str(request.path_params["user"]).rpartition("@")[2]
        return JSONResponse({"ver": "1.0", "account_type": "Managed", "domain_name": domain})

    def _tenant(self, request: Request) -> str:
        tenant = str(request.path_params["tenant"])
        if tenant.lower() not in (self._account.tenant.lower(), "organizations"):
            text = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
            raise _Refused(400, "invalid_request", 90002, text)
        return tenant

    def _grant(self, form: Mapping[str, str], base: str) -> dict[str, Any]:
        grant = form.get("grant_type")
        issuer = f"{base}/{self._account.tenant}/v2.0"
        if grant == "client_credentials":
            self._check_client(form, base)
            return self._issued(form, issuer, appid=self._account.client_id)
        if grant == "password":
            user = self._check_user(form)
            return {**self._issued(form, issuer, upn=user), **self._identity(form, issuer, user)}
        raise _Refused(400, "unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{grant}'.")

    def _check_client(self, form: Mapping[str, str], base: str) -> None:
        client = form.get("client_id", "")
        if client.lower() != self._account.client_id.lower():
            text = f"Application with identifier '{client}' was not found in the directory."
            raise _Refused(400, "unauthorized_client", 700016, text)
        if form.get("client_assertion_type") == _ASSERTION_TYPE:
            self._check_assertion(form.get("client_assertion", ""), base)
        elif not _same(form.get("client_secret", ""), self._account.secret):
            text = "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value."
            raise _Refused(401, "invalid_client", 7000215, text)

    def _check_assertion(self, assertion: str, base: str) -> None:
        """Accept the scenario's federated token, or what a client signs with its certificate.

        The signature of the latter is not verified: the simulator has no certificates of clients.
        """
        federated = self._account.federated_token
        if federated is not None and _same(assertion, federated):
            return
        claims = read_claims(assertion) or {}
        own = claims.get("iss") == claims.get("sub") == self._account.client_id
        if not own or not str(claims.get("aud", "")).startswith(base) or claims.get("exp", 0) < time.time():
            text = "The client assertion is not valid for this application."
            raise _Refused(401, "invalid_client", 700027, text)

    def _check_user(self, form: Mapping[str, str]) -> str:
        user = form.get("username", "")
        if user not in self._account.users or not _same(form.get("password", ""), str(self._account.users[user])):
            text = "Error validating credentials due to invalid username or password."
            raise _Refused(400, "invalid_grant", 50126, text)
        return user

    def _issued(self, form: Mapping[str, str], issuer: str, **claims: str) -> dict[str, Any]:
        scopes = form.get("scope", "").split()
        audience = next((found for found in map(audience_of, scopes) if found is not None), None)
        if audience is None:
            text = f"The provided value for the input parameter 'scope' is not valid: {form.get('scope', '')!r}."
            raise _Refused(400, "invalid_scope", 70011, text)
        lifetime = int(self._account.token_lifetime)
        return {
            "token_type": "Bearer",
            "expires_in": lifetime,
            "ext_expires_in": lifetime,
            "access_token": self._tokens.issue(audience, issuer, self._now(), **claims),
        }

    def _identity(self, form: Mapping[str, str], issuer: str, user: str) -> dict[str, str]:
        """Return who has logged in, which libraries want to know of users."""
        client = form.get("client_id", "")
        identity = self._tokens.issue(client, issuer, self._now(), sub=user, oid=user, preferred_username=user)
        unsigned = self._tokens.issue("", "", 0, uid=user, utid=self._account.tenant).split(".")[1]
        return {"id_token": identity, "client_info": unsigned}


def _way(form: Mapping[str, str]) -> str:
    if form.get("grant_type") == "client_credentials":
        return "client_assertion" if "client_assertion" in form else "client_secret"
    return form.get("grant_type", "")


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"


def _error(refusal: _Refused) -> Response:
    moment = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
    trace, correlation = uuid.uuid4(), uuid.uuid4()
    body = {
        "error": refusal.error,
        "error_description": f"AADSTS{refusal.number}: {refusal.text} Trace ID: {trace} "
        f"Correlation ID: {correlation} Timestamp: {moment}",
        "error_codes": [refusal.number],
        "timestamp": moment,
        "trace_id": str(trace),
        "correlation_id": str(correlation),
    }
    return JSONResponse(body, status_code=refusal.status)
