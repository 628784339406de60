# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares the options of a controller that the tests go by with those that awx.awx has published.

    python automation_platform.py WHEEL

WHEEL is that of the package ansible, which holds awx.awx. ansible_collections must be importable.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.batchops.azure.tests.docs.controller_options import OPTIONS

AWX = "ansible_collections/awx/awx/"


def documented(module: str, collections: Path) -> dict[str, Any]:
    """The options of a module, as its documentation has them."""
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-doc"), "-t", "module", "-j", f"awx.awx.{module}"],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections)},
        check=True,
        stdout=subprocess.PIPE,
    )
    options: dict[str, Any] = json.loads(done.stdout)[f"awx.awx.{module}"]["doc"]["options"]
    return options


def differences(known: Mapping[str, Any], published: Mapping[str, Any], place: str) -> Iterator[str]:
    """Options that are known here, and are not published so."""
    for name, option in known.items():
        where = f"{place}.{name}"
        if name not in published:
            yield f"{where}: not published"
            continue
        there = published[name]
        for key in ("type", "elements", "required"):
            if option.get(key) not in (None, there.get(key, "str" if key == "type" else None)):
                yield f"{where}: {key} is {there.get(key)}"
        if strange := set(option.get("choices", ())) - set(there.get("choices", option.get("choices", ()))):
            yield f"{where}: not among the choices: {', '.join(sorted(strange))}"
        yield from differences(option.get("options", {}), there.get("suboptions", {}), where)


def main(wheel: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [name for name in archive.namelist() if name.startswith(AWX)])
        found = [
            line for name, known in OPTIONS.items() for line in differences(known, documented(name, Path(folder)), name)
        ]
        version = json.loads((Path(folder) / AWX / "MANIFEST.json").read_bytes())["collection_info"]["version"]
    if found:
        raise SystemExit("\n".join(found))
    print(f"the options of {len(OPTIONS)} modules are those of awx.awx {version}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
