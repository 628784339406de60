# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to sign in with Entra ID, as far as they go before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import trustme
from ansible_collections.batchops.azure.plugins.module_utils._auth.entra import (
    AzureCli,
    ClientCertificate,
    ClientSecret,
    ManagedIdentity,
    UserPassword,
    WorkloadIdentity,
)
from ansible_collections.batchops.azure.plugins.module_utils._auth.token_source import Authority, Source
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
