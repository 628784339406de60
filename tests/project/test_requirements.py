# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written down twice says the same: requirements, versions, and what execution environments are given."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]


def lines(name: str) -> set[str]:
    stripped = (line.partition("#")[0].strip() for line in (PROJECT / name).read_text(encoding="utf-8").splitlines())
    return {line for line in stripped if line}


def test_ansible_test_installs_what_run_time_and_simulator_need() -> None:
    # ansible-test reads these files by themselves, so they cannot include the others.
    needed = lines("requirements.txt") | (lines("tests/requirements/demo.txt") - {"ansible-core>=2.16"})
    assert lines("tests/integration/requirements.txt") == needed
    assert lines("tests/unit/requirements.txt") == needed | {"hypothesis>=6.100", "jsonschema>=4.20"}
    assert lines("tests/requirements/test.txt") >= {"hypothesis>=6.100", "jsonschema>=4.20"}


def test_an_execution_environment_gets_the_requirements_of_run_time() -> None:
    meta = yaml.safe_load((PROJECT / "meta" / "execution-environment.yml").read_text(encoding="utf-8"))
    assert meta["dependencies"] == {"python": "requirements.txt", "system": "bindep.txt"}
    assert lines("bindep.txt") == set()
    assert {re.split("[>=<]", line)[0] for line in lines("requirements.txt")} == {
        "requests",
        "azure-identity",
        "jmespath",
    }


def test_each_requirement_of_run_time_names_its_oldest_version() -> None:
    """`./dev check -s oldest-libraries` installs it, and would leave out what is written in another way."""
    assert [line for line in lines("requirements.txt") if not re.fullmatch(r"[\w-]+>=[\d.]+", line)] == []


def test_every_module_is_in_both_action_groups() -> None:
    groups = yaml.safe_load((PROJECT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    modules = sorted(path.stem for path in (PROJECT / "plugins" / "modules").glob("*.py"))
    assert groups["all"] == modules
    assert [name for name in groups["azcollection"] if isinstance(name, str)] == modules
