# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays calls with the modules of one checkout, whatever its inside looks like, and prints a line of JSON for each.

Started with the folder that holds `ansible_collections`, and fed with calls as lines of JSON. It needs Ansible, and nothing of this
collection but its modules: those may be of any revision.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

from ansible.module_utils import basic

_PACKAGE = "ansible_collections.batchops.azure"


def play(module: str, options: dict[str, Any]) -> dict[str, Any]:
    """What the module prints."""
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
    # Since ansible-core 2.19 a module is told how to read them.
    if hasattr(basic, "_ANSIBLE_PROFILE"):
        basic._ANSIBLE_PROFILE = "legacy"
    found = _printed(module)
    if found.get("failed") and "redact" in str(found.get("msg")) and "bool" in str(found["msg"]):
        # A revision to which masking was yes or no.
        return play(module, {**options, "redact": options["redact"] != "none"})
    found.pop("invocation", None)
    return found


def _printed(module: str) -> dict[str, Any]:
    printed = io.StringIO()
    with redirect_stdout(printed), suppress(SystemExit):
        importlib.import_module(f"{_PACKAGE}.plugins.modules.{module}").main()
    found: dict[str, Any] = json.loads(printed.getvalue())
    return found


def foreign(root: Path) -> list[str]:
    """Parts of the collection that did not come from that folder."""
    loaded = [
        (name, getattr(module, "__file__", None)) for name, module in sys.modules.items() if name.startswith(_PACKAGE)
    ]
    return [name for name, file in loaded if file and not Path(file).is_relative_to(root)]


def main() -> None:
    root = Path(sys.argv[1])
    sys.path.insert(0, str(root))
    for line in sys.stdin:
        call = json.loads(line)
        print(json.dumps(play(call["module"], call["options"])), flush=True)
        if strangers := foreign(root):
            sys.exit(f"not from {root}: {', '.join(strangers)}")


if __name__ == "__main__":
    main()
