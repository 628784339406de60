# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of the collection a module pulls in for what it is asked: it is compiled anew at every task.

The name of the module is the argument, what Ansible would hand to the module comes on standard input. The module runs as it
does in a task, so that what is imported on the way counts too.
"""

from __future__ import annotations

import io
import json
import runpy
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

_PACKAGE = "ansible_collections.batchops.azure.plugins"
_ROUNDS = 9


def main() -> None:
    # AnsibleModule would take an argument for its options.
    module = sys.argv.pop()
    output = io.StringIO()
    try:
        with redirect_stdout(output):
            runpy.run_module(f"{_PACKAGE}.modules.{module}", run_name="__main__")
    except SystemExit as ending:
        if ending.code not in (None, 0):
            raise SystemExit(output.getvalue()) from ending
    files = [
        Path(str(found.__file__))
        for name, found in sys.modules.items()
        if name.startswith(f"{_PACKAGE}.module_utils._") and found.__file__
    ]
    sizes = {path.stem: path.stat().st_size / 1024 for path in files}
    print(json.dumps({"kilobytes": sizes, "milliseconds": [_compile(files) for _round in range(_ROUNDS)]}))


def _compile(files: list[Path]) -> float:
    sources = {str(path): path.read_bytes() for path in files}
    started = time.perf_counter()
    for name, source in sources.items():
        compile(source, name, "exec", dont_inherit=True)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
