# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only a real account can tell: questions, how a tour would settle them, and whether it has.

None of them is about the collection's own rules. Each has an answer that the collection goes by until it is known better.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .observed import Observations


class Answer(NamedTuple):
    """Whether what was seen is an answer, and what was seen."""

    settled: bool
    how: str


class Question(NamedTuple):
    """What is not known, what the collection goes by, and by what a tour would know."""

    asked: str
    assumed: str
    would_settle: str
    answer: Callable[[Observations], Answer]


def _links(seen: Observations) -> Answer:
    foreign = sum(not link.same_host for link in seen.links)
    if foreign:
        return Answer(True, f"yes: {foreign} of {len(seen.links)} links named another host; none of those was followed")
    return Answer(False, f"{len(seen.links)} links were seen, all to the account's own host")


def _expired(seen: Observations) -> Answer:
    if seen.expired_token is None:
        return Answer(False, "no expired token was given")
    if seen.expired_token.status == 200:
        return Answer(False, "the token that was given has not expired: it was accepted")
    return Answer(True, f"it was refused with {seen.expired_token}")


def _shared_key(seen: Observations) -> Answer:
    if seen.by_shared_key:
        return Answer(False, "the account accepts Shared Key")
    refusal = seen.refusals.get("a Shared Key that is another one")
    if refusal is None:
        return Answer(False, "no Shared Key was tried")
    told = f"a key that is nobody's was refused with {refusal}"
    if refusal.code == "AuthenticationFailed":
        return Answer(False, f"{told}, which an account that takes keys may say as well")
    return Answer(True, f"{told}, not with the code for a wrong key")


def _deleting(seen: Observations) -> Answer:
    if not seen.deleting:
        return Answer(False, "no job was being deleted")
    answers = {str(status.refusal or f"a list of {status.nodes} nodes") for status in seen.deleting}
    return Answer(True, f"of {len(seen.deleting)} jobs that were being deleted it was: {'; '.join(sorted(answers))}")


def _removed(seen: Observations) -> Answer:
    if not seen.running_on_removed:
        return Answer(False, "no node that is gone was listed as running")
    longest = max(seen.running_on_removed)
    # Longer than a task may run by any default; nothing proves "for ever".
    return Answer(longest > 7 * 24, f"{len(seen.running_on_removed)} were, the longest for {longest:.1f} hours")


def _retry_after(seen: Observations) -> Answer:
    busy = sum(count for status, count in seen.statuses.items() if status in (429, 503))
    if seen.retry_after:
        return Answer(
            True, "seen: " + ", ".join(f"{value} ({count}x)" for value, count in sorted(seen.retry_after.items()))
        )
    return Answer(False, f"{busy} answers were 429 or 503, none had the header; a tour does not make a service busy")


QUESTIONS = (
    Question(
        "Can the link to a list's next page lead to another host?",
        "no: such a link is an error, and no credential is sent there",
        "a link to another host among those that lists of this account have",
        _links,
    ),
    Question(
        "Is an expired token refused with 401 or with 403?",
        "either; after a 401 a token is renewed once",
        "a token that has expired: --expired-token FILE",
        _expired,
    ),
    Question(
        "With which code does an account refuse Shared Key that takes no keys at all?",
        "AuthenticationFailed, as for a wrong key",
        "an account that takes no keys, read with Entra ID: another code than for a wrong key",
        _shared_key,
    ),
    Question(
        "What is the preparation status of a job that is being deleted?",
        "a list, as before; the job's own state has the last word",
        "a job in the state deleting",
        _deleting,
    ),
    Question(
        "Can a node that has left the pool be listed as running for ever?",
        "yes: ignore_removed_nodes leaves it out, and a wait has a deadline",
        "an entry that has been running for more than a week on a node that is gone",
        _removed,
    ),
    Question(
        "Which Retry-After does a busy service send?",
        "seconds or a date, as HTTP has it; without one, pauses that double",
        "the header of an answer; it has to be busy by itself",
        _retry_after,
    ),
)
