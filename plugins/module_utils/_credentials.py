# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Picks the one credential that a call uses, as an auth object that signs requests."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._endpoint import Endpoint, parse_authority
from ansible_collections.batchops.azure.plugins.module_utils._errors import LoginError
from ansible_collections.batchops.azure.plugins.module_utils._shared_key import SharedKey

# Parts of an identity: the option's name, and the environment variables that stand in for it.
_ENVIRONMENT = {
    "account_key": ("AZURE_BATCH_ACCESS_KEY",),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_SECRET", "AZURE_CLIENT_SECRET"),
    "tenant": ("AZURE_TENANT", "AZURE_TENANT_ID"),
    "ad_user": ("AZURE_AD_USER", "AZURE_USERNAME"),
    "password": ("AZURE_PASSWORD",),
    "x509_certificate_path": ("AZURE_X509_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"),
    "thumbprint": ("AZURE_THUMBPRINT",),
    "oidc_token_file_path": ("AZURE_FEDERATED_TOKEN_FILE",),
}
_OPTIONS = (*_ENVIRONMENT, "access_token", "oidc_token")

Parts = dict[str, str]


class SignIn:
    """The choice of a credential: places are tried in order, and parts are never mixed between them."""

    def __init__(
        self, params: Mapping[str, Any], endpoint: Endpoint, verify: bool | str, environ: Mapping[str, str]
    ) -> None:
        self._params = params
        self._endpoint = endpoint
        self._verify = verify
        self._environ = environ
        self._passed_over: list[str] = []

    def auth(self) -> Any:
        """The auth object of the first place that holds a whole credential. Raises LoginError, which says what each lacked."""
        source = self._params["auth_source"]
        if source == "msi":
            client_id = self._params.get("client_id") or self._environ.get("AZURE_CLIENT_ID", "")
            return self._entra("ManagedIdentity", {"client_id": client_id}, "this machine")
        if source == "cli":
            return self._entra("AzureCli", self._options(), "this machine")
        places = {"env": [self._from_environment], "credential_file": [self._from_file]}.get(
            source, [self._from_options, self._from_environment]
        )
        if source == "auto":
            places.append(self._from_file)
        for place in places:
            auth = place()
            if auth is not None:
                return auth
        if source == "auto":
            return self._entra("AzureCli", self._options(), "this machine")
        raise LoginError(
            f"No credential was found for auth_source {source}. Passed over: {'; '.join(self._passed_over)}"
        )

    def _options(self) -> Parts:
        return {part: self._params[part] for part in _OPTIONS if self._params.get(part)}

    def _from_options(self) -> Any:
        return self._of(self._options(), "the options")

    def _from_environment(self) -> Any:
        found = {
            part: next((self._environ[name] for name in names if self._environ.get(name)), "")
            for part, names in _ENVIRONMENT.items()
        }
        return self._of({part: value for part, value in found.items() if value}, "the environment")

    def _from_file(self) -> Any:
        # Like the ways to sign in: only for those who come here.
        from ansible_collections.batchops.azure.plugins.module_utils._credential_file import WHERE, read_profile

        profile = self._params.get("profile") or self._environ.get("AZURE_PROFILE") or "default"
        where = f"profile {profile} of {WHERE}"
        values, problem = read_profile(profile)
        if problem:
            self._passed_over.append(f"{where}: {problem}")
            return None
        return self._of({part: value for part, value in values.items() if part in _OPTIONS and value}, where)

    def _of(self, parts: Parts, where: str) -> Any:
        """The auth object that these parts make; None, and a word on why, where they make none."""
        wanted = self._params["auth_source"]
        if parts.get("account_key") and wanted != "access_token":
            return SharedKey(self._endpoint.account, parts["account_key"])
        if wanted == "shared_key":
            self._passed_over.append(f"{where}: no account_key")
            return None
        if parts.get("access_token"):
            from ansible_collections.batchops.azure.plugins.module_utils._bearer import ReadyToken

            return ReadyToken(parts["access_token"])
        if wanted == "access_token":
            self._passed_over.append(f"{where}: no access_token")
            return None
        return self._of_entra(parts, where)

    def _of_entra(self, parts: Parts, where: str) -> Any:
        if not set(parts) - {"client_id", "tenant", "thumbprint"}:
            self._passed_over.append(f"{where}: no key, token, secret, certificate or password")
            return None
        from ansible_collections.batchops.azure.plugins.module_utils import _entra

        source = _entra.source_of(parts)
        lacking = source.lacking(parts)
        if lacking:
            self._passed_over.append(f"{where}: {source.name} without {' and '.join(lacking)}")
            return None
        return self._entra(source.__name__, parts, where)

    def _entra(self, source: str, parts: Parts, where: str) -> Any:
        from ansible_collections.batchops.azure.plugins.module_utils import _entra
        from ansible_collections.batchops.azure.plugins.module_utils._bearer import Bearer

        cloud = self._endpoint.cloud
        host = self._params.get("authority_host") or self._environ.get("AZURE_AUTHORITY_HOST") or cloud.authority
        authority = _entra.Authority(
            parse_authority(host),
            self._params.get("token_scope") or cloud.scope,
            self._verify,
            not self._params["disable_instance_discovery"],
            self._params["timeout"],
        )
        chosen = getattr(_entra, source)(parts, where, authority)
        chosen.passed_over = self._passed_over
        return Bearer(chosen)


def sign_in(params: Mapping[str, Any], endpoint: Endpoint, verify: bool | str) -> Any:
    """The auth object that these options and this environment make."""
    return SignIn(params, endpoint, verify, os.environ).auth()
