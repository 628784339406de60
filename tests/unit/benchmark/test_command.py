# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `./dev bench` says to a file that holds no results."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.benchmark.__main__ import main


@pytest.mark.parametrize("written", [None, "", "[]", "{}", '{"series": [{"case": 1}], "targets": []}', "\u00ff"])
def test_a_file_without_results_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, written: str | None
) -> None:
    file = tmp_path / "results.json"
    if written is not None:
        file.write_bytes(written.encode("latin-1"))
    monkeypatch.setattr(sys, "argv", ["bench", "--results", str(file)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    why = "does not hold what a run of ./dev bench has found" if written is not None else "cannot be read"
    assert f"{file} {why}" in " ".join(capsys.readouterr().err.split())
