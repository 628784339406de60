# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflows and templates can be read, and call sessions that exist, with the versions that the checks know."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
GITHUB = PROJECT / ".github"
NOXFILE = (PROJECT / "noxfile.py").read_text(encoding="utf-8")
OF_ANTSIBULL_NOX = {"lint", "docs-check", "license-check", "extra-checks", "ansible-lint"}
# What `./dev test` leaves out.
LEFT_OUT = {"browser", "examples", "plays"}


def constant(name: str) -> Any:
    """A constant of noxfile.py, which cannot be imported without nox."""
    for node in ast.parse(NOXFILE).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"noxfile.py has no {name}")


def sessions() -> set[str]:
    """The names of all sessions, read from noxfile.py."""
    found = set(OF_ANTSIBULL_NOX)
    for node in ast.parse(NOXFILE).body:
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                named = [key.value for key in getattr(decorator, "keywords", []) if key.arg == "name"]
                if "nox.session" in ast.unparse(decorator):
                    found.add(ast.literal_eval(named[0]) if named else node.name)
    return found | {f"{check}-{core}" for check in constant("CHECKS") for core in constant("CORES")}


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def called(text: str) -> list[str]:
    commands = re.findall(r"\./dev check -s ([^\n]+)", text)
    return [name for command in commands for name in command.replace('"', "").split()]


@pytest.mark.parametrize("path", sorted((GITHUB / "workflows").glob("*.yml")), ids=lambda path: path.name)
def test_a_workflow_runs_sessions_that_exist_and_may_only_read(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            assert {"uses", "run"} & set(step)
            # Names that a matrix makes are looked at below.
            if "matrix" not in step.get("run", ""):
                assert set(called(step.get("run", ""))) <= sessions()


def test_the_matrix_holds_every_check_and_every_core() -> None:
    matrix = read(GITHUB / "workflows" / "test.yml")["jobs"]["ansible-test"]["strategy"]["matrix"]
    assert {f"{check}-{core['version']}" for check in matrix["check"] for core in matrix["core"]} <= sessions()
    cores = constant("CORES")
    assert {core["version"] for core in matrix["core"]} == set(cores)
    assert all(core["python"] in cores[core["version"]] for core in matrix["core"])


def test_ci_runs_sessions_that_exist() -> None:
    text = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    here, beside = (set(names.split()) for names in re.findall(r"^(?:here|beside)=\((.*)\)$", text, re.MULTILINE))
    assert here | beside <= sessions()
    assert not here & beside
    assert here | beside >= LEFT_OUT
    assert "./dev test" in text


def test_the_workflow_runs_what_the_tests_leave_out() -> None:
    assert set(called((GITHUB / "workflows" / "test.yml").read_text(encoding="utf-8"))) >= LEFT_OUT


@pytest.mark.parametrize("path", sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.name)
def test_an_issue_template_has_what_github_asks_for(path: Path) -> None:
    template = read(path)
    if path.name == "config.yml":
        assert all({"name", "url", "about"} == set(link) for link in template["contact_links"])
        return
    assert {"name", "description", "body"} <= set(template)
    for part in template["body"]:
        assert part["type"] == "markdown" or {"id", "attributes"} <= set(part)
