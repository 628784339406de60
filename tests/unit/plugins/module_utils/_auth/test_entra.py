# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to sign in with Entra ID, as far as they go before anything is sent."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme
from ansible_collections.batchops.azure.plugins.module_utils._auth import entra
from ansible_collections.batchops.azure.plugins.module_utils._auth.entra import (
    Authority,
    AzureCli,
    ClientCertificate,
    ClientSecret,
    ManagedIdentity,
    Source,
    UserPassword,
    WorkloadIdentity,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError, OptionError
from cryptography import x509
from cryptography.hazmat.primitives import hashes

AUTHORITY = Authority(
    "https://login.microsoftonline.com",
    "https://batch.core.windows.net//.default",
    verify=True,
    instance_discovery=False,
    timeout=1,
)


@pytest.mark.filterwarnings("ignore:UsernamePasswordCredential is deprecated")
@pytest.mark.parametrize(
    ("source", "parts"),
    [
        (ClientSecret, {"client_id": "c", "secret": "hunter2", "tenant": "no tenant!"}),
        (WorkloadIdentity, {"client_id": "c", "oidc_token_file_path": "/no/such/file", "tenant": "t"}),
        (UserPassword, {"ad_user": "u", "password": "hunter2", "tenant": "no tenant!"}),
        (ClientCertificate, {"client_id": "c", "x509_certificate_path": "/no/such/file.pem", "tenant": "t"}),
        (
            ClientCertificate,
            {"client_id": "c", "x509_certificate_path": "/no/such.pem", "tenant": "t", "thumbprint": "00"},
        ),
    ],
)
def test_what_cannot_work_is_told_in_one_line_without_the_secret(source: type[Source], parts: dict[str, str]) -> None:
    chosen = source(parts, "the options", AUTHORITY)
    chosen.passed_over = ["somewhere: nothing"]
    with pytest.raises(LoginError) as failed:
        chosen.fetch(False, 30)
    sentence = str(failed.value)
    assert sentence.startswith(f"Signing in with {source.name} from the options failed: ")
    assert sentence.endswith(". Passed over: somewhere: nothing")
    assert "hunter2" not in sentence
    assert "\n" not in sentence


class Keeping(Source):
    """Counts how often a credential is made, and what it is asked for."""

    name = "a test"

    def __init__(self, parts: dict[str, str], where: str, authority: Authority) -> None:
        super().__init__(parts, where, authority)
        self.made = 0
        self.scopes: list[str] = []

    def credential(self, seconds: float) -> Any:
        self.made += 1
        return self

    def get_token(self, scope: str) -> Any:
        self.scopes.append(scope)
        if self.parts.get("words"):
            raise ValueError(self.parts["words"])
        self.token, self.expires_on = f"token-{self.made}", 1_700_000_000
        return self


def test_a_token_that_was_refused_needs_a_new_credential_because_a_credential_keeps_its_tokens() -> None:
    source = Keeping({}, "here", AUTHORITY)
    assert [source.fetch(anew, 30)[0] for anew in (False, False, True, False)] == [
        "token-1",
        "token-1",
        "token-2",
        "token-2",
    ]
    assert set(source.scopes) == {"https://batch.core.windows.net//.default"}


def test_the_providers_code_is_kept_and_its_trace_and_secrets_are_not() -> None:
    words = "AADSTS7000215: Invalid client secret provided, client_secret=hunter2\r\nTrace ID: 1\r\nCorrelation ID: 2"
    with pytest.raises(LoginError, match="AADSTS7000215: Invalid client secret") as failed:
        Keeping({"words": words}, "here", AUTHORITY).fetch(False, 30)
    assert "hunter2" not in str(failed.value)
    assert "Trace" not in str(failed.value)


def test_the_providers_code_is_found_behind_a_warning() -> None:
    with pytest.raises(LoginError, match=r"failed: AADSTS700016: No such application$"):
        Keeping({"words": "WARNING: old\nAADSTS700016: No such application\nTrace ID: 1"}, "here", AUTHORITY).fetch(
            False, 30
        )


def test_an_error_without_words_is_named() -> None:
    with pytest.raises(LoginError, match=r"failed: ValueError$"):
        Keeping({"words": "\n"}, "here", AUTHORITY).fetch(False, 30)


def test_the_authority_is_handed_on_as_azure_identity_names_it() -> None:
    assert AUTHORITY.options() == {
        "authority": "https://login.microsoftonline.com",
        "disable_instance_discovery": True,
        "connection_verify": True,
        "connection_timeout": 1,
        "read_timeout": 1,
        "retry_total": 0,
    }


@pytest.mark.parametrize("parts", [{}, {"client_id": ""}, {"client_id": "c"}, {"tenant": "t"}])
@pytest.mark.parametrize("source", [ManagedIdentity, AzureCli])
def test_a_machine_signs_in_with_few_parts_or_none(source: type[Source], parts: dict[str, str]) -> None:
    assert source(parts, "this machine", AUTHORITY).credential(30) is not None


def test_the_file_of_a_federated_token_is_read_at_every_exchange(tmp_path: Path) -> None:
    path = tmp_path / "token"
    source = WorkloadIdentity({"client_id": "c", "tenant": "t", "oidc_token_file_path": str(path)}, "here", AUTHORITY)
    for token in ("first", "second\n"):
        path.write_text(token)
        assert source._assertion() == token.strip()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("certificate") / "client.pem"
    issued = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("client", key_type=trustme.KeyType.RSA)
    issued.private_key_and_cert_chain_pem.write_to_path(str(path))
    return path


def thumbprint_of(path: Path) -> str:
    return x509.load_pem_x509_certificate(path.read_bytes()).fingerprint(hashes.SHA1()).hex()


@pytest.mark.parametrize(
    "spell", [str, str.upper, lambda text: ":".join(text[i : i + 2] for i in range(0, 40, 2)) + " "]
)
def test_a_thumbprint_may_be_spelled_as_the_portal_or_openssl_do(certificate: Path, spell: Any) -> None:
    parts = {"client_id": "c", "tenant": "t", "x509_certificate_path": str(certificate)}
    parts["thumbprint"] = spell(thumbprint_of(certificate))
    assert ClientCertificate(parts, "here", AUTHORITY).credential(30) is not None


def test_a_thumbprint_of_another_certificate_is_refused(certificate: Path) -> None:
    parts = {"client_id": "c", "tenant": "t", "x509_certificate_path": str(certificate), "thumbprint": "00" * 20}
    with pytest.raises(OptionError, match=r"^thumbprint: is not that of"):
        ClientCertificate(parts, "here", AUTHORITY).fetch(False, 30)


def test_the_library_prints_no_warning_beside_the_error(tmp_path: Path) -> None:
    # In a Python of its own: a test runner listens to all loggers.
    done = subprocess.run(
        [sys.executable, "-c", _NO_CLI],
        env={"PATH": str(tmp_path), "PYTHONPATH": os.environ["PYTHONPATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("Azure CLI not found on path\n", "")


_NO_CLI = f"""
from {entra.__name__} import Authority, AzureCli, LoginError
authority = Authority("https://login.invalid", "https://batch.core.windows.net//.default", True, False, 1)
try:
    AzureCli({{}}, "here", authority).fetch(False, 30)
except LoginError as error:
    print(str(error).partition("failed: ")[2])
"""


@pytest.mark.parametrize(
    ("host", "url", "own"),
    [
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com/t/oauth2/v2.0/token", True),
        ("https://login.microsoftonline.com", "https://westeurope.login.microsoft.com/t/oauth2/v2.0/token", True),
        ("https://login.windows.net", "https://login.microsoftonline.com/t/oauth2/v2.0/token", True),
        ("https://login.microsoftonline.us", "https://region.login.microsoftonline.us/t/oauth2/v2.0/token", True),
        ("https://login.microsoftonline.us", "https://login.microsoftonline.com/t/oauth2/v2.0/token", False),
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com.example.net/t", False),
        ("https://login.microsoftonline.com", "https://xlogin.microsoft.com/t", False),
        ("https://login.microsoftonline.com", "http://login.microsoftonline.com/t", False),
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com:8443/t", False),
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com@example.net/t", False),
    ],
)
def test_where_a_credential_may_go(host: str, url: str, own: bool) -> None:
    request = SimpleNamespace(http_request=SimpleNamespace(method="POST", url=url))
    authority = replace(AUTHORITY, host=host)
    if own:
        authority.keep(request)
        return
    with pytest.raises(ValueError, match="no credential is sent"):
        authority.keep(request)
