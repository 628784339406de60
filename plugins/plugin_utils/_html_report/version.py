# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version of the collection, where it is installed and in a checkout alike."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import yaml

_ROOT = Path(__file__).resolve().parents[3]


@cache
def collection_version(root: Path = _ROOT) -> str:
    """As the file says that an installation has, or the one that it was built from."""
    manifest, galaxy = root / "MANIFEST.json", root / "galaxy.yml"
    if manifest.is_file():
        return str(json.loads(manifest.read_text(encoding="utf-8"))["collection_info"]["version"])
    if galaxy.is_file():
        return str(yaml.safe_load(galaxy.read_text(encoding="utf-8"))["version"])
    return "of an unknown version"
