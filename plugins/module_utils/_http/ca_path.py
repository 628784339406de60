# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether `ca_path` holds certificates that OpenSSL finds there. Otherwise every connection would fail, and not say why."""

from __future__ import annotations

import contextlib
import os
import re
import ssl

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError

# How OpenSSL looks for a certificate in a folder: by a hash of its subject, and a number.
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")


def checked_ca_path(path: str) -> str:
    """The path, if it holds a certificate. Raises OptionError."""
    if not os.path.exists(path):
        raise OptionError("ca_path", f"{path!r} does not exist; give a file or folder with certificates in PEM format")
    try:
        holds = _folder_holds_one(path) if os.path.isdir(path) else _holds_one(path)
    except OSError as error:
        raise OptionError("ca_path", f"{path!r} cannot be read ({error.strerror})") from error
    if not holds:
        form = "in PEM format" + (", with names made by 'openssl rehash'" if os.path.isdir(path) else "")
        raise OptionError("ca_path", f"{path!r} holds no certificate; give certificates {form}")
    return path


def _folder_holds_one(path: str) -> bool:
    for name in filter(_HASHED.fullmatch, os.listdir(path)):
        # A link to a certificate that is gone does not spoil the others.
        with contextlib.suppress(OSError):
            if _holds_one(os.path.join(path, name)):
                return True
    return False


def _holds_one(path: str) -> bool:
    """Whether OpenSSL takes a certificate from that file. Raises OSError where it cannot be read."""
    with open(path, "rb"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        return False
    # A list of revoked certificates is accepted too, and vouches for nobody.
    return context.cert_store_stats()["x509"] > 0
