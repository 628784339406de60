# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a request is sent again, and how long to pause before that: after a 429 or 503, an error of a server, a broken connection.

Which statuses pass is a word of the error, `ServiceError.RETRIED`.
"""

from __future__ import annotations

import random
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, ServiceError

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 30.0
_ABSENT_SECONDS = 3.0
# Without a deadline of its own, a read does not sit out an hour that a service asked for.
_LONGEST_PAUSE = 120.0
# More than anybody waits, and a number with which clocks can reckon and which sentences can say.
_MOST_SECONDS = 1e9


class Retry:
    """One request for as long as it is tried: counts its attempts, and decides whether there is another one."""

    def __init__(self, retries: int, deadline: Deadline) -> None:
        self._retries = retries
        self._deadline = deadline
        self._attempts = 0
        self._signed_in_again = False
        self._before: BatchError | None = None

    def pause_after(self, error: BatchError, unanswered_for: float | None = None) -> float | None:
        """Seconds to pause before the next attempt; None where it is made at once, because the credential was renewed.

        `unanswered_for` are seconds that the request has taken where nothing has ever answered, and None otherwise.
        Raises `error` where another attempt is of no use, or not allowed any more.
        """
        if isinstance(error, ServiceError) and error.renewed and not self._signed_in_again:
            self._signed_in_again = True
            return None
        self._attempts += 1
        error.before = self._before
        if not error.transient or error.cut_off:
            raise error
        if self._attempts > self._retries:
            if self._retries:
                error.adds(f" (tried {how_often(self._attempts)})")
            raise error
        if error.absent and unanswered_for is not None:
            seconds = second_try(self._attempts, error, unanswered_for)
        else:
            seconds = pause_before(self._attempts, error.retry_after)
        if not self._deadline.allows(seconds):
            raise error
        if not self._deadline.bounded and seconds > _LONGEST_PAUSE:
            asked = f"the service asks for a pause of {_seconds(error.retry_after):.0f} s"
            error.adds(
                f" (tried {how_often(self._attempts)}: {asked}, and without a wait none is above {_LONGEST_PAUSE:.0f} s)"
            )
            raise error
        self._before = error
        return seconds


def how_often(attempts: int) -> str:
    return {1: "once", 2: "twice"}.get(attempts, f"{attempts} times")


def busy_seconds(error: BatchError, pause: float) -> float | None:
    """For how long the service asks everybody to pause, and not only this one request; None where it does not.

    `pause` is what this request does. Its jitter keeps clients apart; the requests of one client are kept apart by its pace.
    """
    if not isinstance(error, ServiceError) or error.status not in ServiceError.BUSY:
        return None
    asked = _seconds(error.retry_after)
    return pause if asked is None else asked


def pause_before(attempt: int, retry_after: str | None) -> float:
    """Seconds before attempt number `attempt` (the first retry is 1).

    What the service asks for in Retry-After counts in full; otherwise an exponential back-off with full jitter,
    so that many clients which were refused together do not come back together.
    """
    asked = _seconds(retry_after)
    jitter = random.random()
    if asked is not None:
        return asked + jitter
    return jitter * min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** min(attempt, 10))


def second_try(attempt: int, error: BatchError, took: float) -> float:
    """Seconds before the one retry where nobody was there and nothing has ever answered.

    A name that does not resolve and a port that nobody listens on are more likely mistyped than away then: that is said
    within three seconds. Raises `error` where the retry was made, or `took`, the time so far, leaves none for it.
    """
    left = _ABSENT_SECONDS - took
    if attempt > 1 or left <= 0:
        error.adds(f" (tried {how_often(attempt)}, nothing has answered yet)")
        raise error
    return min(pause_before(attempt, error.retry_after), left)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After is a number of seconds or an HTTP date; what is neither counts as absent. Never more than `_MOST_SECONDS`."""
    if not retry_after:
        return None
    if number := re.fullmatch(r"\s*([0-9]+)\s*", retry_after):
        return min(float(number[1]), _MOST_SECONDS)
    try:
        at = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    left = (at.replace(tzinfo=at.tzinfo or timezone.utc) - datetime.now(timezone.utc)).total_seconds()
    return min(max(0.0, left), _MOST_SECONDS)
