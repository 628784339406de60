# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guides of the documentation site show does what they say it does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock

PROJECT = Path(__file__).resolve().parents[2]
GUIDES = PROJECT / "docs" / "docsite" / "rst"
BLOCK = re.compile(r"^\.\. code-block:: (\w+)\n\n((?:   .*\n|\n)+)", re.MULTILINE)


def blocks(guide: str, language: str) -> list[str]:
    """The code blocks of one language, without their indentation."""
    text = (GUIDES / f"{guide}.rst").read_text(encoding="utf-8")
    found = [body for kind, body in BLOCK.findall(text) if kind == language]
    return [re.sub(r"^   ", "", body, flags=re.MULTILINE) for body in found]


@pytest.mark.parametrize("guide", sorted(path.stem for path in GUIDES.glob("*.rst")))
def test_every_guide_is_in_the_table_of_contents_and_its_yaml_can_be_read(guide: str) -> None:
    sections = yaml.safe_load((GUIDES.parent / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    assert guide in [name for section in sections for name in section["toctree"]]
    for block in blocks(guide, "yaml"):
        assert isinstance(yaml.safe_load(block), (dict, list))


def test_the_scenario_of_the_guide_to_rehearsing_fails_as_it_says(tmp_path: Path) -> None:
    scenario, faults = (yaml.safe_load(block) for block in blocks("guide_rehearsing", "yaml"))
    [command] = [line for line in blocks("guide_rehearsing", "console") if "job_id=film" in line]
    arguments = command.partition(" -a ")[2].strip().strip("'")
    with Simulator({**scenario, **faults, "name": "film"}, clock=StepClock(1)) as simulator:
        simulator.faults.clear()  # they are there to be read; a pause of a second for each is not needed
        done = ask(simulator, arguments, driven_clock(tmp_path))
    assert done.returncode == 2, done.stdout + done.stderr
    assert "tvm-3: preparation failed, exit code 1 (FailureExitCode)" in done.stdout


def ask(simulator: Simulator, arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    ansible = Path(sys.executable).with_name("ansible")
    env = {
        **os.environ,
        **account_of(simulator),
        **environment,
    }
    command = [ansible, "localhost", "-m", "batchops.azure.batch_job_prep_status_info", "-a", arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_the_guide_to_rehearsing_names_every_scenario() -> None:
    text = (GUIDES / "guide_rehearsing.rst").read_text(encoding="utf-8")
    named = set(re.findall(r"^   \* - ``(\w+)``$", text, re.MULTILINE))
    assert named == {path.stem for path in (PROJECT / "tests" / "simulator" / "scenarios").glob("*.yml")}
