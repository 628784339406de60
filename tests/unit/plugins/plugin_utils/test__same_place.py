# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When two paths are the same Python: a virtual environment is made of links, and still is another one."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._same_place import same_interpreter


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
