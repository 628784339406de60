# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long to pause before the same request is sent again."""

from __future__ import annotations

import random
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 30.0
_ABSENT_SECONDS = 3.0


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
        error.adds(f" (tried {'twice' if attempt > 1 else 'once'}, nothing has answered yet)")
        raise error
    return min(pause_before(attempt, error.retry_after), left)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After is a number of seconds or an HTTP date; what is neither counts as absent."""
    if not retry_after:
        return None
    if re.fullmatch(r"\s*[0-9]+\s*", retry_after):
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or timezone.utc) - datetime.now(timezone.utc)).total_seconds())
