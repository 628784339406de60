# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a task runs, and when two paths are the same Python: a virtual environment is made of links, and still is another one."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._same_place import Place, place_of, same_interpreter


@pytest.fixture
def pythons(tmp_path: Path) -> Path:
    """A Python of the system under two names, two virtual environments of it, and a link to the first one's folder."""
    for name in ("system", "venv", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "system" / "python3.12").touch()
    (tmp_path / "system" / "python3").symlink_to("python3.12")
    for name in ("venv", "other"):
        (tmp_path / name / "python").symlink_to(tmp_path / "system" / "python3")
        (tmp_path / name / "python3").symlink_to("python")
    (tmp_path / "current").symlink_to("venv")
    return tmp_path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("venv/python", "venv/python"),
        ("venv/python", "venv/python3"),
        ("venv/python", "current/python3"),
        ("system/python3", "system/python3.12"),
        ("venv/../venv/python", "venv/python"),
    ],
)
def test_the_same(pythons: Path, one: str, other: str) -> None:
    assert same_interpreter(f"{pythons}/{one}", f"{pythons}/{other}")
    assert same_interpreter(f"{pythons}/{other}", f"{pythons}/{one}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("venv/python", "other/python"),
        ("venv/python", "system/python3"),
        ("venv/python", "system/python3.12"),
        ("venv/python", "venv/python2"),
    ],
)
def test_not_the_same(pythons: Path, one: str, other: str) -> None:
    assert not same_interpreter(f"{pythons}/{one}", f"{pythons}/{other}")
    assert not same_interpreter(f"{pythons}/{other}", f"{pythons}/{one}")


@pytest.mark.parametrize("word", ["", "python", "python3", "auto", "~/venv/bin/python", "/usr/bin/env python3"])
def test_what_is_no_path_is_never_the_same(word: str) -> None:
    assert not same_interpreter(word, "/usr/bin/python3")


def test_two_relative_paths_are_not_compared() -> None:
    assert not same_interpreter("python", "python")


NOT_NAMED = Place(True, "the connection is local, and no ansible_python_interpreter is named", any_python=True)
PYTHON = "ansible_python_interpreter"


def place(
    variables: dict[str, Any], *, connection: str = "ansible.builtin.local", become: object = None, **task: Any
) -> Place:
    """Where a task with these keywords and variables runs."""
    given = {"async_val": 0, "environment": [], "delegate_to": None, **task}
    action = SimpleNamespace(
        _task=SimpleNamespace(**given),
        _connection=SimpleNamespace(ansible_name=connection, become=become),
        _templar=SimpleNamespace(template=lambda text: text),
    )
    return place_of(action, variables)


@pytest.fixture(autouse=True)
def nobody_has_named_a_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANSIBLE_PYTHON_INTERPRETER", raising=False)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        *({PYTHON: word} for word in ("auto", "auto_silent", "auto_legacy", "auto_legacy_silent", "", " ")),
        # What Ansible has found is not what somebody has named.
        {"ansible_facts": {"discovered_interpreter_python": "/usr/bin/python3"}},
        {PYTHON: "auto", "ansible_facts": {"discovered_interpreter_python": sys.executable}},
    ],
)
def test_where_nobody_has_named_a_python_it_is_the_controllers(variables: dict[str, Any]) -> None:
    assert place(variables) == NOT_NAMED


def test_a_python_that_is_named_decides() -> None:
    same, other = place({PYTHON: sys.executable}), place({PYTHON: "/opt/other/python"})
    assert (same.inside, same.any_python) == (True, False)
    assert same.why == f"the connection is local, and {PYTHON} is Ansible's own"
    assert other == Place(False, f"{PYTHON} is /opt/other/python, and Ansible runs with {sys.executable}")


def test_a_python_that_the_environment_names_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_PYTHON_INTERPRETER", "/opt/other/python")
    assert not place({}).inside


def test_a_delegated_task_goes_by_whom_it_is_delegated_to() -> None:
    variables = {PYTHON: "/opt/far/python", "ansible_delegated_vars": {"here": {}, "there": {PYTHON: "/opt/other"}}}
    assert place(variables, delegate_to="here") == NOT_NAMED
    assert place(variables, delegate_to="there").why.startswith(f"{PYTHON} is /opt/other, ")


@pytest.mark.parametrize(
    ("why", "keywords"),
    [
        ("async is set", {"async_val": 30}),
        ("the connection is ansible.builtin.ssh", {"connection": "ansible.builtin.ssh"}),
        ("become is set", {"become": object()}),
        ("environment is set", {"environment": [{}, {"A": "b"}]}),
    ],
)
@pytest.mark.parametrize("variables", [{}, {PYTHON: sys.executable}])
def test_another_place_or_person_is_elsewhere_whatever_the_python(
    why: str, keywords: dict[str, Any], variables: dict[str, Any]
) -> None:
    assert place(variables, **keywords) == Place(False, why)
