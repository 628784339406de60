# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Picks the one credential that a call uses, as an auth object that signs requests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._auth.shared_key import SharedKey
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError, OptionError
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import Endpoint

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import TokenStore

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


class Source(NamedTuple):
    """Where parts stand, under which names, and why none could be read. `option` is set where nothing else may be used instead."""

    words: str
    parts: Parts
    names: Mapping[str, str] = {}
    option: str = ""
    problem: str = ""


class SignIn:
    """The choice of a credential: sources are tried in order, and parts are never mixed between them."""

    def __init__(
        self,
        params: Mapping[str, Any],
        endpoint: Endpoint,
        verify: bool | str,
        environ: Mapping[str, str],
        tell: Tell | None = None,
        *,
        store: TokenStore | None = None,
    ) -> None:
        self._params = params
        self._endpoint = endpoint
        self._verify = verify
        self._environ = environ
        self._tell = tell
        self._store = store
        self._passed_over: list[str] = []
        # Of these, what holds some parts of a credential: that a source is empty is no news.
        self._begun: list[str] = []

    def auth(self) -> Any:
        """The auth object of the first source that holds a whole credential. Raises LoginError, which says what each lacked."""
        wanted = self._params["auth_source"]
        for source in self._sources(wanted):
            auth = self._auth_of(source)
            if auth is not None:
                return auth
        if wanted in ("auto", "cli"):
            return self._bearer("the Azure CLI", Source("this machine", self._options()))
        if wanted == "msi":
            from ansible_collections.batchops.azure.plugins.module_utils._auth.environment import identity_of_machine

            name, parts = identity_of_machine(self._environ, self._params.get("client_id"))
            return self._bearer(name, Source("this machine", parts))
        raise LoginError(
            f"No credential was found for auth_source {wanted}. Passed over: {'; '.join(self._passed_over)}"
        )

    def _sources(self, wanted: str) -> Iterator[Source]:
        """In the order in which they are tried, each read when those before have nothing: then only what reads it is loaded."""
        named = self._params.get("profile")
        if wanted == "auto" or wanted in _ONLY:
            options = self._options()
            yield Source("the options", options, {part: part for part in options}, option="options")
        if wanted == "credential_file" or (wanted == "auto" and named):
            yield self._profile(named)
        if wanted in ("auto", "env") or wanted in _ONLY:
            from ansible_collections.batchops.azure.plugins.module_utils._auth.environment import read_environment

            yield Source("the environment", *read_environment(self._environ))
        if wanted == "auto":
            yield self._profile(None)

    def _options(self) -> Parts:
        return {part: self._params[part] for part in _PARTS if self._params.get(part)}

    def _profile(self, named: str | None) -> Source:
        from ansible_collections.batchops.azure.plugins.module_utils._auth.profile import WHERE, read_profile

        profile = named or self._environ.get("AZURE_PROFILE") or "default"
        values, problem = read_profile(profile)
        parts = {part: value for part, value in values.items() if part in _PARTS and value}
        return Source(f"profile {profile} of {WHERE}", parts, option="profile" if named else "", problem=problem)

    def _auth_of(self, source: Source) -> Any:
        """The auth object that the parts of this source make; None where they make none. Raises OptionError where they must."""
        only = _ONLY.get(self._params["auth_source"])
        parts = {part: value for part, value in source.parts.items() if only in (None, part)}
        principal = set(parts) - _NO_CREDENTIAL - {"account_key", "access_token"}
        if principal and source.option == "options":
            from ansible_collections.batchops.azure.plugins.module_utils._auth.kinds import refuse_incomplete

            # Whatever else the options hold: who began a credential does not mean another one.
            refuse_incomplete(parts)
        if parts.get("account_key"):
            self._chosen("the account key", source, ("account_key",))
            return SharedKey(self._endpoint.account, parts["account_key"])
        if parts.get("access_token"):
            from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken

            self._chosen("an access token", source, ("access_token",))
            return ReadyToken(parts["access_token"])
        if principal:
            return self._auth_of_principal(source)
        if parts.get("client_id") and source.option == "options":
            from ansible_collections.batchops.azure.plugins.module_utils._auth.kinds import refuse_empty

            # What a template gives whose variable is empty.
            refuse_empty(self._params)
        return self._pass_over(source, source.problem or f"no {only or 'key, token, secret, certificate or password'}")

    def _auth_of_principal(self, source: Source) -> Any:
        from ansible_collections.batchops.azure.plugins.module_utils._auth.kinds import shortcomings, whole_kind

        kind = whole_kind(source.parts)
        if kind is not None:
            return self._bearer(kind.name, source, kind.parts)
        why = shortcomings(source.parts)
        self._begun.append(f"{source.words}: {why}")
        return self._pass_over(source, why)

    def _pass_over(self, source: Source, why: str) -> None:
        if source.option == "profile":
            raise OptionError("profile", f"{source.words}: {why}; nothing else is used in its place")
        self._passed_over.append(f"{source.words}: {why}")

    def _bearer(self, name: str, source: Source, used: tuple[str, ...] = ()) -> Any:
        from ansible_collections.batchops.azure.plugins.module_utils._auth.entra import bearer_of
        from ansible_collections.batchops.azure.plugins.module_utils._auth.token_source import authority_of

        authority = authority_of(self._params, self._endpoint.cloud, self._verify, self._environ)
        auth = bearer_of(name, source.parts, source.words, authority, self._passed_over, store=self._store)
        self._chosen(name, source, used)
        return auth

    def _chosen(self, name: str, source: Source, used: tuple[str, ...]) -> None:
        if self._tell:
            from ansible_collections.batchops.azure.plugins.module_utils._auth.kinds import described

            names = [source.names[part] for part in used if part in source.names]
            self._tell(described(name, source.words, names, self._begun))


def sign_in(
    params: Mapping[str, Any],
    endpoint: Endpoint,
    verify: bool | str,
    tell: Tell | None = None,
    *,
    store: TokenStore | None = None,
) -> Any:
    """The auth object that these options and this environment make. `tell` is told in words which credential that is."""
    return SignIn(params, endpoint, verify, os.environ, tell, store=store).auth()
