# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator's own certificate authority: made once a process, gone when it ends."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """Files in PEM form: the authority to trust, and the server's certificate with its key."""

    ca: str
    server: str


@lru_cache(maxsize=1)
def certificates() -> Certificates:
    """Return the files for 127.0.0.1 and localhost."""
    folder = Path(tempfile.mkdtemp(prefix="batch-simulator-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(
        str(folder / "server.pem")
    )
    return Certificates(str(folder / "ca.pem"), str(folder / "server.pem"))
