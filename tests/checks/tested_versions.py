# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the table of tested versions from what the checks have left behind.

    python tested_versions.py RESULTS [--write]

Writes tested-versions.json and tested-versions.md beside the folder of results. With --write, the table between the
markers in README.md becomes this one; without it, a README that says something else is an error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- tested versions: begin -->", "<!-- tested versions: end -->"
CHECKS = ("sanity", "units", "integration", "installed")


def rows(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each ansible-core and Python, with the checks that have passed."""
    passed: dict[tuple[str, str], set[str]] = {}
    for result in results:
        passed.setdefault((result["ansible_core"], result["python"]), set()).add(result["check"])
    return [
        {"ansible_core": core, "python": python, "passed": [check for check in CHECKS if check in checks]}
        for (core, python), checks in sorted(passed.items(), key=lambda row: [int(n) for n in row[0][0].split(".")])
    ]


def table(tested: list[dict[str, Any]]) -> str:
    lines = ["| ansible-core | Python | " + " | ".join(CHECKS) + " |", "|---" * (2 + len(CHECKS)) + "|"]
    for row in tested:
        cells = ["passed" if check in row["passed"] else "not tested" for check in CHECKS]
        lines.append(f"| {row['ansible_core']} | {row['python']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def between_markers(text: str, new: str) -> str:
    before, _begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"{README.name} lacks the markers {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{new}\n{END}{after}"


def main(folder: Path, write: bool) -> None:
    results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not results:
        raise SystemExit("nothing has passed yet: run sanity, units, integration and installed first")
    tested = rows(results)
    shown = table(tested)
    (folder.parent / "tested-versions.json").write_text(json.dumps(tested, indent=2) + "\n", encoding="utf-8")
    (folder.parent / "tested-versions.md").write_text(shown + "\n", encoding="utf-8")
    print(shown)
    text = README.read_text(encoding="utf-8")
    wanted = between_markers(text, shown)
    if write:
        README.write_text(wanted, encoding="utf-8")
    elif wanted != text:
        raise SystemExit(
            "README.md shows another table; write this one with: ./dev check -s tested-versions -- --write"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--write" in sys.argv[2:])
