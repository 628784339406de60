# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of the collection a module pulls in up to its first request: it is compiled anew at every task."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

_PACKAGE = "ansible_collections.batchops.azure.plugins"


def main() -> None:
    asked = json.load(sys.stdin)
    importlib.import_module(f"{_PACKAGE}.modules.{asked['module']}")
    files = [
        Path(str(found.__file__))
        for name, found in sys.modules.items()
        if name.startswith(f"{_PACKAGE}.module_utils._") and found.__file__
    ]
    print(json.dumps({"files": len(files), "kilobytes": sum(path.stat().st_size for path in files) / 1024}))


if __name__ == "__main__":
    main()
