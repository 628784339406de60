# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditional headers, which reads of single jobs, tasks and pools take."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime, parsedate_to_datetime

from ..model.moments import TICKS, datetime_of
from .errors import ServiceError


def http_date(ticks: int) -> str:
    """Write a time for a header, to the second."""
    return format_datetime(datetime_of(ticks), usegmt=True)


def check_conditions(headers: Mapping[str, str], etag: str, ticks: int) -> None:
    """Raise ServiceError when a condition is not met: 304 for what is unchanged, 412 for what has changed."""
    if "if-match" in headers and not _matches(headers["if-match"], etag):
        raise _not_met(412)
    if "if-none-match" in headers and _matches(headers["if-none-match"], etag):
        raise _not_met(304)
    modified = ticks // TICKS
    if "if-modified-since" in headers and modified <= _seconds("If-Modified-Since", headers["if-modified-since"]):
        raise _not_met(304)
    if "if-unmodified-since" in headers and modified > _seconds("If-Unmodified-Since", headers["if-unmodified-since"]):
        raise _not_met(412)


def _matches(value: str, etag: str) -> bool:
    return value.strip() == "*" or etag in [part.strip().strip('"') for part in value.split(",")]


def _seconds(name: str, value: str) -> int:
    try:
        return int(parsedate_to_datetime(value).timestamp())
    except (TypeError, ValueError):
        text = "The value provided for one of the HTTP headers was not in the correct format."
        raise ServiceError(400, "InvalidHeaderValue", text, [("HeaderName", name), ("HeaderValue", value)]) from None


def _not_met(status: int) -> ServiceError:
    return ServiceError(status, "ConditionNotMet", "The specified condition was not met.")
