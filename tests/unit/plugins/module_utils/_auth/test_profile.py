# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of credentials: a profile of it, or why there is none, without a word of what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth.profile import read_profile


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".azure").mkdir()
    return tmp_path / ".azure" / "credentials"


def test_a_profile_is_read_as_it_stands(file: Path) -> None:
    file.write_text("[default]\nsecret = 100%sure\n[other]\ntenant = t\n")
    assert read_profile("default") == ({"secret": "100%sure"}, "")
    assert read_profile("other") == ({"tenant": "t"}, "")
    assert read_profile("third") == ({}, "no such profile")


def test_a_file_that_is_not_there_is_said() -> None:
    assert read_profile("default")[0] == {}


@pytest.mark.parametrize("content", [b"hunter2", b"[default]\nhunter2\n", b"\xff\xfe"])
def test_a_file_that_is_none_is_named_by_the_kind_of_trouble_only(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    values, problem = read_profile("default")
    assert values == {}
    assert problem.startswith("the file cannot be read (")
    assert "hunter2" not in problem
