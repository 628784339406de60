# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is measured of ansible-rulebook, with a program of another name in its place."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import Mock

import pytest
from ansible_collections.batchops.azure.tests.benchmark import engine, peers
from ansible_collections.batchops.azure.tests.benchmark.cases import rulebook
from ansible_collections.batchops.azure.tests.benchmark.samples import Board

# It holds 50 MB, gives them back, says so, and computes until it is ended.
_PROGRAM = """
import sys, pathlib
held = bytearray(b"x" * 50_000_000)
del held
pathlib.Path("begun").touch()
while True:
    pass
"""


def _stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> Mock:
    """Puts the program in the place of ansible-rulebook, and gives an account that nobody asks."""
    for module in (engine, peers):
        monkeypatch.setattr(module, "WORK", folder)
    command = Path(peers.RULEBOOK.command("ansible-rulebook"))
    command.parent.mkdir(parents=True)
    (folder / "program.py").write_text(program, encoding="utf-8")
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder / "program.py"}" "$@"\n', encoding="utf-8")
    command.chmod(0o700)
    return Mock(environment={})


def test_memory_and_time_of_this_process() -> None:
    found = engine.usage(os.getpid())
    assert 5 < found.megabytes <= found.peak_megabytes
    # Children do not count, and the clock of /proc has ticks of 10 ms.
    assert found.cpu_seconds == pytest.approx(time.process_time(), abs=1)


def test_a_name_with_brackets_and_blanks_shifts_no_figure(tmp_path: Path) -> None:
    named = tmp_path / ") 1 2 ("
    named.symlink_to("/bin/sh")
    # It counts for many ticks of 10 ms, says so, and stays until it is told to go.
    counting = 'i=0; while [ "$i" -lt 500000 ]; do i=$((i + 1)); done; echo counted; read end'
    pipe = subprocess.PIPE
    with subprocess.Popen([named, "-c", counting], stdin=pipe, stdout=pipe) as process:
        assert process.stdout and process.stdout.readline() == b"counted\n"
        assert 0 < engine.usage(process.pid).cpu_seconds < 30
        process.kill()


def test_an_engine_is_measured_from_its_first_look_on_and_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = _stand_in(tmp_path, monkeypatch, _PROGRAM)
    monkeypatch.setattr(engine, "_PAUSE", 0.05)
    begun = tmp_path / "rulebook" / "begun"
    found = engine.ran(account, "any", {}, 0.3, begun.exists)
    assert found.peak_megabytes > max(found.megabytes) + 30
    assert found.seconds >= 0.3
    assert found.cpu_seconds <= found.seconds + 0.1


def test_an_engine_that_ends_by_itself_is_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = _stand_in(tmp_path, monkeypatch, "raise SystemExit(3)")
    monkeypatch.setattr(engine, "_PAUSE", 0.05)
    with pytest.raises(RuntimeError, match="ended with 3"):
        engine.ran(account, "any", {}, 60, lambda: False)


def test_without_java_the_case_is_left_out_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    board = Board()
    rulebook.measure(board, Mock(), minutes=1)
    assert board.left_out == ["rulebook, because there is no Java"]
    assert not board.series
