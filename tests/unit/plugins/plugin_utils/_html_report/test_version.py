# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path

import yaml
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.version import collection_version


def test_in_a_checkout_and_where_it_is_installed(tmp_path: Path) -> None:
    galaxy = yaml.safe_load((Path(__file__).resolve().parents[5] / "galaxy.yml").read_text(encoding="utf-8"))
    assert collection_version() == galaxy["version"]
    assert collection_version(tmp_path / "nowhere") == "of an unknown version"
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"collection_info": {"version": "3.2.1"}}), encoding="utf-8")
    assert collection_version(tmp_path) == "3.2.1"
