# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long to pause before the same request is sent again."""

from __future__ import annotations

import random
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 30.0


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
