# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times as the wire writes them: UTC, with a Z and up to seven digits after the point."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

TICKS = 10_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,7})\d*)?(?:[Zz]|([+-]\d\d:?\d\d))")


def ticks_of(text: str) -> int | None:
    """Return the ticks of 100 nanoseconds since 1970 of a written time, or None when it is not one."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    day, clock, fraction, offset = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{_colon(offset) if offset else '+00:00'}")
    except ValueError:
        return None
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    return seconds * TICKS + int((fraction or "").ljust(7, "0"))


def ticks_of_yaml(value: Any) -> int | None:
    """Return the ticks of a time in a scenario. YAML turns one without quotes into a datetime, to the microsecond."""
    if isinstance(value, datetime):
        value = value.replace(tzinfo=value.tzinfo or timezone.utc).isoformat()
    elif isinstance(value, date):
        value = f"{value}T00:00:00Z"
    return ticks_of(value) if isinstance(value, str) else None


def _colon(offset: str) -> str:
    return offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"


@lru_cache(maxsize=8192)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(maxsize=65536)
def wire_time(ticks: int) -> str:
    """Write a time as the service does: no fraction, or three to seven digits of it."""
    seconds, fraction = divmod(ticks, TICKS)
    if not fraction:
        return _second(seconds) + "Z"
    return f"{_second(seconds)}.{f'{fraction:07d}'.rstrip('0').ljust(3, '0')}Z"


def datetime_of(ticks: int) -> datetime:
    """Return the time to the microsecond, for headers."""
    return _EPOCH + timedelta(microseconds=ticks // 10)
