# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One small class for each way to sign in with Entra ID, through azure-identity.

The library takes a tenth of a second to load: it is imported by a call that signs in this way, and by no other.
"""

from __future__ import annotations

import logging
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._endpoint import is_loopback
from ansible_collections.batchops.azure.plugins.module_utils._errors import (
    LibraryError,
    LoginError,
    OptionError,
    ServiceError,
)
from ansible_collections.batchops.azure.plugins.module_utils._redact import mask_text

# The application that users sign in to where they name no other: the Azure CLI's.
_PUBLIC_CLIENT = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"


def _identity() -> Any:
    """The library, or an error that names it."""
    try:
        from azure import identity
    except ImportError as error:
        raise LibraryError("azure-identity", "to sign in with Entra ID", sys.executable) from error
    log = logging.getLogger("azure")
    if not log.handlers:
        # What it warns of is in the error too. Where nobody listens, Python would print it.
        log.addHandler(logging.NullHandler())
    return identity


@dataclass(frozen=True)
class Authority:
    """Where to sign in, and for what: `scope` names the audience of the token."""

    host: str
    scope: str
    verify: bool | str
    instance_discovery: bool
    timeout: float
    retries: int

    def options(self) -> dict[str, Any]:
        return {
            "authority": self.host,
            "disable_instance_discovery": not self.instance_discovery,
            "connection_verify": self.verify,
            "connection_timeout": self.timeout,
            "read_timeout": self.timeout,
            "retry_total": self.retries,
            **self._proxies(),
        }

    def _proxies(self) -> dict[str, Any]:
        """A loopback host is asked directly, whatever proxies the environment names."""
        host = urlsplit(self.host).hostname or ""
        return {"proxies": {"no_proxy": host}} if is_loopback(host) else {}


class Source(ABC):
    """A way to sign in, by the name that it has among the kinds of credentials."""

    name = ""

    def __init__(self, parts: Mapping[str, str], where: str, authority: Authority) -> None:
        _identity()
        self.parts = parts
        self.where = where
        self.authority = authority
        # Filled by the choice of the source, for the message when signing in fails.
        self.passed_over: list[str] = []
        self._credential: Any = None

    @abstractmethod
    def credential(self) -> Any:
        """The library's object that asks for tokens."""

    def fetch(self, anew: bool) -> tuple[str, float]:
        """A token and when it expires. A credential keeps its tokens, so one that was refused needs a new credential."""
        from azure.core.exceptions import AzureError

        try:
            if anew or self._credential is None:
                self._credential = self.credential()
            token = self._credential.get_token(self.authority.scope)
        except (AzureError, ValueError, OSError, TypeError, LookupError, AttributeError) as error:
            # The last three are what the libraries raise for answers and files of another shape than they expect.
            problem = LoginError(self._sentence(error))
            problem.transient = _may_pass(error)
            raise problem from error
        return token.token, token.expires_on

    def _sentence(self, error: Exception) -> str:
        # The provider's code is in one of the lines; the others are its trace, or warnings before it.
        lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
        text = mask_text(next((line for line in lines if "AADSTS" in line), lines[0]))
        passed_over = f". Passed over: {'; '.join(self.passed_over)}" if self.passed_over else ""
        return f"Signing in with {self.name} from {self.where} failed: {text}{passed_over}"


def _may_pass(error: BaseException) -> bool:
    """Whether nobody has refused: the sign-in host was not reached, was busy, or something else answered in its place."""
    from azure.core.exceptions import DecodeError, ServiceRequestError, ServiceResponseError
    from msal.exceptions import MsalServiceError

    # The library says of everything that authentication failed; why is in the cause. A refusal has none.
    passing = (DecodeError, MsalServiceError, ServiceRequestError, ServiceResponseError)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, passing) or getattr(cause, "status_code", None) in ServiceError.RETRIED:
            return True
        cause = cause.__cause__
    return False


class ClientSecret(Source):
    name = "a service principal's secret"

    def credential(self) -> Any:
        parts = self.parts
        return _identity().ClientSecretCredential(
            parts["tenant"], parts["client_id"], parts["secret"], **self.authority.options()
        )


class ClientCertificate(Source):
    name = "a service principal's certificate"

    def credential(self) -> Any:
        parts = self.parts
        path = _expanded(parts["x509_certificate_path"])
        if parts.get("thumbprint"):
            _check_thumbprint(path, parts["thumbprint"])
        return _identity().CertificateCredential(
            parts["tenant"], parts["client_id"], str(path), **self.authority.options()
        )


class WorkloadIdentity(Source):
    """A token of another identity provider is exchanged: GitHub Actions, GitLab, Kubernetes and the like."""

    name = "a federated token (workload identity)"

    def credential(self) -> Any:
        parts = self.parts
        return _identity().ClientAssertionCredential(
            parts["tenant"], parts["client_id"], self._assertion, **self.authority.options()
        )

    def _assertion(self) -> str:
        if self.parts.get("oidc_token"):
            return self.parts["oidc_token"]
        # Read at every exchange: the file is renewed by whoever wrote it.
        return _expanded(self.parts["oidc_token_file_path"]).read_text(encoding="utf-8").strip()


class UserPassword(Source):
    name = "a user's password"

    def credential(self) -> Any:
        parts = self.parts
        return _identity().UsernamePasswordCredential(
            parts.get("client_id") or _PUBLIC_CLIENT,
            parts["ad_user"],
            parts["password"],
            tenant_id=parts.get("tenant") or "organizations",
            **self.authority.options(),
        )


class ManagedIdentity(Source):
    name = "a managed identity"

    def credential(self) -> Any:
        # The machine's own endpoint speaks plain http: neither a proxy nor a password of ~/.netrc has a part in that.
        options = {"use_env_settings": False}
        if self.parts.get("client_id"):
            return _identity().ManagedIdentityCredential(client_id=self.parts["client_id"], **options)
        return _identity().ManagedIdentityCredential(**options)


class AzureCli(Source):
    name = "the Azure CLI"

    def credential(self) -> Any:
        return _identity().AzureCliCredential(tenant_id=self.parts.get("tenant", ""), process_timeout=30)


SOURCES: dict[str, type[Source]] = {
    source.name: source
    for source in (ClientSecret, ClientCertificate, WorkloadIdentity, UserPassword, ManagedIdentity, AzureCli)
}


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise LoginError(f"{path}: {error}") from error


def _check_thumbprint(path: Path, thumbprint: str) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    # SHA-1 is what Entra ID and the portal call a certificate's thumbprint.
    found = certificate.fingerprint(hashes.SHA1()).hex()
    if found != thumbprint.replace(":", "").strip().lower():
        raise OptionError("thumbprint", f"is not that of {path}, which is {found.upper()}")
