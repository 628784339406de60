# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate opens the account; one that is missing, spoilt, locked or another than meant ends in a sentence."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.integration.signing_in import login_failure, read, ways
from ansible_collections.batchops.azure.tests.simulator import Simulator
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

_PEM = serialization.Encoding.PEM
_PKCS8 = serialization.PrivateFormat.PKCS8
_OPEN = serialization.NoEncryption()
_START = "Signing in with a service principal's certificate from the options failed: "


class Pair:
    """A private key and its self-signed certificate, in the forms in which users keep them."""

    def __init__(self, key: Any) -> None:
        self._key = key
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "batchops")])
        now = datetime.now(timezone.utc)
        builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        self._certificate = builder.sign(key, hashes.SHA256())

    @property
    def thumbprint(self) -> str:
        return self._certificate.fingerprint(hashes.SHA1()).hex().upper()

    @property
    def certificate(self) -> bytes:
        return self._certificate.public_bytes(_PEM)

    def key(self, lock: Any = _OPEN) -> bytes:
        return bytes(self._key.private_bytes(_PEM, _PKCS8, lock))


@pytest.fixture(scope="module")
def pair() -> Pair:
    return Pair(rsa.generate_private_key(65537, 2048))


@pytest.fixture
def options(account: Simulator, home: Path, pair: Pair) -> dict[str, Any]:
    (home / "pair.pem").write_bytes(pair.key() + pair.certificate)
    return {"client_id": account.client_id, "tenant": account.tenant, "x509_certificate_path": "~/pair.pem"}


def test_a_certificate_logs_in_once(account: Simulator, options: dict[str, Any]) -> None:
    assert read(account, **options)["jobs"]
    assert ways(account) == [("client_assertion", 200)]


@pytest.mark.parametrize("names", ["AZURE_X509_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"])
def test_a_certificate_that_the_environment_names_logs_in(
    account: Simulator, options: dict[str, Any], pair: Pair, monkeypatch: pytest.MonkeyPatch, names: str
) -> None:
    monkeypatch.setenv(names, options["x509_certificate_path"])
    monkeypatch.setenv("AZURE_CLIENT_ID", account.client_id)
    monkeypatch.setenv("AZURE_TENANT", account.tenant)
    monkeypatch.setenv("AZURE_THUMBPRINT", pair.thumbprint)
    assert read(account)["jobs"]
    assert ways(account) == [("client_assertion", 200)]


def test_the_thumbprint_is_compared_however_it_is_written(
    account: Simulator, options: dict[str, Any], pair: Pair
) -> None:
    pairs = [pair.thumbprint[at : at + 2] for at in range(0, 40, 2)]
    for written in (pair.thumbprint, pair.thumbprint.lower(), ":".join(pairs), f" {pair.thumbprint}\n"):
        assert read(account, **options, thumbprint=written)["jobs"]


def test_another_thumbprint_is_refused_before_anybody_is_asked(
    account: Simulator, options: dict[str, Any], pair: Pair
) -> None:
    sentence = login_failure(account, **options, thumbprint="00" * 20)
    assert sentence.startswith("thumbprint: is not that of ")
    assert pair.thumbprint in sentence
    assert ways(account) == []


@pytest.mark.parametrize("spoilt", ["missing", "folder", "empty", "text", "only_the_key", "only_the_certificate"])
def test_a_file_that_does_not_help_is_named(
    account: Simulator, options: dict[str, Any], home: Path, pair: Pair, spoilt: str
) -> None:
    contents = {
        "empty": b"",
        "text": b"hunter2",
        "only_the_key": pair.key(),
        "only_the_certificate": pair.certificate,
    }
    (home / "folder").mkdir()
    if spoilt in contents:
        (home / spoilt).write_bytes(contents[spoilt])
    for compared in ({}, {"thumbprint": pair.thumbprint}):
        sentence = login_failure(account, **{**options, "x509_certificate_path": str(home / spoilt), **compared})
        assert sentence.startswith(_START)
        assert "hunter2" not in sentence
        assert pair.key().splitlines()[1].decode() not in sentence
    assert ways(account) == []


def test_a_key_that_is_locked_with_a_password_is_named(
    account: Simulator, options: dict[str, Any], home: Path, pair: Pair
) -> None:
    locked = pair.key(serialization.BestAvailableEncryption(b"hunter2"))
    (home / "locked.pem").write_bytes(locked + pair.certificate)
    sentence = login_failure(account, **{**options, "x509_certificate_path": "~/locked.pem"})
    assert sentence.startswith(_START)
    assert "encrypted" in sentence


def test_a_key_that_entra_id_does_not_take_is_named(account: Simulator, options: dict[str, Any], home: Path) -> None:
    other = Pair(ec.generate_private_key(ec.SECP256R1()))
    (home / "other.pem").write_bytes(other.key() + other.certificate)
    sentence = login_failure(account, **{**options, "x509_certificate_path": "~/other.pem"})
    assert sentence.startswith(_START)
    assert "RSA" in sentence


def test_a_thumbprint_alone_is_no_credential(account: Simulator, pair: Pair) -> None:
    sentence = login_failure(account, thumbprint=pair.thumbprint, client_id=account.client_id, tenant=account.tenant)
    assert "the options: no key, token, secret, certificate or password" in sentence
