# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Picks the one credential that a call uses, as an auth object that signs requests."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._endpoint import Endpoint
from ansible_collections.batchops.azure.plugins.module_utils._errors import LibraryError, LoginError, OptionError
from ansible_collections.batchops.azure.plugins.module_utils._redact import mask_text
from ansible_collections.batchops.azure.plugins.module_utils._shared_key import SharedKey

# A token is renewed that many seconds before it expires, so that a request under way does not outlive it.
_RENEW_BEFORE = 300


class Bearer:
    """A `requests` auth object for Entra ID. `fetch` returns a token and the time it expires, in seconds since 1970."""

    def __init__(self, fetch: Callable[[], tuple[str, float]]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._token, self._expires = "", 0.0

    def __call__(self, request: Any) -> Any:
        with self._lock:
            if self._expires - _RENEW_BEFORE < time.time():
                self._token, self._expires = self._fetch()
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def refresh(self) -> bool:
        """After a 401: drops the token, so that the next request signs in again."""
        with self._lock:
            self._expires = 0.0
        return True


class ReadyToken:
    """A token that the user brought. Nothing can renew it."""

    def __init__(self, token: str) -> None:
        token = token.strip()
        if not token or any(character.isspace() or not character.isprintable() for character in token):
            raise OptionError(
                "access_token", "is not a token; give what 'az account get-access-token' prints as accessToken"
            )
        self._token = token

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def refresh(self) -> bool:
        return False


# Names of an identity's parts: the option, and the environment variables that stand in for it.
_PARTS = {
    "account_key": ("AZURE_BATCH_ACCESS_KEY",),
    "access_token": (),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_SECRET", "AZURE_CLIENT_SECRET"),
    "tenant": ("AZURE_TENANT", "AZURE_TENANT_ID"),
}


def sign_in(
    params: Mapping[str, Any], endpoint: Endpoint, verify: bool | str, environ: Mapping[str, str] | None = None
) -> Any:
    """The auth object of the first place that holds a whole identity: the options, then the environment.

    Parts are never mixed between places. Raises LoginError that says which places were tried and what they lacked.
    """
    source = params["auth_source"]
    tried = []
    for where, parts in _places(source, params, os.environ if environ is None else environ):
        auth, lacking = _auth_of(source, parts, params, endpoint, verify)
        if auth is not None:
            return auth
        tried.append(f"{where}: {lacking}")
    raise LoginError(f"No credential was found for auth_source {source}. Tried {'; '.join(tried)}")


def _places(source: str, params: Mapping[str, Any], environ: Mapping[str, str]) -> list[tuple[str, dict[str, str]]]:
    options = {part: params[part] for part in _PARTS if params.get(part)}
    environment = {
        part: next((environ[name] for name in names if environ.get(name)), "") for part, names in _PARTS.items()
    }
    places = [
        ("the options", options),
        ("the environment", {part: value for part, value in environment.items() if value}),
    ]
    return places[1:] if source == "env" else places


def _auth_of(
    source: str, parts: Mapping[str, str], params: Mapping[str, Any], endpoint: Endpoint, verify: bool | str
) -> tuple[Any, str]:
    """The auth object that these parts make, or what they lack."""
    if parts.get("account_key") and source != "access_token":
        return SharedKey(endpoint.account, parts["account_key"]), ""
    if source == "shared_key":
        return None, "no account_key"
    if parts.get("access_token"):
        return ReadyToken(parts["access_token"]), ""
    if source == "access_token":
        return None, "no access_token"
    lacking = [part for part in ("client_id", "secret", "tenant") if not parts.get(part)]
    if lacking:
        return None, f"no account_key, no access_token, and for a service principal no {', '.join(lacking)}"
    return Bearer(_client_secret(parts, params, endpoint, verify)), ""


def _client_secret(
    parts: Mapping[str, str], params: Mapping[str, Any], endpoint: Endpoint, verify: bool | str
) -> Callable[[], tuple[str, float]]:
    """A service principal with a secret, through azure-identity."""
    try:
        from azure.core.exceptions import AzureError
        from azure.identity import ClientSecretCredential
    except ImportError as error:
        raise LibraryError("azure-identity", "to sign in with Entra ID", sys.executable) from error
    credential = ClientSecretCredential(
        parts["tenant"],
        parts["client_id"],
        parts["secret"],
        authority=os.environ.get("AZURE_AUTHORITY_HOST") or endpoint.cloud.authority,
        disable_instance_discovery=params["disable_instance_discovery"],
        connection_verify=verify,
    )

    def fetch() -> tuple[str, float]:
        try:
            token = credential.get_token(endpoint.cloud.scope)
        except (AzureError, ValueError) as error:
            # The provider's code (AADSTS...) is in the first line; what follows is its trace.
            text = mask_text(str(error).strip().splitlines()[0]) if str(error).strip() else type(error).__name__
            raise LoginError(
                f"Signing in as client {parts['client_id']} of tenant {parts['tenant']} failed: {text}"
            ) from error
        return token.token, token.expires_on

    return fetch
