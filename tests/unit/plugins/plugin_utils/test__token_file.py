# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token on disk: nobody else reads it, nothing that is wrong with it is an error, and a lock ends with its process."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import Token
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.plugin_utils import _token_file
from ansible_collections.batchops.azure.plugins.plugin_utils._token_file import Kept, TokenFile, Turn, new_keys
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

KEYS = new_keys()
KEPT = Kept(Token("hunter2", 1000.5, 4600), 4000)


class Folder:
    """Where the files of a run are, with what was said about them."""

    def __init__(self, path: Path) -> None:
        self.path = path / "batchops.azure"
        self.said: list[str] = []

    def file(self, identity: str = "ann", keys: _token_file.Keys = KEYS, clock: Clock | None = None) -> TokenFile:
        return TokenFile(self.path, identity, self.said.append, keys, clock or ScriptedClock())

    @property
    def only(self) -> Path:
        """The one file that is there."""
        [found] = self.path.iterdir()
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_what_is_written_is_read_and_removed(folder: Folder) -> None:
    assert folder.file().read() is None
    folder.file().write(KEPT)
    assert folder.file().read() == KEPT
    folder.file().write(KEPT._replace(renew_from=5))
    assert folder.file().read() == KEPT._replace(renew_from=5)
    folder.file().remove()
    assert folder.file().read() is None
    folder.file().remove()
    assert folder.said == []
    assert list(folder.path.iterdir()) == []


def test_each_identity_has_its_own(folder: Folder) -> None:
    folder.file().write(KEPT)
    folder.file("bob").write(KEPT._replace(renew_from=7))
    assert folder.file().read() == KEPT
    assert folder.file("ann ").read() is None
    assert folder.said == []


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_the_owner_alone_may_read_and_look(folder: Folder, umask: int) -> None:
    before = os.umask(umask)
    try:
        folder.file().write(KEPT)
        with folder.file().turn(0):
            pass
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.path.iterdir()}
    assert (stat.S_IMODE(folder.path.stat().st_mode), modes) == (0o700, {0o600})
    assert len(list(folder.path.iterdir())) == 2


def test_neither_name_nor_content_tells_anything(folder: Folder) -> None:
    # Three letters stand in a cipher by chance, once in a thousand runs.
    identity = "ann@example.com"
    folder.file(identity).write(KEPT)
    there = folder.only.name.encode() + folder.only.read_bytes()
    for words in (b"hunter2", identity.encode(), KEYS.names, KEYS.tokens):
        assert words not in there
    # Nor can it be guessed: another run calls the same identity something else.
    other = TokenFile(folder.path, identity, folder.said.append, new_keys(), Clock())
    other.write(KEPT)
    assert len(list(folder.path.iterdir())) == 2


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"hunter2", b"gAAAAA", b"\xff" * 300, "ü".encode(), b'["a", ["hunter2", 0, 1], 2]']
)
def test_a_file_that_is_no_token_is_noted_and_then_written_anew(folder: Folder, content: bytes) -> None:
    folder.file().write(KEPT)
    folder.only.write_bytes(content)
    assert folder.file().read() is None
    assert folder.said == ["the token of this run cannot be read: it is damaged, or was not written in this run"]
    folder.file().write(KEPT)
    assert folder.file().read() == KEPT


def test_a_file_that_was_cut_off_or_changed_is_no_token(folder: Folder) -> None:
    folder.file().write(KEPT)
    whole = folder.only.read_bytes()
    other = b"B" if whole[40:41] == b"A" else b"A"
    for content in (whole[:-1], whole[: len(whole) // 2], whole[:40] + other + whole[41:]):
        folder.only.write_bytes(content)
        assert folder.file().read() is None
    assert len(folder.said) == 3


def test_the_token_of_another_identity_is_not_taken_under_its_name(folder: Folder) -> None:
    folder.file().write(KEPT)
    name = folder.only
    folder.file("bob").write(KEPT)
    [other] = set(folder.path.iterdir()) - {name}
    name.replace(other)
    assert folder.file("bob").read() is None
    assert folder.said == ["the token of this run cannot be read: it is of another identity"]


def test_a_token_of_another_key_cannot_be_read(folder: Folder) -> None:
    """As if a run had left its folder behind, and its name were the same."""
    folder.file().write(KEPT)
    assert folder.file(keys=KEYS._replace(tokens=new_keys().tokens)).read() is None
    assert folder.said == ["the token of this run cannot be read: it is damaged, or was not written in this run"]


@pytest.fixture
def blocked(folder: Folder) -> Folder:
    """Nothing can be made where the folder should be. Modes would not do: the tests may run as root."""
    folder.path.write_text("in the way", encoding="utf-8")
    return folder


def test_where_nothing_can_be_written_that_is_noted(blocked: Folder) -> None:
    blocked.file().write(KEPT)
    with blocked.file().turn(5) as turn:
        assert turn == Turn(True, 0)
    assert blocked.file().read() is None
    blocked.file().remove()
    assert blocked.said == [
        "the token cannot be kept for other tasks: File exists",
        "the token cannot be kept for other tasks: File exists",
        "the token of this run cannot be read: Not a directory",
        "the token that was refused cannot be removed: Not a directory",
    ]


def test_without_ansibles_folder_none_is_made(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "gone")
    folder.file().write(KEPT)
    assert folder.said == ["the token cannot be kept for other tasks: No such file or directory"]
    assert not (tmp_path / "gone").exists()


def test_a_disk_that_is_full_leaves_nothing_half_written(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_paths: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        folder.file().write(KEPT)
    assert folder.said == ["the token cannot be kept for other tasks: No space left on device"]
    assert list(folder.path.iterdir()) == []


def test_without_a_library_to_encrypt_with_nothing_is_written(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.file().write(KEPT)
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    assert folder.file().read() is None
    folder.file("bob").write(KEPT)
    assert len(folder.said) == 2
    assert "cryptography.fernet" in folder.said[0]
    assert len(list(folder.path.iterdir())) == 1


class ReleasingClock(ScriptedClock):
    """At the last pause of its script, whoever holds the lock is done."""

    def __init__(self, lock: int, *pauses: float) -> None:
        super().__init__(*pauses)
        self._lock = lock

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if not self._script:
            fcntl.flock(self._lock, fcntl.LOCK_UN)


@pytest.fixture
def held(folder: Folder) -> Iterator[int]:
    """The lock of ann, which another one has."""
    with folder.file().turn(0):
        pass
    lock = os.open(folder.only, os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    yield lock
    os.close(lock)


def test_a_lock_is_waited_for_until_it_is_free(folder: Folder, held: int) -> None:
    with folder.file(clock=ReleasingClock(held, 0.05, 0.05, 0.05)).turn(30) as turn:
        assert turn == Turn(True, pytest.approx(0.15))
        # And is this one's then.
        with folder.file().turn(0) as other:
            assert other == Turn(False, 0)
    with folder.file().turn(0) as after:
        assert after == Turn(True, 0)


def test_a_lock_is_waited_for_no_longer_than_there_is_time(folder: Folder, held: int) -> None:
    clock = ScriptedClock(0.05, 0.05, 0.02)
    with folder.file(clock=clock).turn(0.12) as turn:
        assert turn == Turn(False, pytest.approx(0.12))
    clock.assert_used_up()
    with folder.file("bob").turn(0) as other:
        assert other.own


_DIES = """
import fcntl, os, signal, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_lock_of_a_process_that_died_is_free(folder: Folder) -> None:
    with folder.file().turn(0):
        pass
    assert subprocess.run([sys.executable, "-c", _DIES, folder.only], check=False).returncode == -9
    with folder.file().turn(0) as turn:
        assert turn == Turn(True, 0)


def test_where_there_are_no_locks_it_is_everybodys_turn(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    with folder.file().turn(30) as turn:
        assert turn == Turn(True, 0)
    assert folder.said == ["tasks cannot wait for one another to sign in: No locks available"]


def test_a_forked_task_has_the_keys_and_no_other_process_has(tmp_path: Path) -> None:
    """As Ansible does it: the file is imported, and then the tasks are forked."""
    script = (
        "import multiprocessing as m, os\n"
        f"from {_token_file.__name__} import KEYS\n"
        "ours, theirs = m.get_context('fork').Pipe()\n"
        "child = m.get_context('fork').Process(target=lambda: theirs.send(KEYS))\n"
        "child.start(); found = ours.recv(); child.join()\n"
        "print(found == KEYS, KEYS.names.hex())\n"
    )
    lines = {
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        for _number in range(2)
    }
    assert len(lines) == 2
    assert all(line.startswith("True ") for line in lines)
