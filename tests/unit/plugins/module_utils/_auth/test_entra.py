# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to sign in with Entra ID, as far as they go before anything is sent."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
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
        chosen.fetch(30)
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


def test_what_the_file_of_a_federated_token_holds_is_not_repeated(tmp_path: Path) -> None:
    """Who refuses it may quote it, and it need not look like a token: the path may be that of another file."""
    path = tmp_path / "token"
    path.write_text("what~ever-it.is\n")
    source = WorkloadIdentity({"client_id": "c", "tenant": "t", "oidc_token_file_path": str(path)}, "here", AUTHORITY)
    assert source._sentence("no").endswith(" no")
    source._assertion()
    assert source._sentence("what~ever-it.is no assertion").endswith(" REDACTED no assertion")


@pytest.mark.parametrize(
    ("url", "kind", "goes"),
    [
        ("https://login.microsoftonline.com/t/oauth2/v2.0/token", "application/x-www-form-urlencoded", True),
        ("https://sts.example/adfs/services/trust", "application/soap+xml; charset=utf-8", True),
        ("http://sts.example/adfs/services/trust", "application/soap+xml; charset=utf-8", False),
        ("https://sts.example/t/oauth2/v2.0/token", "application/x-www-form-urlencoded", False),
    ],
)
def test_a_password_goes_to_the_sign_in_host_and_to_the_organisation_of_a_federated_user(
    url: str, kind: str, goes: bool
) -> None:
    source = UserPassword({"ad_user": "u", "password": "hunter2"}, "here", AUTHORITY)
    sent = SimpleNamespace(method="POST", url=url, headers={"Content-Type": kind})
    with nullcontext() if goes else pytest.raises(ValueError, match="no credential is sent"):
        source.keep(SimpleNamespace(http_request=sent))


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
        ClientCertificate(parts, "here", AUTHORITY).fetch(30)


SECRET = {"client_id": "c", "secret": "hunter2", "tenant": "t"}
OTHERS: list[tuple[type[Source], dict[str, str], Authority]] = [
    *((ClientSecret, {**SECRET, part: "other"}, AUTHORITY) for part in SECRET),
    # The same letters, in other places.
    (ClientSecret, {"client_id": "ch", "secret": "unter2", "tenant": "t"}, AUTHORITY),
    (ClientSecret, {"client_id": "c", "tenant": "t", "secret": 'hunter2"], ["x'}, AUTHORITY),
    # Elsewhere, for something else, or of somebody who was believed without proof.
    (ClientSecret, SECRET, replace(AUTHORITY, host="https://login.microsoftonline.us")),
    (ClientSecret, SECRET, replace(AUTHORITY, scope="https://batch.core.usgovcloudapi.net//.default")),
    (ClientSecret, SECRET, replace(AUTHORITY, verify=False)),
    (ClientSecret, SECRET, replace(AUTHORITY, verify="/ca.pem")),
    (ClientSecret, SECRET, replace(AUTHORITY, instance_discovery=True)),
    # In another way.
    (WorkloadIdentity, {"client_id": "c", "oidc_token": "hunter2", "tenant": "t"}, AUTHORITY),
    (UserPassword, {"ad_user": "c", "password": "hunter2", "tenant": "t"}, AUTHORITY),
    (UserPassword, {"ad_user": "c", "password": "hunter3", "tenant": "t"}, AUTHORITY),
    (UserPassword, {"ad_user": "d", "password": "hunter2", "tenant": "t"}, AUTHORITY),
    (UserPassword, {"ad_user": "c", "password": "hunter2"}, AUTHORITY),
    (ManagedIdentity, {"client_id": ""}, AUTHORITY),
    (ManagedIdentity, {"client_id": "c"}, AUTHORITY),
    (AzureCli, {}, AUTHORITY),
    (AzureCli, {"tenant": "t"}, AUTHORITY),
]


def identity(source: type[Source], parts: dict[str, str], authority: Authority = AUTHORITY) -> str:
    return source(parts, "here", authority).identity()


def test_no_two_identities_are_the_same() -> None:
    found = [identity(ClientSecret, SECRET), *(identity(*other) for other in OTHERS)]
    assert len(set(found)) == len(found)


def test_where_a_credential_was_found_and_how_long_it_may_take_is_no_part_of_the_identity() -> None:
    other = ClientSecret(dict(reversed(SECRET.items())), "elsewhere", replace(AUTHORITY, timeout=7))
    other.passed_over = ["somewhere: nothing"]
    assert other.identity() == identity(ClientSecret, SECRET)


def test_a_certificate_is_what_its_file_holds(certificate: Path, tmp_path: Path) -> None:
    path = tmp_path / "client.pem"
    parts = {"client_id": "c", "tenant": "t", "x509_certificate_path": str(path)}
    found = []
    for content in (b"", certificate.read_bytes(), b"", certificate.read_bytes()):
        path.write_bytes(content)
        found.append(identity(ClientCertificate, parts))
    assert found[:2] == found[2:]
    assert len(set(found)) == 2
    assert "PRIVATE KEY" not in found[1]


def test_a_federated_token_is_what_its_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "token"
    parts = {"client_id": "c", "tenant": "t", "oidc_token_file_path": str(path)}
    found = []
    for content in ("of ann", "of bob", "of ann\n"):
        path.write_text(content)
        found.append(identity(WorkloadIdentity, parts))
    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize(
    ("source", "part"), [(ClientCertificate, "x509_certificate_path"), (WorkloadIdentity, "oidc_token_file_path")]
)
def test_whose_token_it_is_cannot_be_told_without_the_file(source: type[Source], part: str) -> None:
    with pytest.raises(FileNotFoundError):
        identity(source, {"client_id": "c", "tenant": "t", part: "/no/such/file"})


@pytest.fixture
def signed_in_at_cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".azure"
    folder.mkdir()
    (folder / "azureProfile.json").write_text('{"subscriptions": [{"user": {"name": "ann"}}]}', encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["azureProfile.json", "clouds.config", "config"])
def test_who_signs_in_at_the_azure_cli_meanwhile_is_somebody_else(signed_in_at_cli: Path, name: str) -> None:
    before = identity(AzureCli, {})
    assert identity(AzureCli, {}) == before
    # What it writes at every call tells nothing.
    (signed_in_at_cli / "az.sess").write_text("{}", encoding="utf-8")
    assert identity(AzureCli, {}) == before
    (signed_in_at_cli / name).write_text('{"subscriptions": [{"user": {"name": "bob"}}]}', encoding="utf-8")
    assert identity(AzureCli, {}) != before


@pytest.mark.parametrize("source", [AzureCli, ManagedIdentity])
@pytest.mark.parametrize(
    "name", ["AZURE_CONFIG_DIR", "AZURE_CLIENT_ID", "IDENTITY_ENDPOINT", "IMDS_ENDPOINT", "MSI_SECRET"]
)
def test_the_environment_of_a_machine_is_part_of_its_identity(
    signed_in_at_cli: Path, monkeypatch: pytest.MonkeyPatch, source: type[Source], name: str
) -> None:
    before = identity(source, {})
    monkeypatch.setenv("LANG", "tlh")
    assert identity(source, {}) == before
    monkeypatch.setenv(name, "/another")
    assert identity(source, {}) != before
