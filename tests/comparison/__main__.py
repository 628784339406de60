# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `./dev compare REVISION` runs: the same calls with the code of that revision and with the code of this checkout."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from ..simulator.model.loader import BUNDLED, load_scenario
from .calls import TIMES, calls_of
from .comparing import Comparison, compare

PROJECT = Path(__file__).resolve().parents[2]
# They take seconds for each call, and show nothing that the others do not.
_LEFT_OUT = ("large", "many_pools")
# A fixed one, so that both sides see the same times on the wire.
_START = "2026-01-31T08:00:00.0000000Z"


def scenarios() -> dict[str, dict[str, Any]]:
    """The bundled scenarios by name."""
    found = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(BUNDLED.glob("*.yml"))}
    return {name: {**data, "start": _START} for name, data in found.items() if name not in _LEFT_OUT}


def copy_of_revision(folder: Path, revision: str) -> Path:
    archive = subprocess.run(["git", "archive", revision, "plugins"], cwd=PROJECT, check=True, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(_collection(folder))], input=archive.stdout, check=True)
    return folder


def copy_of_checkout(folder: Path) -> Path:
    # Not a link: a player asserts that each file came from its folder.
    shutil.copytree(PROJECT / "plugins", _collection(folder) / "plugins")
    return folder


def _collection(folder: Path) -> Path:
    place = folder / "ansible_collections" / "batchops" / "azure"
    place.mkdir(parents=True)
    return place


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./dev compare", description="Compares results with those of another revision."
    )
    parser.add_argument("revision", help="what to compare this checkout with, as git names it")
    parser.add_argument("--scenario", choices=list(scenarios()), help="one scenario instead of all")
    parser.add_argument(
        "--show", type=int, default=20, metavar="N", help="how many differences are printed (default: 20)"
    )
    options = parser.parse_args()
    comparison = Comparison()
    with tempfile.TemporaryDirectory(prefix="batchops-") as temporary:
        folder = Path(temporary)
        roots = copy_of_revision(folder / "old", options.revision), copy_of_checkout(folder / "new")
        for name, scenario in scenarios().items():
            if options.scenario in (None, name):
                calls = calls_of(load_scenario(scenario))
                print(f"{name}: {len(calls)} calls at {len(TIMES)} times", file=sys.stderr)
                compare(roots, scenario, calls, TIMES, comparison)
    _show(comparison, options.show)
    return 1 if comparison.different else 0


def _show(comparison: Comparison, most: int) -> None:
    for difference, count in comparison.found.most_common(most):
        print(f"\n{count} x {difference.place}\n  - {difference.before}\n  + {difference.after}")
    if len(comparison.found) > most:
        print(f"\nand {len(comparison.found) - most} other differences")
    verdicts = ", ".join(f"{count} {name}" for name, count in sorted(comparison.verdicts.items()))
    print(f"\n{comparison.calls} calls, {comparison.different} with another result; verdicts: {verdicts}")


if __name__ == "__main__":
    sys.exit(main())
