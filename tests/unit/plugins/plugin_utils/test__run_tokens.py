# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who signs in, and who takes what another task has got: once for each identity, renewed by one, and as today where anything is wrong."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import Token, TokenSource
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LoginError
from ansible_collections.batchops.azure.plugins.plugin_utils._run_tokens import RunTokens
from ansible_collections.batchops.azure.plugins.plugin_utils._token_file import Kept, TokenFile, new_keys
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock


class Issuer:
    """Issues numbered tokens, and fails as it is told to. `asked` has the seconds that there were for each."""

    def __init__(self) -> None:
        self.name = "ann"
        self.lives = 3600.0
        self.trouble: Exception | None = None
        self.untold: Exception | None = None
        self.asked: list[float] = []
        self.dropped: list[str] = []

    def identity(self) -> str:
        if self.untold is not None:
            raise self.untold
        return self.name

    def fetch(self, seconds: float) -> Token:
        self.asked.append(seconds)
        if self.trouble is not None:
            raise self.trouble
        now = time.time()
        return Token(f"token-{len(self.asked)}", now, now + self.lives)

    def drop(self, text: str) -> None:
        self.dropped.append(text)


class Run:
    """One run of Ansible. Each task is a new source, as in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = new_keys()
        self.said: list[str] = []
        self.issuer = Issuer()

    def task(self, clock: Clock | None = None, issuer: Issuer | None = None) -> TokenSource:
        store = RunTokens(str(self.folder), self.said.append, self.keys, clock or ScriptedClock())
        return store.sharing(issuer or self.issuer)

    def file(self, identity: str = "ann") -> TokenFile:
        return TokenFile(self.folder / "batchops.azure", identity, self.said.append, self.keys, ScriptedClock())

    def has(self, ago: float, left: float, renew_in: float) -> None:
        """Another task has got a token so many seconds ago, which lives for so many more."""
        now = time.time()
        self.file().write(Kept(Token("old", now - ago, now + left), now + renew_in))

    def lock(self) -> int:
        """The lock of ann, as another task holds it."""
        with self.file().turn(0):
            pass
        lock = os.open(next((self.folder / "batchops.azure").glob("*.lock")), os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_the_first_task_signs_in_and_the_others_take_its_token(run: Run) -> None:
    assert [run.task().fetch(30).text for _number in range(3)] == ["token-1"] * 3
    assert run.issuer.asked == [30]
    assert run.said == ["has signed in for this run", "takes the token of this run", "takes the token of this run"]


def test_a_token_is_handed_on_with_its_times(run: Run) -> None:
    """So that a short one is used for half of its life, and not for half of what is left of it, again and again."""
    first, second = run.task().fetch(30), run.task().fetch(30)
    assert second == first
    assert second.good_until == first.good_until


def test_another_identity_signs_in_by_itself(run: Run) -> None:
    other = Issuer()
    other.name = "bob"
    run.task().fetch(30)
    run.task(issuer=other).fetch(30)
    assert (run.issuer.asked, other.asked) == ([30], [30])


def test_another_run_signs_in_by_itself(run: Run) -> None:
    run.task().fetch(30)
    other = Run(run.folder)
    assert other.task().fetch(30).text == "token-1"
    assert other.issuer.asked == [30]


@pytest.mark.parametrize(
    ("ago", "left", "renew_in", "signs_in"),
    [
        (1000, 2600, 2000, False),
        # It is to be renewed, and nobody else does that.
        (3010, 590, -10, True),
        # It is over.
        (3310, 290, -310, True),
        (3700, -100, -700, True),
        # One of a short life is good for half of it, also though more than five minutes are left of it.
        (250, 350, 50, False),
        (310, 290, 50, True),
    ],
)
def test_when_a_token_is_taken(run: Run, ago: float, left: float, renew_in: float, signs_in: bool) -> None:
    run.has(ago, left, renew_in)
    assert run.task().fetch(30).text == ("token-1" if signs_in else "old")
    assert run.task().fetch(30).text == ("token-1" if signs_in else "old")
    assert len(run.issuer.asked) == signs_in


@pytest.mark.parametrize(("lives", "renewed"), [(3600, 3000), (1200, 600), (800, 200), (700, 175), (240, 60)])
def test_from_when_on_a_token_is_renewed(run: Run, lives: float, renewed: float) -> None:
    run.issuer.lives = lives
    token = run.task().fetch(30)
    kept = run.file().read()
    assert kept is not None
    assert kept.renew_from - token.issued == pytest.approx(renewed)
    assert kept.renew_from < token.good_until


def test_while_one_task_renews_the_others_go_on_with_the_old_one(run: Run) -> None:
    run.has(3010, 590, -10)
    lock = run.lock()
    # Its clock has no pause in its script: it does not wait.
    assert run.task().fetch(30).text == "old"
    os.close(lock)
    assert run.task().fetch(30).text == "token-1"
    assert run.issuer.asked == [30]


def test_a_renewal_that_fails_is_tried_again_a_minute_later(run: Run) -> None:
    run.has(3010, 590, -10)
    run.issuer.trouble = LoginError("The sign-in host is away")
    assert [run.task().fetch(30).text for _number in range(3)] == ["old"] * 3
    assert run.issuer.asked == [30]
    assert run.said[0] == "goes on with the token of this run, which could not be renewed: The sign-in host is away"
    kept = run.file().read()
    assert kept is not None
    assert 50 < kept.renew_from - time.time() <= 60


def test_a_renewal_that_brings_the_same_token_is_tried_again_a_minute_later(run: Run) -> None:
    """As the Azure CLI does until five minutes are left of it."""
    run.has(3010, 590, -10)
    run.issuer.lives = 589
    assert [run.task().fetch(30).text for _number in range(3)] == ["old"] * 3
    assert len(run.issuer.asked) == 1


class OthersTurn(ScriptedClock):
    """While this one waits, the other task is done: it has left a token, or has left none."""

    def __init__(self, run: Run, lock: int, signed_in: bool, pauses: int) -> None:
        super().__init__(*[0.05] * pauses)
        self._run, self._lock, self._signed_in = run, lock, signed_in

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if not self._script:
            if self._signed_in:
                self._run.has(0, 3600, 3000)
            fcntl.flock(self._lock, fcntl.LOCK_UN)


def test_at_the_first_sign_in_the_others_wait(run: Run) -> None:
    lock = run.lock()
    assert run.task(OthersTurn(run, lock, True, 20)).fetch(30).text == "old"
    assert run.issuer.asked == []
    os.close(lock)


def test_who_has_waited_in_vain_signs_in_with_the_time_that_is_left(run: Run) -> None:
    lock = run.lock()
    run.issuer.trouble = failed = LoginError("no answer within 29 s")
    failed.allowed = 29
    with pytest.raises(LoginError) as raised:
        run.task(OthersTurn(run, lock, False, 20)).fetch(30)
    assert run.issuer.asked == [pytest.approx(29)]
    # No deadline has cut it off, which is told by this figure.
    assert raised.value.allowed == 30
    os.close(lock)


def test_nobody_waits_for_others_longer_than_half_of_its_time(run: Run) -> None:
    """Whoever holds the lock may be stopped. That is no reason to fail."""
    lock = run.lock()
    assert run.task(ScriptedClock(0.05, 0.05, 0.02)).fetch(0.24).text == "token-1"
    assert run.issuer.asked == [pytest.approx(0.12)]
    os.close(lock)
    assert run.task().fetch(30).text == "token-1"


def test_a_sign_in_that_fails_leaves_nothing_and_is_not_shared(run: Run) -> None:
    run.issuer.trouble = LoginError("AADSTS7000215")
    for _number in range(2):
        with pytest.raises(LoginError, match="AADSTS7000215"):
            run.task().fetch(30)
    assert run.issuer.asked == [30, 30]
    assert run.file().read() is None


def test_a_token_that_was_refused_is_dropped_for_all(run: Run) -> None:
    task = run.task()
    task.drop(task.fetch(30).text)
    assert run.file().read() is None
    assert run.issuer.dropped == ["token-1"]
    assert run.task().fetch(30).text == "token-2"
    # Whose answer comes late does not drop what has taken its place.
    task.drop("token-1")
    assert task.fetch(30).text == "token-2"
    assert run.issuer.asked == [30, 30]


def test_a_token_is_dropped_where_it_was_taken_from_whatever_the_identity_is_now(run: Run) -> None:
    task = run.task()
    text = task.fetch(30).text
    run.issuer.name = "ann with another certificate"
    task.drop(text)
    assert run.file().read() is None
    assert task.fetch(30).text == "token-2"
    assert run.file("ann with another certificate").read() is not None


def test_who_has_changed_meanwhile_does_not_sign_in_with_what_was_there_before(run: Run) -> None:
    """A credential of the library that was made with another certificate, in a wait."""
    task = run.task()
    task.fetch(30)
    task.fetch(30)
    assert run.issuer.dropped == []
    run.issuer.name = "ann with another certificate"
    task.fetch(30)
    assert run.issuer.dropped == [""]


def test_a_renewal_that_brings_what_cannot_be_sent_leaves_the_old_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.has(3010, 590, -10)
    now = time.time()
    monkeypatch.setattr(run.issuer, "fetch", lambda seconds: Token("a b", now, now + 3600))
    assert run.task().fetch(30).text == "old"


def test_a_token_that_was_refused_is_not_taken_again_where_it_could_not_be_removed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TokenFile, "remove", lambda file: None)
    task = run.task()
    task.drop(task.fetch(30).text)
    assert task.fetch(30).text == "token-2"


def test_where_nothing_can_be_kept_each_task_signs_in(run: Run) -> None:
    (run.folder / "batchops.azure").write_text("in the way", encoding="utf-8")
    assert [run.task().fetch(30).text for _number in range(2)] == ["token-1", "token-2"]
    task = run.task()
    task.drop("token-2")
    assert task.fetch(30).text == "token-3"
    assert "the token cannot be kept for other tasks: File exists" in run.said


@pytest.mark.parametrize(
    "untold", [FileNotFoundError(2, "No such file"), LoginError("no home"), ValueError("no UTF-8")]
)
def test_where_the_identity_cannot_be_told_the_task_signs_in_by_itself(run: Run, untold: Exception) -> None:
    run.issuer.untold = untold
    task = run.task()
    assert task.fetch(30).text == "token-1"
    task.drop("token-1")
    assert task.fetch(30).text == "token-2"
    assert set(run.said) == {
        f"signs in without tokens of this run: a file of the credential cannot be read ({type(untold).__name__})"
    }
    assert not list(run.folder.iterdir())


@pytest.mark.parametrize("text", ["", "a b", "a\nb", "ü"])
def test_what_cannot_be_sent_is_not_kept(run: Run, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(run.issuer, "fetch", lambda seconds: Token(text, now, now + 3600))
    assert run.task().fetch(30).text == text
    assert run.file().read() is None
