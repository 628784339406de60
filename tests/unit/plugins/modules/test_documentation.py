# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-doc shows is what the modules take: every option, with its type, default, choices and aliases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.support.modules import MODULES


@pytest.fixture(scope="module")
def documented() -> dict[str, Any]:
    ansible_doc = Path(sys.executable).with_name("ansible-doc")
    if not ansible_doc.exists():
        pytest.skip(
            "ansible-doc is not beside this Python: ansible-test units runs modules without the rest of ansible-core"
        )
    names = [f"batchops.azure.{name}" for name in MODULES]
    shown = subprocess.run([ansible_doc, "--json", *names], capture_output=True, text=True, check=True)
    assert "WARNING" not in shown.stderr
    return {name.rpartition(".")[2]: page for name, page in json.loads(shown.stdout).items()}


def both(documented: dict[str, Any], taken: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each option as it is documented and as it is taken, also those inside of others."""
    assert set(documented) == set(taken)
    for option, page in documented.items():
        yield option, page, taken[option]
        yield from both(page.get("suboptions") or {}, taken[option].get("options", {}))


@pytest.mark.parametrize("name", MODULES)
def test_options_and_their_types_defaults_choices_and_aliases_agree(documented: dict[str, Any], name: str) -> None:
    for option, page, given in both(documented[name]["doc"]["options"], MODULES[name].arguments.spec):
        for key in ("type", "default", "choices", "aliases", "elements"):
            assert page.get(key) == given.get(key), f"{option}: {key}"
        assert page.get("required", False) == given.get("required", False), f"{option}: required"


@pytest.mark.parametrize("name", MODULES)
def test_environment_variables_are_documented(documented: dict[str, Any], name: str) -> None:
    for option, page in documented[name]["doc"]["options"].items():
        for variable in MODULES[name].arguments.spec[option].get("fallback", (None, []))[1]:
            assert f"E({variable})" in " ".join(page["description"]), option


@pytest.mark.parametrize("name", MODULES)
def test_examples_and_attributes_are_there(documented: dict[str, Any], name: str) -> None:
    assert f"batchops.azure.{name}:" in documented[name]["examples"]
    assert documented[name]["doc"]["attributes"]["check_mode"]["support"] == "full"
