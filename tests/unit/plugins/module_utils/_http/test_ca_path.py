# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file or folder of authorities holds one that OpenSSL takes, or is refused by name before a request."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trustme
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError, TransportError
from ansible_collections.batchops.azure.plugins.module_utils._http.ca_path import checked_ca_path
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def refusal_of(path: Path) -> str:
    with pytest.raises(OptionError, match=r"^ca_path: ") as refused:
        checked_ca_path(str(path))
    return str(refused.value)


def revocations() -> bytes:
    """A list of revoked certificates in PEM format."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an authority")])
    builder = x509.CertificateRevocationListBuilder(name, datetime(2026, 1, 1), datetime(2026, 1, 1) + timedelta(9))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_file_with_a_certificate(authority: trustme.CA, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(b"# a comment\n" + authority.cert_pem.bytes())
    assert checked_ca_path(str(path)) == str(path)


@pytest.mark.parametrize("what", ["nothing", "text", "key", "binary", "broken", "revocations"])
def test_a_file_without_a_certificate(authority: trustme.CA, tmp_path: Path, what: str) -> None:
    pem = authority.cert_pem.bytes()
    content = {
        "nothing": b"",
        "text": b"hunter2\n",
        "key": authority.private_key_pem.bytes(),
        "binary": ssl.PEM_cert_to_DER_cert(pem.decode()),
        "broken": pem[:200] + b"\n-----END CERTIFICATE-----\n",
        "revocations": revocations(),
    }
    path = tmp_path / "ca.pem"
    path.write_bytes(content[what])
    assert refusal_of(path) == (f"ca_path: {str(path)!r} holds no certificate; give certificates in PEM format")


def test_what_is_not_there_and_what_cannot_be_read(tmp_path: Path) -> None:
    assert "does not exist" in refusal_of(tmp_path / "none")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "does not exist" in refusal_of(loop)


def test_a_folder_holds_certificates_under_the_names_that_openssl_looks_for(
    authority: trustme.CA, tmp_path: Path
) -> None:
    expected = (
        f"ca_path: {str(tmp_path)!r} holds no certificate;"
        " give certificates in PEM format, with names made by 'openssl rehash'"
    )
    assert refusal_of(tmp_path) == expected
    (tmp_path / "ca.pem").write_bytes(authority.cert_pem.bytes())
    assert refusal_of(tmp_path) == expected
    (tmp_path / "0123abcd.0").write_bytes(b"hunter2")
    (tmp_path / "0123abcd.1").symlink_to(tmp_path / "gone")
    assert refusal_of(tmp_path) == expected
    (tmp_path / "0123abcd.2").symlink_to(tmp_path / "ca.pem")
    assert checked_ca_path(str(tmp_path)) == str(tmp_path)


def test_a_bundle_of_the_environment_without_a_certificate_is_named(
    secured: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bundle.pem"
    path.write_bytes(b"hunter2\n")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with pytest.raises(
        TransportError,
        match="the bundle of authorities that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names holds no certificate",
    ) as refused:
        connect(secured.url, retries=3).get(("jobs",))
    assert not refused.value.transient
