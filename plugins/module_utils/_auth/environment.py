# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the environment that make a credential."""

from __future__ import annotations

from collections.abc import Mapping

# The name of an option, and the variables that stand in for it; the first that is set counts.
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
_FEDERATED = ("AZURE_AUTHORITY_HOST", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE")
# Of the machine itself, which go before it.
_ENDPOINTS = ("IDENTITY_ENDPOINT", "MSI_ENDPOINT")


def read_environment(environ: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The parts that are set, and the name of the variable that each is from."""
    found = {part: next(filter(environ.get, names), "") for part, names in _ENVIRONMENT.items()}
    names = {part: name for part, name in found.items() if name}
    return {part: environ[name] for part, name in names.items()}, names


def identity_of_machine(environ: Mapping[str, str], client_id: str | None) -> tuple[str, dict[str, str]]:
    """How the machine itself signs in, by its name among the kinds of credentials, and with which parts.

    In a pod of Kubernetes its identity is a federated token. azure-identity would see that by the same signs, and send it to the
    sign-in host of the environment, whatever the options say.
    """
    client_id = client_id or environ.get("AZURE_CLIENT_ID", "")
    if client_id and all(map(environ.get, _FEDERATED)) and not any(map(environ.get, _ENDPOINTS)):
        return "a federated token (workload identity)", {**read_environment(environ)[0], "client_id": client_id}
    return "a managed identity", {"client_id": client_id}
