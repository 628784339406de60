# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says which checks have not run: those that nox was not asked for, and those that it skipped.

python left_out.py REPORT.json ...
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

# Not a check: it names the others for CI systems.
NO_CHECK = {"matrix-generator"}


def left_out(names: list[str], report: dict[str, dict[str, str]]) -> list[str]:
    lines = []
    for name in names:
        if name not in report:
            lines.append(f"{name}: not run here; ./dev check -s {name}")
        elif report[name]["result"] == "skipped":
            lines.append(f"{name}: skipped, {report[name]['reason']}")
    return lines


def main(paths: list[Path]) -> None:
    command = [sys.executable, "-m", "nox", "--list", "--json"]
    listed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    names = [session["name"] for session in listed if session["name"] not in NO_CHECK]
    sessions = [session for path in paths for session in json.loads(path.read_text(encoding="utf-8"))["sessions"]]
    report = {session["name"]: {key: str(session.get(key)) for key in ("result", "reason")} for session in sessions}
    print("left out:")
    for line in left_out(names, report):
        print(f"  {line}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
