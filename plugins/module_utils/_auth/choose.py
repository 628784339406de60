# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Picks the one credential that a call uses, as an auth object that signs requests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._auth.shared_key import SharedKey
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError, OptionError
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import Endpoint, parse_authority

# Of a credential, by the names of their options.
_PARTS = (
    *("account_key", "access_token", "client_id", "secret", "tenant", "ad_user", "password", "x509_certificate_path"),
    *("thumbprint", "oidc_token", "oidc_token_file_path"),
)
# The one part that these values of auth_source take. The others take all.
_ONLY = {"shared_key": "account_key", "access_token": "access_token"}
# Who gives no more than these has not begun a credential: the Azure CLI takes a tenant, a managed identity a client id.
_NO_CREDENTIAL = {"client_id", "tenant", "thumbprint"}

Parts = dict[str, str]
Tell = Callable[[str], None]


class Place(NamedTuple):
    """Where parts stand, under which names, and why none could be read. `option` is set where nothing else may be used instead."""

    words: str
    parts: Parts
    names: Mapping[str, str] = {}
    option: str = ""
    problem: str = ""


class SignIn:
    """The choice of a credential: places are tried in order, and parts are never mixed between them."""

    def __init__(
        self,
        params: Mapping[str, Any],
        endpoint: Endpoint,
        verify: bool | str,
        environ: Mapping[str, str],
        tell: Tell | None = None,
    ) -> None:
        self._params = params
        self._endpoint = endpoint
        self._verify = verify
        self._environ = environ
        self._tell = tell
        self._passed_over: list[str] = []
        # Of these, what holds some parts of a credential: that a place is empty is no news.
        self._begun: list[str] = []

    def auth(self) -> Any:
        """The auth object of the first place that holds a whole credential. Raises LoginError, which says what each lacked."""
        source = self._params["auth_source"]
        for place in self._places(source):
            auth = self._auth_of(place)
            if auth is not None:
                return auth
        if source in ("auto", "cli"):
            return self._bearer("the Azure CLI", Place("this machine", self._options()))
        if source == "msi":
            client_id = self._params.get("client_id") or self._environ.get("AZURE_CLIENT_ID", "")
            return self._bearer("a managed identity", Place("this machine", {"client_id": client_id}))
        raise LoginError(
            f"No credential was found for auth_source {source}. Passed over: {'; '.join(self._passed_over)}"
        )

    def _places(self, source: str) -> Iterator[Place]:
        """In the order in which they are tried, each read when those before have nothing: then only what reads it is loaded."""
        named = self._params.get("profile")
        if source == "auto" or source in _ONLY:
            options = self._options()
            yield Place("the options", options, {part: part for part in options}, option="options")
        if source == "credential_file" or (source == "auto" and named):
            yield self._profile(named)
        if source in ("auto", "env") or source in _ONLY:
            from ansible_collections.batchops.azure.plugins.module_utils._auth.environment import read_environment

            yield Place("the environment", *read_environment(self._environ))
        if source == "auto":
            yield self._profile(None)

    def _options(self) -> Parts:
        return {part: self._params[part] for part in _PARTS if self._params.get(part)}

    def _profile(self, named: str | None) -> Place:
        from ansible_collections.batchops.azure.plugins.module_utils._auth.profile import WHERE, read_profile

        profile = named or self._environ.get("AZURE_PROFILE") or "default"
        values, problem = read_profile(profile)
        parts = {part: value for part, value in values.items() if part in _PARTS and value}
        return Place(f"profile {profile} of {WHERE}", parts, option="profile" if named else "", problem=problem)

    def _auth_of(self, place: Place) -> Any:
        """The auth object that the parts of this place make; None where they make none. Raises OptionError where they must."""
        only = _ONLY.get(self._params["auth_source"])
        parts = {part: value for part, value in place.parts.items() if only in (None, part)}
        principal = set(parts) - _NO_CREDENTIAL - {"account_key", "access_token"}
        if principal and place.option == "options":
            from ansible_collections.batchops.azure.plugins.module_utils._auth.kinds import refuse_incomplete

            # Whatever else the options hold: who began a credential does not mean another one.
            refuse_incomplete(parts)
        if parts.get("account_key"):
            self._chosen("the account key", place, ("account_key",))
            return SharedKey(self._endpoint.account, parts["account_key"])
        if parts.get("access_token"):
            from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken

            self._chosen("an access token", place, ("access_token",))
            return ReadyToken(parts["access_token"])
        if principal:
            return self._auth_of_principal(place)
        return self._pass_over(place, place.problem or f"no {only or 'key, token, secret, certificate or password'}")

    def _auth_of_principal(self, place: Place) -> Any:
        from ansible_collections.batchops.azure.plugins.module_utils._auth.kinds import shortcomings, whole_kind

        kind = whole_kind(place.parts)
        if kind is not None:
            return self._bearer(kind.name, place, kind.parts)
        why = shortcomings(place.parts)
        self._begun.append(f"{place.words}: {why}")
        return self._pass_over(place, why)

    def _pass_over(self, place: Place, why: str) -> None:
        if place.option == "profile":
            raise OptionError("profile", f"{place.words}: {why}; nothing else is used in its place")
        self._passed_over.append(f"{place.words}: {why}")

    def _bearer(self, name: str, place: Place, used: tuple[str, ...] = ()) -> Any:
        from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import Bearer
        from ansible_collections.batchops.azure.plugins.module_utils._auth.entra import SOURCES
        from ansible_collections.batchops.azure.plugins.module_utils._auth.token_source import Authority

        cloud = self._endpoint.cloud
        host = self._params.get("authority_host") or self._environ.get("AZURE_AUTHORITY_HOST") or cloud.authority
        authority = Authority(
            parse_authority(host),
            cloud.scope,
            self._verify,
            not self._params["disable_instance_discovery"],
            self._params["timeout"],
        )
        source = SOURCES[name](place.parts, place.words, authority)
        source.passed_over = self._passed_over
        self._chosen(name, place, used)
        return Bearer(source)

    def _chosen(self, name: str, place: Place, used: tuple[str, ...]) -> None:
        if self._tell:
            from ansible_collections.batchops.azure.plugins.module_utils._auth.kinds import described

            names = [place.names[part] for part in used if part in place.names]
            self._tell(described(name, place.words, names, self._begun))


def sign_in(params: Mapping[str, Any], endpoint: Endpoint, verify: bool | str, tell: Tell | None = None) -> Any:
    """The auth object that these options and this environment make. `tell` is told in words which credential that is."""
    return SignIn(params, endpoint, verify, os.environ, tell).auth()
