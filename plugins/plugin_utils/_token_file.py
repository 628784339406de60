# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One token of a run of Ansible as an encrypted file, and the lock of whoever renews it.

What goes wrong here is noted and is no error: a task that finds no token signs in.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import Token
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock

Note = Callable[[str], None]

# Seconds between two looks at a lock. It is waited for once a run, while somebody signs in.
_LOOK_AGAIN = 0.05
# A folder that is not there or full or not ours, a file that was cut off or is not of this run, and no library to encrypt with.
_TROUBLE = (ImportError, OSError, ValueError)


class Keys(NamedTuple):
    """What makes names of identities, and what encrypts tokens."""

    names: bytes
    tokens: bytes


def new_keys() -> Keys:
    return Keys(secrets.token_bytes(32), base64.urlsafe_b64encode(secrets.token_bytes(32)))


def warm_up() -> None:
    """OpenSSL looks algorithms up when they are first used, which takes two milliseconds. Raises ImportError."""
    from cryptography.fernet import Fernet

    keys = new_keys()
    hmac.new(keys.names, b"", hashlib.sha256)
    fernet = Fernet(keys.tokens)
    fernet.decrypt(fernet.encrypt(b""))


# Ansible imports an action plugin before it forks: every task of the run has these, nobody else, and they are never written.
KEYS = new_keys()


class Kept(NamedTuple):
    """A token, and from when on the next one is to be got, in seconds since 1970."""

    token: Token
    renew_from: float


class Turn(NamedTuple):
    """Whether it is one's own turn to sign in, and the seconds until that was known."""

    own: bool
    waited: float


class TokenFile:
    """The token of one identity, read and written whole."""

    def __init__(self, folder: Path, identity: str, note: Note, keys: Keys, clock: Clock) -> None:
        self._folder = folder
        self.name = hmac.new(keys.names, identity.encode("utf-8"), hashlib.sha256).hexdigest()
        self._path = folder / self.name
        self._note = note
        self._key = keys.tokens
        self._clock = clock

    def read(self) -> Kept | None:
        try:
            return self._opened(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except _TROUBLE as error:
            self._note(f"the token of this run cannot be read: {_reason(error)}")
            return None

    def write(self, kept: Kept) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._replace(self._sealed(kept))
        except _TROUBLE as error:
            self._note(f"the token cannot be kept for other tasks: {_reason(error)}")

    def remove(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            self._note(f"the token that was refused cannot be removed: {_reason(error)}")

    @contextmanager
    def turn(self, seconds: float) -> Iterator[Turn]:
        """Waits at most so many seconds for whoever signs in with this identity.

        A lock ends with the process that holds it, so nobody waits for one that is gone. Where there can be no lock, it is everybody's turn.
        """
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            self._note(f"the token cannot be kept for other tasks: {_reason(error)}")
            yield Turn(True, 0)
            return
        try:
            yield self._locked(lock, seconds)
        finally:
            os.close(lock)

    def _locked(self, lock: int, seconds: float) -> Turn:
        waited = 0.0
        began = self._clock.monotonic()
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if waited >= seconds:
                    return Turn(False, waited)
                self._clock.sleep(min(_LOOK_AGAIN, seconds - waited))
                waited = self._clock.monotonic() - began
            except OSError as error:
                self._note(f"tasks cannot wait for one another to sign in: {_reason(error)}")
                return Turn(True, waited)
            else:
                return Turn(True, waited)

    def _opened(self, sealed: bytes) -> Kept:
        from cryptography.fernet import Fernet, InvalidToken

        try:
            name, token, renew_from = json.loads(Fernet(self._key).decrypt(sealed))
        except InvalidToken as error:
            raise ValueError("it is damaged, or was not written in this run") from error
        if name != self.name:
            raise ValueError("it is of another identity")
        return Kept(Token(*token), renew_from)

    def _sealed(self, kept: Kept) -> bytes:
        from cryptography.fernet import Fernet

        # With its name, so that a file that was moved is not taken for another one.
        sealed: bytes = Fernet(self._key).encrypt(json.dumps([self.name, *kept]).encode("ascii"))
        return sealed

    def _replace(self, content: bytes) -> None:
        """Whole and at once, and for the owner only, which is how mkstemp makes files."""
        handle, temporary = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(temporary, self._path)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise


def _reason(error: Exception) -> str:
    """Without the path, which says nothing to a reader."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
