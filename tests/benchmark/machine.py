# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where and when something was measured, and with what."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from .peers import Peer


def description(peers: list[Peer]) -> dict[str, str]:
    """What a figure means nothing without."""
    memory = Path("/proc/meminfo").read_text(encoding="ascii").split()[1]
    found = {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory) / 1024**2:.0f} GiB",
        # Above the number of cores, others worked here at the same time.
        "load at the end": f"{os.getloadavg()[2]:.1f}",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in ("ansible-core", "requests")},
    }
    return {**found, **{peer.name: _version_in(peer) for peer in peers}}


def _version_in(peer: Peer) -> str:
    """The version in the peer's own environment, by the name of its folder of metadata."""
    name = peer.name.replace("-", "_")
    for folder in peer.folder.glob(f"lib/python*/site-packages/{name}-*.dist-info"):
        return folder.name.removeprefix(f"{name}-").removesuffix(".dist-info")
    return "not installed"
