# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signs in once a run: a task takes the token that another one has got with the same identity, and renews it when that is due."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import (
    IdentifiedSource,
    Token,
    TokenSource,
    fits_a_header,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError
from ansible_collections.batchops.azure.plugins.plugin_utils._token_file import KEYS, Kept, Keys, Note, TokenFile

# One task renews a token from so many seconds before it expires; of a life that is short, when a quarter has passed. The others
# go on with it until it is no longer good.
_RENEW_FROM = 600
_OF_SHORT_LIVES = 0.75
# Seconds until the next attempt, where one has failed or has brought a token that lives no longer.
_NEXT_ATTEMPT = 60
# Of the time for signing in, what is waited for another task that does so. It may be stopped, or slower than this one would be.
_WAITS = 0.5


class RunTokens:
    """The tokens of this run, in a folder of their own inside Ansible's for this run. `note` is told what is done and what is in the way."""

    def __init__(self, local_tmp: str, note: Note, keys: Keys = KEYS, clock: Clock | None = None) -> None:
        self._folder = Path(local_tmp) / "batchops.azure"
        self._note = note
        self._keys = keys
        self._clock = clock or Clock()

    def sharing(self, source: IdentifiedSource) -> TokenSource:
        return _Sharing(source, self._file_of, self._note, self._clock)

    def _file_of(self, source: IdentifiedSource) -> TokenFile | None:
        """Where the token of this source is, or will be. None where its identity cannot be told: signing in will say why."""
        try:
            identity = source.identity()
        except (LoginError, OSError, ValueError) as error:
            self._note(
                f"signs in without tokens of this run: a file of the credential cannot be read ({type(error).__name__})"
            )
            return None
        return TokenFile(self._folder, identity, self._note, self._keys, self._clock)


class _Sharing:
    """A source that asks only where no task of the run has a token that is still good."""

    def __init__(
        self,
        source: IdentifiedSource,
        file_of: Callable[[IdentifiedSource], TokenFile | None],
        note: Note,
        clock: Clock,
    ) -> None:
        self._source = source
        self._file_of = file_of
        self._note = note
        self._clock = clock
        self._file: TokenFile | None = None
        self._refused = ""

    def fetch(self, seconds: float) -> Token:
        # At each time: a file that belongs to the identity may have been renewed, or the Azure CLI signed in as somebody else.
        before, self._file = self._file, self._file_of(self._source)
        file = self._file
        if before is not None and (file is None or file.name != before.name):
            # What the source keeps for the next time was made with what was there before.
            self._source.drop("")
        if file is None:
            return self._source.fetch(seconds)
        kept = self._good(file)
        if kept is not None and time.time() < kept.renew_from:
            return self._taken(kept)
        # While it is still good there is nothing to wait for: whoever has the lock is renewing it.
        with file.turn(0 if kept else seconds * _WAITS) as turn:
            if kept is not None and not turn.own:
                return self._taken(kept)
            newer = self._good(file)
            if newer is not None and (kept is None or newer.renew_from > kept.renew_from):
                return self._taken(newer)
            return self._renewed(file, kept, seconds) if kept else self._signed_in(file, seconds, turn.waited)

    def drop(self, text: str) -> None:
        self._refused = text
        self._source.drop(text)
        if self._file is not None:
            kept = self._file.read()
            # Another task may have put a newer one there since.
            if kept is not None and kept.token.text == text:
                self._file.remove()

    def _good(self, file: TokenFile) -> Kept | None:
        kept = file.read()
        if kept is None or kept.token.text == self._refused or kept.token.good_until <= time.time():
            return None
        return kept

    def _taken(self, kept: Kept) -> Token:
        self._note("takes the token of this run")
        return kept.token

    def _signed_in(self, file: TokenFile, seconds: float, waited: float) -> Token:
        try:
            token = self._source.fetch(seconds - waited)
        except LoginError as error:
            if error.allowed is not None:
                # The time that went by until it was this one's turn is part of it: no deadline has cut it off.
                error.allowed = seconds
            raise
        return self._shared(file, token)

    def _renewed(self, file: TokenFile, kept: Kept, seconds: float) -> Token:
        """A token that lives longer. Where there is none, the old one is still good, and the next attempt is a little later."""
        try:
            token = self._source.fetch(seconds)
        except LoginError as error:
            self._note(f"goes on with the token of this run, which could not be renewed: {error}")
            token = kept.token
        if token.expires > kept.token.expires and fits_a_header(token.text):
            return self._shared(file, token)
        # The Azure CLI and managed identities keep tokens themselves, and give the same one until it has almost expired.
        file.write(kept._replace(renew_from=time.time() + _NEXT_ATTEMPT))
        return kept.token

    def _shared(self, file: TokenFile, token: Token) -> Token:
        # What cannot be sent is refused by whoever asked for it, and is not for others.
        if fits_a_header(token.text):
            file.write(Kept(token, token.expires - min(_RENEW_FROM, token.lives * _OF_SHORT_LIVES)))
        self._note("has signed in for this run")
        return token
