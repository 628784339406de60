# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One small class for each way to sign in with Entra ID."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import Bearer, Token, TokenStore
from ansible_collections.batchops.azure.plugins.module_utils._auth.token_source import (
    Authority,
    Source,
    identity_library,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    LibraryError,
    LoginError,
    OptionError,
    ServiceError,
)

# The application that users sign in to where they name no other: the Azure CLI's.
_PUBLIC_CLIENT = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
# To connect to the endpoint of a managed identity.
_MACHINE_SECONDS = 2.0
# Variables by which this machine's own ways to sign in are told who and where.
_MACHINE_VARIABLES = ("AZURE_", "IDENTITY_", "IMDS_", "MSI_")
# Who is signed in at the Azure CLI, which subscription is the current one, and which cloud.
_CLI_FILES = ("azureProfile.json", "clouds.config", "config")


class ClientSecret(Source):
    name = "a service principal's secret"

    def credential(self, seconds: float) -> Any:
        parts = self.parts
        return identity_library().ClientSecretCredential(
            parts["tenant"], parts["client_id"], parts["secret"], **self.authority.options(), **self.listening()
        )


class ClientCertificate(Source):
    name = "a service principal's certificate"

    def credential(self, seconds: float) -> Any:
        parts = self.parts
        path = _expanded(parts["x509_certificate_path"])
        if parts.get("thumbprint"):
            _check_thumbprint(path, parts["thumbprint"])
        return identity_library().CertificateCredential(
            parts["tenant"], parts["client_id"], str(path), **self.authority.options(), **self.listening()
        )

    def surroundings(self) -> list[str]:
        # Another file may be there under the same name.
        return [_digest(_expanded(self.parts["x509_certificate_path"]).read_bytes())]


class WorkloadIdentity(Source):
    """A token of another identity provider is exchanged: GitHub Actions, GitLab, Kubernetes and the like."""

    name = "a federated token (workload identity)"
    # Of the file, when it was sent last.
    _read = ""

    def credential(self, seconds: float) -> Any:
        parts = self.parts
        return identity_library().ClientAssertionCredential(
            parts["tenant"], parts["client_id"], self._assertion, **self.authority.options(), **self.listening()
        )

    def surroundings(self) -> list[str]:
        return [self._assertion()]

    def _assertion(self) -> str:
        if self.parts.get("oidc_token"):
            return self.parts["oidc_token"]
        # Read at every exchange: the file is renewed by whoever wrote it.
        self._read = _expanded(self.parts["oidc_token_file_path"]).read_text(encoding="utf-8").strip()
        return self._read

    def secrets(self) -> list[str]:
        return [*super().secrets(), *([self._read] if self._read else [])]


class UserPassword(Source):
    name = "a user's password"

    def keep(self, request: Any) -> None:
        sent = request.http_request
        # Of a federated user it is for the host of the organisation, which the sign-in host names.
        if "soap" not in sent.headers.get("Content-Type", "") or not sent.url.lower().startswith("https://"):
            super().keep(request)

    def credential(self, seconds: float) -> Any:
        parts = self.parts
        return identity_library().UsernamePasswordCredential(
            parts.get("client_id") or _PUBLIC_CLIENT,
            parts["ad_user"],
            parts["password"],
            tenant_id=parts.get("tenant") or "organizations",
            **self.authority.options(),
            **self.listening(),
        )


class ManagedIdentity(Source):
    name = "a managed identity"
    # Its endpoint answers so while it is set up or renewed.
    passing = ServiceError.RETRIED | {404, 410}

    def keep(self, request: Any) -> None:
        """It sends nothing that others could use, to the machine's own endpoint."""

    def credential(self, seconds: float) -> Any:
        # The machine's own endpoint speaks plain http: neither a proxy nor a password of ~/.netrc has a part in that.
        options = {**self.authority.patience(), **self.listening(), "use_env_settings": False}
        # It answers from the machine itself, or nobody does.
        options["connection_timeout"] = min(_MACHINE_SECONDS, self.authority.timeout)
        if self.parts.get("client_id"):
            options["client_id"] = self.parts["client_id"]
        return identity_library().ManagedIdentityCredential(**options)

    def surroundings(self) -> list[str]:
        return _machine_variables()


class AzureCli(Source):
    name = "the Azure CLI"

    def fetch(self, seconds: float) -> Token:
        try:
            return super().fetch(seconds)
        except LibraryError as error:
            if self.passed_over:
                # It was chosen because there is nothing else, and whoever forgot an account key needs no library.
                passed_over = "; ".join(self.passed_over)
                nothing = f"No credential was found. Passed over: {passed_over}"
                error.args = (f"{nothing}. The Azure CLI is tried last: {error}",)
            raise

    def credential(self, seconds: float) -> Any:
        # A little less than there is: it ends the command then, whose result would otherwise be lost while it runs on.
        return identity_library().AzureCliCredential(
            tenant_id=self.parts.get("tenant", ""), process_timeout=0.95 * seconds
        )

    def _problem(self, error: Exception, seconds: float) -> LoginError:
        problem = super()._problem(error, seconds)
        if self.passed_over and isinstance(error, identity_library().CredentialUnavailableError):
            problem.args = (f"No credential was found. {problem}",)
        return problem

    def surroundings(self) -> list[str]:
        # A task of the same play may sign in as somebody else.
        folder = _expanded(os.environ.get("AZURE_CONFIG_DIR") or "~/.azure")
        files = [folder / name for name in _CLI_FILES]
        return [
            str(folder),
            *(_digest(file.read_bytes()) if file.exists() else "" for file in files),
            *_machine_variables(),
        ]

    def _asked(self, kept: Any, seconds: float) -> tuple[Any, Any]:
        # Keeps no tokens, but the time that it was made with.
        return super()._asked(None, seconds)


SOURCES: dict[str, type[Source]] = {
    source.name: source
    for source in (ClientSecret, ClientCertificate, WorkloadIdentity, UserPassword, ManagedIdentity, AzureCli)
}


def bearer_of(
    name: str,
    parts: Mapping[str, str],
    where: str,
    authority: Authority,
    passed_over: list[str],
    *,
    store: TokenStore | None = None,
) -> Bearer:
    """The auth object that signs in in the way of that name. `passed_over` are sources that were tried before, for its messages."""
    source = SOURCES[name](parts, where, authority)
    source.passed_over = passed_over
    return Bearer(source if store is None else store.sharing(source))


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise LoginError(f"{path}: {error}") from error


def _machine_variables() -> list[str]:
    return sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith(_MACHINE_VARIABLES))


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _check_thumbprint(path: Path, thumbprint: str) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    # SHA-1 is what Entra ID and the portal call a certificate's thumbprint.
    found = certificate.fingerprint(hashes.SHA1()).hex()
    if found != thumbprint.replace(":", "").strip().lower():
        raise OptionError("thumbprint", f"is not that of {path}, which is {found.upper()}")
