# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator under https in a process of its own: an account with a sign-in host, which azure-identity wants to be encrypted."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType


class SignInHost:
    """The process, for the time of a ``with`` block, and how to sign in to its account."""

    def __enter__(self) -> SignInHost:
        self._folder = tempfile.TemporaryDirectory()
        ready = Path(self._folder.name) / "ready.json"
        module = "ansible_collections.batchops.azure.tests.simulator"
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, "--https", "--speed", "0", "--ready-file", str(ready)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        # The file is whole before the first line.
        if not self._process.stdout.readline():
            raise RuntimeError("the sign-in host of the benchmark did not start")
        self.facts = json.loads(ready.read_text(encoding="utf-8"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._folder.cleanup()

    @property
    def shared_key(self) -> dict[str, str]:
        """The environment of who signs with the account's key."""
        return {**self._account, "AZURE_BATCH_ACCESS_KEY": self.facts["key"]}

    @property
    def secret(self) -> dict[str, str]:
        """The environment of who signs in with a service principal's secret."""
        return {
            **self._account,
            "AZURE_CLIENT_ID": self.facts["client_id"],
            "AZURE_SECRET": self.facts["secret"],
            "AZURE_TENANT": self.facts["tenant"],
            "AZURE_AUTHORITY_HOST": self.facts["endpoint"],
        }

    @property
    def _account(self) -> dict[str, str]:
        return {"AZURE_BATCH_ENDPOINT": self.facts["endpoint"], "AZURE_BATCH_ACCOUNT": self.facts["account"]}
