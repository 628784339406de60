# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible-test without a container, and sees to it that something has run.

    python ansible_test.py CHECK HOME PASSED.json [ARGUMENT ...]

CHECK is sanity, units or integration. It runs on this Python, in the folder of the collection, which must not be a
link nor ignored by git. HOME is where ansible-test keeps what it installs. The names of all that has passed are
written into PASSED.json. More arguments are handed to ansible-test.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

ARGUMENTS = {
    "sanity": ("--junit",),
    "units": ("--venv", "--num-workers", "2"),
    "integration": ("--venv", "--continue-on-error"),
}
# Of the sanity tests, each ansible-core runs 21 or more. Fewer would mean that it has found nothing to look at.
FEWEST = {"sanity": 20, "units": 1, "integration": 1}
# The get-pip.py that ansible-core 2.16, 2.18 and 2.21 look for.
GET_PIP = ("23_1_2", "24_2", "25_2")
SAID_BY_PIP = re.compile(
    r"\s*(Looking in|Processing|Collecting|Downloading|Using cached|Requirement already|Installing collected"
    r"|Successfully |Attempting uninstall|Found existing|Uninstalling|━|WARNING: Location|Building wheel|$)"
)


def furnish(home: Path) -> None:
    """Puts get-pip.py there, which would be downloaded, and the user's own settings of pip."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in GET_PIP:
        shutil.copy(Path(__file__).with_name("get_pip.py"), cache / f"get_pip_{version}.py")
    for settings in (".config/pip", ".pip"):
        if (Path.home() / settings).is_dir() and not (home / settings).exists():
            (home / settings).parent.mkdir(exist_ok=True)
            (home / settings).symlink_to(Path.home() / settings)


def run(check: str, home: Path, more: Sequence[str] = ()) -> None:
    """Runs the check. When it fails, what it has printed is shown without pip's part."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    command = ["ansible-test", check, *ARGUMENTS[check], "--python", python, "--color", "no", *more]
    log = home / f"{check}.log"
    with log.open("w", encoding="utf-8") as output:
        env = {**os.environ, "HOME": str(home)}
        done = subprocess.run(command, env=env, stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        lines = log.read_text(encoding="utf-8").splitlines()
        raise SystemExit("\n".join(line for line in lines if not SAID_BY_PIP.match(line)))


def tests(output: Path) -> list[str]:
    """Names of the tests that ansible-test reports, but for those that it has skipped."""
    cases = [case for report in output.glob("junit/*.xml") for case in ElementTree.parse(report).iter("testcase")]
    return [f"{case.get('classname')}.{case.get('name')}" for case in cases if case.find("skipped") is None]


def targets(collection: Path) -> list[str]:
    """Names of the integration targets that have run, which have to be all that there are."""
    reports = (collection / "tests" / "output" / "data").glob("integration-*.json")
    ran = {name for report in reports for name in json.loads(report.read_bytes())["targets"]}
    there = {path.parent.name for path in collection.glob("tests/integration/targets/*/aliases")}
    if there - ran:
        raise SystemExit(f"these targets have not run: {', '.join(sorted(there - ran))}")
    return sorted(ran)


def passed(check: str, collection: Path) -> list[str]:
    names = targets(collection) if check == "integration" else tests(collection / "tests" / "output")
    if len(names) < FEWEST[check]:
        raise SystemExit(f"only {len(names)} {check} tests have run: {', '.join(names)}")
    return names


def main(check: str, home: Path, result: Path, more: Sequence[str] = ()) -> None:
    if check == "sanity" and list(Path("tests/sanity").glob("ignore*.txt")):
        raise SystemExit("tests/sanity holds ignore entries")
    furnish(home)
    run(check, home, more)
    result.write_text(json.dumps(passed(check, Path.cwd())), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
