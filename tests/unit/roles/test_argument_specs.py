# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What roles accept is what their modules accept, and what their documentation says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.support.modules import GATE, PREP

ROLES = Path(__file__).resolve().parents[3] / "roles"
NAMES = sorted(path.name for path in ROLES.iterdir() if path.is_dir())
_SHAPE = ("type", "elements", "choices", "default", "required")


def options_of(role: str) -> dict[str, Any]:
    specs = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options: dict[str, Any] = specs["argument_specs"]["main"]["options"]
    return options


def shape(option: dict[str, Any]) -> dict[str, Any]:
    return {name: option[name] for name in _SHAPE if option.get(name) is not None}


@pytest.mark.parametrize("role", NAMES)
def test_each_entry_point_has_a_specification(role: str) -> None:
    entry_points = {path.stem for path in (ROLES / role / "tasks").glob("*.yml")}
    specs = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    assert set(specs["argument_specs"]) == entry_points


@pytest.mark.parametrize("role", NAMES)
def test_defaults_are_those_of_the_specification(role: str) -> None:
    options = options_of(role)
    defaults = yaml.safe_load((ROLES / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    assert all(name.startswith(f"{role}_") for name in options)
    assert set(defaults) <= set(options)
    plain = {name: value for name, value in defaults.items() if value is not None and "{{" not in str(value)}
    assert plain == {name: option["default"] for name, option in options.items() if "default" in option}


@pytest.mark.parametrize("role", NAMES)
def test_the_readme_lists_every_variable(role: str) -> None:
    listed = re.findall(r"^\| `(\w+)` \|", (ROLES / role / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(options_of(role)) <= set(listed)


def test_a_check_takes_the_options_of_the_module() -> None:
    mine, theirs = options_of("gate")["gate_checks"]["options"], GATE.arguments.spec["checks"]["options"]
    assert {name: shape(option) for name, option in mine.items()} == {
        name: shape(option) for name, option in theirs.items()
    }


@pytest.mark.parametrize(
    ("role", "spec"), [("gate", GATE.arguments.spec), ("wait_for_job_prep", PREP.arguments.spec)], ids=NAMES
)
def test_other_options_have_the_types_of_the_module(role: str, spec: dict[str, Any]) -> None:
    for name, option in options_of(role).items():
        short = name.removeprefix(f"{role}_")
        # `timeout` alone is the time of a request in the modules.
        theirs = spec.get(f"wait_{short}" if short in ("timeout", "sleep") else short)
        if theirs is not None:
            assert (option["type"], option.get("elements")) == (theirs["type"], theirs.get("elements")), name
