# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The peers, each in an environment of its own under build/bench, installed when its requirements change."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
WORK = PROJECT / "build" / "bench"


@dataclass(frozen=True)
class Peer:
    """A client of the same service. `name` is that of its requirements file, too."""

    name: str

    @property
    def folder(self) -> Path:
        return WORK / self.name

    def command(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def install(self) -> None:
        """Raises CalledProcessError where pip cannot install it."""
        wanted = (PROJECT / "tests" / "requirements" / f"bench-{self.name}.txt").read_text(encoding="utf-8")
        stamp = self.folder / "installed"
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return
        print(f"installing {self.name}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", self.folder], check=True)
        packages = [line for line in wanted.splitlines() if line and not line.startswith("#")]
        subprocess.run(
            [self.command("python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *packages],
            check=True,
        )
        stamp.write_text(wanted, encoding="utf-8")


SDK = Peer("azure-batch")
CLI = Peer("azure-cli")
RULEBOOK = Peer("ansible-rulebook")
